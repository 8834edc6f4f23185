"""WordprocessingML: the text inside a Word document's XML, as its reader sees it.

In: elements of `document.xml` and `footnotes.xml`. Out: texts with tracked insertions and without
tracked deletions, struck-out words, fields' codes, or what stands apart (notes, text boxes), which
is found here too.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.elements import described, emptied
from assistant.readers.formats.formulas import FORMULAS, formula_text
from assistant.readers.formats.table_text import span
from assistant.readers.raised import raised
from assistant.text.analysis import clean

#: The namespace of the elements.
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
P, TABLE = f"{WORD}p", f"{WORD}tbl"
CHUNK = f"{WORD}altChunk"
_BOX = f"{WORD}txbxContent"
_DRAWN_TEXT = "{urn:schemas-microsoft-com:vml}textpath"
_VALUE, _ID = f"{WORD}val", f"{WORD}id"
#: What is deleted, moved away, or said again for old programs.
_GONE = frozenset(
    [f"{WORD}{tag}" for tag in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "rt")]
    + [_FALLBACK]
)
_CHARACTERS = {
    f"{WORD}tab": "\t", f"{WORD}ptab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n",
    f"{WORD}noBreakHyphen": "-",
}  # fmt: skip
#: Signs of the fonts Wingdings and Symbol, by their code there; others are bullets and ornaments.
_SIGNS = {
    0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0x78: "☒", 0xFD: "☒", 0xFE: "☑",
    0xFC: "✓", 0xFB: "✗", 0xE0: "→", 0xF0: "→",
}  # fmt: skip
_SYMBOLS = {0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xBB: "≈", 0xB9: "≠", 0xAE: "→", 0x6D: "µ"}
#: What may stand around rows, cells and paragraphs.
_AROUND = tuple(f"{WORD}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_NOTES = {f"{WORD}footnoteReference": "footnote", f"{WORD}endnoteReference": "endnote"}


def join_paragraphs(body: etree._Element) -> None:
    """Put together the paragraphs between which a tracked deletion took the end away."""
    for mark in list(body.iter(f"{WORD}del")):
        properties = mark.getparent()
        held = properties.getparent() if properties is not None else None
        ended = held.getparent() if held is not None else None
        if ended is None or ended.tag != P or held is None or held.tag != f"{WORD}pPr":
            continue
        following = ended.getnext()
        above = ended.getparent()
        if following is None or following.tag != P or above is None:
            continue
        at = 1 if following.find(f"{WORD}pPr") is not None else 0
        following[at:at] = [part for part in ended if part is not held]
        above.remove(ended)


def body_elements(body: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a document in order, those of content controls too.

    Files of other formats that the document takes in come in their place.
    """
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if element.tag in (P, TABLE, CHUNK):
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
        elif element.tag == f"{WORD}r":
            above = _is_raised(element)
        elif element.tag == f"{WORD}t":
            text = element.text or ""
            pieces.append(raised("".join(pieces[-3:]), text) if above else text)
        elif element.tag in _CHARACTERS:
            pieces.append(_CHARACTERS[str(element.tag)])
        elif element.tag == FORMULAS[0]:
            pieces.append(formula_text(element))
            walk.skip_subtree()
        elif element.tag == f"{WORD}sym":
            pieces.append(_sign(element))
        elif element.tag == f"{WORD}ffData":
            pieces.append(_chosen(element))
            walk.skip_subtree()
    return clean("".join(pieces))


def _sign(symbol: etree._Element) -> str:
    """Return a character that a font of signs draws."""
    try:
        code = int(symbol.get(f"{WORD}char", ""), 16) & 0xFF
    except ValueError:
        return ""
    signs = _SYMBOLS if "symbol" in symbol.get(f"{WORD}font", "").lower() else _SIGNS
    return signs.get(code, " ")


def _chosen(field: etree._Element) -> str:
    """Return what a field of an old form shows by itself: a box that is ticked, a chosen line."""
    box = field.find(f"{WORD}checkBox")
    if box is not None:
        ticked = box.find(f"{WORD}checked")
        ticked = box.find(f"{WORD}default") if ticked is None else ticked
        return "☒ " if is_on(ticked) else "☐ "
    menu = field.find(f"{WORD}ddList")
    if menu is None:
        return ""  # its text stands in the document
    at = _stated(menu, f"{WORD}result", "0")
    entries = menu.findall(f"{WORD}listEntry")
    number = int(at[:4]) if at.isdecimal() else 0
    return entries[number].get(_VALUE, "") if number < len(entries) else ""


def is_hiding(root: etree._Element, *, shown: bool) -> bool:
    """Tell whether a document hides text, and take it out; `shown`: make it text as any other.

    A placeholder that nobody has filled in goes too: it is nobody's text.
    """
    for held in root.iter(f"{WORD}sdt"):
        if held.find(f"{WORD}sdtPr/{WORD}showingPlcHdr") is not None:
            for content in held.iterchildren(f"{WORD}sdtContent"):
                for text in content.iter(f"{WORD}t"):
                    text.text = ""
    rows = [row for row in root.iter(f"{WORD}tr") if is_on(row.find(f"{WORD}trPr/{WORD}hidden"))]
    hidden = [run for run in root.iter(f"{WORD}r") if _vanishes(run)]
    for row in () if shown else rows:
        emptied(row)
    for run in hidden:
        mark = run.find(f"{WORD}rPr/{WORD}vanish")
        if not shown:
            emptied(run)
        elif mark is not None:
            mark.set(_VALUE, "0")
    return bool(hidden or rows)


