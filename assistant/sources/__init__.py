"""Where the files already are: folders of a cloud or of a share, brought into the corpus.

In: the sources that a site lists, a Nextcloud or other WebDAV server, or a folder that the system
mounts. Out: their files in the corpus, each whole, as they are there; nothing is ever written to a
source. What a run brought is remembered, so that the next one reads only what changed.
"""
