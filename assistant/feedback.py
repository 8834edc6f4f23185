"""What agents think of answers: useful or not, and a word → a database of its own, without who.

In: opinions given on the page. Out: the same, for those who complete the documents. A row says the
day and no hour, never an address, a cookie or a session; rows are in no order of arrival. Several
threads and processes may write: each opinion is one short transaction.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.records import Status

#: The database's name in the index folder. `sync` never touches it.
FILE = "retours.sqlite3"
#: Raised when the table changes.
FORMAT = 1
#: Whoever fills the page with opinions stops here; a whole town gives fewer.
MOST_A_DAY = 2_000
#: How long a writer waits for another one, in seconds.
PATIENCE = 5.0

# Without row numbers: they would tell in which order a day's opinions came.
_TABLES = """
CREATE TABLE feedback (
    key TEXT PRIMARY KEY, day TEXT NOT NULL, useful INTEGER NOT NULL, word TEXT NOT NULL,
    question TEXT NOT NULL, subject TEXT NOT NULL, status TEXT NOT NULL, sessions TEXT NOT NULL,
    documents TEXT NOT NULL, generation TEXT NOT NULL
) WITHOUT ROWID;
"""
_COLUMNS = "day, useful, word, question, subject, status, sessions, documents, generation"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Feedback:
    """An opinion on an answer: what was asked, what came of it, whether that helped.

    `subject` is the question before, where this one leaned on it; `sessions` are those the search
    was limited to; `documents` those quoted, by their ids; `day` is empty until it is kept.
    """

    question: str
    status: Status
    useful: bool
    word: str = ""
    subject: str = ""
    sessions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    generation: str = ""
    day: str = ""


def keep(path: Path, feedback: Feedback, *, key: str, days: int, today: date | None = None) -> None:
    """Keep an opinion for `days` days, in place of the one of the same `key`; drop older ones.

    `key` names the answer as it was shown once, and nobody. Raises FeedbackError.
    """
    today = today or date.today()
    with _opened(path, FeedbackError("feedback_unwritable")) as db, db:
        db.execute("BEGIN IMMEDIATE")
        _forget(db, days, today)
        is_room = _is_room(db, key, today)
        if is_room:
            _put(db, key, feedback, today)
    if not is_room:
        raise FeedbackError("feedback_full")


def read(path: Path, *, days: int, today: date | None = None) -> list[Feedback]:
    """Return the opinions of the last `days` days, the oldest first. Raises FeedbackError."""
    if not path.exists():
        return []
    with _opened(path, FeedbackError("feedback_unreadable")) as db:
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM feedback WHERE day > ? ORDER BY day, question, key",
            (_last_forgotten(days, today or date.today()),),
        ).fetchall()
        return [_feedback(row) for row in rows]


def forget(path: Path, *, days: int, today: date | None = None) -> None:
    """Drop what is older than `days` days, all of it where that is 0. Raises FeedbackError."""
    if not path.exists():
        return
    with _opened(path, FeedbackError("feedback_unwritable")) as db, db:
        db.execute("BEGIN IMMEDIATE")
        _forget(db, days, today or date.today())


def _is_room(db: sqlite3.Connection, key: str, today: date) -> bool:
    """Tell whether an opinion may be kept: it changes one that is, or the day is not full."""
    if db.execute("SELECT 1 FROM feedback WHERE key = ?", (key,)).fetchone():
        return True
    (given,) = db.execute(
        "SELECT count(*) FROM feedback WHERE day = ?", (today.isoformat(),)
    ).fetchone()
    return bool(given < MOST_A_DAY)


def _put(db: sqlite3.Connection, key: str, feedback: Feedback, today: date) -> None:
    db.execute(
        f"INSERT OR REPLACE INTO feedback (key, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            key, today.isoformat(), feedback.useful, feedback.word, feedback.question,
            feedback.subject, feedback.status, _json(feedback.sessions),
            _json(feedback.documents), feedback.generation,
        ),
    )  # fmt: skip


def _forget(db: sqlite3.Connection, days: int, today: date) -> None:
    if days:
        db.execute("DELETE FROM feedback WHERE day <= ?", (_last_forgotten(days, today),))
    else:
        db.execute("DELETE FROM feedback")


def _last_forgotten(days: int, today: date) -> str:
    """Return the last day of which nothing is kept: years are kept where there are so many days."""
    most = (today - date.min).days
    return (today - timedelta(days=min(days, most))).isoformat()


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)


_Row = tuple[str, int, str, str, str, Status, str, str, str]


def _feedback(row: _Row) -> Feedback:
    day, useful, word, question, subject, status, sessions, documents, generation = row
    return Feedback(
        question=question,
        status=status,
        useful=bool(useful),
        word=word,
        subject=subject,
        sessions=tuple(json.loads(sessions)),
        documents=tuple(json.loads(documents)),
        generation=generation,
        day=day,
    )


@contextmanager
def _opened(path: Path, fault: FeedbackError) -> Iterator[sqlite3.Connection]:
    """Give the database, made where it isn't there; its faults become `fault`.

    Closing the last connection puts what was written, and what was erased, into the file itself.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as db:
            _prepare(db)
            yield db
    except (OSError, sqlite3.Error, ValueError) as e:
        # SQLite's name for it, and never its words: those of an agent have no place in a log.
        logger.warning("%s: %s", path.name, getattr(e, "sqlite_errorname", type(e).__name__))
        raise fault from e


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    # What is erased leaves nothing in the file.
    db.execute("PRAGMA secure_delete = ON")
    if _format(db) == 0:
        with db:
            db.execute("BEGIN IMMEDIATE")
            # Another process may have made the table while this one waited.
            if _format(db) == 0:
                db.execute(_TABLES)
                db.execute(f"PRAGMA user_version = {FORMAT}")
    if _format(db) != FORMAT:
        raise sqlite3.DatabaseError(f"format {_format(db)}")


def _format(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
