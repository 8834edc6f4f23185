"""Slides: PPTX and ODP become, slide by slide, a title, items, tables, captions and notes.

In: a deck. Out: blocks in place `slide n`; `n` counts hidden slides too, as programs show it.
Macros are never run: nothing in a file is executed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.package import Package

from assistant.errors import ReadError
from assistant.readers.formats.opendocument import (
    NAMESPACES,
    local,
    metadata,
    name,
    parse_member,
    rows_of,
    text_of,
)
from assistant.readers.formats.raised import raised
from assistant.readers.formats.smartart import diagram_items
from assistant.readers.formats.table_text import MergedCell, grid, table_text
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.titles import usable_title
from assistant.records import Block, BlockKind, Place
from assistant.text.analysis import clean

_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
_ODP_FURNITURE = {"date-time", "footer", "header", "page-number"}
MAX_GROUP_DEPTH = 20
_DIAGRAM_LINK = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: Shapes whose tops differ by less than this, in EMU (5 mm), stand on one row.
SAME_ROW = 180_000
SAME_ROW_CENTIMETRES = 0.5
T = TypeVar("T")
#: Alternative texts that a program or a camera wrote, not the author.
_AUTOMATIC = ("image", "picture", "une image contenant", "a picture containing", "photo", "img_")


def read_pptx(path: Source, options: Options) -> Iterator[Part]:
    """Yield the slides of a PowerPoint deck, show (PPSX) or template (POTX). Raises ReadError."""
    try:
        with path.open("rb") as file:
            # Not `pptx.Presentation`, which refuses shows and templates for their content type.
            deck: Any = Package.open(file).main_document_part
        deck = deck.presentation
        slides = list(deck.slides)
    except (
        PythonPptxError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError,
        AttributeError,
    ) as e:  # fmt: skip
        raise ReadError("file_damaged", cause=e) from e
    yield Fact("kind", "slides")
    yield Fact("pages", str(len(slides)))
    title = usable_title(deck.core_properties.title)
    if author := usable_title(deck.core_properties.author):
        yield Fact("author", author)
    hidden: list[int] = []
    for number, slide in enumerate(slides, start=1):
        if slide.element.get("show") in ("0", "false"):
            hidden.append(number)
            if not options.hidden_slides:
                continue
        blocks = _wanted(_pptx_slide(slide, Place("slide", number, number)), options)
        title = title or next((b.text for b in blocks if b.kind == "heading"), "")
        yield from blocks
    yield from _closing(title, hidden, options)


def _wanted(blocks: Iterable[Block], options: Options) -> list[Block]:
    """Return a slide's blocks, without the speaker's notes where these are left out."""
    return [block for block in blocks if options.speaker_notes or block.kind != "notes"]


def _closing(title: str, hidden: list[int], options: Options) -> Iterator[Part]:
    if title:
        yield Fact("title", title)
    if hidden:
        numbers = ", ".join(map(str, hidden))
        yield Fact("hidden_slides", numbers)
        if not options.hidden_slides:
            yield Defect("slides_hidden", {"slides": numbers})


def _pptx_slide(slide: Any, place: Place) -> Iterator[Block]:
    _as_read(slide.element)
    title = slide.shapes.title
    if title is not None and (text := _one_line(title.text_frame.text)):
        yield Block(text, "heading", place, level=1)
    own = title.shape_id if title is not None else None
    for shape in _in_order(slide.shapes):
        if shape.shape_id != own:
            yield from _shape(shape, place)
    if slide.has_notes_slide:
        _as_read(slide.notes_slide.element)
        frame = slide.notes_slide.notes_text_frame
        if frame is not None and (text := clean(frame.text)):
            yield Block(text, "notes", place)


def _as_read(element: etree._Element) -> None:
    """Take struck-out words and note marks out of a slide, and write exponents as they read."""
    for run in element.iter(f"{_DRAWING}r"):
        properties, text = run.find(f"{_DRAWING}rPr"), run.find(f"{_DRAWING}t")
        if properties is None or text is None:
            continue
        above = properties.get("baseline", "0").rstrip("%")
        if properties.get("strike", "noStrike") != "noStrike":
            text.text = ""
        elif above.isdigit() and int(above) > 0:
            before = run.getprevious()
            words = before.findtext(f"{_DRAWING}t") if before is not None else ""
            text.text = raised(words or "", text.text or "")


def _in_order(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """Yield the shapes as one reads them, row after row from the left; groups opened."""
    placed = [(shape.top or 0, shape.left or 0, shape) for shape in shapes]
    for shape in by_rows(placed, SAME_ROW):
        if hasattr(shape, "shapes") and depth < MAX_GROUP_DEPTH:
            yield from _in_order(shape.shapes, depth + 1)
        else:
            yield shape


def by_rows(placed: Iterable[tuple[float, float, T]], tolerance: float) -> Iterator[T]:
    """Yield what is placed at (top, left): what stands about as high is a row, read across."""
    row: list[tuple[float, float, T]] = []
    for one in sorted(placed, key=lambda one: one[:2]):
        if row and one[0] - row[0][0] > tolerance:
            yield from (thing for _, _, thing in sorted(row, key=lambda other: other[1]))
            row = []
        row.append(one)
    yield from (thing for _, _, thing in sorted(row, key=lambda other: other[1]))


def _shape(shape: Any, place: Place) -> Iterator[Block]:
    if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
        return
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
        if text := _chart(shape.chart):
            yield Block(text, "table", place)
    elif (relation := _diagram(shape)) is not None:
        data = shape.part.related_part(relation).blob
        for level, text in diagram_items(data):
            yield Block(text, "item", place, level=level)
    elif shape.has_text_frame:
        body = shape.is_placeholder
        for paragraph in shape.text_frame.paragraphs:
            if text := clean(paragraph.text.replace("\v", "\n")):
                listed = body or paragraph.level > 0
                yield Block(text, "item" if listed else "paragraph", place, level=paragraph.level)
    description = clean(shape._element._nvXxPr.cNvPr.get("descr") or "")
    if description and not description.lower().startswith(_AUTOMATIC):
        yield Block(description, "caption", place)


def _diagram(shape: Any) -> str | None:
    """Return the relation that leads to a SmartArt's data, if the shape is one."""
    found = shape._element.find(f".//{_DIAGRAM_LINK}")
    return None if found is None else found.get(f"{_RELATION}dm")


