"""The catalog's file: its tables, its format, its faults, and the values kept about all of it.

In: a path. Out: an open SQLite database of today's format, or the error that says what is wrong
with it; `vectors` and `Catalog` write and read it. `docs/index-format.md` describes the tables.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from assistant.errors import IndexDamaged, IndexMismatch, IndexUnwritable
from assistant.system.databases import Migration, fault_in, migrate, open_to_read, open_to_write

#: Raised when the tables change, with a step in `migrations` and its test.
FORMAT = 6

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    title TEXT NOT NULL, language TEXT NOT NULL, facts TEXT NOT NULL, given TEXT NOT NULL,
    limits TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL, place_kind TEXT NOT NULL, first REAL NOT NULL,
    last REAL NOT NULL, tokens INTEGER NOT NULL, speaker TEXT NOT NULL, marks TEXT NOT NULL,
    key BLOB NOT NULL, PRIMARY KEY (document_id, ordinal)
);
CREATE TABLE sentences (
    document_id TEXT NOT NULL, ordinal INTEGER NOT NULL, position INTEGER NOT NULL,
    key BLOB NOT NULL, PRIMARY KEY (document_id, ordinal, position),
    FOREIGN KEY (document_id, ordinal) REFERENCES passages ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE encoded (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, words BLOB NOT NULL, ends BLOB NOT NULL
);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE digests (
    document_id TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE, key BLOB NOT NULL,
    digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE failures (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    limits TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE problems (
    subject TEXT NOT NULL, severity TEXT NOT NULL, key TEXT NOT NULL, filled TEXT NOT NULL,
    state TEXT NOT NULL, pages TEXT NOT NULL, walked INTEGER NOT NULL
);
CREATE INDEX problems_subject ON problems (subject);
"""
#: What SQLite calls the faults that are those of the disk, not of the file.
_NOT_WRITTEN = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")


class Tables:
    """The open tables. Created when they aren't there, unless opened for reading only.

    Raises IndexMismatch (another format) or IndexDamaged.
    """

    #: What `index.catalog.migrations` says of older formats; `Catalog` brings it.
    _migrations: ClassVar[Mapping[int, Migration]] = {}
    _views: ClassVar[Mapping[int, Migration]] = {}

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        try:
            self._db = open_to_read(path) if read_only else open_to_write(path)
        except sqlite3.Error as e:
            raise _fault(path, e) from e
        try:
            self._prepare(read_only)
        except sqlite3.Error as e:
            self._db.close()
            raise _fault(path, e) from e
        except IndexMismatch:
            self._db.close()
            raise

    def _prepare(self, read_only: bool) -> None:
        if not read_only:
            if not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                # A catalog made again never counts the revisions of the former one, after which
                # the generation would pass for its own.
                revision = time.time_ns()
                values = f"('format', '{FORMAT}'), ('revision', '{revision}')"
                self._db.executescript(f"BEGIN; {_TABLES} INSERT INTO meta VALUES {values}; COMMIT")
            elif fault := self.fault():
                raise sqlite3.DatabaseError(fault)
            migrate(self._db, self._migrations, read=_format, write=_set_format)
        found = self._shown_as_today() if read_only else _format(self._db)
        if found != FORMAT:
            raise IndexMismatch(
                "index_format_newer"
                if found > FORMAT
                else "index_format_older"
                if found in self._migrations
                else "index_format",
                found=found,
                wanted=FORMAT,
            )

    def _shown_as_today(self) -> int:
        """Return the format that a reader sees: today's, where the file's can be shown so."""
        with self._db:
            self._db.execute("BEGIN")  # a `sync` may migrate the file meanwhile
            found = _format(self._db)
            if found not in self._views:
                return found
            self._views[found](self._db)
            return FORMAT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        if isinstance(error, sqlite3.Error):
            raise _fault(self._path, error) from error

    def fault(self) -> str:
        """Return what is wrong with the file as SQLite says it, empty if nothing is."""
        return fault_in(self._db)

    # --- Meta ----------------------------------------------------------------------------------

    def meta(self, name: str) -> str:
        """Return a value kept about the whole index, empty if there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, **values: str) -> None:
        """Keep values about the whole index."""
        with self._db:
            self._db.execute("BEGIN")
            self._set_meta(values)

    def made_with(self, **versions: str) -> None:
        """Keep which versions make what is published; where one is new, that is made again."""
        with self._db:
            self._db.execute("BEGIN")
            if any(self.meta(name) != version for name, version in versions.items()):
                self._set_meta(versions)
                self._changed()

    def _set_meta(self, values: Mapping[str, str]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _changed(self) -> None:
        self._set_meta({"revision": str(int(self.meta("revision") or 0) + 1)})


def _format(db: sqlite3.Connection) -> int:
    """Return the format that a catalog says it has, 0 where it says none."""
    row = db.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
    return int(row[0]) if row and str(row[0]).isdecimal() else 0


def _set_format(db: sqlite3.Connection, number: int) -> None:
    db.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(number),))


def _fault(path: Path, error: sqlite3.Error) -> IndexUnwritable | IndexDamaged:
    """Return what a fault of SQLite is: the disk's, or the file's."""
    if getattr(error, "sqlite_errorname", "").startswith(_NOT_WRITTEN):
        return IndexUnwritable("index_unwritable", path=path, cause=error)
    return IndexDamaged("catalog_damaged", path=path, cause=error)
