"""OpenDocument: what ODT and ODP share: the XML inside the archive, and its text.

In: a path. Out: the root of `content.xml`, texts without notes and tracked deletions, tables.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.formats.elements import described, emptied, says_words, words_before
from assistant.readers.formats.table_text import MergedCell, grid, lays_out, span
from assistant.readers.parts import Attachment, Fact, Source
from assistant.readers.raised import raised
from assistant.readers.safe_xml import local_name, safe_parser
from assistant.readers.sniffing import DAMAGED
from assistant.readers.titles import usable_title
from assistant.text.analysis import clean

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "chart": "urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0",
    "field": "urn:openoffice:names:experimental:ooo-ms-interop-xmlns:field:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_SPACING = {"s": " ", "tab": "\t", "line-break": "\n"}
#: What is no part of a sentence: notes, remarks, text boxes and pictures anchored in it.
_SKIPPED = {
    "note", "annotation", "annotation-end", "tracked-changes", "bookmark", "ruby-text", "frame",
    "custom-shape", "hidden-text", "control",
}  # fmt: skip
MAX_REPEATED = 100
_MOST_HELD = 4_000_000
#: "super 58%", "33% 58%": above the line.
_RUNS = re.compile(r"[ \t\r\n]+")
#: How a file states that words are struck out or raised, and how that they are not.
_MARKS = (
    (b"text-line-through-style=", (b'"none"',)),
    (b"text-line-through-type=", (b'"none"',)),
    (b"text-position=", (b'"sub ', b'"0%')),
)
_RAISED = re.compile(r"super\b|0*[1-9]\d*(?:\.\d+)?%")


@cache
def name(prefixed: str) -> str:
    """Return "text:p" as lxml names it."""
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def in_memory(path: Source) -> Source:
    """Return a small file as one in memory, whose members are read without opening it again."""
    try:
        if isinstance(path, Path) and path.stat().st_size <= _MOST_HELD:
            data = path.read_bytes()
            return _HeldArchive(path.name, data, zipfile.ZipFile(BytesIO(data)))
    except (OSError, *DAMAGED):
        pass  # told where it is read
    return path


@dataclass(frozen=True, slots=True)
class _HeldArchive(Attachment):
    """A file in memory whose archive's directory is read once."""

    archive: zipfile.ZipFile


@contextmanager
def _archive(path: Source) -> Iterator[zipfile.ZipFile]:
    if isinstance(path, _HeldArchive):
        yield path.archive
        return
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        yield archive


def parse_member(path: Source, member: str, without: bytes = b"") -> etree._Element:
    """Return the root of an XML file of the archive, read without any outside entity.

    `without`: what one element of this name holds is left out, unread. Raises ReadError where the
    file is damaged, or not there.
    """
    try:
        with _archive(path) as archive:
            data = _cut(archive.read(member), without)
            root = etree.fromstring(data, safe_parser())
            return _as_read(root) if _may_mark(data) else root
    except (*DAMAGED, KeyError, etree.XMLSyntaxError) as e:
        raise ReadError("file_damaged", cause=e) from e


def _cut(data: bytes, element: bytes) -> bytes:
    begins, ends = data.find(b"<%s>" % element), data.rfind(b"</%s>" % element)
    return data[:begins] + data[ends + len(element) + 3 :] if 0 <= begins < ends else data


def _may_mark(data: bytes) -> bool:
    """Tell whether a file may strike words out or raise them; one that isn't UTF-8 may."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or any(
        data.count(stated) > sum(data.count(stated + plain) for plain in plains)
        for stated, plains in _MARKS
    )


def heed_common_styles(root: etree._Element, common: etree._Element | None) -> None:
    """Take out of a document what its common styles strike out and raise, as its own do."""
    if common is not None and any(named := _styles(common)):
        _as_read(root, named)


def _as_read(root: etree._Element, named: _Stating = ((), ())) -> etree._Element:
    """Return a document without its struck-out words and note marks; exponents as they read.

    `named` are the styles that do so and are defined elsewhere.
    """
    struck, above = _styles(root, named)
    for part in [*root.iter(*_STYLED)] if struck or above else ():
        key = _FAMILIES[local_name(part)], _style_name(part)
        if key in struck:
            if says_words(part):
                root.set(_STRIKES, "true")
            _strike(part)
        elif key in above and part.tag == _STYLED[0] and next(part.iter(*_HUNG), None) is None:
            text = raised(words_before(part, _STYLED), "".join(map(str, part.itertext())))
            emptied(part)
            part.text = text
    return root


def strikes_out(root: etree._Element) -> bool:
    """Tell whether a document had words that are struck out, which its root was read without."""
    return root.get(_STRIKES) is not None


#: What the root of a document says once words were struck out of it.
_STRIKES = "strikes"
_FAMILIES = {"span": "text", "p": "paragraph", "h": "paragraph", "table-cell": "table-cell"}
_STYLED = tuple(map(name, ("text:span", "text:p", "text:h", "table:table-cell")))


def _style_name(part: etree._Element) -> str:
    return part.get(name("text:style-name")) or part.get(name("table:style-name")) or ""


def _strike(part: etree._Element) -> None:
    """Take out what is struck out; a cell stays in its column."""
    if local_name(part) == "table-cell":
        for paragraph in part.iterchildren(name("text:p")):
            emptied(paragraph)
    else:
        emptied(part)


#: What may hang on words that are raised, as the call of a note is.
_HUNG = tuple(map(name, ("text:note", "draw:frame", "office:annotation")))
#: The family and the name of a style, and the styles that strike out and that raise.
_StyleKey = tuple[str, str]
_Stating = tuple[Collection[_StyleKey], Collection[_StyleKey]]


def _styles(
    root: etree._Element, named: _Stating = ((), ())
) -> tuple[set[_StyleKey], set[_StyleKey]]:
    """Return the styles that strike words out, and those that raise them, with what builds on them.

    A paragraph's own words are struck out by its style, never raised.
    """
    struck, above = set(named[0]), set(named[1])
    for style in root.iter(name("style:style")):
        family = style.get(name("style:family"), "text")
        key = family, style.get(name("style:name"), "")
        base = family, style.get(name("style:parent-style-name"), "")
        lines: list[str | None] = []
        position = None
        for properties in style.iterchildren(name("style:text-properties")):
            lines = [properties.get(name(line)) for line in _LINES_THROUGH]
            position = properties.get(name("style:text-position"))
        if any(line not in (None, "none") for line in lines) or (base in struck and not any(lines)):
            struck.add(key)
        if _RAISED.match(position or "") or (base in above and position is None):
            above.add(key)
    return struck, above


_LINES_THROUGH = ("style:text-line-through-style", "style:text-line-through-type")


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
