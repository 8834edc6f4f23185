"""WordprocessingML: the text inside a Word document's XML, as its reader sees it.

In: elements of `document.xml` and `footnotes.xml`. Out: texts with tracked insertions and without
tracked deletions, struck-out words, fields' codes, or what stands apart (notes, text boxes), which
is found here too.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.elements import described, emptied, finding
from assistant.readers.formats.formulas import FORMULAS, formula_text
from assistant.readers.formats.table_text import lays_out, span
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
_TEXT, _RUN, _SYMBOL, _FIELD = (f"{WORD}{tag}" for tag in ("t", "r", "sym", "ffData"))
_RUN_PROPERTIES, _CELL_PROPERTIES = f"{WORD}rPr", f"{WORD}tcPr"
_ROW, _CELL, _VANISH = f"{WORD}tr", f"{WORD}tc", f"{WORD}vanish"
#: What says of a run that nobody is meant to read it any more: it is hidden, or struck out.
_UNREAD = tuple(f"{WORD}{mark}" for mark in ("vanish", "strike", "dstrike"))
_BY_ID = finding("w:style[@w:styleId=$id]", w=WORD[1:-1])
_ABOVE = (f"{WORD}vertAlign", f"{WORD}position")
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
#: Rows and cells that tracked changes take out.
_DELETED = f"{WORD}trPr/{WORD}del", f"{WORD}cellDel"
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

    Files of other formats that the document takes in come in their place, and the content of a
    table that only lays out the page.
    """
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if element.tag == TABLE and _lays_out(element):
            continue
        if element.tag in (P, TABLE, CHUNK):
            yield element
            walk.skip_subtree()
        elif element.tag in _GONE:
            walk.skip_subtree()


def _lays_out(table: etree._Element) -> bool:
    rows = [[*_parts(row, _CELL)] for row in _parts(table, _ROW)]
    if max(map(len, rows), default=3) > 2 or any(
        table.find(f".//{gone}") is not None for gone in _DELETED
    ):
        return False
    return lays_out(
        [
            [
                ["".join(text.text or "" for text in p.iter(_TEXT)) for p in cell.iter(P)]
                for cell in row
            ]
            for row in rows
        ]
    )


def paragraph_text(paragraph: etree._Element) -> str:
    """Return a paragraph's own text."""
    pieces: list[str] = []
    above = False
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        tag = element.tag
        if tag == _TEXT:
            text = element.text or ""
            pieces.append(raised("".join(pieces[-3:]), text) if above else text)
        elif tag == _RUN:
            properties = element.find(_RUN_PROPERTIES)
            if properties is not None and _is_unread(properties):
                walk.skip_subtree()
                continue
            above = properties is not None and _is_raised(properties)
        elif tag in _GONE or tag == _BOX:
            walk.skip_subtree()
        elif tag in _CHARACTERS:
            pieces.append(_CHARACTERS[str(tag)])
        elif tag == FORMULAS[0]:
            follows = element.getprevious()
            beside = follows is not None and follows.tag == tag
            pieces.append(f" {formula_text(element)}" if beside else formula_text(element))
            walk.skip_subtree()
        elif tag == _SYMBOL:
            pieces.append(_sign(element))
        elif tag == _FIELD:
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
    vanishes = next(root.iter(_VANISH), None) is not None
    hidden = [run for run in root.iter(_RUN) if _vanishes(run)] if vanishes else []
    for row in () if shown else rows:
        emptied(row)
    for run in hidden:
        mark = run.find(f"{WORD}rPr/{WORD}vanish")
        if not shown:
            emptied(run)
        elif mark is not None:
            mark.set(_VALUE, "0")
    return bool(hidden or rows)


def strikes_out(root: etree._Element) -> bool:
    """Tell whether a document has words that are struck out."""
    marks = root.iter(*_UNREAD[1:])
    return any(
        is_on(mark) and (run := _run_of(mark)) is not None and _has_words(run) for mark in marks
    )


