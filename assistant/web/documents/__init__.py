"""Documents, as an agent reads them: files, passages, recordings, pictures of pages.

Only what is indexed is given. A file comes under a policy that lets it run nothing. The player
follows what is said, and a passage's page shows what stands around it.
"""