def _chart(chart: Any) -> str:
    """Return a chart as the table it draws: its title, then a line per category."""
    lines = []
    if chart.has_title and chart.chart_title.has_text_frame:
        lines.append(_one_line(chart.chart_title.text_frame.text))
    for plot in chart.plots:
        categories = [str(category) for category in plot.categories]
        rows = [["", *[str(series.name or "") for series in plot.series]]]
        for at, category in enumerate(categories):
            values = [list(series.values) for series in plot.series]
            rows.append([category, *[_figure(v[at]) if at < len(v) else "" for v in values]])
        lines.append(table_text(rows))
    return "\n".join(line for line in lines if line)


def _figure(value: object) -> str:
    """Return a number as French writes it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if abs(value) < 1e6 else str(round(value))
    return str(value)


def _one_line(text: str) -> str:
    return " ".join(clean(text.replace("\v", " ")).split())


# --- ODP ---------------------------------------------------------------------------------------


def read_odp(path: Source, options: Options) -> Iterator[Part]:
    """Yield the slides of an OpenDocument deck. Raises ReadError."""
    root = parse_member(path, "content.xml")
    yield Fact("kind", "slides")
    found = dict((fact.name, fact.value) for fact in metadata(path))
    title = found.get("title", "")
    if "author" in found:
        yield Fact("author", found["author"])
    hiding = _hiding_styles(root)
    slides = list(root.iter(name("draw:page")))
    yield Fact("pages", str(len(slides)))
    hidden: list[int] = []
    for number, slide in enumerate(slides, start=1):
        if slide.get(name("draw:style-name")) in hiding:
            hidden.append(number)
            if not options.hidden_slides:
                continue
        blocks = _wanted(_odp_slide(path, slide, Place("slide", number, number)), options)
        title = title or next((b.text for b in blocks if b.kind == "heading"), "")
        yield from blocks
    yield from _closing(title, hidden, options)


def _hiding_styles(root: etree._Element) -> set[str]:
    return {
        style.get(name("style:name"), "")
        for style in root.iter(name("style:style"))
        for properties in style.iter(name("style:drawing-page-properties"))
        if properties.get(name("presentation:visibility")) == "hidden"
    }


def _odp_slide(path: Source, slide: etree._Element, place: Place) -> Iterator[Block]:
    notes: list[str] = []
    titles: list[str] = []
    others: list[tuple[float, float, list[Block]]] = []
    for shape in slide:
        if local(shape) == "notes":
            notes += _notes(shape)
        elif shape.get(name("presentation:class")) == "title":
            titles += [" ".join(text.split()) for p in _paragraphs(shape) if (text := text_of(p))]
        elif shape.get(name("presentation:class")) not in _ODP_FURNITURE:
            others += _odp_shapes(path, shape, place)
    if titles:
        yield Block(" ".join(titles), "heading", place, level=1)
    for blocks in by_rows(others, SAME_ROW_CENTIMETRES):
        yield from blocks
    if notes:
        yield Block("\n".join(notes), "notes", place)


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


def _odp_shapes(
    path: Source, shape: etree._Element, place: Place
) -> Iterator[tuple[float, float, list[Block]]]:
    """Yield what a shape shows, with its position on the slide; a group's shapes, each its own."""
    if local(shape) == "g":
        inner = [
            element
            for element in shape.iter()
            if local(element) not in ("g", "") and element is not shape
        ]
        for child in inner:
            above = child.getparent()
            if above is not None and local(above) == "g":
                yield from _odp_shapes(path, child, place)
        return
    position = (_centimetres(shape, "svg:y"), _centimetres(shape, "svg:x"))
    blocks = list(_odp_shape(path, shape, place))
    for told in shape.findall("svg:desc", NAMESPACES):
        if (text := clean(told.text or "")) and not text.lower().startswith(_AUTOMATIC):
            blocks.append(Block(text, "caption", place))
    if blocks:
        yield (*position, blocks)


