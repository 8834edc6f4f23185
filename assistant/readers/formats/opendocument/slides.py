"""Slides of OpenDocument: ODP become, slide by slide, what `slides` makes of PPTX.

In: a deck. Out: blocks in place `slide n`; `n` counts hidden slides too, as programs show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from assistant.readers.formats.box_order import Box, in_reading_order
from assistant.readers.formats.elements import described
from assistant.readers.formats.opendocument.archive import in_memory, parse_member
from assistant.readers.formats.opendocument.content import (
    is_hiding,
    metadata,
    remarks_in,
    rows_of,
    styles_stating,
    text_of,
)
from assistant.readers.formats.opendocument.lists import are_own, write_numbers
from assistant.readers.formats.opendocument.names import NAMESPACES, name
from assistant.readers.formats.opendocument.objects import common_styles, objects_in
from assistant.readers.formats.opendocument.struck_words import strikes_out
from assistant.readers.formats.slides import Unread, closing, wanted, whole_lines
from assistant.readers.formats.table_text import table_text
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.safe_xml import local_name
from assistant.records.documents import Block, BlockKind, Place

_FURNITURE = {"date-time", "footer", "header", "page-number"}
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)(cm|mm|in|pt|pc|px)")
_UNITS = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
#: How wide and how high a slide is, in centimetres.
_Size = tuple[float, float]
#: How LibreOffice says that a shape isn't shown.
_DISPLAY = "{http://openoffice.org/2010/draw}display"
#: Shapes whose tops differ by less than this, in centimetres, stand on one row.
SAME_ROW = 0.5


def read_odp(path: Source, options: Options) -> Iterator[Part]:
    """Yield the slides of an OpenDocument deck. Raises ReadError."""
    path = in_memory(path)
    root = parse_member(path, "content.xml")
    yield Fact("kind", "slides")
    found = dict((fact.name, fact.value) for fact in metadata(path))
    title = found.get("title", "")
    if "author" in found:
        yield Fact("author", found["author"])
    held = "style:drawing-page-properties"
    hiding = styles_stating(root, held, "presentation:visibility", "hidden")
    common = common_styles(path, named=not are_own(root))
    write_numbers(root, common)
    sizes = _sizes(common)
    slides = list(root.iter(name("draw:page")))
    yield Fact("pages", str(len(slides)))
    told = Unread(
        hidden=is_hiding(root, shown=options.hidden_slides),
        struck=strikes_out(root),
        remarks=remarks_in(root),
    )
    for number, slide in enumerate(slides, start=1):
        if slide.get(name("draw:style-name")) in hiding:
            told.slides.append(number)
            if not options.hidden_slides:
                continue
        place = Place("slide", number, number)
        blocks = wanted(_slide(path, slide, place, sizes, told, options), options)
        title = title or next((b.text for b in blocks if b.kind == "heading"), "")
        yield from blocks
    yield from closing(title, told, options)


def _slide(
    path: Source,
    slide: etree._Element,
    place: Place,
    sizes: Mapping[str, _Size],
    told: Unread,
    options: Options,
) -> Iterator[Block]:
    size = sizes.get(slide.get(name("draw:master-page-name"), ""), (0.0, 0.0))
    notes: list[str] = []
    titles: list[str] = []
    others: list[Box[list[Block]]] = []
    for shape in slide:
        if local_name(shape) == "notes":
            notes += _notes(shape)
        elif shape.get(name("presentation:class")) == "title":
            titles += [" ".join(text.split()) for p in _paragraphs(shape) if (text := text_of(p))]
    for shape in slide:
        role = shape.get(name("presentation:class"))
        if local_name(shape) != "notes" and role != "title" and role not in _FURNITURE:
            boxes = [*_shapes(path, shape, place, told)]
            if boxes and (shape.get(_DISPLAY) == "none" or _lies_beside(boxes, size)):
                told.hidden = True
                boxes = boxes if options.hidden_slides else []
            if role == "subtitle" and boxes and not titles:  # the slide has nothing else above it
                titles.append(boxes[0].held.pop(0).text)
            others += boxes
    if titles:
        yield Block(" ".join(titles), "heading", place, level=1)
    for blocks in in_reading_order(others, SAME_ROW):
        yield from blocks
    if notes:
        yield Block("\n".join(notes), "notes", place)


def _lies_beside(boxes: Sequence[Box[list[Block]]], size: _Size) -> bool:
    """Tell whether shapes lie wholly outside of their slide, where authors put words aside."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    if right == left or bottom == top:
        return False
    return right <= 0 or bottom <= 0 or left >= size[0] > 0 or top >= size[1] > 0


