"""The trail's database, which refuses to have its rows changed: its tables, opened to be written.

Rows can only be added: the database itself refuses to change one, but to take the name of what was
erased out of it, and to delete one that its retention still covers. Entries that a shared database
could not take while it was away wait in a file of this server.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from assistant.audit.entries import ERASED, FILE
from assistant.errors import AuditError
from assistant.state.opening import reading, writing
from assistant.state.places import shared_address
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.system.databases import files_of

_STATEMENTS = (
    """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, action TEXT NOT NULL,
    account TEXT NOT NULL, origin TEXT NOT NULL, subject TEXT NOT NULL, former TEXT NOT NULL,
    number INTEGER NOT NULL
)
""",
    "CREATE INDEX entries_at ON entries (at)",
    # Entries from this moment on can't be deleted; empty: none can.
    "CREATE TABLE kept (since TEXT NOT NULL)",
    "INSERT INTO kept VALUES ('')",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID",
    """
CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
WHEN OLD.at >= (SELECT since FROM kept)
BEGIN SELECT RAISE(ABORT, 'append-only'); END
""",
    f"""
CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
WHEN NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.action <> OLD.action
  OR NEW.account <> OLD.account OR NEW.origin <> OLD.origin OR NEW.number <> OLD.number
  OR NOT (NEW.subject = OLD.subject OR NEW.subject LIKE '{ERASED}%')
  OR NOT (NEW.former = OLD.former OR NEW.former LIKE '{ERASED}%')
BEGIN SELECT RAISE(ABORT, 'append-only'); END
""",
)

logger = logging.getLogger(__name__)


def _make_tables(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)


TABLES = StoreTables("audit", {0: _make_tables})
_ENTRY = "at, action, account, origin, subject, former, number"
#: What comes along when a trail moves: which settings it saw is each machine's own.
COLUMNS = {"entries": _ENTRY}


@contextmanager
def written(path: Path, *, erasing: Sequence[str] = ()) -> Iterator[Database]:
    """Give the tables for one transaction, made where they aren't there. Raises AuditError."""
    try:
        with writing(path, TABLES, erasing=erasing) as db:
            yield db
    except StateFault as e:
        logger.warning("%s: %s", path.name, e.name)
        raise e.as_error(AuditError("audit_unwritable", path=path)) from e


def insert(db: Database, rows: Sequence[Sequence[object]]) -> None:
    """Add entries, in the order of their columns: when, what, by whom, from where, to what."""
    db.executemany(
        f"INSERT INTO entries ({_ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


# --- While a shared database is away --------------------------------------------------------

#: The folder in the index folder: what is in it is never in a shared database.
FOLDER = "historique-en-attente"
_MOVING = Lock()


def keep_waiting(trail: Path, rows: Sequence[Sequence[object]]) -> None:
    """Keep rows of a shared trail for later. Raises AuditError, of a trail in a file always."""
    if not shared_address(trail):
        raise AuditError("audit_unwritable", path=trail)
    with written(_place(trail)) as db:
        insert(db, rows)


def take_in(trail: Path) -> None:
    """Put what waits into the trail. Raises AuditError: it goes on waiting.

    Killed in the middle, it may stand there twice, and never not at all.
    """
    place = _place(trail)
    if not shared_address(trail) or not place.exists():
        return
    with _MOVING:
        if not place.exists():
            return
        try:
            with reading(place, TABLES) as db:
                rows = db.execute(f"SELECT {_ENTRY} FROM entries ORDER BY id").fetchall()
        except StateFault as e:
            raise AuditError("audit_unreadable", path=place) from e
        with written(trail) as shared:
            insert(shared, rows)
        for path in files_of(place):
            path.unlink()


def _place(trail: Path) -> Path:
    return trail.parent / FOLDER / FILE
