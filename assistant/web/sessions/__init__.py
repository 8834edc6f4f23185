"""The pages of sessions and of events: what was said, heard and shown there, a page each.

In: sheets (`assistant.sheets`) of the newest index. Out: pages that one reads, listens to and asks
from. Every line is an excerpt, beside the ways to its place. Nothing is searched, nothing written.
"""
