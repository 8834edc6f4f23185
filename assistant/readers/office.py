"""Reports: DOCX and ODT become headings, paragraphs, items and tables.

In: a text document, which has no pages of its own. Out: blocks in place `paragraph n`; every
block that is not empty counts, a whole table as one.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml import etree

from assistant.errors import ReadError
from assistant.readers.cells import table_text
from assistant.readers.opendocument import local, metadata, name, parse_member, rows_of, text_of
from assistant.readers.parts import Fact, Options, Part
from assistant.readers.titles import usable_title
from assistant.records import Block, BlockKind, Place
from assistant.text import clean

_HEADING_STYLE = re.compile(r"^(?:heading|titre|berschrift)[ _]?(\d)$", re.IGNORECASE)
_TITLE_STYLES = {"title", "titre", "titreprincipal"}
_LIST_STYLE = re.compile(r"list|puce", re.IGNORECASE)
#: A short bold line stands for a heading where nobody used heading styles.
_BOLD_HEADING_CHARACTERS = 120


class _Numbered:
    """Gives each block its number."""

    def __init__(self) -> None:
        self.number = 0

    def block(self, text: str, kind: BlockKind, level: int = 0) -> Block:
        self.number += 1
        return Block(text, kind, Place("paragraph", self.number, self.number), level=level)


def read_docx(path: Path, options: Options) -> Iterator[Part]:
    """Yield the paragraphs and tables of a Word document, in order. Raises ReadError."""
    try:
        document = docx.Document(str(path))
        items = list(document.iter_inner_content())
    except (
        OpcError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, AttributeError,
    ) as e:  # fmt: skip
        raise ReadError("file_damaged", cause=e) from e
    yield Fact("kind", "report")
    title = usable_title(document.core_properties.title)
    if author := usable_title(document.core_properties.author):
        yield Fact("author", author)
    levels = _outline_levels(document)
    styled = any(levels.get(_style(item)) for item in items if not isinstance(item, Table))
    numbered = _Numbered()
    for item in items:
        if isinstance(item, Table):
            if text := table_text([[cell.text for cell in row.cells] for row in item.rows]):
                yield numbered.block(text, "table")
            continue
        text = clean(item.text)
        if not text:
            continue
        block = _docx_block(item, text, levels, styled, numbered)
        if block.kind == "heading":
            title = title or block.text
        yield block
    if title:
        yield Fact("title", title)


def _docx_block(
    paragraph: Any, text: str, levels: dict[str, int], styled: bool, numbered: _Numbered
) -> Block:
    style = _style(paragraph)
    if level := levels.get(style, 0):
        return numbered.block(" ".join(text.split()), "heading", level)
    properties = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is not None or _LIST_STYLE.search(style):
        depth = numbering.ilvl.val if numbering is not None and numbering.ilvl is not None else 0
        return numbered.block(text, "item", depth)
    if not styled and _is_bold_line(paragraph, text):
        return numbered.block(text, "heading", 1)
    return numbered.block(text, "paragraph")


def _style(paragraph: Any) -> str:
    properties = paragraph._p.pPr
    style = properties.pStyle if properties is not None else None
    return str(style.val) if style is not None else ""


def _outline_levels(document: Any) -> dict[str, int]:
    """Return the level of each heading style by its id; the document's title is of level 1."""
    levels: dict[str, int] = {}
    for style in document.styles:
        for called in (style.style_id or "", style.name or ""):
            found = _HEADING_STYLE.match(called)
            if found:
                levels[style.style_id] = max(1, int(found[1]))
            elif called.lower().replace(" ", "") in _TITLE_STYLES:
                levels[style.style_id] = 1
    return levels


def _is_bold_line(paragraph: Any, text: str) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    short = len(text) <= _BOLD_HEADING_CHARACTERS and not text.endswith((".", ",", ";", ":"))
    return short and bool(runs) and all(run.bold for run in runs)


# --- ODT ---------------------------------------------------------------------------------------


def read_odt(path: Path, options: Options) -> Iterator[Part]:
    """Yield the paragraphs and tables of an OpenDocument text, in order. Raises ReadError."""
    root = parse_member(path, "content.xml")
    yield Fact("kind", "report")
    title = ""
    for fact in metadata(path):
        title = fact.value if fact.name == "title" else title
        yield fact
    numbered = _Numbered()
    for element in _odt_elements(root):
        if local(element) == "table":
            if text := table_text(rows_of(element)):
                yield numbered.block(text, "table")
            continue
        text = text_of(element)
        if not text:
            continue
        depth = sum(local(above) == "list" for above in element.iterancestors())
        is_title = element.get(name("text:style-name"), "").lower() == "title"
        if local(element) == "h" or is_title:
            level = element.get(name("text:outline-level"), "1")
            heading = " ".join(text.split())
            title = title or heading
            yield numbered.block(heading, "heading", int(level) if level.isdecimal() else 1)
        elif depth:
            yield numbered.block(text, "item", depth - 1)
        else:
            yield numbered.block(text, "paragraph")
    if title:
        yield Fact("title", title)


def _odt_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs, headings and whole tables; not what is in them, nor deleted text."""
    wanted = {name("text:p"), name("text:h"), name("table:table")}
    skipped = {name("text:tracked-changes"), name("text:table-of-content"), name("text:note")}
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in wanted:
            yield element
            walk.skip_subtree()
        elif element.tag in skipped:
            walk.skip_subtree()
