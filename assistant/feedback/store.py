"""What agents think of answers, and what they asked in vain → a database of its own, without who.

In: opinions given on the page, questions that were refused. Out: the same, for those who complete
the documents. A row says the day and no hour, never an address, a cookie or a session; rows are in
no order of arrival. What names somebody in them is masked first (`masking`). Several threads and
processes may write: each row is one short transaction.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.feedback.masking import masked
from assistant.records.answers import Status
from assistant.records.hits import Filters
from assistant.state.opening import reading, writing
from assistant.state.places import is_kept
from assistant.state.tables import Database, StateFault, Step, StoreTables
from assistant.text.analysis import clean, fold, words

#: The database's name in the index folder. `sync` never touches it.
FILE = "retours.sqlite3"
#: Whoever fills the page with opinions stops here; a whole town gives fewer.
MOST_A_DAY = 2_000
#: A question too long to be one is kept up to here, in characters.
_LONGEST = 1_000

# Without row numbers: they would tell in which order a day's opinions came.
_TABLES = (
    """
CREATE TABLE feedback (
    key TEXT PRIMARY KEY, day TEXT NOT NULL, useful INTEGER NOT NULL, word TEXT NOT NULL,
    question TEXT NOT NULL, subject TEXT NOT NULL, status TEXT NOT NULL, sessions TEXT NOT NULL,
    documents TEXT NOT NULL, generation TEXT NOT NULL
) WITHOUT ROWID
""",
    """
CREATE TABLE unanswered (
    day TEXT NOT NULL, wording TEXT NOT NULL, filters TEXT NOT NULL, question TEXT NOT NULL,
    subject TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (day, wording, filters)
) WITHOUT ROWID
""",
)


def _executing(statement: str) -> Step:
    def step(db: Database) -> None:
        db.execute(statement)

    return step


#: From an empty file (0) to today's format, each step by the format that it starts from: one table
#: more each time. When the tables change, another step is added, and its test.
MIGRATIONS: Mapping[int, Step] = {at: _executing(one) for at, one in enumerate(_TABLES)}
TABLES = StoreTables("feedback", MIGRATIONS)
FORMAT = TABLES.format
_COLUMNS = "day, useful, word, question, subject, status, sessions, documents, generation"
#: What comes along when they move: all of it.
COLUMNS = {
    "feedback": f"key, {_COLUMNS}",
    "unanswered": "day, wording, filters, question, subject, times",
}

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


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the documents didn't answer, as asked on one day, and how many times.

    `subject` is the question before, where this one leaned on it; `filters` what was searched.
    """

    question: str
    subject: str = ""
    filters: Filters = field(default_factory=Filters)
    day: str = ""
    times: int = 1


def wording(question: str, subject: str = "") -> str:
    """Return what two ways of typing the same words have in common: case, accents, marks aside."""
    asked = f"{subject} {question}"
    return fold(" ".join(words(asked))) or " ".join(asked.split())


def keep(path: Path, feedback: Feedback, *, key: str, days: int, today: date | None = None) -> None:
    """Keep an opinion for `days` days, in place of the one of the same `key`; drop older ones.

    `key` names the answer as it was shown once, and nobody. Raises FeedbackError.
    """
    today = today or date.today()
    with _told(FeedbackError("feedback_unwritable")), writing(path, TABLES) as db:
        _forget(db, days, today)
        is_room = _is_room(db, key, today)
        if is_room:
            _put(db, key, feedback, today)
    if not is_room:
        raise FeedbackError("feedback_full")


def read(path: Path, *, days: int, today: date | None = None) -> list[Feedback]:
    """Return the opinions of the last `days` days, the oldest first. Raises FeedbackError."""
    if not is_kept(path):
        return []
    with _told(FeedbackError("feedback_unreadable")), reading(path, TABLES) as db:
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM feedback WHERE day > ? ORDER BY day, question, key",
            (_last_forgotten(days, today or date.today()),),
        ).fetchall()
        return [_feedback(row) for row in rows]


def forget(path: Path, *, days: int, today: date | None = None) -> None:
    """Drop what is older than `days` days, all of it where that is 0. Raises FeedbackError."""
    if not is_kept(path):
        return
    with _told(FeedbackError("feedback_unwritable")), writing(path, TABLES) as db:
        _forget(db, days, today or date.today())


