"""The makers of the demonstration's files: one module per family of formats."""
