"""Accounts in the database that several servers share: rows ↔ what the file has of each.

In: the path of the file that a site without such a database would have. Who changes accounts is
alone with them until it is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.state.opening import reading, writing
from assistant.state.tables import Database, StoreTables

#: An account as the file of accounts has it.
Kept = Mapping[str, Any]


def _make_table(db: Database) -> None:
    db.execute("CREATE TABLE accounts (name TEXT PRIMARY KEY, kept TEXT NOT NULL) WITHOUT ROWID")


TABLES = StoreTables("accounts", {0: _make_table})


def accounts_kept(path: Path, name: str | None = None) -> list[Kept]:
    """Return all accounts, or the one of a name if it is there. Raises StateFault."""
    with reading(path, TABLES) as db:
        return _rows(db, name)


def change_kept(path: Path, changed: Callable[[list[Kept]], Sequence[Kept]]) -> None:
    """Keep the accounts that `changed` makes of those of now. Raises StateFault."""
    with writing(path, TABLES) as db:
        before = _rows(db)
        after = changed(before)
        left = {one["name"] for one in after}
        gone = [(one["name"],) for one in before if one["name"] not in left]
        db.executemany("DELETE FROM accounts WHERE name = ?", gone)
        db.executemany(
            "INSERT INTO accounts VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET kept = excluded.kept",
            [(one["name"], json.dumps(one, ensure_ascii=False)) for one in after],
        )


def _rows(db: Database, name: str | None = None) -> list[Kept]:
    if name is None:
        rows = db.execute("SELECT kept FROM accounts ORDER BY name").fetchall()
    else:
        rows = db.execute("SELECT kept FROM accounts WHERE name = ?", (name,)).fetchall()
    return [json.loads(kept) for (kept,) in rows]
