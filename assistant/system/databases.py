"""SQLite files: how each of ours is opened, looked through and copied.

In: a path, and whether it is read or written. Out: an open connection with the same promises
everywhere: a writer waits for another one, what is deleted is overwritten, a reader changes
nothing, and a file of an older format is brought to today's in one transaction. Faults are SQLite's
own: each store says them in the words of its users.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

#: Seconds that another writer is waited for.
PATIENCE = 10.0
#: A copy waits longer: the page may be writing its database.
_COPYING_PATIENCE = 30.0

#: How SQLite keeps what is not committed: in a log beside the file, which readers don't wait for;
#: not at all, for a file that nobody opens before it is whole; or as the file says.
Journal = Literal["WAL", "OFF", "as it is"]

#: What takes a database from one format to the next. It runs in a transaction: `execute` only,
#: since `executescript` would commit.
Migration = Callable[[sqlite3.Connection], None]


class _Connection(sqlite3.Connection):
    """A connection whose faults are SQLite's, whatever bytes a damaged file puts in their words."""

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """Run a statement. Raises sqlite3.Error."""
        try:
            return super().execute(*statement)
        except UnicodeDecodeError as e:
            raise sqlite3.DatabaseError(str(e)) from e


def open_to_write(
    path: Path, *, patience: float = PATIENCE, journal: Journal = "WAL"
) -> sqlite3.Connection:
    """Open a database for reading and writing, made where there is none.

    Each statement commits by itself outside of a `BEGIN`. Raises sqlite3.Error.
    """
    db = sqlite3.connect(
        _address(path, "rwc"),
        uri=True,
        timeout=patience,
        isolation_level=None,
        factory=_Connection,
    )
    try:
        db.execute("PRAGMA foreign_keys = ON")
        if journal != "as it is":
            db.execute(f"PRAGMA journal_mode = {journal}")
        # What is deleted leaves nothing in the file.
        db.execute("PRAGMA secure_delete = ON")
    except sqlite3.Error:
        db.close()
        raise
    return db


def open_to_read(
    path: Path, *, patience: float = PATIENCE, immutable: bool = False
) -> sqlite3.Connection:
    """Open a database that is there, for reading only. Raises sqlite3.Error.

    `immutable` spares SQLite its locks for a file that nobody ever writes; threads may then share
    the connection, one at a time.
    """
    address = _address(path, "ro") + ("&immutable=1" if immutable else "")
    return sqlite3.connect(
        address,
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=not immutable,
        factory=_Connection,
    )


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def fault_in(db: sqlite3.Connection) -> str:
    """Return what is wrong with a file as SQLite says it, empty where nothing is.

    Reads all of it: 2 s for a gigabyte.
    """
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    return "" if found == "ok" else str(found)


def empty_log(db: sqlite3.Connection) -> bool:
    """Put what the log holds into the file; tell whether it could all be.

    It can't while another process reads an earlier state for longer than the patience.
    """
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def migrate(
    db: sqlite3.Connection,
    migrations: Mapping[int, Migration],
    *,
    read: Callable[[sqlite3.Connection], int] | None = None,
    write: Callable[[sqlite3.Connection, int], None] | None = None,
) -> int:
    """Take each step that a database lacks, by the format it starts from; return its format.

    All of them are one transaction: killed anywhere, the file is as it was. A format that no step
    starts from stays, for the caller to judge. `read` and `write` say where the format is kept:
    in `user_version` where they are not given. Raises sqlite3.Error.
    """
    read, write = read or user_version, write or _set_user_version
    if read(db) not in migrations:
        return read(db)
    with db:
        db.execute("BEGIN IMMEDIATE")
        # Another process may have taken them while this one waited.
        while (found := read(db)) in migrations:
            migrations[found](db)
            write(db, found + 1)
        return found


def _set_user_version(db: sqlite3.Connection, number: int) -> None:
    db.execute(f"PRAGMA user_version = {number}")


def user_version(db: sqlite3.Connection) -> int:
    """Return the number that a file keeps in its header, 0 in one that was just made."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes it. Raises sqlite3.Error, OSError.

    Who may not read the one may not read a copy that is made either.
    """
    if source.exists():
        target.touch(stat.S_IMODE(source.stat().st_mode))
    with (
        closing(open_to_read(source, patience=_COPYING_PATIENCE)) as old,
        closing(open_to_write(target, patience=_COPYING_PATIENCE, journal="as it is")) as new,
    ):
        # In one step, so that a writer at work doesn't make it begin again for ever.
        old.backup(new)


def files_of(database: Path) -> Iterator[Path]:
    """Yield the files of a database that are there: what is to be written into it, first."""
    for ending in ("-wal", "-shm", ""):
        path = database.with_name(database.name + ending)
        if path.exists():
            yield path