def _run_of(mark: etree._Element) -> etree._Element | None:
    properties = mark.getparent()
    run = None if properties is None else properties.getparent()
    return run if run is not None and run.tag == _RUN else None


def _has_words(run: etree._Element) -> bool:
    return any((text.text or "").strip() for text in run.iter(_TEXT))


def _vanishes(run: etree._Element) -> bool:
    """Tell whether a run has text and is hidden."""
    return is_on(run.find(f"{WORD}rPr/{WORD}vanish")) and _has_words(run)


def _is_unread(properties: etree._Element) -> bool:
    """Tell whether a run with such properties is hidden, or struck out."""
    return any(map(is_on, properties.iterchildren(*_UNREAD)))


def is_on(mark: etree._Element | None) -> bool:
    """Tell whether a property that is there or not holds."""
    return mark is not None and mark.get(_VALUE, "1") not in ("0", "false")


def _is_raised(properties: etree._Element) -> bool:
    """Tell whether a run stands above the line, by its kind or by a distance."""
    for mark in properties.iterchildren(*_ABOVE):
        stated = mark.get(_VALUE, "")
        if stated == "superscript" or (stated.isdecimal() and stated.strip("0")):
            return True
    return False


def _stated(element: etree._Element, path: str, otherwise: str = "") -> str:
    """Return the value of an element below, by its path; `otherwise` where there is none."""
    found = element.find(path)
    return otherwise if found is None else found.get(_VALUE, otherwise)


def rows_of(table: etree._Element) -> list[list[str]]:
    """Return the texts of a table's cells; a cell merged over several columns comes as often."""
    rows: list[list[str]] = []
    for row in _parts(table, _ROW):
        if row.find(f"{WORD}trPr/{WORD}del") is not None:
            continue  # a tracked deletion
        cells = [""] * _skipped_columns(row)
        for cell in _parts(row, _CELL):
            texts = [paragraph_text(p) for p in cell.iter(P) if not _in_box(p, cell)]
            times = 1
            properties = cell.find(_CELL_PROPERTIES)
            if properties is not None and len(properties):
                if properties.find(f"{WORD}cellDel") is not None:
                    continue
                merged = properties.find(f"{WORD}vMerge")
                if merged is not None and merged.get(_VALUE) != "restart" and rows:
                    texts = [rows[-1][len(cells)] if len(cells) < len(rows[-1]) else ""]
                times = min(64, span(_stated(properties, f"{WORD}gridSpan")))
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
    if next(element.iter(_BOX), None) is None:
        return
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


def _properties(paragraph: etree._Element) -> etree._Element | None:
    return next(paragraph.iterchildren(f"{WORD}pPr"), None)


def style_of(paragraph: etree._Element) -> str:
    """Return the id of a paragraph's style, or ""."""
    properties = _properties(paragraph)
    return "" if properties is None else _stated(properties, f"{WORD}pStyle")


def style_called(styles: etree._Element, id_: str) -> etree._Element | None:
    """Return the style that has an id; None where none has."""
    found = _BY_ID(styles, id=id_)
    return found[-1] if found else None


def name_of(style: etree._Element) -> str:
    """Return what a style is called, or ""."""
    return _stated(style, f"{WORD}name")


def outline_of(paragraph: etree._Element) -> int:
    """Return the level (from 1) that a paragraph itself states, or 0."""
    properties = _properties(paragraph)
    stated = "9" if properties is None else _stated(properties, f"{WORD}outlineLvl", "9")
    return int(stated) + 1 if len(stated) == 1 and stated in "012345678" else 0


def list_depth(paragraph: etree._Element) -> int | None:
    """Return the depth of a list's item, from 0; None for a paragraph of no list."""
    properties = _properties(paragraph)
    numbering = properties.find(f"{WORD}numPr") if properties is not None else None
    if numbering is None:
        return None
    if _stated(numbering, f"{WORD}numId") == "0":
        return None  # taken out of its style's list
    stated = _stated(numbering, f"{WORD}ilvl", "0")
    return min(9, int(stated[:4])) if stated.isdecimal() else 0
