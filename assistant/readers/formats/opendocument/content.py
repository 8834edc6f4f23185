"""OpenDocument: what ODT and ODP share of their text.

In: elements of `content.xml`. Out: texts without notes and tracked deletions, tables, what is
hidden or said beside the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.formats.elements import described, emptied
from assistant.readers.formats.opendocument.archive import parse_member
from assistant.readers.formats.opendocument.names import NAMESPACES, name
from assistant.readers.formats.table_text import MergedCell, grid, lays_out, span
from assistant.readers.parts import Fact, Source
from assistant.readers.safe_xml import local_name
from assistant.readers.titles import usable_title
from assistant.text.analysis import clean

_SPACING = {"s": " ", "tab": "\t", "line-break": "\n"}
#: What is no part of a sentence: notes, remarks, text boxes and pictures anchored in it.
_SKIPPED = {
    "note", "annotation", "annotation-end", "tracked-changes", "bookmark", "ruby-text", "frame",
    "custom-shape", "hidden-text", "control",
}  # fmt: skip
MAX_REPEATED = 100
_RUNS = re.compile(r"[ \t\r\n]+")


def metadata(path: Source) -> Iterator[Fact]:
    """Yield the title and author that `meta.xml` states."""
    try:
        root = parse_member(path, "meta.xml")
    except ReadError:
        return  # the text may be whole without it
    for fact, tag in (("title", "dc:title"), ("author", "dc:creator")):
        if value := usable_title(root.findtext(f".//{tag}", namespaces=NAMESPACES)):
            yield Fact(fact, value)


def text_of(element: etree._Element) -> str:
    """Return the text of a paragraph, without its notes."""
    if not len(element):
        return clean(_collapsed(element.text))
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, child in walk:
        if event == "start":
            kind = local_name(child)
            if kind in _SKIPPED and child is not element:
                walk.skip_subtree()
            elif kind == "fieldmark":
                pieces.append(_box(child))
                walk.skip_subtree()
            elif kind in _SPACING:
                times = child.get(name("text:c"), "1")
                number = min(MAX_REPEATED, int(times[:4])) if times.isdecimal() else 1
                pieces.append(_SPACING[kind] * number)
            else:
                pieces.append(_collapsed(child.text))
        elif child is not element:
            pieces.append(_collapsed(child.tail))
    return clean("".join(pieces))


def _box(field: etree._Element) -> str:
    """Return a box of an old form, ticked or not; "" for its other fields."""
    if not field.get(name("field:type"), "").endswith("FORMCHECKBOX"):
        return ""
    ticked = any(
        parameter.get(name("field:value")) == "true"
        for parameter in field.iter(name("field:param"))
        if parameter.get(name("field:name"), "").endswith("Checkbox_Checked")
    )
    return "☒ " if ticked else "☐ "


def _collapsed(text: str | None) -> str:
    """Return XML text with its runs of spaces and line ends as one space: they mean no more."""
    return _RUNS.sub(" ", text) if text else ""


def own_paragraphs(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs within an element, but for those of notes and text boxes."""
    walk = etree.iterwalk(element, events=("start",))
    for _, child in walk:
        if child.tag in (name("text:p"), name("text:h")):
            yield child
            walk.skip_subtree()
        elif local_name(child) in _SKIPPED and child is not element:
            walk.skip_subtree()


def boxed_paragraphs(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs of the text boxes and shapes anchored in an element."""
    for box in element.iter(name("draw:text-box"), name("draw:custom-shape")):
        yield from own_paragraphs(box)


def rows_of(table: etree._Element) -> list[list[str]]:
    """Return the texts of a table's cells, merged ones wherever they reach.

    A table within a cell is said with that cell.
    """
    return grid(
        [one for cell in row.findall("table:table-cell", NAMESPACES) for one in _cells(cell)]
        for row in _rows(table)
    )


def is_layout(table: etree._Element) -> bool:
    """Tell whether a table only lays out the page: what its cells hold is read in its order."""
    rows = [row.findall("table:table-cell", NAMESPACES) for row in _rows(table)]
    return max(map(len, rows), default=3) <= 2 and lays_out(
        [
            [["".join(map(str, p.itertext())) for p in own_paragraphs(cell)] for cell in row]
            for row in rows
        ]
    )


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    walk = etree.iterwalk(table, events=("start",))
    for _, element in walk:
        if element.tag == name("table:table-row"):
            yield element
            walk.skip_subtree()


def _cells(cell: etree._Element) -> list[MergedCell]:
    paragraphs = [text_of(p) for p in own_paragraphs(cell)]
    one = MergedCell(
        " ".join(text for text in paragraphs if text),
        span(cell.get(name("table:number-columns-spanned"))),
        span(cell.get(name("table:number-rows-spanned"))),
    )
    return [one] * min(MAX_REPEATED, span(cell.get(name("table:number-columns-repeated"))))


def notes_of(element: etree._Element) -> Iterator[str]:
    """Yield the texts of the footnotes and endnotes called in an element."""
    for body in element.iter(name("text:note-body")):
        texts = [text_of(p) for p in body.iter(name("text:p"))]
        if text := "\n".join(filter(None, texts)):
            yield text


def captions_of(element: etree._Element) -> Iterator[str]:
    """Yield what the pictures of an element are said to show."""
    for frame in element.iter(name("draw:frame")):
        if text := described(frame.findtext("svg:desc", "", NAMESPACES)):
            yield text


def bold_styles(root: etree._Element) -> frozenset[str]:
    """Return the names of the document's own styles that are bold."""
    return styles_stating(root, "style:text-properties", "fo:font-weight", "bold")


def styles_stating(root: etree._Element, held: str, attribute: str, value: str) -> frozenset[str]:
    """Return the names of the styles whose properties `held` state a value."""
    return frozenset(
        style.get(name("style:name"), "")
        for style in root.iter(name("style:style"))
        for properties in style.iterchildren(name(held))
        if properties.get(name(attribute)) == value
    )


def is_bold(paragraph: etree._Element, styles: frozenset[str]) -> bool:
    """Tell whether all the text of a paragraph is in bold."""
    if paragraph.get(name("text:style-name")) in styles:
        return True
    if not styles or (paragraph.text or "").strip():
        return False
    return all(
        local_name(child) == "span"
        and child.get(name("text:style-name")) in styles
        and not (child.tail or "").strip()
        for child in paragraph
    )


# --- What is hidden, or said beside the text ---------------------------------------------------


def is_hiding(root: etree._Element, *, shown: bool) -> bool:
    """Tell whether a document hides text, and take it out; `shown`: leave it in."""
    hiding = styles_stating(root, "style:text-properties", "text:display", "none")
    any_may = hiding or next(root.iter(name("text:hidden-paragraph")), None) is not None
    held = root.iter(*_MAY_HIDE) if any_may else root.iter(name("text:section"))
    hidden = [part for part in held if _is_hidden(part, hiding)]
    for part in () if shown else hidden:
        emptied(part)
    return bool(hidden)


_MAY_HIDE = tuple(map(name, ("text:section", "text:p", "text:h", "text:span")))


def _is_hidden(part: etree._Element, hiding: frozenset[str]) -> bool:
    inner = part.find(name("text:hidden-paragraph"))
    return (
        part.get(name("text:style-name")) in hiding
        or part.get(name("text:display")) == "none"
        or (inner is not None and inner.get(name("text:is-hidden")) == "true")
    ) and bool(clean("".join(map(str, part.itertext()))))


def remarks_in(root: etree._Element) -> int:
    """Count the remarks that reviewers left."""
    return sum(1 for _ in root.iter(name("office:annotation")))
