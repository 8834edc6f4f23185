"""French text: cleaned, cut into sentences, analysed into terms.

`analysis` is the same for passages and questions, or words would not meet. `spelling` says which
words are French, `lexicon` which mean the same. Pure, but for the files of words they read.
"""
