"""Slides: PPTX become, slide by slide, a title, items, tables, captions and notes.

In: a deck. Out: blocks in place `slide n`; `n` counts hidden slides too, as programs show it.
Macros are never run: nothing in a file is executed. What it shows and is not read is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.package import Package

from assistant.errors import ReadError
from assistant.readers.formats.box_order import Box, in_reading_order
from assistant.readers.formats.elements import described
from assistant.readers.formats.ooxml import RELATION
from assistant.readers.formats.ooxml.charts import chart_text
from assistant.readers.formats.ooxml.presentationml import (
    MOTION,
    OFFSET,
    TEXT,
    as_read,
    is_hiding,
    unread_objects,
)
from assistant.readers.formats.ooxml.smartart import DIAGRAM_LINK, diagram_items
from assistant.readers.formats.ooxml.strict import opened
from assistant.readers.formats.table_text import MergedCell, grid, table_text
from assistant.readers.line_ends import is_open, is_unended
from assistant.readers.parts import Defect, Fact, Options, Part, Source, left_unread
from assistant.readers.sniffing import DAMAGED
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, BlockKind, Place
from assistant.text.analysis import clean

_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
MAX_GROUP_DEPTH = 20
#: Shapes whose tops differ by less than this, in EMU (5 mm), stand on one row.
SAME_ROW = 180_000


def read_pptx(path: Source, options: Options) -> Iterator[Part]:
    """Yield the slides of a PowerPoint deck, show (PPSX) or template (POTX). Raises ReadError."""
    try:
        with opened(path) as file:
            # Not `pptx.Presentation`, which refuses shows and templates for their content type.
            deck: Any = Package.open(file).main_document_part
        deck = deck.presentation
        slides = list(deck.slides)
    except (
        *DAMAGED, PythonPptxError, etree.XMLSyntaxError, KeyError, AttributeError,
    ) as e:  # fmt: skip
        raise ReadError("file_damaged", cause=e) from e
    yield Fact("kind", "slides")
    yield Fact("pages", str(len(slides)))
    title = usable_title(deck.core_properties.title)
    if author := usable_title(deck.core_properties.author):
        yield Fact("author", author)
    told = Unread()
    size = deck.slide_width or 0, deck.slide_height or 0
    for number, slide in enumerate(slides, start=1):
        if slide.element.get("show") in ("0", "false"):
            told.slides.append(number)
            if not options.hidden_slides:
                continue
        place = Place("slide", number, number)
        blocks = wanted(_pptx_slide(slide, place, size, options, told), options)
        title = title or next((b.text for b in blocks if b.kind == "heading"), "")
        yield from blocks
    yield from closing(title, told, options)


@dataclass(slots=True)
class Unread:
    """What is told of a deck at its end.

    These are its hidden slides and texts, words struck out, objects, remarks and footers.
    """

    slides: list[int] = field(default_factory=list)
    hidden: bool = False
    struck: bool = False
    objects: dict[str, None] = field(default_factory=dict)
    remarks: int = 0
    footers: dict[str, None] = field(default_factory=dict)


def wanted(blocks: Iterable[Block], options: Options) -> list[Block]:
    """Return a slide's blocks, without the speaker's notes where these are left out."""
    return [block for block in blocks if options.speaker_notes or block.kind != "notes"]


def closing(title: str, told: Unread, options: Options) -> Iterator[Part]:
    """Yield a deck's title, and what is told of what was not read."""
    if title:
        yield Fact("title", title)
    if told.footers:
        yield Fact("running_lines", " / ".join(told.footers))
    if told.slides:
        numbers = ", ".join(map(str, told.slides))
        yield Fact("hidden_slides", numbers)
        if not options.hidden_slides:
            yield Defect("slides_hidden", {"slides": numbers})
    hidden = told.hidden and not options.hidden_slides
    yield from left_unread(
        hidden=hidden, struck=told.struck, objects=told.objects, remarks=told.remarks
    )


def _pptx_slide(
    slide: Any, place: Place, size: tuple[int, int], options: Options, told: Unread
) -> Iterator[Block]:
    told.struck |= as_read(slide.element)
    told.hidden |= is_hiding(slide.element, shown=options.hidden_slides)
    told.objects |= dict.fromkeys(unread_objects(slide.element))
    told.remarks += _remarks(slide)
    title = slide.shapes.title
    titled = title is not None and (text := _one_line(title.text_frame.text))
    if titled:
        yield Block(text, "heading", place, level=1)
    own = title.shape_id if title is not None else None
    others = []
    for shape in slide.shapes:
        if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
            _footer(shape, told)
        elif shape.shape_id == own:
            continue
        elif _lies_beside(shape, size) and not _moves(slide):
            told.hidden |= any((text.text or "").strip() for text in shape.element.iter(TEXT))
            if options.hidden_slides:
                others.append(shape)
        else:
            others.append(shape)
    shown = [block for shape in _in_order(others) for block in _shape(shape, place)]
    yield from shown if titled else _headed(shown, others)
    if slide.has_notes_slide:
        as_read(slide.notes_slide.element)
        frame = slide.notes_slide.notes_text_frame
        if frame is not None and (text := clean(frame.text)):
            yield Block(text, "notes", place)


