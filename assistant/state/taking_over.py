"""What a store's file holds, put into the database that servers share.

In: the path of a file that was in use before the site had such a database. Out: the rows that the
database lacked are there, in one transaction, and the file is gone: what is erased later would
otherwise stay in it. Done again after it was killed, nothing is there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from assistant.state.opening import in_file, writing
from assistant.state.tables import Database, StoreTables
from assistant.system.databases import files_of

#: The columns of each table that come along, as they are listed.
Columns = Mapping[str, str]
_Rows = list[tuple[object, ...]]


def left_in_file(path: Path, tables: StoreTables, columns: Columns) -> dict[str, int]:
    """Return how many rows of each table the file has, none without a file. Raises StateFault."""
    return {table: len(rows) for table, rows in _in_file(path, tables, columns).items()}


def take_over(path: Path, tables: StoreTables, columns: Columns) -> dict[str, int]:
    """Move a file into the shared database; return how many rows of each table came.

    What the database has under the same key stays as it is there. Raises StateFault, OSError.
    """
    found = _in_file(path, tables, columns)
    if not found:
        return {}
    with writing(path, tables) as shared:
        came = {table: _add(shared, table, columns[table], own) for table, own in found.items()}
    for one in files_of(path):
        one.unlink()
    return came


def _in_file(path: Path, tables: StoreTables, columns: Columns) -> dict[str, _Rows]:
    if not path.exists():
        return {}
    with in_file(path, tables, is_written=False) as db:
        return {table: _rows(db, table, listed) for table, listed in columns.items()}


def _rows(db: Database, table: str, columns: str) -> _Rows:
    found = db.execute(f"SELECT {columns} FROM {table}").fetchall()
    return [tuple(row) for row in found]


def _add(db: Database, table: str, columns: str, rows: _Rows) -> int:
    """Add the rows that a table lacks, in their order; return how many it has more."""
    lacking, known = [], Counter(_rows(db, table, columns))
    for row in rows:
        if known[row]:
            known[row] -= 1
        else:
            lacking.append(row)
    before = _number(db, table)
    places = ", ".join("?" for _ in columns.split(","))
    db.executemany(
        f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", lacking
    )
    return _number(db, table) - before


def _number(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
