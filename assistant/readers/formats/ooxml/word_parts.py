"""What a Word document holds beside its text: page headers, notes, charts, diagrams, other files.

In: the part of the document, or an element of it. Out: texts, and defects that name what is not
read. `wordprocessingml` reads the XML of a part; this follows the relations from one to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from docx.opc.part import XmlPart
from lxml import etree

from assistant.errors import ReadError
from assistant.readers import read_parts
from assistant.readers.formats.ooxml import RELATION
from assistant.readers.formats.ooxml.charts import CHART_LINK, chart_text
from assistant.readers.formats.ooxml.smartart import DIAGRAM_LINK, diagram_items
from assistant.readers.formats.ooxml.wordprocessingml import (
    WORD,
    P,
    boxed_paragraphs,
    paragraph_text,
)
from assistant.readers.formats.page_margins import margin_lines
from assistant.readers.parts import Attachment, Defect, Options, Part, left_unread
from assistant.readers.safe_xml import parsed
from assistant.records.documents import Block, BlockKind

_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
#: What a chunk of another format is, by its content type, where its name doesn't say.
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt",
    "application/rtf": ".rtf", "text/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip
_CHUNKS = frozenset({".html", ".htm", ".txt", ".rtf", ".docx", ".odt"})


def notes_of(part: Any) -> dict[tuple[str, str], str]:
    """Return the texts of a document's footnotes and endnotes. Raises ReadError."""
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        for root in related(part, f"{kind}s"):
            for note in root.iter(f"{WORD}{kind}"):
                texts = [paragraph_text(p) for p in note.iter(P)]
                notes[kind, note.get(f"{WORD}id", "")] = "\n".join(filter(None, texts))
    return notes


def margin_texts(part: Any, root: etree._Element) -> list[str]:
    """Return what the headers and footers of the pages say, without page numbers, each once.

    Raises ReadError.
    """
    settings = related(part, "settings")
    even = any(root.find(f"{WORD}evenAndOddHeaders") is not None for root in settings)
    wanted: dict[str, None] = {}
    for section in root.iter(f"{WORD}sectPr"):
        first = section.find(f"{WORD}titlePg") is not None
        for link in section.iterchildren(f"{WORD}headerReference", f"{WORD}footerReference"):
            kind = link.get(f"{WORD}type", "default")
            if kind == "default" or (first if kind == "first" else even):
                wanted[link.get(f"{RELATION}id", "")] = None
    targets = [target for relation in wanted if (target := _target(part, relation)) is not None]
    return margin_lines(text for target in targets for text in _paragraphs(parsed(target.blob)))


def _paragraphs(root: etree._Element) -> Iterator[str]:
    boxed = dict.fromkeys(boxed_paragraphs(root))
    own = (paragraph for paragraph in root.iter(P) if paragraph not in boxed)
    yield from map(paragraph_text, (*own, *boxed))


def drawn_texts(element: etree._Element, part: Any) -> Iterator[tuple[BlockKind, str]]:
    """Yield ("table", text) of each chart and ("item", text) of each node of a diagram."""
    for chart in element.iter(CHART_LINK):
        target = _target(part, chart.get(f"{RELATION}id", ""))
        if target is not None and (text := chart_text(parsed(target.blob))):
            yield "table", text
    for diagram in element.iter(DIAGRAM_LINK):
        target = _target(part, diagram.get(f"{RELATION}dm", ""))
        if target is not None:
            yield from (("item", text) for _, text in diagram_items(target.blob))


def chunk_parts(chunk: etree._Element, part: Any, options: Options) -> Iterator[Part]:
    """Yield the blocks of a file of another format that a document takes in, and its defects."""
    target = _target(part, chunk.get(f"{RELATION}id", ""))
    if target is None:
        return
    name = PurePosixPath(str(target.partname)).name
    suffix = _SUFFIXES.get(target.content_type, PurePosixPath(name).suffix.lower())
    if suffix not in _CHUNKS:
        yield Defect("embedded_unread", {"names": name})
        return
    try:
        for found in read_parts(Attachment(f"{name}{suffix}", target.blob), options):
            if isinstance(found, Block | Defect):
                yield found
    except ReadError:
        yield Defect("embedded_unread", {"names": name})


def unread_parts(part: Any, root: etree._Element) -> Iterator[Defect]:
    """Yield what is told of a document's remarks and of the objects that it shows."""
    names = dict.fromkeys(element.get("ProgID", "") or "OLE" for element in root.iter(_OBJECT))
    remarks = sum(1 for held in related(part, "comments") for _ in held.iter(f"{WORD}comment"))
    yield from left_unread(objects=names, remarks=remarks)


def _target(part: Any, relation: str) -> Any:
    found = part.rels.get(relation)
    return None if found is None or found.is_external else found.target_part


def related(part: Any, kind: str) -> list[etree._Element]:
    """Return the roots of the parts that a part is related to as `kind`. Raises ReadError."""
    return [
        _root(relation.target_part)
        for relation in part.rels.values()
        if relation.reltype.rpartition("/")[2] == kind and not relation.is_external
    ]


def _root(part: Any) -> etree._Element:
    """Return the root of a part: as the library has parsed it, or parsed here. Raises ReadError."""
    return part.element if isinstance(part, XmlPart) else parsed(part.blob)
