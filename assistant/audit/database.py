"""The trail's database, which refuses to have its rows changed: its tables, opened to be written.

Rows can only be added: the database itself refuses to change one, but to take the name of what was
erased out of it, and to delete one that its retention still covers.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.audit.entries import ERASED
from assistant.errors import AuditError
from assistant.system.databases import Migration, migrate, open_to_write

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


def _make_tables(db: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)


_MIGRATIONS: Mapping[int, Migration] = {0: _make_tables}
FORMAT = max(_MIGRATIONS) + 1


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the database, made where it isn't there. Raises AuditError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(0o600)  # who did what is for this user only
        with closing(open_to_write(path)) as db:
            if migrate(db, _MIGRATIONS) != FORMAT:
                raise sqlite3.DatabaseError("format")
            yield db
    except (OSError, sqlite3.Error, OverflowError) as e:
        logger.warning("%s: %s", path.name, getattr(e, "sqlite_errorname", type(e).__name__))
        raise AuditError("audit_unwritable", path=path) from e
