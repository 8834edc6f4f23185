"""Office Open XML: what DOCX, PPTX and XLSX are made of, beneath their readers.

The text of Word's XML and of the parts beside it, the XML of slides, charts and diagrams. Here:
what all three draw alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

#: The namespace of what is drawn, in any of the three.
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: That of the attributes by which an element names another part of its document.
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def paragraph_texts(element: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph drawn within an element, as it is written."""
    for paragraph in element.iter(f"{DRAWING}p"):
        yield "".join(run.text or "" for run in paragraph.iter(f"{DRAWING}t"))
