"""Office Open XML: what DOCX, PPTX and XLSX are made of, beneath their readers.

The text of Word's XML and of the parts beside it, the XML of slides, charts and diagrams.
"""
