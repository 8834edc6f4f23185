"""Reports: DOCX and ODT become headings, paragraphs, items, tables, notes and captions.

In: a text document, which has no pages of its own. Out: blocks in place `paragraph n`; every
block that is not empty counts, a whole table as one. What hangs on a paragraph (a footnote, a
picture's description) comes after it, in its place; the text of a text box counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docx.opc.exceptions import OpcError
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from assistant.errors import ReadError
from assistant.readers.formats import word_lists
from assistant.readers.formats.ooxml import word_parts, wordprocessingml
from assistant.readers.formats.ooxml.strict import opened
from assistant.readers.formats.opendocument.archive import in_memory, parse_member
from assistant.readers.formats.opendocument.content import (
    bold_styles,
    boxed_paragraphs,
    captions_of,
    is_bold,
    is_hiding,
    is_layout,
    metadata,
    notes_of,
    remarks_in,
    rows_of,
    text_of,
)
from assistant.readers.formats.opendocument.lists import write_numbers
from assistant.readers.formats.opendocument.names import name
from assistant.readers.formats.opendocument.objects import (
    common_styles,
    filled_in,
    margin_paragraphs,
    objects_in,
    write_formulas,
)
from assistant.readers.formats.opendocument.struck_words import heed_common_styles, strikes_out
from assistant.readers.formats.page_margins import margin_lines
from assistant.readers.formats.table_text import table_text
from assistant.readers.formats.word_styles import write_out
from assistant.readers.parts import Fact, Options, Part, Source, left_unread
from assistant.readers.safe_xml import local_name
from assistant.readers.sniffing import DAMAGED
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import may_head, usable_title
from assistant.records.documents import Block, BlockKind, Place

_HEADING_STYLE = re.compile(r"^(?:heading|titre|berschrift)[ _]?(\d)$", re.IGNORECASE)
_TITLE_STYLES = {"title", "titre", "titreprincipal"}
_CONTENTS_STYLE = re.compile(r"^(?:toc|tm|tdm)[ _]?\d?$", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list|puce", re.IGNORECASE)
#: A bullet that somebody typed; a dash may begin a speech.
_TYPED_BULLET = re.compile(r"[•●○▪■◦‣➢❖✓✔]\s{0,8}(?=[\w«\"(])")


class _Numbered:
    """Gives each block its number; what hangs on a block has the same one."""

    def __init__(self) -> None:
        self.number = 0

    def block(self, text: str, kind: BlockKind, level: int = 0) -> Block:
        self.number += 1
        return Block(text, kind, Place("paragraph", self.number, self.number), level=level)

    def again(self, block: Block) -> Block:
        """Return a block that another reader found, under the number that it has here."""
        return self.block(block.text, block.kind, block.level)

    def hung(self, texts: Iterable[str], kind: BlockKind = "paragraph") -> Iterator[Block]:
        at = max(1, self.number)
        for text in texts:
            yield Block(text, kind, Place("paragraph", at, at))


def read_docx(path: Source, options: Options) -> Iterator[Part]:
    """Yield the paragraphs and tables of a Word document, in order; of a transcript, what is said.

    Raises ReadError.
    """
    return as_spoken(_docx_parts(path, options))


def _docx_parts(path: Source, options: Options) -> Iterator[Part]:
    try:
        with opened(path) as file:
            part = _document_part(Package.open(file))
        document = part.document
        body, styles = document.element.body, document.styles.element
        wordprocessingml.join_paragraphs(body)
        write_out(body, styles)
        for numbering in word_parts.related(part, "numbering"):
            word_lists.write_numbers(body, numbering, styles)
        struck = wordprocessingml.strikes_out(body)
        hidden = wordprocessingml.is_hiding(body, shown=options.hidden_slides)
        items = list(wordprocessingml.body_elements(body))
        notes = word_parts.notes_of(part)
        margins = word_parts.margin_texts(part, body)
        unread = list(word_parts.unread_parts(part, body))
        levels = _outline_levels(styles, {wordprocessingml.style_of(item) for item in items})
    except (
        *DAMAGED, OpcError, etree.XMLSyntaxError, KeyError, AttributeError, TypeError,
    ) as e:  # fmt: skip
        raise ReadError("file_damaged", cause=e) from e
    yield Fact("kind", "report")
    title = usable_title(document.core_properties.title)
    if author := usable_title(document.core_properties.author):
        yield Fact("author", author)
    styled = any(
        levels.get(wordprocessingml.style_of(item)) or wordprocessingml.outline_of(item)
        for item in items
    )
    numbered = _Numbered()
    yield from numbered.hung(margins)
    for item in items:
        if item.tag == wordprocessingml.CHUNK:
            for found in word_parts.chunk_parts(item, part, options):
                yield numbered.again(found) if isinstance(found, Block) else found
            continue
        block = _docx_block(item, levels, styled, numbered)
        if block:
            if block.kind == "heading":
                title = title or block.text
            yield block
        yield from numbered.hung(wordprocessingml.note_texts(item, notes))
        yield from numbered.hung(wordprocessingml.picture_texts(item), "caption")
        for boxed in wordprocessingml.boxed_paragraphs(item):
            if text := wordprocessingml.paragraph_text(boxed):
                yield numbered.block(text, "paragraph")
        for text in wordprocessingml.drawn_words(item):
            yield numbered.block(text, "paragraph")
        for kind, text in word_parts.drawn_texts(item, part):
            yield numbered.block(text, kind)
    if title:
        yield Fact("title", title)
    yield from left_unread(hidden=hidden and not options.hidden_slides, struck=struck)
    yield from unread


def _document_part(package: Any) -> Any:
    """Return the part that holds the text; a document with macros has the same, by another name."""
    part = package.main_document_part
    if isinstance(part, DocumentPart):
        return part
    # Not a DocumentPart yet, for its content type: loaded again as one, its relations kept.
    loaded = DocumentPart.load(part.partname, part.content_type, part.blob, package)
    for relation in part.rels.values():
        loaded.rels[relation.rId] = relation
    return loaded


def _docx_block(
    element: etree._Element, levels: dict[str, int], styled: bool, numbered: _Numbered
) -> Block | None:
    if element.tag == wordprocessingml.TABLE:
        text = table_text(wordprocessingml.rows_of(element))
        return numbered.block(text, "table") if text else None
    text = wordprocessingml.paragraph_text(element)
    style = wordprocessingml.style_of(element)
    if not text or _CONTENTS_STYLE.match(style):
        return None
    if level := wordprocessingml.outline_of(element) or levels.get(style, 0):
        return numbered.block(" ".join(text.split()), "heading", level)
    depth = wordprocessingml.list_depth(element)
    listed = depth is not None or _LIST_STYLE.search(style)
    # A title made by hand may be numbered.
    unstyled = not styled and (depth is not None or not listed)
    if unstyled and wordprocessingml.is_bold(element) and may_head(text):
        return numbered.block(text, "heading", 1)
    return numbered.block(text, "item", depth or 0) if listed else _typed(text, numbered)


def _typed(text: str, numbered: _Numbered) -> Block:
    """Return a paragraph; an item where somebody typed its bullet."""
    bullet = _TYPED_BULLET.match(text)
    if bullet and "\n" not in text:
        return numbered.block(text[bullet.end() :], "item")
    return numbered.block(text, "paragraph")


def _outline_levels(styles: etree._Element, used: Iterable[str]) -> dict[str, int]:
    """Return the level of each used heading style, by id; the document's title is of level 1."""
    levels: dict[str, int] = {}
    for own in used:
        style = wordprocessingml.style_called(styles, own) if own else None
        for called in (own, wordprocessingml.name_of(style)) if style is not None else ():
            found = _HEADING_STYLE.match(called)
            if found:
                levels[own] = max(1, int(found[1]))
            elif called.lower().replace(" ", "") in _TITLE_STYLES:
                levels[own] = 1
    return levels


