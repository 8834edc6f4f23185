"""What an answer needs besides its quotes.

Whether a broad question is answered, and by what kind of excerpts; what may be quoted for a
follow-up, figures that contradict each other, and why a question was answered as it was.
"""
