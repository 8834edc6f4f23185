"""Tables: sheets of any workbook become rows that can be understood, and quoted, alone.

In: a workbook or a file of separated values. Out: for each sheet its name as a heading, then a
"table" block per row ("En-tête : valeur | …") in place `row n`, numbered as the program shows it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.table_text import two_levels
from assistant.readers.parts import (
    MAX_BLOCK_CHARACTERS,
    Defect,
    Fact,
    Options,
    Part,
    Source,
    left_unread,
)
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean

#: A hostile sheet is small and claims a million rows (docs/reading.md, Office files).
MAX_COLUMNS = 256
MAX_ROWS = 50_000
_SHOWN = f"{MAX_ROWS:,}".replace(",", " ")  # French writes thousands apart
#: Column titles are short; a longer cell is already content.
MAX_TITLE_CHARACTERS = 120
_DELIMITERS = (";", ",", "\t", "|")

#: What a cell holds that one to its left, in the same row, is merged over.
COVERED = "\0"

#: The number of a row (and of the last one that repeats it), and the texts of its cells.
Row = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet as its format's reader finds it.

    `is_hidden` tells a sheet that the program doesn't show, `hides` one of whose rows or columns
    it doesn't. `drawn` are the texts over its cells, with the rows that they begin at; `remarks`
    is how many its cells have, `uncomputed` how many of these hold a formula without its result,
    `struck` whatever cells held that is struck out, once its rows are read.
    """

    title: str
    rows: Iterator[Row]
    is_hidden: bool = False
    hides: bool = False
    drawn: Sequence[tuple[int, str]] = ()
    remarks: int = 0
    uncomputed: int = 0
    struck: Sequence[object] = ()


def read_csv(path: Source, options: Options) -> Iterator[Part]:
    """Yield the rows of a file of values separated by ";", "," or tabs. Raises ReadError.

    Of a transcript, what is said.
    """
    return as_spoken(_csv_parts(path, options))


def _csv_parts(path: Source, options: Options) -> Iterator[Part]:
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
    uncomputed: list[str] = []
    remarks = 0
    long: list[str] = []
    for sheet in sheets:
        if sheet.is_hidden and not options.hidden_slides:
            hidden.append(sheet.title)
            continue
        if sheet.hides and not options.hidden_slides:
            partly.append(sheet.title)
        if sheet.uncomputed:
            uncomputed.append(sheet.title)
        remarks += sheet.remarks
        blocks = _sheet(sheet.title, _bounded(sheet.rows, sheet.title, long))
        begun = next(blocks, None)
        if begun is None and sheet.title and sheet.drawn:  # a chart alone
            begun = Block(sheet.title, "heading", Place("row", 1, 1), level=1)
        if begun is not None:
            yield begun
        yield from blocks
        for row, text in sheet.drawn:
            yield Block(text, "paragraph", Place("row", row, row))
    if hidden:
        yield Defect("sheets_hidden", {"sheets": ", ".join(hidden)})
    if partly:
        yield Defect("cells_hidden", {"sheets": ", ".join(partly)})
    if uncomputed:
        yield Defect("formulas_uncomputed", {"sheets": ", ".join(uncomputed)})
    yield from left_unread(struck=any(sheet.struck for sheet in sheets), remarks=remarks)
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

    A row of titles is a block of its own only where nothing stands under it. Titles merged over
    several columns go before those under them.
    """
    titles: list[str] = []
    unused: list[Block] = []
    above: list[str] = []
    last = 0
    captioned = gapped = loose = False
    reach: set[int] = set()
    for (first, until, found), following in _with_next(rows):
        covers = COVERED in found
        cells, merged = (_uncovered(found), _spread(found)) if covers else (found, found)
        place = Place("row", first, until)
        if title and not last:
            yield Block(title, "heading", place, level=1)
        apart = first > last + 1
        last = until
        wide = max(len(above), len(merged))
        two = above and not apart
        both = two_levels(_padded(above, wide), _padded(merged, wide)) if two else []
        gapped |= apart
        columns = _columns(cells)
        if gapped and titles and len(columns) > 1 and not columns <= reach:
            # After a gap, a row that goes beyond the table above is in none that has titles.
            titles, loose = [], True
        new = (not titles and (not loose or apart or _heads(cells, following))) or (
            (apart or (captioned and _heads(cells, following))) and columns != _columns(titles)
        )
        captioned = apart and columns == {0}
        if both or (new and _is_titles(cells)):
            if not both:
                yield from unused
            gapped, loose, reach = False, False, set(columns)
            titles, unused = both or cells, [Block(_row_text([], cells), "table", place)]
            above = [] if both else merged
            continue
        if new and len(set(filter(None, merged))) > 1 and merged != found:
            yield from unused
            above, titles = merged, []
            unused = [Block(_row_text([], cells), "table", place)]
            continue
        if not titles:
            yield from unused
        unused, above = [], []
        if not gapped:
            reach |= columns
        yield Block(_row_text(titles, cells)[:MAX_BLOCK_CHARACTERS], "table", place)
    yield from unused


def _with_next(rows: Iterator[Row]) -> Iterator[tuple[Row, list[str]]]:
    """Yield each row with the cells of the one that follows it; none after the last."""
    before = next(rows, None)
    for row in rows:
        if before is not None:
            yield before, row[2]
        before = row
    if before is not None:
        yield before, []


def _heads(cells: Sequence[str], following: Sequence[str]) -> bool:
    """Tell whether a row below a caption begins another table: words above figures, no gap."""
    columns = _columns(cells)
    return (
        columns == set(range(len(columns))) == _columns(following)
        and not any(map(_has_figure, cells))
        and any(map(_has_figure, following))
    )


def _has_figure(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _uncovered(cells: Sequence[str]) -> list[str]:
    return ["" if cell == COVERED else cell for cell in cells]


def _spread(cells: Sequence[str]) -> list[str]:
    """Return a row with each label that is merged over several columns on all of them."""
    spread: list[str] = []
    for cell in cells:
        spread.append(spread[-1] if cell == COVERED and spread else cell)
    return spread


def _padded(cells: Sequence[str], wide: int) -> list[str]:
    return [*cells, *[""] * (wide - len(cells))]


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


@lru_cache(maxsize=1_000)
def _column_name(title: str) -> str:
    return " ".join(title.split()).rstrip(" :")


def _row_text(titles: Sequence[str], cells: Sequence[str]) -> str:
    shown = []
    filled = len(_columns(cells))
    for at, cell in enumerate(cells):
        if words := " ".join(cell.split()):
            title = _column_name(titles[at]) if at < len(titles) else ""
            # One cell alone in a wide table is a subheading or a remark, not a value.
            alone = filled == 1 and at == 0 and len(_columns(titles)) > 1
            shown.append(f"{title} : {words}" if title and not alone else words)
    return " | ".join(shown)
