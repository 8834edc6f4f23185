"""Sheets of sessions and of events: what was said, in excerpts that stand alone, and nothing else.

In: the catalog's documents, session by session, when a generation is made. `digest` keeps of each
document what a sheet may take from it, by characters of its passages; `session_sheets` and
`event_sheets` choose; `making` gives `index.publishing` what it writes. `reading` makes records of
it again, for who asks. No model is called, and no word is written that a document doesn't have.
"""
