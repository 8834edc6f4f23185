"""PresentationML: the XML of a slide, made such that what it shows can be read off its shapes.

In: the root of a slide. Out: the same, changed in place, whether it hid shapes, and the objects of
other programs that it shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.formulas import FORMULAS, formula_text
from assistant.readers.formats.list_numbers import number_text
from assistant.readers.formats.ooxml import DRAWING
from assistant.readers.raised import raised

_SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_EITHER = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_FORMULA = "{http://schemas.microsoft.com/office/drawing/2010/main}m"
#: What moves a shape, what holds a text, and what says where a shape stands.
MOTION, TEXT, OFFSET = f"{_SLIDE}animMotion", f"{DRAWING}t", f"{DRAWING}off"
#: Charts of newer kinds (waterfall, funnel, map), which python-pptx doesn't know.
_NEW_CHART = "http://schemas.microsoft.com/office/drawing/2014/chartex"


def as_read(element: etree._Element) -> bool:
    """Make a slide's XML such that its shapes say what one reads; tell whether it struck words out.

    What newer programs show stands in place of what older ones do; struck-out words and the marks
    of notes are gone; exponents and formulas are written as they read.
    """
    strikes = False
    _unwrap(element)
    for formula in list(element.iter(_FORMULA)):
        _write(formula)
    for body in element.iter(f"{_SLIDE}txBody"):
        _write_numbers(body)
    for run in element.iter(f"{DRAWING}r"):
        properties, text = run.find(f"{DRAWING}rPr"), run.find(f"{DRAWING}t")
        if properties is None or text is None:
            continue
        above = properties.get("baseline", "0").rstrip("%")
        if properties.get("strike", "noStrike") != "noStrike":
            strikes = strikes or bool((text.text or "").strip())
            text.text = ""
        elif above.isdecimal() and above.strip("0"):
            before = run.getprevious()
            words = before.findtext(f"{DRAWING}t") if before is not None else ""
            text.text = raised(words or "", text.text or "")
    return strikes


def _write_numbers(body: etree._Element) -> None:
    """Write before each paragraph of a numbered list its number."""
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in body.iterchildren(f"{DRAWING}p"):
        properties = paragraph.find(f"{DRAWING}pPr")
        stated = "0" if properties is None else properties.get("lvl", "0")
        level = int(stated) if len(stated) == 1 and stated.isdecimal() else 0
        numbered = None if properties is None else properties.find(f"{DRAWING}buAutoNum")
        counts = {at: count for at, count in counts.items() if at < level + (numbered is not None)}
        first = paragraph.find(f"{DRAWING}r/{DRAWING}t")
        if numbered is None or first is None:
            continue
        way = numbered.get("type", "arabicPeriod")
        begins = numbered.get("startAt", "1")
        start = int(begins[:6]) if begins.isdecimal() else 1
        before, number = counts.get(level, (way, start - 1))
        number = number + 1 if before == way else start
        counts[level] = way, number
        first.text = f"{_label(number, way)} {first.text or ''}"


def _label(number: int, way: str) -> str:
    """Return "3.", "c)", "(iv)", as PowerPoint calls the ways to write them."""
    kind = next((end for end in ("ParenBoth", "ParenR", "Period") if way.endswith(end)), "")
    text = number_text(number, way.removesuffix(kind))
    return {"ParenBoth": f"({text})", "ParenR": f"{text})", "Period": f"{text}."}.get(kind, text)


def _unwrap(element: etree._Element) -> None:
    """Put in place of each choice what a program of today shows, or else what says something."""
    for either in list(element.iter(f"{_EITHER}AlternateContent")):
        above = either.getparent()
        choices = either.findall(f"{_EITHER}Choice") + either.findall(f"{_EITHER}Fallback")
        if above is None or not choices:
            continue
        chosen = next(filter(_says, choices), choices[0])
        at = above.index(either)
        above[at : at + 1] = list(chosen)


def _says(choice: etree._Element) -> bool:
    texts = (text.text for text in choice.iter(f"{DRAWING}t", *FORMULAS))
    return any(True for _ in choice.iter(f"{_SLIDE}graphicFrame", *FORMULAS)) or any(texts)


def _write(formula: etree._Element) -> None:
    """Put a run with a formula's text in its place."""
    above = formula.getparent()
    if above is None:
        return
    run = above.makeelement(f"{DRAWING}r")
    etree.SubElement(run, f"{DRAWING}t").text = " ".join(
        formula_text(element) for element in formula.iter(FORMULAS[0])
    )
    above.replace(formula, run)


def is_hiding(element: etree._Element, *, shown: bool) -> bool:
    """Tell whether a slide has shapes that it doesn't show, and take them out; `shown`: don't."""
    hidden = False
    for properties in list(element.iter(f"{_SLIDE}cNvPr")):
        held = properties.getparent()
        shape = held.getparent() if held is not None else None
        above = shape.getparent() if shape is not None else None
        if shape is None or above is None or properties.get("hidden") not in ("1", "true"):
            continue
        hidden |= any((text.text or "").strip() for text in shape.iter(f"{DRAWING}t"))
        if not shown:
            above.remove(shape)
    return hidden


def unread_objects(element: etree._Element) -> Iterator[str]:
    """Yield the names of the objects of other programs, and of charts that are not read."""
    for embedded in element.iter(f"{_SLIDE}oleObj"):
        yield embedded.get("progId") or embedded.get("name") or "OLE"
    for data in element.iter(f"{DRAWING}graphicData"):
        if data.get("uri") == _NEW_CHART:
            yield "chart"
