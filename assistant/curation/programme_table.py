"""The programme as a table: read for staff to edit.

In: the `programme.csv` of an event, or none yet. Out: its rows, columns of the town's own among
them. `programme_checks` says what is wrong with its cells, `programme_writing` writes it back.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.corpus.programme import (
    COLUMNS,
    FILE_NAME,
    MAX_BYTES,
    column_of,
    files_of,
    folders_of,
    raw_rows,
    separator_of,
    session_of_name,
    unguarded,
)
from assistant.errors import CorpusError
from assistant.readers.encodings import decode
from assistant.records.messages import Message
from assistant.text.analysis import fold


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, one for each column; `proposed`: of a folder not in the file yet.

    `programme_writing.save_table` leaves out what is still proposed.
    """

    cells: tuple[str, ...]
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The programme of an event.

    `columns` are the titles as written; `names` what each is to `programme`, empty for the
    town's own. `version` is asked back by `programme_writing`, empty where there is no file yet.
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


def load_table(corpus: Path, event: str) -> Table:
    """Return an event's programme, with a proposed row for each folder that it doesn't name.

    Where there is no file yet, all rows are proposed. Raises CorpusError for an event that
    isn't there, and for a file that is no table.
    """
    folder = event_folder(corpus, event)
    file = file_of(folder)
    data = bytes_of(file)
    table = Table(event, COLUMNS, ())
    if data.strip():
        table = _parsed(event, data)
    return replace(table, version=version_of(data), rows=(*table.rows, *_proposed(table, folder)))


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
    named = {fold(folder_named(table.cell(row, "seance"))) for row in table.rows}
    for name in folders_of(folder):
        if fold(name) not in named:
            session = session_of_name(table.event, name)
            values = {"seance": name, "titre": session.title, "type": session.type}
            yield Row(tuple(values.get(one, "") for one in table.names), proposed=True)


def folder_named(cell: str) -> str:
    """Return the folder that a cell names, empty for the event itself, as `programme` does."""
    named = cell.strip("/ ")
    return "" if named == "*" else named


def event_folder(corpus: Path, event: str) -> Path:
    """Return the folder of an event. Raises CorpusError where it isn't there."""
    folder = folders_of(corpus).get(unicodedata.normalize("NFC", event))
    if folder is None:
        raise CorpusError("event_unknown", event=event)
    return folder


def file_of(folder: Path) -> Path:
    """Return the programme of an event, where it is or where it will be."""
    found = next((path for path in files_of(folder) if path.name.lower() == FILE_NAME), None)
    return found or folder / FILE_NAME


def bytes_of(file: Path) -> bytes:
    """Return what a programme's file holds, empty where there is none. Raises CorpusError."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as e:
        raise _unreadable(file.parent.name, e.strerror or type(e).__name__) from e


def version_of(data: bytes) -> str:
    """Return what tells one version of a file from another, empty where there is none."""
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
