"""The programme as a table: read for staff to edit, checked cell by cell, written back whole.

In: the `programme.csv` of an event, or none yet. Out: its rows, columns of the town's own among
them, and the file anew, which `programme` reads as it reads any other.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.corpus.programme import (
    COLUMNS,
    FILE_NAME,
    FORMER_NAME,
    MAX_BYTES,
    TYPES,
    column_of,
    files_of,
    folders_of,
    iso_date,
    raw_rows,
    separator_of,
    session_of_name,
    unguarded,
)
from assistant.errors import CorpusError
from assistant.i18n import Language, in_words, say
from assistant.readers.encodings import decode
from assistant.records.messages import Message
from assistant.system.files import sync_to_disk, write_whole
from assistant.text.analysis import clean, fold

_WRITING_NAME = ".programme.new.csv"
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 2_000, 60, 2_000
#: French spreadsheets part a CSV file at semicolons: the comma is their decimal mark.
_SEPARATORS = ";\t,"
#: Seconds that one who saves waits for another.
_PATIENCE = 10
_TIME = re.compile(r"(\d{1,2})\s?(?:h|:)\s?([0-5]\d)?(?:\s?(?:min)?)")
_BETWEEN_TIMES = re.compile(r"\s?(?:-|–|—|à)\s?")
#: What a spreadsheet would run: OWASP, "CSV Injection"; also in full width, as some take them.
_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, one for each column; `proposed`: of a folder not in the file yet.

    `save_table` leaves out what is still proposed.
    """

    cells: tuple[str, ...]
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The programme of an event.

    `columns` are the titles as written; `names` what each is to `programme`, empty for the
    town's own. `version` is asked back by `save_table`; it is empty where there is no file yet.
    """

    event: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    separator: str = ";"
    encoding: str = "utf-8-sig"
    version: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is to `programme`: the last of two that bear one name is read."""
        known = [column_of(title) for title in self.columns]
        return tuple(
            name if name in COLUMNS and name not in known[at + 1 :] else ""
            for at, name in enumerate(known)
        )

    def cell(self, row: Row, name: str) -> str:
        """Return what `programme` reads in a column of a row."""
        return " ".join(row.cells[self.names.index(name)].split()) if name in self.names else ""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """What is wrong with one cell, numbered from 0; it doesn't keep from saving."""

    row: int
    column: int
    wrong: Message

    def in_a_line(self, language: Language = "fr") -> str:
        """Say what is wrong, then what to do."""
        remedy = say(f"{self.wrong.key}_remedy", language, **self.wrong.values)
        return f"{in_words(self.wrong, language)} {remedy}"


# --- Reading -----------------------------------------------------------------------------------


def load_table(corpus: Path, event: str) -> Table:
    """Return an event's programme, with a proposed row for each folder that it doesn't name.

    Where there is no file yet, all rows are proposed. Raises CorpusError for an event that
    isn't there, and for a file that is no table.
    """
    folder = _event_folder(corpus, event)
    file = _file(folder)
    data = _bytes(file)
    table = Table(event, COLUMNS, ())
    if data.strip():
        table = _parsed(event, data)
    return replace(table, version=_version(data), rows=(*table.rows, *_proposed(table, folder)))


def _parsed(event: str, data: bytes) -> Table:
    if len(data) > MAX_BYTES:
        raise _unreadable(event, Message("reading.programme_too_large"))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _unreadable(event, Message("reading.programme_is_a_workbook"))
    text = decode(data)
    try:
        rows = [[unguarded(cell) for cell in cells] for _, cells in raw_rows(text)]
    except csv.Error as e:
        raise _unreadable(event, str(e)) from e
    if not rows:
        raise _unreadable(event, Message("reading.programme_empty"))
    titles = [title.strip() for title in rows[0]]
    if "seance" not in map(column_of, titles):
        found = ", ".join(title for title in titles if title)
        raise CorpusError("programme_table_without_seance", event=event, found=found)
    width = max(len(titles), *map(len, rows))
    titles += [""] * (width - len(titles))
    missing = [name for name in COLUMNS if name not in map(column_of, titles)]
    return Table(
        event=event,
        columns=(*titles, *missing),
        rows=tuple(
            Row((*cells, *[""] * (width - len(cells) + len(missing)))) for cells in rows[1:]
        ),
        separator=separator_of(text),
        encoding=_encoding(data),
    )


