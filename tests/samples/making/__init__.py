"""What writes the samples of `tests/samples/files`, by family of formats."""
