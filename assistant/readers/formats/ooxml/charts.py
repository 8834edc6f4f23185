"""Charts of Word, PowerPoint and Excel: what one draws becomes the table that it draws.

In: the XML of a chart. Out: its title, then a line per category or point, its figures as the chart
writes them: "Part des repas : 32 %".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

from assistant.readers.formats.cell_values import value_text
from assistant.readers.formats.ooxml import paragraph_texts
from assistant.readers.formats.table_text import table_text
from assistant.text.analysis import clean

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
#: In what a part of a document names a chart that it shows.
CHART_LINK = f"{_CHART}chart"
MAX_POINTS = 2_000

#: By the number of the point.
_Points = dict[int, str]


def chart_text(root: etree._Element) -> str:
    """Return a chart as text: its title, its axes where they have names, and its table."""
    chart = root.find(f"{_CHART}chart")
    area = chart.find(f"{_CHART}plotArea") if chart is not None else None
    if chart is None or area is None:
        return ""
    lines = [chart_titles(root)]
    for plot in area:
        if series := plot.findall(f"{_CHART}ser"):
            lines += map(table_text, _tables(plot, series))
    return "\n".join(line for line in lines if line)


def chart_titles(root: etree._Element) -> str:
    """Return the title of a chart, and the names of its axes on a line."""
    chart = root.find(f"{_CHART}chart")
    if chart is None:
        return ""
    area = chart.find(f"{_CHART}plotArea")
    axes = [axis for axis in (area if area is not None else ()) if str(axis.tag).endswith("Ax")]
    lines = (_title(chart), " / ".join(filter(None, map(_title, axes))))
    return "\n".join(line for line in lines if line)


def _title(part: etree._Element) -> str:
    """Return the title that a chart or an axis has of its own."""
    title = part.find(f"{_CHART}title")
    if title is None:
        return ""
    named = " ".join(paragraph_texts(title)) or _name(title)
    return " ".join(clean(named).split())


def _name(part: etree._Element) -> str:
    """Return what a series or a title is called, which a cell may say."""
    return " ".join(_points(part.find(f"{_CHART}tx")).values())


def _tables(plot: etree._Element, series: Sequence[etree._Element]) -> Iterator[list[list[str]]]:
    """Yield what a plot draws: one table, or one per series where each has its own points."""
    shown = _format_of(plot)
    if series[0].find(f"{_CHART}yVal") is None:
        columns = [_points(one.find(f"{_CHART}val"), _format_of(one) or shown) for one in series]
        over = [_points(one.find(f"{_CHART}cat")) for one in series]
        yield _table(["", *map(_name, series)], next(filter(None, over), {}), columns)
        return
    for one in series:
        sides = [_points(one.find(f"{_CHART}{side}")) for side in ("xVal", "yVal", "bubbleSize")]
        columns = [side for side in sides[1:] if side]
        yield _table(["", _name(one), ""][: len(columns) + 1], sides[0], columns)


def _table(names: list[str], over: _Points, columns: Sequence[_Points]) -> list[list[str]]:
    numbers = sorted({*over, *(at for points in columns for at in points)})[:MAX_POINTS]
    rows = [[over.get(at, ""), *(points.get(at, "") for points in columns)] for at in numbers]
    return [names, *rows]


def _format_of(part: etree._Element) -> str:
    """Return how the labels of a plot or of a series write its figures, if it says so."""
    found = part.find(f"{_CHART}dLbls/{_CHART}numFmt")
    if found is None or found.get("sourceLinked") in ("1", "true"):
        return ""
    return found.get("formatCode", "")


def _points(part: etree._Element | None, written: str = "") -> _Points:
    """Return the texts of a series' points; categories of several levels are joined."""
    found: _Points = {}
    if part is None:
        return found
    common = written or part.findtext(f".//{_CHART}formatCode") or "General"
    figures = part.find(f".//{_CHART}numCache") is not None or (
        part.find(f".//{_CHART}numLit") is not None
    )
    for point in part.iter(f"{_CHART}pt"):
        at, value = point.get("idx", ""), point.findtext(f"{_CHART}v") or ""
        if not at.isdecimal() or len(found) >= MAX_POINTS:
            continue
        own = written or point.get("formatCode") or common
        text = _figure(value, own) if figures else " ".join(clean(value).split())
        number = int(at[:6])
        found[number] = f"{text} {found[number]}" if number in found else text
    alone = clean(part.findtext(f"{_CHART}v") or "")
    return found or ({0: alone} if alone else found)


def _figure(value: str, number_format: str) -> str:
    """Return a figure of a chart as it is written there."""
    try:
        number = float(value)
        if is_date_format(number_format):
            return value_text(from_excel(number), number_format)
    except (ValueError, OverflowError, TypeError):
        return clean(value)
    whole = int(number) if number.is_integer() and abs(number) < 1e15 else number
    return value_text(whole, number_format)
