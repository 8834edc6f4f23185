"""One module a family of files: what is in a file, as parts with their places.

Each reads one format or several that share their insides, and knows nothing of the corpus or the
index. `readers.READERS` names the function of each suffix. A reader runs in a process apart,
under limits.
"""
