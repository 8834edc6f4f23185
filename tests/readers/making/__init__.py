"""What writes the samples of `tests/readers/samples`, by family of formats."""