def _proposed(table: Table, folder: Path) -> Iterator[Row]:
    named = {fold(_folder_named(table.cell(row, "seance"))) for row in table.rows}
    for name in folders_of(folder):
        if fold(name) not in named:
            session = session_of_name(table.event, name)
            values = {"seance": name, "titre": session.title, "type": session.type}
            yield Row(tuple(values.get(one, "") for one in table.names), proposed=True)


def _folder_named(cell: str) -> str:
    """Return the folder that a cell names, empty for the event itself, as `programme` does."""
    named = cell.strip("/ ")
    return "" if named == "*" else named


def _event_folder(corpus: Path, event: str) -> Path:
    folder = folders_of(corpus).get(unicodedata.normalize("NFC", event))
    if folder is None:
        raise CorpusError("event_unknown", event=event)
    return folder


def _file(folder: Path) -> Path:
    """Return the programme of an event, where it is or where it will be."""
    found = next((path for path in files_of(folder) if path.name.lower() == FILE_NAME), None)
    return found or folder / FILE_NAME


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as e:
        raise _unreadable(file.parent.name, e.strerror or type(e).__name__) from e


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def _encoding(data: bytes) -> str:
    """Return what a file was written in, for people to know; `decode` finds it by itself."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:400]:
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _unreadable(event: str, cause: str | Message) -> CorpusError:
    return CorpusError("programme_table_unreadable", event=event, cause=cause)


# --- Checking ----------------------------------------------------------------------------------


def check_table(corpus: Path, table: Table) -> tuple[WrongCell, ...]:
    """Return what is wrong with each cell, in order, by the rules by which `programme` reads.

    Nothing of it keeps from saving: a programme that is wrong never stops anything.
    """
    folders = {fold(name) for name in folders_of(_event_folder(corpus, table.event))}
    names = table.names
    seen: dict[str, int] = {}
    wrong: list[WrongCell] = []

    def say_wrong(row: int, name: str, key: str, **values: str) -> None:
        wrong.append(WrongCell(row, names.index(name), Message(f"programme.{key}", values)))

    for at, row in enumerate(table.rows):
        if row.proposed or not any(cell.strip() for cell in row.cells):
            continue
        cell = {name: table.cell(row, name) for name in COLUMNS}
        folder = fold(_folder_named(cell["seance"]))
        if folder and folder not in folders:
            say_wrong(at, "seance", "folder_unknown", folder=cell["seance"])
        elif folder in seen:
            say_wrong(
                at, "seance", "line_twice", folder=cell["seance"] or "*", first=str(seen[folder])
            )
        seen.setdefault(folder, at + 1)
        if folder and cell["type"] and fold(cell["type"]).rstrip("s") not in TYPES:
            known = ", ".join(TYPES.values())
            say_wrong(at, "type", "type_unknown", type=cell["type"], known=known)
        if cell["date"] and not _is_date(cell["date"]):
            say_wrong(at, "date", "date_unreadable", date=cell["date"])
        if cell["heure"] and not _is_time(cell["heure"]):
            say_wrong(at, "heure", "time_unreadable", time=cell["heure"])
    return tuple(wrong)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(iso_date(text)).isoformat() == iso_date(text)
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    """Tell whether a cell is a time ("9h30", "14:00", "14 h"), or two of them ("9h - 10h")."""
    times = _BETWEEN_TIMES.split(text.strip().lower())
    found = [_TIME.fullmatch(time) for time in times]
    return len(times) <= 2 and all(cell is not None and int(cell[1]) < 24 for cell in found)


# --- Writing -----------------------------------------------------------------------------------


def save_table(corpus: Path, table: Table) -> Table:
    """Write a programme whole and return it as it is read back; proposed rows are left out.

    The former file stays beside it as `.programme.former.csv`. Written as UTF-8 with its mark,
    without which Excel takes accents for cp1252, parted as it was (";" for a new one), and with
    an apostrophe before what a spreadsheet would run. Raises CorpusError.
    """
    folder = _event_folder(corpus, table.event)
    data = _written(table)
    file = _file(folder)
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
    former = _bytes(file)
    if _version(former) != table.version:
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
