"""Workbooks of OpenDocument: ODS become the rows of their sheets, as it shows them.

In: a workbook. Out: the parts of `spreadsheets`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.opendocument.archive import parse_member
from assistant.readers.formats.opendocument.content import (
    boxed_paragraphs,
    metadata,
    remarks_in,
    styles_stating,
    text_of,
)
from assistant.readers.formats.opendocument.names import name
from assistant.readers.formats.opendocument.objects import object_titles
from assistant.readers.formats.opendocument.struck_words import strikes_out
from assistant.readers.formats.spreadsheets import (
    COVERED,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Worksheet,
    sheets_parts,
    without,
)
from assistant.readers.formats.table_text import Reach, span
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.text.analysis import clean


def read_ods(path: Source, options: Options) -> Iterator[Part]:
    """Yield the rows of an OpenDocument workbook, as it shows them. Raises ReadError."""
    root = parse_member(path, "content.xml")
    yield Fact("kind", "table")
    yield from metadata(path)
    hiding = styles_stating(root, "style:table-properties", "table:display", "false")
    sheets = []
    for table in root.iterfind(f".//{name('office:spreadsheet')}/{name('table:table')}"):
        columns = _hidden_columns(table)
        hides = bool(columns) or any(map(_is_hidden, table.iter(name("table:table-row"))))
        sheets.append(
            Worksheet(
                table.get(name("table:name"), ""),
                _ods_rows(table, columns, whole=options.hidden_slides),
                table.get(name("table:style-name")) in hiding,
                hides,
                _drawn_over(path, table),
                remarks_in(table),
                struck=[table] if strikes_out(root) else [],
            )
        )
    yield from sheets_parts(sheets, options)


def _drawn_over(path: Source, table: etree._Element) -> list[tuple[int, str]]:
    """Return the text boxes and the titles of the charts over a sheet; they stand at its first."""
    texts = [text_of(p) for p in boxed_paragraphs(table)]
    texts += [object_titles(path, element) for element in table.iter(name("draw:object"))]
    return [(1, text) for text in texts if text]


def _is_hidden(part: etree._Element) -> bool:
    return part.get(name("table:visibility"), "visible") != "visible"


def _hidden_columns(table: etree._Element) -> frozenset[int]:
    """Return the hidden columns, from 0."""
    found: set[int] = set()
    at = 0
    for column in table.iter(name("table:table-column")):
        times = min(MAX_COLUMNS, _times(column, "table:number-columns-repeated"))
        if _is_hidden(column):
            found.update(range(at, at + times))
        at += times
    return frozenset(found)


def _ods_rows(table: etree._Element, hidden: frozenset[int], *, whole: bool) -> Iterator[Row]:
    """Yield the rows that say something; identical ones that the file repeats come once.

    A label merged over rows is said on each of them; what it covers is not seen, nor read.
    """
    number = 1
    reaching: Reach = {}
    for row in table.iter(name("table:table-row")):
        times = _times(row, "table:number-rows-repeated")
        cells, reaching = _ods_cells(row, reaching)
        if not whole:
            cells = [] if _is_hidden(row) else without(cells, hidden)
        if any(cells):
            yield number, max(number, min(number + times - 1, MAX_ROWS)), cells
        number += times


def _ods_cells(row: etree._Element, reaching: Reach) -> tuple[list[str], Reach]:
    """Return a row's cells, and what reaches into the row below."""
    cells: list[str] = []
    below: Reach = {}
    for cell in row.iterchildren(name("table:table-cell"), name("table:covered-table-cell")):
        paragraphs = [text_of(p) for p in cell.iterchildren(name("text:p"))]
        text = clean("\n".join(filter(None, paragraphs)))
        covered = cell.tag == name("table:covered-table-cell")
        rows = span(cell.get(name("table:number-rows-spanned")))
        most = MAX_COLUMNS + 1 - len(cells)
        for _ in range(min(most, _times(cell, "table:number-columns-repeated"))):
            reached = reaching.get(len(cells), (COVERED if any(cells) else "", 0))
            shown, more = reached if covered else (text, rows)
            if more > 1:
                below[len(cells)] = shown, more - 1
            cells.append(shown)
    return cells, below


def _times(element: etree._Element, attribute: str) -> int:
    stated = element.get(name(attribute), "1")
    return max(1, int(stated[:9])) if stated.isdecimal() else 1
