"""What an answer needs besides its quotes.

What may be quoted for a follow-up, figures that contradict each other, and why a question was
answered as it was.
"""
