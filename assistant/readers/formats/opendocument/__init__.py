"""OpenDocument: what ODT, ODP and ODS share.

`content` reads the XML inside the archive, `objects` what is embedded there; `slides` is the reader
of decks, `sheets` that of workbooks.
"""