def _sizes(root: etree._Element | None) -> dict[str, _Size]:
    """Return the size of slides by the name of their master, as the common styles state it."""
    if root is None:
        return {}
    layouts = {
        layout.get(name("style:name"), ""): (
            _centimetres(properties, "fo:page-width"),
            _centimetres(properties, "fo:page-height"),
        )
        for layout in root.iter(name("style:page-layout"))
        for properties in layout.iterchildren(name("style:page-layout-properties"))
    }
    return {
        master.get(name("style:name"), ""): layouts[layout]
        for master in root.iter(name("style:master-page"))
        if (layout := master.get(name("style:page-layout-name"), "")) in layouts
    }


def _notes(notes: etree._Element) -> list[str]:
    """Return the speaker's notes, without the page's own header, date and number."""
    return [
        text
        for frame in notes.iter(name("draw:frame"))
        if frame.get(name("presentation:class")) == "notes"
        for p in _paragraphs(frame)
        if (text := text_of(p))
    ]


def _paragraphs(element: etree._Element) -> Iterator[etree._Element]:
    return element.iter(name("text:p"), name("text:h"))


def _shapes(
    path: Source, shape: etree._Element, place: Place, told: Unread
) -> Iterator[Box[list[Block]]]:
    """Yield what a shape shows, with its position on the slide; a group's shapes, each its own."""
    if local_name(shape) == "g":
        inner = [
            element
            for element in shape.iter()
            if local_name(element) not in ("g", "") and element is not shape
        ]
        for child in inner:
            above = child.getparent()
            if above is not None and local_name(above) == "g":
                yield from _shapes(path, child, place, told)
        return
    blocks = list(_shape(path, shape, place, told))
    for words in shape.findall("svg:desc", NAMESPACES):
        if text := described(words.text):
            blocks.append(Block(text, "caption", place))
    if blocks:
        top, left = _centimetres(shape, "svg:y"), _centimetres(shape, "svg:x")
        height, width = _centimetres(shape, "svg:height"), _centimetres(shape, "svg:width")
        yield Box(top, left, top + height, left + width, blocks)


def _shape(path: Source, shape: etree._Element, place: Place, told: Unread) -> Iterator[Block]:
    table = shape.find(".//table:table", NAMESPACES)
    embedded = [*objects_in(path, shape)]
    if table is not None:
        if text := table_text(rows_of(table)):
            yield Block(text, "table", place)
    elif embedded:
        for text, called in embedded:
            told.objects |= {called: None} if called else {}
            if text:
                yield Block(text, "table", place)
    else:
        listed = shape.get(name("presentation:class")) in ("outline", "subtitle")
        written: list[Block] = []
        for p in _paragraphs(shape):
            if text := text_of(p):
                depth = sum(1 for _ in p.iterancestors(name("text:list")))
                kind: BlockKind = "item" if listed or depth else "paragraph"
                written.append(Block(text, kind, place, level=max(0, depth - 1)))
        yield from whole_lines(written)


def _centimetres(shape: etree._Element, attribute: str) -> float:
    """Return a length as files write it, "2.5cm" or "1in", in centimetres; 0 where it has none."""
    found = _LENGTH.fullmatch(shape.get(name(attribute), ""))
    return float(found[1]) * _UNITS[found[2]] if found else 0.0