def _headed(blocks: Sequence[Block], shapes: Iterable[Any]) -> Iterator[Block]:
    """Yield what a slide without a title shows: its subtitle, where it has one, heads it."""
    subtitle = next(filter(_is_subtitle, shapes), None)
    words = _one_line(subtitle.text_frame.text) if subtitle is not None else ""
    heading = next((b for b in blocks if b.kind == "item" and words.startswith(b.text)), None)
    if heading is not None and words:
        yield replace(heading, kind="heading", level=1)
    yield from (block for block in blocks if block is not heading or not words)


def _is_subtitle(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE)


def _lies_beside(shape: Any, size: tuple[int, int]) -> bool:
    """Tell whether a shape lies wholly outside of its slide, where authors put words aside.

    One that states no place has that of its layout.
    """
    place = next(shape.element.iter(OFFSET), None)
    if place is None:
        return False
    left, top = int(place.get("x", "0")), int(place.get("y", "0"))
    if left >= 0 and top >= 0:
        return left >= size[0] > 0 or top >= size[1] > 0
    width, height = shape.width or 1 - left, shape.height or 1 - top
    return bool(left + width <= 0 or top + height <= 0)


def _moves(slide: Any) -> bool:
    """Tell whether an animation moves shapes: one may come from outside."""
    return next(slide.element.iter(MOTION), None) is not None


def _footer(shape: Any, told: Unread) -> None:
    if shape.has_text_frame and any(map(str.isalpha, text := _one_line(shape.text_frame.text))):
        told.footers[text] = None


def _remarks(slide: Any) -> int:
    """Count the remarks that reviewers left on a slide."""
    return sum(
        relation.target_part.blob.count(b":cm ") + relation.target_part.blob.count(b"<cm ")
        for relation in slide.part.rels.values()
        if relation.reltype.rpartition("/")[2] == "comments" and not relation.is_external
    )


def _in_order(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """Yield the shapes in reading order; groups opened."""
    found = list(shapes)
    # Where there are two, their sizes change nothing, and python-pptx takes its time for each.
    boxes = [_box(shape, sized=len(found) > 2) for shape in found]
    for shape in in_reading_order(boxes, SAME_ROW):
        if hasattr(shape, "shapes") and depth < MAX_GROUP_DEPTH:
            yield from _in_order(shape.shapes, depth + 1)
        else:
            yield shape


def _box(shape: Any, *, sized: bool) -> Box[Any]:
    top, left = shape.top or 0, shape.left or 0
    height, width = (shape.height or 0, shape.width or 0) if sized else (0, 0)
    return Box(top, left, top + height, left + width, shape)


def _shape(shape: Any, place: Place) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        rows = [
            [
                MergedCell(cell.text, cell.span_width, cell.span_height)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in shape.table.rows
        ]
        if text := table_text(grid(rows)):
            yield Block(text, "table", place)
    elif getattr(shape, "has_chart", False):
        if text := chart_text(shape.chart._chartSpace):
            yield Block(text, "table", place)
    elif (relation := _diagram(shape)) is not None:
        data = shape.part.related_part(relation).blob
        for level, text in diagram_items(data):
            yield Block(text, "item", place, level=level)
    elif shape.has_text_frame:
        body = shape.is_placeholder
        written: list[Block] = []
        for paragraph in shape.text_frame.paragraphs:
            if text := clean(paragraph.text.replace("\v", "\n")):
                listed = body or paragraph.level > 0
                kind: BlockKind = "item" if listed else "paragraph"
                written.append(Block(text, kind, place, level=paragraph.level))
        yield from whole_lines(written)
    if description := described(shape._element._nvXxPr.cNvPr.get("descr")):
        yield Block(description, "caption", place)


def whole_lines(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the lines of a shape, one that has no end of its own joined with the next.

    "(aide jusqu'à" and "200 € par agent)" are one, whatever keys were pressed between them.
    """
    last: Block | None = None
    for block in blocks:
        if last and last.level == block.level and (is_unended(last.text) or is_open(last.text)):
            last = replace(last, text=f"{last.text} {block.text}")
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _diagram(shape: Any) -> str | None:
    """Return the relation that leads to a SmartArt's data, if the shape is one."""
    found = shape._element.find(f".//{DIAGRAM_LINK}")
    return None if found is None else found.get(f"{RELATION}dm")


def _one_line(text: str) -> str:
    return " ".join(clean(text.replace("\v", " ")).split())
