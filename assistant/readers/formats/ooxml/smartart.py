"""Diagrams: SmartArt becomes items, with the levels of its tree.

In: the XML of a diagram's data. Out: (level, text) of each node that has a text, in order.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.ooxml import paragraph_texts
from assistant.readers.safe_xml import parsed
from assistant.text.analysis import clean

_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
#: In what a part of a document names the diagram that it shows.
DIAGRAM_LINK = f"{_DIAGRAM}relIds"
MAX_DEPTH = 20


def diagram_items(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the nodes of a diagram, parents before children. Raises ReadError."""
    root = parsed(data)
    texts: dict[str, str] = {}
    starts: list[str] = []
    for point in root.iter(f"{_DIAGRAM}pt"):
        node = point.get("modelId", "")
        if point.get("type", "node") in ("node", "asst"):
            texts[node] = _text(point)
        elif point.get("type") == "doc":
            starts.append(node)
    children: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{_DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            place = int(order[:6]) if order.isdecimal() else 0
            children.setdefault(link.get("srcId", ""), []).append((place, link.get("destId", "")))
    seen: set[str] = set()
    for start in starts:
        yield from _below(start, 0, texts, children, seen)
    yield from ((0, text) for node, text in texts.items() if text and node not in seen)


def _below(
    node: str,
    level: int,
    texts: dict[str, str],
    children: dict[str, list[tuple[int, str]]],
    seen: set[str],
) -> Iterator[tuple[int, str]]:
    for _, child in sorted(children.get(node, []), key=lambda one: one[0]):
        if child in seen or child not in texts or level > MAX_DEPTH:
            continue
        seen.add(child)
        if texts[child]:
            yield level, texts[child]
        yield from _below(child, level + bool(texts[child]), texts, children, seen)


def _text(point: etree._Element) -> str:
    return clean(" ".join(" ".join(paragraph_texts(point)).split()))