def _vanishes(run: etree._Element) -> bool:
    """Tell whether a run has text and is hidden."""
    hidden = is_on(run.find(f"{WORD}rPr/{WORD}vanish"))
    return hidden and any((text.text or "").strip() for text in run.iter(f"{WORD}t"))


def _is_unread(element: etree._Element) -> bool:
    """Tell whether a run is hidden, or struck out: nobody is meant to read it any more."""
    return element.tag == f"{WORD}r" and any(
        is_on(element.find(f"{WORD}rPr/{WORD}{mark}")) for mark in ("vanish", "strike", "dstrike")
    )


def is_on(mark: etree._Element | None) -> bool:
    """Tell whether a property that is there or not holds."""
    return mark is not None and mark.get(_VALUE, "1") not in ("0", "false")


def _is_raised(run: etree._Element) -> bool:
    """Tell whether a run stands above the line, by its kind or by a distance."""
    above = _stated(run, f"{WORD}rPr/{WORD}position", "0")
    return _stated(run, f"{WORD}rPr/{WORD}vertAlign") == "superscript" or (
        above.isdecimal() and above.strip("0") != ""
    )


def _stated(element: etree._Element, path: str, otherwise: str = "") -> str:
    """Return the value of an element below, by its path; `otherwise` where there is none."""
    found = element.find(path)
    return otherwise if found is None else found.get(_VALUE, otherwise)


def rows_of(table: etree._Element) -> list[list[str]]:
    """Return the texts of a table's cells; a cell merged over several columns comes as often."""
    rows: list[list[str]] = []
    for row in _parts(table, f"{WORD}tr"):
        if row.find(f"{WORD}trPr/{WORD}del") is not None:
            continue  # a tracked deletion
        cells = [""] * _skipped_columns(row)
        for cell in _parts(row, f"{WORD}tc"):
            if cell.find(f"{WORD}tcPr/{WORD}cellDel") is not None:
                continue
            texts = [paragraph_text(p) for p in cell.iter(P) if not _in_box(p, cell)]
            merged = cell.find(f"{WORD}tcPr/{WORD}vMerge")
            if merged is not None and merged.get(_VALUE) != "restart" and rows:
                texts = [rows[-1][len(cells)] if len(cells) < len(rows[-1]) else ""]
            times = min(64, span(_stated(cell, f"{WORD}tcPr/{WORD}gridSpan")))
            cells += [" ".join(filter(None, texts))] * times
        rows.append(cells)
    return rows


def _skipped_columns(row: etree._Element) -> int:
    """Return how many columns stand empty before the first cell of a row."""
    stated = _stated(row, f"{WORD}trPr/{WORD}gridBefore", "0")
    return min(64, int(stated[:4])) if stated.isdecimal() else 0


def _parts(whole: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, not those of a table within.

    Content controls may stand around them.
    """
    for part in whole.iterchildren(tag, *_AROUND):
        if part.tag == tag:
            yield part
        else:
            yield from _parts(part, tag)


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


def drawn_words(element: etree._Element) -> Iterator[str]:
    """Yield the words that old programs draw as pictures (WordArt)."""
    for drawn in element.iter(_DRAWN_TEXT):
        if text := clean(drawn.get("string") or ""):
            yield text


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
        if text := described(picture.get("descr")):
            yield text


def is_bold(paragraph: etree._Element) -> bool:
    """Tell whether all the text of a paragraph is set in bold, run by run."""
    runs = [
        run
        for run in paragraph.iter(f"{WORD}r")
        if any((text.text or "").strip() for text in run.iterchildren(f"{WORD}t"))
    ]
    return bool(runs) and all(_has_bold(run) for run in runs)


def _has_bold(run: etree._Element) -> bool:
    bold = run.find(f"{WORD}rPr/{WORD}b")
    return bold is not None and bold.get(_VALUE, "1") not in ("0", "false", "off")


def style_of(paragraph: etree._Element) -> str:
    """Return the id of a paragraph's style, or ""."""
    return _stated(paragraph, f"{WORD}pPr/{WORD}pStyle")


def outline_of(paragraph: etree._Element) -> int:
    """Return the level (from 1) that a paragraph itself states, or 0."""
    stated = _stated(paragraph, f"{WORD}pPr/{WORD}outlineLvl", "9")
    return int(stated) + 1 if len(stated) == 1 and stated in "012345678" else 0


def list_depth(paragraph: etree._Element) -> int | None:
    """Return the depth of a list's item, from 0; None for a paragraph of no list."""
    numbering = paragraph.find(f"{WORD}pPr/{WORD}numPr")
    if numbering is None:
        return None
    if _stated(numbering, f"{WORD}numId") == "0":
        return None  # taken out of its style's list
    stated = _stated(numbering, f"{WORD}ilvl", "0")
    return min(9, int(stated[:4])) if stated.isdecimal() else 0
