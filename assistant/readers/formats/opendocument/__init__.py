"""OpenDocument: what ODT, ODP and ODS share.

`archive` reads the XML inside the file, without what `struck_words` takes out; `content` is its
text, `objects` what is embedded there; `slides` is the reader of decks, `sheets` that of workbooks.
"""