def keep_unanswered(
    path: Path, unanswered: Unanswered, *, days: int, today: date | None = None
) -> None:
    """Keep a refused question for `days` days, once a day with how often; drop older ones.

    Past `MOST_A_DAY` different ones, a day's are no longer kept. Raises FeedbackError.
    """
    today = today or date.today()
    question, subject = _tidy(unanswered.question), _tidy(unanswered.subject)
    key = (today.isoformat(), wording(question, subject), _json(unanswered.filters.by_facet()))
    with _told(FeedbackError("feedback_unwritable")), writing(path, TABLES) as db:
        _forget(db, days, today, "unanswered")
        again = db.execute(
            "UPDATE unanswered SET times = times + 1 WHERE day = ? AND wording = ? AND filters = ?",
            key,
        )
        if not again.rowcount and _kept_on(db, "unanswered", today) < MOST_A_DAY:
            db.execute("INSERT INTO unanswered VALUES (?,?,?,?,?,1)", (*key, question, subject))


def read_unanswered(path: Path, *, days: int, today: date | None = None) -> list[Unanswered]:
    """Return the questions refused in the last `days` days, oldest first. Raises FeedbackError."""
    if not is_kept(path):
        return []
    with _told(FeedbackError("feedback_unreadable")), reading(path, TABLES) as db:
        rows = db.execute(
            "SELECT question, subject, filters, day, times FROM unanswered WHERE day > ?"
            " ORDER BY day, wording, filters",
            (_last_forgotten(days, today or date.today()),),
        ).fetchall()
        return [
            Unanswered(question, subject, _filters(searched), day, times)
            for question, subject, searched, day, times in rows
        ]


def forget_unanswered(path: Path, *, days: int, today: date | None = None) -> None:
    """Drop the refused questions older than `days` days, all where that is 0.

    Raises FeedbackError.
    """
    if not is_kept(path):
        return
    with _told(FeedbackError("feedback_unwritable")), writing(path, TABLES) as db:
        _forget(db, days, today or date.today(), "unanswered")


def erase(path: Path, wordings: Collection[str] | None = None) -> int:
    """Erase the questions of these wordings, with all opinions on them; everything where None.

    Return how many rows that was. Raises FeedbackError.
    """
    if not is_kept(path):
        return 0
    erased = 0
    with (
        _told(FeedbackError("feedback_not_erased")),
        writing(path, TABLES, erasing=("feedback", "unanswered")) as db,
    ):
        for table in ("feedback", "unanswered"):
            kept = db.execute(f"SELECT DISTINCT question, subject FROM {table}").fetchall()
            for asked in kept:
                if wordings is None or wording(*asked) in wordings:
                    gone = db.execute(
                        f"DELETE FROM {table} WHERE question = ? AND subject = ?", asked
                    )
                    erased += gone.rowcount
    return erased


def _tidy(text: str) -> str:
    """Return a text as it is kept: on one line, of characters that a file can hold, masked."""
    return masked(" ".join(clean(text).split()))[:_LONGEST]


def _is_room(db: Database, key: str, today: date) -> bool:
    """Tell whether an opinion may be kept: it changes one that is, or the day is not full."""
    if db.execute("SELECT 1 FROM feedback WHERE key = ?", (key,)).fetchone():
        return True
    return _kept_on(db, "feedback", today) < MOST_A_DAY


def _kept_on(db: Database, table: str, day: date) -> int:
    asked = f"SELECT count(*) FROM {table} WHERE day = ?"
    return int(db.execute(asked, (day.isoformat(),)).fetchone()[0])


def _put(db: Database, key: str, feedback: Feedback, today: date) -> None:
    db.execute("DELETE FROM feedback WHERE key = ?", (key,))
    db.execute(
        f"INSERT INTO feedback (key, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            key, today.isoformat(), int(feedback.useful), masked(feedback.word),
            masked(feedback.question), masked(feedback.subject), feedback.status,
            _json(feedback.sessions), _json(feedback.documents), feedback.generation,
        ),
    )  # fmt: skip


def _forget(db: Database, days: int, today: date, table: str = "feedback") -> None:
    if days:
        db.execute(f"DELETE FROM {table} WHERE day <= ?", (_last_forgotten(days, today),))
    else:
        db.execute(f"DELETE FROM {table}")


def _last_forgotten(days: int, today: date) -> str:
    """Return the last day of which nothing is kept: years are kept where there are so many days."""
    most = (today - date.min).days
    return (today - timedelta(days=min(days, most))).isoformat()


def _json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _filters(kept: str) -> Filters:
    """Return filters out of the pairs of facet and values that were kept."""
    return Filters(*(tuple(values) for _, values in json.loads(kept)))


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
def _told(fault: FeedbackError) -> Iterator[None]:
    """Say what is wrong with the tables as `fault` does, with a shared database in its own words.

    Closing the last connection puts what was written, and what was erased, into the file itself.
    """
    try:
        yield
    except StateFault as e:
        logger.warning("%s: %s", FILE, e.name)
        raise e.as_error(fault) from e
