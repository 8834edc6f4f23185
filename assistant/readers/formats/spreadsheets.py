"""Tables: sheets of any workbook become rows that can be understood, and quoted, alone.

In: a workbook or a file of separated values. Out: for each sheet its name as a heading, then a
"table" block per row ("En-tête : valeur | …") in place `row n`, numbered as the program shows it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.opendocument.content import metadata, name, parse_member, text_of
from assistant.readers.formats.table_text import Reach, span
from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Defect, Fact, Options, Part, Source
from assistant.records import Block, Place
from assistant.text.analysis import clean

#: A hostile sheet is small and claims a million rows (docs/reading.md, Office files).
MAX_COLUMNS = 256
MAX_ROWS = 50_000
_SHOWN = f"{MAX_ROWS:,}".replace(",", " ")  # French writes thousands apart
#: Column titles are short; a longer cell is already content.
MAX_TITLE_CHARACTERS = 120
_DELIMITERS = (";", ",", "\t", "|")

#: The number of a row (and of the last one that repeats it), and the texts of its cells.
Row = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet as its format's reader finds it.

    `is_hidden` tells a sheet that the program doesn't show, `hides` one of whose rows or columns
    it doesn't.
    """

    title: str
    rows: Iterator[Row]
    is_hidden: bool = False
    hides: bool = False


def read_ods(path: Source, options: Options) -> Iterator[Part]:
    """Yield the rows of an OpenDocument workbook, as it shows them. Raises ReadError."""
    root = parse_member(path, "content.xml")
    yield Fact("kind", "table")
    yield from metadata(path)
    hiding = {
        style.get(name("style:name"), "")
        for style in root.iter(name("style:style"))
        for properties in style.iter(name("style:table-properties"))
        if properties.get(name("table:display")) == "false"
    }
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
            )
        )
    yield from sheets_parts(sheets, options)


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
            shown, more = reaching.get(len(cells), ("", 0)) if covered else (text, rows)
            if more > 1:
                below[len(cells)] = shown, more - 1
            cells.append(shown)
    return cells, below


def _times(element: etree._Element, attribute: str) -> int:
    stated = element.get(name(attribute), "1")
    return max(1, int(stated[:9])) if stated.isdecimal() else 1


def read_csv(path: Source, options: Options) -> Iterator[Part]:
    """Yield the rows of a file of values separated by ";", "," or tabs. Raises ReadError."""
    lines = read_text_file(path).split("\n")
    skipped = 0
    delimiter = ""
    if lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        delimiter, skipped = lines[0][4], 1  # Excel's own way to say it, which it doesn't show
    yield Fact("kind", "table")
    csv.field_size_limit(MAX_BLOCK_CHARACTERS)
    try:
        delimiter = delimiter or delimiter_of(lines[skipped:])
        rows = csv.reader((f"{line}\n" for line in lines[skipped:]), delimiter=delimiter)
        yield from sheets_parts([Worksheet("", _csv_rows(rows))], options)
    except csv.Error as e:
        raise ReadError("file_damaged", cause=e) from e


def _csv_rows(rows: Iterable[list[str]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        cells = [clean(cell) for cell in row]
        if any(cells):
            yield number, number, cells


def delimiter_of(lines: Sequence[str]) -> str:
    """Return the character that cuts most of the first lines into the same number of cells."""

    def regularity(delimiter: str) -> tuple[int, int]:
        rows = csv.reader((f"{line}\n" for line in lines[:50]), delimiter=delimiter)
        widths = [len(row) for row in rows if len(row) > 1]
        usual = max(set(widths), key=widths.count, default=0)
        return widths.count(usual), usual

    return max(_DELIMITERS, key=regularity)


# --- Any workbook ------------------------------------------------------------------------------


def sheets_parts(sheets: Sequence[Worksheet], options: Options) -> Iterator[Part]:
    """Yield the rows of a workbook's sheets, and what of them is not read."""
    hidden: list[str] = []
    partly: list[str] = []
    long: list[str] = []
    for sheet in sheets:
        if sheet.is_hidden and not options.hidden_slides:
            hidden.append(sheet.title)
            continue
        if sheet.hides and not options.hidden_slides:
            partly.append(sheet.title)
        yield from _sheet(sheet.title, _bounded(sheet.rows, sheet.title, long))
    if hidden:
        yield Defect("sheets_hidden", {"sheets": ", ".join(hidden)})
    if partly:
        yield Defect("cells_hidden", {"sheets": ", ".join(partly)})
    if long:
        named = ", ".join(filter(None, dict.fromkeys(long)))
        values = {"sheets": f" ({named})" if named else "", "rows": _SHOWN}
        yield Defect("sheets_long", values)


def without(cells: Sequence[str], hidden: Set[int]) -> list[str]:
    """Return a row's cells, those of `hidden` columns (from 0) empty."""
    return ["" if at in hidden else cell for at, cell in enumerate(cells)]


def _bounded(rows: Iterator[Row], title: str, long: list[str]) -> Iterator[Row]:
    for first, last, cells in rows:
        beyond = first > MAX_ROWS and any(cells)
        if beyond or any(cells[MAX_COLUMNS:]):
            long.append(title)
        if beyond:
            return
        if any(cells[:MAX_COLUMNS]):
            yield first, last, cells[:MAX_COLUMNS]


def _sheet(title: str, rows: Iterator[Row]) -> Iterator[Block]:
    """Yield a sheet's name, then its rows, each with the titles of the table that it is in.

    A row of titles is a block of its own only where nothing stands under it.
    """
    titles: list[str] = []
    unused: Block | None = None
    last = 0
    for first, until, cells in rows:
        place = Place("row", first, until)
        if title and not last:
            yield Block(title, "heading", place, level=1)
        apart = first > last + 1
        last = until
        if (not titles or (apart and _columns(cells) != _columns(titles))) and _is_titles(cells):
            if unused:
                yield unused
            titles, unused = cells, Block(_row_text([], cells), "table", place)
            continue
        unused = None
        yield Block(_row_text(titles, cells)[:MAX_BLOCK_CHARACTERS], "table", place)
    if unused:
        yield unused


def _columns(cells: Sequence[str]) -> set[int]:
    return {at for at, cell in enumerate(cells) if cell}


def _is_titles(cells: Sequence[str]) -> bool:
    """Tell whether a row holds column titles: several different short texts, no figures."""
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1
        and len(set(named)) == len(named)
        and all(len(cell) <= MAX_TITLE_CHARACTERS for cell in named)
        and all(any(character.isalpha() for character in cell) for cell in named)
    )


def _row_text(titles: Sequence[str], cells: Sequence[str]) -> str:
    shown = []
    filled = len(_columns(cells))
    for at, cell in enumerate(cells):
        words = " ".join(cell.split())
        title = " ".join(titles[at].split()) if at < len(titles) else ""
        if words:
            # One cell alone in a wide table is a subheading or a remark, not a value.
            alone = filled == 1 and at == 0 and len(_columns(titles)) > 1
            shown.append(f"{title} : {words}" if title and not alone else words)
    return " | ".join(shown)
