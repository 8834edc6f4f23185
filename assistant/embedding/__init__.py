"""Texts to vectors, and pairs of texts to scores, by models on this machine.

`models` alone touches torch and sentence-transformers; it holds the Protocols `Encoder` and
`Reranker`. `model_folders` says what a folder of weights is fit for, `default_model` builds ours
out of a package. No other room knows a model.
"""
