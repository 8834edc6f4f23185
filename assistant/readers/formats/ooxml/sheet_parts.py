"""What a sheet of Excel shows beside its cells: text boxes and charts drawn over it, and remarks.

In: the archive of a workbook, and the path of a sheet in it. Out: texts with the row that they
begin at, and how many remarks there are.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.ooxml import RELATION, paragraph_texts
from assistant.readers.formats.ooxml.charts import CHART_LINK, chart_titles
from assistant.readers.safe_xml import parsed
from assistant.text.analysis import clean

_OVER = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"

_WORKBOOK = "xl/workbook.xml"
#: The kind and target of each relation of a part, by its id.
_Relations = dict[str, tuple[str, str]]


def drawn_over(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, str]]:
    """Yield (row from 1, text) of what is drawn over a sheet. Raises ReadError."""
    for kind, target in _relations(archive, sheet).values():
        root = _parsed(archive, target) if kind == "drawing" else None
        if root is None:
            continue
        links = _relations(archive, target)
        for anchor in root:
            row = anchor.findtext(f"{_OVER}from/{_OVER}row") or "0"
            number = int(row[:7]) + 1 if row.isdecimal() else 1
            yield from ((number, text) for text in _texts(archive, anchor, links))


def chart_sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return, by its name, the path of each sheet that is a chart alone. Raises ReadError."""
    links = _relations(archive, _WORKBOOK)
    book = _parsed(archive, _WORKBOOK)
    found = (
        (sheet.get("name", ""), links.get(sheet.get(f"{RELATION}id", ""), ("", "")))
        for sheet in (book.iter("{*}sheet") if book is not None else ())
    )
    return {name: target for name, (kind, target) in found if kind == "chartsheet"}


def remarks_on(archive: zipfile.ZipFile, sheet: str) -> int:
    """Count the remarks on the cells of a sheet. Raises ReadError."""
    roots = (
        _parsed(archive, target)
        for kind, target in _relations(archive, sheet).values()
        if kind == "comments"
    )
    return sum(len(root.findall(".//{*}comment")) for root in roots if root is not None)


def _texts(archive: zipfile.ZipFile, anchor: etree._Element, links: _Relations) -> Iterator[str]:
    for shape in anchor.iter(f"{_OVER}sp"):
        if text := clean("\n".join(paragraph_texts(shape))):
            yield text
    for link in anchor.iter(CHART_LINK):
        _, target = links.get(link.get(f"{RELATION}id", ""), ("", ""))
        chart = _parsed(archive, target)
        if chart is not None and (text := chart_titles(chart)):
            yield text


def _relations(archive: zipfile.ZipFile, part: str) -> _Relations:
    folder, name = posixpath.split(part)
    root = _parsed(archive, f"{folder}/_rels/{name}.rels")
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in (root if root is not None else ())
        if relation.get("TargetMode") != "External"
    }


def _parsed(archive: zipfile.ZipFile, part: str) -> etree._Element | None:
    """Return the root of a part; None where the workbook has no such part."""
    try:
        return parsed(archive.read(part))
    except KeyError:
        return None
