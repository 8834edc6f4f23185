"""WordprocessingML: the text inside a Word document's XML, as its reader sees it.

In: elements of `document.xml` and `footnotes.xml`. Out: texts with tracked insertions and without
tracked deletions, struck-out words, fields' codes, or what stands apart (notes, text boxes), which
is found here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from assistant.readers.formats.raised import raised
from assistant.text.analysis import clean

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
P, TABLE, BODY = f"{_WORD}p", f"{_WORD}tbl", f"{_WORD}body"
_BOX = f"{_WORD}txbxContent"
_VALUE, _ID = f"{_WORD}val", f"{_WORD}id"
#: What is deleted, moved away, or said again for old programs.
_GONE = frozenset(
    [f"{_WORD}{tag}" for tag in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr")]
    + [_FALLBACK]
)
_CHARACTERS = {
    f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-",
}  # fmt: skip
_NOTES = {f"{_WORD}footnoteReference": "footnote", f"{_WORD}endnoteReference": "endnote"}


def body_elements(body: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a document in order, those of content controls too."""
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if element.tag in (P, TABLE):
            yield element
            walk.skip_subtree()
        elif element.tag in _GONE:
            walk.skip_subtree()


def paragraph_text(paragraph: etree._Element) -> str:
    """Return a paragraph's own text."""
    pieces: list[str] = []
    above = False
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in _GONE or element.tag == _BOX or _is_unread(element):
            walk.skip_subtree()
        elif element.tag == f"{_WORD}r":
            above = _is_raised(element)
        elif element.tag == f"{_WORD}t":
            text = element.text or ""
            pieces.append(raised("".join(pieces[-3:]), text) if above else text)
        elif element.tag in _CHARACTERS:
            pieces.append(_CHARACTERS[str(element.tag)])
    return clean("".join(pieces))


def _is_unread(element: etree._Element) -> bool:
    """Tell whether a run is hidden, or struck out: nobody is meant to read it any more."""
    return element.tag == f"{_WORD}r" and any(
        _is_on(element.find(f"{_WORD}rPr/{_WORD}{mark}"))
        for mark in ("vanish", "strike", "dstrike")
    )


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(_VALUE, "1") not in ("0", "false")


def _is_raised(run: etree._Element) -> bool:
    aligned = run.find(f"{_WORD}rPr/{_WORD}vertAlign")
    return aligned is not None and aligned.get(_VALUE) == "superscript"


def rows_of(table: etree._Element) -> list[list[str]]:
    """Return the texts of a table's cells; a cell merged over several columns comes as often."""
    rows: list[list[str]] = []
    for row in table.iterchildren(f"{_WORD}tr", f"{_WORD}sdt"):
        cells: list[str] = []
        for cell in row.iter(f"{_WORD}tc"):
            if next(cell.iterancestors(f"{_WORD}tc"), None) is not None and _inside(cell, table):
                continue  # of a table inside this one: said with the cell that holds it
            texts = [paragraph_text(p) for p in cell.iter(P) if not _in_box(p, cell)]
            merged = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
            if merged is not None and merged.get(_VALUE) != "restart" and rows:
                texts = [rows[-1][len(cells)] if len(cells) < len(rows[-1]) else ""]
            span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
            times = span.get(_VALUE, "1") if span is not None else "1"
            cells += [" ".join(filter(None, texts))] * (
                min(64, int(times)) if times.isdecimal() else 1
            )
        rows.append(cells)
    return rows


def _inside(cell: etree._Element, table: etree._Element) -> bool:
    """Tell whether a cell belongs to a table within `table`."""
    return next(cell.iterancestors(TABLE), None) is not table


def _in_box(paragraph: etree._Element, within: etree._Element) -> bool:
    for above in paragraph.iterancestors():
        if above is within:
            return False
        if above.tag in (_BOX, _FALLBACK):
            return True
    return False


def boxed_paragraphs(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs of the text boxes anchored in an element, each box once."""
    walk = etree.iterwalk(element, events=("start",))
    for _, found in walk:
        if found.tag == _FALLBACK:
            walk.skip_subtree()
        elif found.tag == _BOX:
            yield from found.iter(P)
            walk.skip_subtree()


def note_texts(element: etree._Element, notes: dict[tuple[str, str], str]) -> Iterator[str]:
    """Yield the notes that an element calls, in order."""
    for found in element.iter(*_NOTES):
        if not any(above.tag in _GONE for above in found.iterancestors()):
            text = notes.get((_NOTES[str(found.tag)], found.get(_ID, "")), "")
            if text:
                yield text


def picture_texts(element: etree._Element) -> Iterator[str]:
    """Yield the alternative texts of an element's pictures."""
    for picture in element.iter(_PICTURE):
        if text := clean(picture.get("descr") or ""):
            yield text


def notes_of(part: Any) -> dict[tuple[str, str], str]:
    """Return the texts of a document's footnotes and endnotes. Raises XMLSyntaxError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    notes: dict[tuple[str, str], str] = {}
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            root = etree.fromstring(relation.target_part.blob, parser)
            for note in root.iter(f"{_WORD}{kind[:-1]}"):
                texts = [paragraph_text(p) for p in note.iter(P)]
                notes[kind[:-1], note.get(_ID, "")] = "\n".join(filter(None, texts))
    return notes


def is_bold(paragraph: etree._Element) -> bool:
    """Tell whether all the text of a paragraph is set in bold, run by run."""
    runs = [
        run
        for run in paragraph.iter(f"{_WORD}r")
        if any((text.text or "").strip() for text in run.iterchildren(f"{_WORD}t"))
    ]
    return bool(runs) and all(_has_bold(run) for run in runs)


def _has_bold(run: etree._Element) -> bool:
    bold = run.find(f"{_WORD}rPr/{_WORD}b")
    return bold is not None and bold.get(_VALUE, "1") not in ("0", "false", "off")


def style_of(paragraph: etree._Element) -> str:
    """Return the id of a paragraph's style, or ""."""
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    return style.get(_VALUE, "") if style is not None else ""


def outline_of(paragraph: etree._Element) -> int:
    """Return the level (from 1) that a paragraph itself states, or 0."""
    outline = paragraph.find(f"{_WORD}pPr/{_WORD}outlineLvl")
    stated = outline.get(_VALUE, "9") if outline is not None else "9"
    return int(stated) + 1 if stated in "012345678" else 0


def list_depth(paragraph: etree._Element) -> int | None:
    """Return the depth of a list's item, from 0; None for a paragraph of no list."""
    numbering = paragraph.find(f"{_WORD}pPr/{_WORD}numPr")
    if numbering is None:
        return None
    number = numbering.find(f"{_WORD}numId")
    if number is not None and number.get(_VALUE) == "0":
        return None  # taken out of its style's list
    depth = numbering.find(f"{_WORD}ilvl")
    stated = depth.get(_VALUE, "0") if depth is not None else "0"
    return min(9, int(stated)) if stated.isdecimal() else 0