# --- ODT ---------------------------------------------------------------------------------------


def read_odt(path: Source, options: Options) -> Iterator[Part]:
    """Yield the paragraphs and tables of an OpenDocument text, in order, as `read_docx` does.

    Raises ReadError.
    """
    return as_spoken(_odt_parts(path, options))


def _odt_parts(path: Source, options: Options) -> Iterator[Part]:
    path = in_memory(path)
    root = parse_member(path, "content.xml")
    yield Fact("kind", "report")
    title = ""
    for fact in metadata(path):
        title = fact.value if fact.name == "title" else title
        yield fact
    hidden = is_hiding(root, shown=options.hidden_slides)
    write_formulas(path, root)
    common = common_styles(path)
    heed_common_styles(root, common)
    write_numbers(root, common)
    objects: list[str] = []
    bold = bold_styles(root)
    styled = next(root.iter(name("text:h")), None) is not None
    numbered = _Numbered()
    yield from numbered.hung(margin_lines(margin_paragraphs(common)))
    for element in _odt_elements(root):
        block = _odt_block(element, frozenset() if styled else bold, numbered)
        if block:
            if block.kind == "heading":
                title = title or block.text
            yield block
        yield from numbered.hung(notes_of(element))
        yield from numbered.hung(captions_of(element), "caption")
        for boxed in boxed_paragraphs(element):
            if text := text_of(boxed):
                yield numbered.block(text, "paragraph")
        for text, called in objects_in(path, element):
            objects += filter(None, [called])
            if text:
                yield numbered.block(text, "table")
    for text in filled_in(root):
        yield numbered.block(text, "paragraph")
    if title:
        yield Fact("title", title)
    yield from left_unread(
        hidden=hidden and not options.hidden_slides,
        struck=strikes_out(root),
        objects=objects,
        remarks=remarks_in(root),
    )


def _odt_block(element: etree._Element, bold: frozenset[str], numbered: _Numbered) -> Block | None:
    if local_name(element) == "table":
        text = table_text(rows_of(element))
        return numbered.block(text, "table") if text else None
    text = text_of(element)
    if not text:
        return None
    style = element.get(name("text:style-name"), "")
    if local_name(element) == "h" or style.lower() == "title":
        level = element.get(name("text:outline-level"), "1")
        heading = " ".join(text.split())
        return numbered.block(heading, "heading", int(level[:2]) if level.isdecimal() else 1)
    depth = sum(1 for _ in element.iterancestors(name("text:list")))
    if depth:
        return numbered.block(text, "item", depth - 1)
    if is_bold(element, bold) and may_head(text):
        return numbered.block(text, "heading", 1)
    return _typed(text, numbered)


def _odt_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs, headings and whole tables; not what is in them, nor deleted text.

    Of a table that only lays out the page, what its cells hold.
    """
    wanted = {name("text:p"), name("text:h"), name("table:table")}
    skipped = {name("text:tracked-changes"), name("text:table-of-content"), name("text:note")}
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag == name("table:table") and is_layout(element):
            continue
        if element.tag in wanted:
            yield element
            walk.skip_subtree()
        elif element.tag in skipped:
            walk.skip_subtree()
