"""Open the tables of a store, for one reading or one transaction: a path → a `Database`.

A file is made for this user only where there is none. Its faults, and those of a shared database,
become `StateFault`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from assistant.state.places import shared_address
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.system.databases import migrate, open_to_write


def reading(path: Path, tables: StoreTables) -> AbstractContextManager[Database]:
    """Give the tables of a store to be read, brought to today's format. Raises StateFault."""
    return _opened(path, tables, is_written=False)


def writing(
    path: Path, tables: StoreTables, *, erasing: Sequence[str] = ()
) -> AbstractContextManager[Database]:
    """Give the tables for one transaction, alone among all who write them. Raises StateFault.

    `erasing` are those of which what was deleted is to leave nothing behind: in a file it never
    does, once the last who has it open has closed it.
    """
    return _opened(path, tables, is_written=True, erasing=erasing)


def _opened(
    path: Path, tables: StoreTables, *, is_written: bool, erasing: Sequence[str] = ()
) -> AbstractContextManager[Database]:
    if address := shared_address(path):
        # Only where a site has one: psycopg needn't be installed elsewhere.
        from assistant.state import postgresql

        return postgresql.opened(address, tables, is_written=is_written, erasing=erasing)
    return in_file(path, tables, is_written=is_written)


@contextmanager
def in_file(path: Path, tables: StoreTables, *, is_written: bool) -> Iterator[Database]:
    """Give the tables that a file has, whatever database has them now. Raises StateFault."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(0o600)  # what people did and asked is for this user only
        with closing(open_to_write(path)) as db:
            if migrate(db, tables.steps) != tables.format:
                raise StateFault("format")
            with db:
                if is_written:
                    db.execute("BEGIN IMMEDIATE")
                yield db
    except (OSError, sqlite3.Error, ValueError, OverflowError) as e:
        # SQLite's name for it, and never its words: those of an agent have no place in a log.
        raise StateFault(getattr(e, "sqlite_errorname", type(e).__name__)) from e
