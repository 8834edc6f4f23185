"""Elements of the trees of XML and HTML files."""

from __future__ import annotations

from lxml import etree


def emptied(part: etree._Element) -> None:
    """Take out all that an element holds; what follows it stays."""
    for inner in list(part):
        part.remove(inner)
    part.text = ""
