"""What a catalog holds, to be compared with another that was made in other ways."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.index.catalog import CATALOG

TABLES = {
    "documents": "id, sha256, title, facts, given",
    "passages": "*",
    "sentences": "*",
    "encoded": "*",
    "vectors": "*",
    "problems": "subject, key",
}


def catalog_of(index: Path) -> dict[str, list[Any]]:
    """Return the rows of each table, but for what says when they were made."""
    with closing(sqlite3.connect(index / CATALOG)) as db:
        return {
            table: sorted(db.execute(f"SELECT {columns} FROM {table}"), key=repr)
            for table, columns in TABLES.items()
        }


def committed(index: Path) -> int:
    """Return how many documents a catalog has, 0 where there is none yet."""
    try:
        return len(catalog_of(index)["documents"])
    except sqlite3.Error:
        return 0
