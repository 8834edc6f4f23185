"""What was brought from each source: a database of ours in the index folder.

In: what a run brought and when. Out: the same, for the next run and for `doctor`. A document that
was erased for good is remembered by a hash of its path only, so that its source doesn't bring it
back.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SourceError
from assistant.system.databases import Migration, migrate, open_to_read, open_to_write

#: The database's name in the index folder.
FILE = "sources.sqlite3"
_STATEMENTS = (
    """
CREATE TABLE files (
    source TEXT NOT NULL, path TEXT NOT NULL, tag TEXT NOT NULL, size INTEGER NOT NULL,
    local TEXT NOT NULL, local_size INTEGER NOT NULL, local_mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (source, path)
) WITHOUT ROWID
""",
    """
CREATE TABLE runs (
    source TEXT PRIMARY KEY, tried REAL NOT NULL, succeeded REAL NOT NULL
) WITHOUT ROWID
""",
)


def _make_tables(db: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)


MIGRATIONS: Mapping[int, Migration] = {0: _make_tables}
FORMAT = max(MIGRATIONS) + 1


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was brought: as its source had it, and as it was put in the corpus.

    `local` is its path under the corpus; empty for one that was erased since, whose `path` is then
    a hash (`hash_of`).
    """

    path: str
    tag: str
    size: int
    local: str
    local_size: int = 0
    local_mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class SourceRun:
    """When a source was last asked, and last brought all, in seconds since 1970; 0: never."""

    source: str
    tried: float
    succeeded: float
    files: int


class SourceState:
    """The state, open for a run. Each change is one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def brought(self, source: str) -> dict[str, Brought]:
        """Return what is known of a source's files, by path or hash."""
        rows = self._db.execute(
            "SELECT path, tag, size, local, local_size, local_mtime_ns FROM files WHERE source = ?",
            (source,),
        )
        return {row[0]: Brought(*row) for row in rows}

    def put(self, source: str, file: Brought) -> None:
        """Remember a file."""
        values = (file.path, file.tag, file.size, file.local, file.local_size, file.local_mtime_ns)
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?)", (source, *values)
            )

    def drop(self, source: str, path: str) -> None:
        """Forget a file."""
        with self._db:
            self._db.execute("DELETE FROM files WHERE source = ? AND path = ?", (source, path))

    def ran(self, source: str, now: float, *, is_whole: bool) -> None:
        """Remember that a source was asked, and whether all of it could be brought."""
        with self._db:
            self._db.execute(
                "INSERT INTO runs VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE SET tried = ?,"
                " succeeded = CASE WHEN ? THEN ? ELSE succeeded END",
                (source, now, now if is_whole else 0.0, now, is_whole, now),
            )


@contextmanager
def opened(index: Path) -> Iterator[SourceState]:
    """Give the state, made where there is none. Raises SourceError."""
    path = index / FILE
    try:
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(0o600)
        with closing(open_to_write(path)) as db:
            if migrate(db, MIGRATIONS) != FORMAT:
                raise sqlite3.DatabaseError("format")
            # What the power takes away is read once more, and found to be the same.
            db.execute("PRAGMA synchronous = NORMAL")
            yield SourceState(db)
    except sqlite3.Error as e:
        raise SourceError("source_state", path=path) from e


def runs_in(index: Path) -> list[SourceRun]:
    """Return when each source was asked, in the order of their names. Raises SourceError."""
    path = index / FILE
    if not path.exists():
        return []
    try:
        with closing(open_to_read(path)) as db:
            rows = db.execute(
                "SELECT source, tried, succeeded,"
                " (SELECT count(*) FROM files WHERE files.source = runs.source AND local <> '')"
                " FROM runs ORDER BY source"
            )
            return [SourceRun(*row) for row in rows]
    except sqlite3.Error as e:
        raise SourceError("source_state", path=path) from e


def erase(index: Path, ids: Mapping[str, str]) -> None:
    """Keep of erased documents the hash of their paths only: they are not brought back.

    `ids` are paths under the corpus by document id. Raises SourceError.
    """
    if not (index / FILE).exists():
        return
    with opened(index) as state:
        locals_ = set(ids) | set(ids.values())
        for (source,) in state._db.execute("SELECT DISTINCT source FROM files").fetchall():
            for file in state.brought(source).values():
                if file.local and file.local in locals_:
                    state.drop(source, file.path)
                    state.put(source, Brought(hash_of(file.path), file.tag, file.size, ""))


def hash_of(path: str) -> str:
    """Return what stands for the path of an erased file."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
