"""Who may read what: everybody, agents who signed in, or named groups.

In: `droits.toml`, in the corpus folder. Out: `Rights`, which say for a `Reader` what is hidden.
With no such file everybody reads everything.
"""
