"""Marked-up text: web pages and Markdown, read as one sees them.

`page_styles` takes out of a page what it hides, `markdown_marks` out of a line its marks.
"""
