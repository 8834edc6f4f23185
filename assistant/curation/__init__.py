"""What staff do to the corpus from the page or the command line.

Uploads are kept apart and checked before they enter; documents are renamed, moved, replaced,
corrected. Everything here changes files of the corpus, never the index: the next `sync` follows.
The page's routes are in `web.staff`; they call this room.
"""
