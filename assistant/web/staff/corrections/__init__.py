"""The staff page that corrects a document: its speakers and its text, block by block."""
