"""PDF files: text by page, cleaned of what repeats, with outlines and labels.

`reader` takes pypdf's text, `pdfium` reads again what that falsifies, in a process of its own.
`layout` makes the text of pages clean. `ocr` reads pictures of text where an engine is installed.
"""