def _odp_shape(path: Source, shape: etree._Element, place: Place) -> Iterator[Block]:
    table = shape.find(".//table:table", NAMESPACES)
    embedded = shape.find("draw:object", NAMESPACES)
    if table is not None:
        if text := table_text(rows_of(table)):
            yield Block(text, "table", place)
    elif embedded is not None:
        if text := _odp_chart(path, embedded.get(name("xlink:href"), "")):
            yield Block(text, "table", place)
    else:
        listed = shape.get(name("presentation:class")) in ("outline", "subtitle")
        for p in _paragraphs(shape):
            if text := text_of(p):
                depth = sum(local(above) == "list" for above in p.iterancestors())
                kind: BlockKind = "item" if listed or depth else "paragraph"
                yield Block(text, kind, place, level=max(0, depth - 1))


def _odp_chart(path: Source, link: str) -> str:
    """Return an embedded chart's title and the table that it draws; "" for any other object."""
    member = f"{link.removeprefix('./').rstrip('/')}/content.xml"
    try:
        root = parse_member(path, member)
    except ReadError:
        return ""  # an object of another kind: its picture has no text either
    title = root.find(".//chart:title", NAMESPACES)
    lines = [" ".join(text_of(p) for p in _paragraphs(title))] if title is not None else []
    lines += [table_text(rows_of(table)) for table in root.iter(name("table:table"))]
    return "\n".join(line for line in lines if line)


def _centimetres(shape: etree._Element, attribute: str) -> float:
    value = shape.get(name(attribute), "")
    try:
        return float(value.removesuffix("cm"))
    except ValueError:
        return 0.0
