"""From one format of the catalog to the next, so that nothing has to be encoded again.

In: an open catalog of an older format. Out: the same in today's format: `schema.Tables` takes the
steps when it is opened for writing, all in one transaction. Opened for reading only, the file
stays; `VIEWS` then shows its tables as today's. Each is tested on an index that the version before
made (`tests/samples/index-….zip`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from assistant.i18n.problems import STATES_BY_PUBLISHED
from assistant.i18n.recognition import message_recognised, pages_of
from assistant.system.databases import Migration

#: As format 5 has it.
_PROBLEMS = """(
    subject TEXT NOT NULL, severity TEXT NOT NULL, key TEXT NOT NULL, filled TEXT NOT NULL,
    state TEXT NOT NULL, pages TEXT NOT NULL, walked INTEGER NOT NULL
)"""
_Row = tuple[str, str, str, str, str, str, int]


def _problems_by_key(db: sqlite3.Connection) -> None:
    """From 4 to 5: problems and states, which were French, are keys, values and English names."""
    rows = list(_read_problems(db))
    db.execute("DROP TABLE problems")
    db.execute(f"CREATE TABLE problems {_PROBLEMS}")
    db.execute("CREATE INDEX problems_subject ON problems (subject)")
    db.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _show_problems_by_key(db: sqlite3.Connection) -> None:
    """Put the problems of format 4, as format 5 has them, in a table that only this reader sees."""
    rows = list(_read_problems(db))
    db.execute(f"CREATE TEMPORARY TABLE problems {_PROBLEMS}")
    db.executemany("INSERT INTO temp.problems VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _read_problems(db: sqlite3.Connection) -> Iterator[_Row]:
    """Yield the problems of format 4 as rows of format 5, in their order."""
    rows = db.execute(
        "SELECT subject, severity, message, remedy, state, pages, walked FROM problems"
        " ORDER BY rowid"
    )
    for subject, severity, message, remedy, state, pages, walked in rows:
        said = asdict(message_recognised(message, remedy))
        filled = json.dumps(said["values"], ensure_ascii=False)
        state = STATES_BY_PUBLISHED.get(state, "unreadable")
        yield subject, severity, said["key"], filled, state, pages_of(pages), walked


def _digests(db: sqlite3.Connection) -> None:
    """From 5 to 6: what sheets may take from a document is kept with it."""
    db.execute(
        "CREATE TABLE digests ("
        " document_id TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE, key BLOB NOT NULL,"
        " digest TEXT NOT NULL ) WITHOUT ROWID"
    )


def _nothing(db: sqlite3.Connection) -> None:
    """Format 5 lacks only what `sync` alone reads."""


#: Each step by the format that it starts from.
MIGRATIONS: Mapping[int, Migration] = {4: _problems_by_key, 5: _digests}
#: How a file of an older format is shown as one of today's to who may only read it, by format. One
#: that is not here is refused until `sync` has migrated it.
VIEWS: Mapping[int, Migration] = {4: _show_problems_by_key, 5: _nothing}
