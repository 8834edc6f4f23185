"""Excel workbooks: XLSX and XLSM become the rows of their sheets, values and not formulas.

In: a workbook. Out: the parts of `spreadsheets`, for what the program shows of each sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import IO, Any

import openpyxl
from lxml import etree
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from assistant.errors import ReadError
from assistant.readers.formats.cell_values import value_text
from assistant.readers.formats.ooxml.sheet_parts import chart_sheet_paths, drawn_over, remarks_on
from assistant.readers.formats.ooxml.strict import opened
from assistant.readers.formats.spreadsheets import (
    COVERED,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Worksheet,
    sheets_parts,
    without,
)
from assistant.readers.formats.table_text import MAX_SPAN
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.raised import raised
from assistant.readers.sniffing import DAMAGED, MAX_XML_BYTES
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import usable_title
from assistant.text.analysis import clean

#: No workbook has more.
_LAST_ROW = 1_048_576
#: "A3:A5" among the merged cells at the end of a sheet's XML.
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
#: A cell with a formula and no result; one of text may be empty.
_UNCOMPUTED = re.compile(
    rb"<c ([^>]{0,200})>\s{0,9}<f[^>]{0,300}(?:/>|>[^<]{0,8200}</f>)\s{0,9}"
    rb"(?:<v>\s{0,9}</v>|<v ?/>)?\s{0,9}</c>"
)
#: The parts of a workbook that hold texts, and what says of some words how they are written.
_OF_TEXTS = re.compile(r"/(?:sharedStrings|worksheets/[^/]{1,200})\.xml$", re.IGNORECASE)
_MARKS = re.compile(rb"<(?:strike|vertAlign)\b")
#: A merged region: its first and last column, and its first row.
_Merged = tuple[int, int, int]
_COLUMNS = re.compile(rb"<col [^>]{1,500}>")
_ROWS = re.compile(rb"<row [^>]{1,500}>")
#: Said to be hidden, or of no width or height.
_HIDDEN = re.compile(rb' (?:hidden="(?:1|true)"|(?:width|ht)="0(?:\.0{1,9})?")')
_MIN, _MAX = re.compile(rb' min="(\d{1,5})"'), re.compile(rb' max="(\d{1,5})"')
_ROW_NUMBER = re.compile(rb' r="(\d{1,7})"')


def read_xlsx(path: Source, options: Options) -> Iterator[Part]:
    """Yield the rows of an Excel workbook: values, not formulas; of a transcript, what is said.

    Raises ReadError.
    """
    return as_spoken(_xlsx_parts(path, options))


def _xlsx_parts(path: Source, options: Options) -> Iterator[Part]:
    with opened(path) as file:
        try:
            rich = _has_marks(file)
            workbook = openpyxl.load_workbook(
                file, read_only=True, data_only=True, keep_links=False, rich_text=rich
            )
        except (
            *DAMAGED, InvalidFileException, etree.XMLSyntaxError, SyntaxError, KeyError, TypeError,
            AttributeError, IndexError,
        ) as e:  # fmt: skip
            raise ReadError("file_damaged", cause=e) from e
        yield Fact("kind", "table")
        properties = workbook.properties
        for fact, stated in (("title", properties.title), ("author", properties.creator)):
            if value := usable_title(stated):
                yield Fact(fact, value)
        try:
            sheets = [_sheet(sheet, whole=options.hidden_slides) for sheet in workbook.worksheets]
            yield from sheets_parts([*sheets, *_chart_sheets(workbook)], options)
        except (
            *DAMAGED, etree.XMLSyntaxError, SyntaxError, KeyError, TypeError, AttributeError,
            IndexError, OverflowError,
        ) as e:  # fmt: skip
            raise ReadError("file_damaged", cause=e) from e


def _has_marks(file: IO[bytes]) -> bool:
    """Tell whether words within some cell are struck out or raised: openpyxl takes its time then.

    Raises BadZipFile.
    """
    with zipfile.ZipFile(file) as archive:
        parts = [name for name in archive.namelist() if _OF_TEXTS.search(name)]
        return any(_MARKS.search(archive.read(name)[:MAX_XML_BYTES]) for name in parts)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the XML of a sheet says of its rows and columns, from 1.

    `merged` are, by row, the regions that reach over it.
    """

    merged: Mapping[int, Sequence[_Merged]]
    hidden_rows: Set[int]
    hidden_columns: Set[int]
    uncomputed: int


def _sheet(sheet: Any, *, whole: bool) -> Worksheet:
    """Return a sheet of a workbook; `whole`: its hidden rows and columns too."""
    is_hidden = sheet.sheet_state != "visible"
    if is_hidden and not whole:  # none of it is read
        return Worksheet(sheet.title, iter(()), is_hidden)
    layout = _layout(sheet)
    hides = bool(layout.hidden_rows or layout.hidden_columns)
    if whole:
        layout = replace(layout, hidden_rows=frozenset(), hidden_columns=frozenset())
    archive, path = sheet.parent._archive, sheet._worksheet_path
    struck: list[object] = []
    return Worksheet(
        sheet.title,
        _rows(sheet, layout, struck),
        is_hidden,
        hides,
        list(drawn_over(archive, path)),
        remarks_on(archive, path),
        layout.uncomputed,
        struck,
    )


