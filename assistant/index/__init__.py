"""What is indexed: the catalog, which is the truth, and generations, which answer.

`catalog` is one SQLite file that only `sync` writes. `publishing` builds a generation out of it
and makes it current by one rename; `generation` opens one, read-only, and `dense` and `lexical`
search it. `slides` says which slide was on screen when a sentence was said.
"""
