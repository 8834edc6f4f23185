"""The folder of documents, as it lies on the disk.

`walk` finds the files that may be read, `programme` says what each shares with its session, and
`corrections` what staff changed of a text. Every other room reaches the corpus through this one.
A path under the corpus is a document's id.
"""
