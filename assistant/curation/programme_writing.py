"""A programme that staff edited → the `programme.csv` of its event, written whole.

In: a `Table`. Out: the file anew, which `corpus.programme` reads as it reads any other and which
no spreadsheet runs; the former file stays beside it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.corpus.programme import FORMER_NAME, MAX_BYTES, column_of, raw_rows
from assistant.curation.programme_table import (
    Table,
    bytes_of,
    event_folder,
    file_of,
    load_table,
    version_of,
)
from assistant.errors import CorpusError
from assistant.readers.encodings import decode
from assistant.records.messages import Message
from assistant.system.files import sync_to_disk, write_whole
from assistant.text.analysis import clean

_WRITING_NAME = ".programme.new.csv"
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 2_000, 60, 2_000
#: French spreadsheets part a CSV file at semicolons: the comma is their decimal mark.
_SEPARATORS = ";\t,"
#: Seconds that one who saves waits for another.
_PATIENCE = 10
#: What a spreadsheet would run: OWASP, "CSV Injection"; also in full width, as some take them.
_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def save_table(corpus: Path, table: Table) -> Table:
    """Write a programme whole and return it as it is read back; proposed rows are left out.

    The former file stays beside it as `.programme.former.csv`. Written as UTF-8 with its mark,
    without which Excel takes accents for cp1252, parted as it was (";" for a new one), and with
    an apostrophe before what a spreadsheet would run. Raises CorpusError.
    """
    folder = event_folder(corpus, table.event)
    data = _written(table)
    file = file_of(folder)
    if file.is_symlink():
        raise _unwritable(folder, Message("programme.is_a_link"))
    try:
        with FileLock(folder / ".programme.lock", timeout=_PATIENCE):
            _replace(table, folder, file, data)
    except Timeout as e:
        raise CorpusError("programme_table_changed", event=table.event) from e
    except OSError as e:
        raise _unwritable(folder, e.strerror or type(e).__name__) from e
    return load_table(corpus, table.event)


def as_csv(table: Table) -> bytes:
    """Return a programme as it would be saved, its proposed rows too. Raises CorpusError."""
    rows = tuple(replace(row, proposed=False) for row in table.rows)
    return _written(replace(table, rows=rows))


def _replace(table: Table, folder: Path, file: Path, data: bytes) -> None:
    """Put the new file in place of the one that `table` was read from. Raises OSError."""
    former = bytes_of(file)
    if version_of(former) != table.version:
        raise CorpusError("programme_table_changed", event=table.event)
    if former:
        write_whole(folder / FORMER_NAME, former)
    # Under a hidden name first: `walk` must never meet half a programme as a document.
    write_whole(folder / _WRITING_NAME, data)
    (folder / _WRITING_NAME).replace(file)
    sync_to_disk(folder)


def _written(table: Table) -> bytes:
    """Return the file's bytes. Raises CorpusError for what is no programme."""
    columns = [clean_cell(title) for title in table.columns]
    if "seance" not in map(column_of, columns):
        found = ", ".join(title for title in columns if title)
        raise CorpusError("programme_table_without_seance", event=table.event, found=found)
    rows = [
        tuple(
            clean_cell(cell) if name else kept_cell(cell)
            for name, cell in zip_longest(table.names, row.cells, fillvalue="")
        )
        for row in table.rows
        if not row.proposed
    ]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    cells = [cell for row in (columns, *rows) for cell in row]
    longest = max(map(len, cells))
    if (
        len(rows) > MOST_ROWS
        or len(columns) > MOST_COLUMNS
        or longest > MOST_CHARACTERS
        or any(len(row.cells) != len(columns) for row in table.rows)
    ):
        raise CorpusError(
            "programme_table_too_large",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
            characters=MOST_CHARACTERS,
        )
    guarded = [[guard(cell) for cell in row] for row in (columns, *rows)]
    for separator in sorted(_SEPARATORS, key=lambda one: one != table.separator):
        data = codecs.BOM_UTF8 + _csv(guarded, separator).replace("\n", "\r\n").encode()
        # A title that holds other separators would have the file parted there.
        if len(data) <= MAX_BYTES and [one for _, one in raw_rows(decode(data))] == guarded:
            return data
    raise CorpusError(
        "programme_table_too_large",
        rows=MOST_ROWS,
        columns=MOST_COLUMNS,
        characters=MOST_CHARACTERS,
    )


def _csv(rows: Sequence[Sequence[str]], separator: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\n").writerows(rows)
    return written.getvalue()


def clean_cell(cell: str) -> str:
    """Return a cell as it is kept: in NFC, on one line, without invisible characters."""
    return " ".join(clean(cell).split())


def kept_cell(cell: str) -> str:
    """Return a cell of the town's own as reading the file gives it: its spaces and lines stay."""
    return decode(cell.replace("\0", "").encode("utf-8", "replace"))


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet runs; `corpus.programme.unguarded` gives it back."""
    harmless = not _FORMULA.match(cell) or _NUMBER.fullmatch(cell)
    return cell if harmless else f"'{cell}"


def _unwritable(folder: Path, cause: str | Message) -> CorpusError:
    return CorpusError("programme_table_unwritable", path=folder, cause=cause)