def _chart_sheets(workbook: Any) -> Iterator[Worksheet]:
    """Yield the sheets that are a chart and have no cells."""
    paths = chart_sheet_paths(workbook._archive) if workbook.chartsheets else {}
    for sheet in workbook.chartsheets:
        if path := paths.get(sheet.title):
            drawn = list(drawn_over(workbook._archive, path))
            yield Worksheet(sheet.title, iter(()), sheet.sheet_state != "visible", drawn=drawn)


def _layout(sheet: Any) -> _Layout:
    """Read what openpyxl doesn't give of a sheet that it reads row by row, off the sheet's XML.

    Raises KeyError when the workbook has no such part.
    """
    with sheet.parent._archive.open(sheet._worksheet_path) as file:
        content = file.read(MAX_XML_BYTES)
    columns: set[int] = set()
    for found in _COLUMNS.finditer(content, 0, max(0, content.find(b"<sheetData"))):
        if _HIDDEN.search(found[0]):
            first, last = (_number(edge.search(found[0])) for edge in (_MIN, _MAX))
            columns.update(range(first, min(last, MAX_COLUMNS) + 1))
    rows = {
        _number(_ROW_NUMBER.search(found[0]))
        for found in _ROWS.finditer(content)
        if _HIDDEN.search(found[0])
    }
    formulas = _UNCOMPUTED.finditer(content) if b"<f" in content else ()
    uncomputed = sum(b't="str"' not in found[1] for found in formulas)
    return _Layout(_merged(content), rows, columns, uncomputed)


def _number(found: re.Match[bytes] | None) -> int:
    return int(found[1]) if found else 0


def _merged(content: bytes) -> dict[int, list[_Merged]]:
    """Return the merged regions, which a sheet's XML names at its end, by row."""
    merged: dict[int, list[_Merged]] = {}
    begins = content.rfind(b"<mergeCells")
    for found in _MERGED.finditer(content, begins) if begins >= 0 else ():
        left, right = (column_index_from_string(edge.decode()) for edge in found.group(1, 3))
        first, last = int(found[2]), int(found[4])
        if left <= MAX_COLUMNS and first <= last <= first + MAX_SPAN:
            for number in range(first, min(last, MAX_ROWS) + 1):
                merged.setdefault(number, []).append((left, min(right, MAX_COLUMNS), first))
    return merged


def _rows(sheet: Any, layout: _Layout, left_out: list[object]) -> Iterator[Row]:
    """Yield the rows that say something; what they hold that is struck out goes to `left_out`.

    The sheet's own idea of its size isn't believed.
    """
    sheet.reset_dimensions()
    hidden = {column - 1 for column in layout.hidden_columns}
    struck = _struck_styles(sheet.parent)
    values: dict[tuple[int, int], str] = {}
    rows = sheet.iter_rows(min_row=1, max_row=_LAST_ROW)
    for number, row in enumerate(rows, start=1):
        filled = [cell for cell in row[:MAX_COLUMNS] if cell.value is not None]
        if filled or row:
            cells = [""] * (filled[-1].column if filled else 0)
            for cell in filled:
                if cell._style_id not in struck:
                    cells[cell.column - 1] = _shown(cell, left_out)
                elif not left_out:
                    left_out.append(cell.value)
            _repeat(cells, number, layout.merged.get(number, ()), values)
            if len(row) > MAX_COLUMNS and row[-1].value is not None:
                cells += [""] * (MAX_COLUMNS - len(cells)) + ["…"]  # more than is read
            if number not in layout.hidden_rows:
                yield number, number, without(cells, hidden)


def _struck_styles(workbook: Any) -> frozenset[int]:
    """Return the numbers of the cell styles that strike out what stands in a cell."""
    fonts = [bool(font.strike) for font in workbook._fonts]
    if not any(fonts):
        return frozenset()
    styles = enumerate(workbook._cell_styles)
    return frozenset(at for at, one in styles if one.fontId < len(fonts) and fonts[one.fontId])


def _shown(cell: Any, left_out: list[object]) -> str:
    """Return what a cell shows, without the struck-out words and the note marks of a rich text."""
    if not isinstance(cell.value, CellRichText):
        return value_text(cell.value, cell.number_format)
    text = ""
    for piece in cell.value:
        font = piece.font if isinstance(piece, TextBlock) else None
        if font is None or not font.strike:
            above = font is not None and font.vertAlign == "superscript"
            text += raised(text, str(piece)) if above else str(piece)
        elif not left_out and str(piece).strip():
            left_out.append(piece)
    return clean(text)


def _repeat(
    cells: list[str],
    number: int,
    merged: Sequence[_Merged],
    values: dict[tuple[int, int], str],
) -> None:
    """Say again, among the `cells` of a row, the labels of regions that begin above it."""
    for left, right, first in merged:
        cells += [""] * (right - len(cells))
        if number == first:
            values[left, first] = cells[left - 1]
        cells[left - 1] = values.get((left, first), "")
        if cells[left - 1]:
            cells[left:right] = [COVERED] * (right - left)
