"""Who did what: an audit trail of what staff and operators did to a site, append-only, for a time.

In: an action by its code ("deposit.added"), the account, and what it was done to: a document's id,
an event's folder, an account's name. Out: the same, the newest first. Never a question, nor a word
of a document. Times are UTC. Rows can only be added: the database itself refuses to change one, but
to take the name of what was erased out of it, and to delete one that its retention still covers.

Erasing a document takes its name, and those it had before, out of the trail: its receipt, which
proves the erasure, stands in its place. See docs/decisions/0030-audit-trail.md.
"""

from __future__ import annotations

import getpass
import hashlib
import logging
import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AuditError
from assistant.system.databases import Migration, migrate, open_to_read, open_to_write
from assistant.system.logs import happened
from assistant.text.folding import fold

#: The database's name in the index folder. A restore leaves the one that is there.
FILE = "historique.sqlite3"
#: What was done, by kind; a code is "kind.what".
KINDS: Mapping[str, tuple[str, ...]] = {
    "access": ("accepted", "refused"),
    "deposit": ("added", "replaced"),
    "document": ("renamed", "replaced"),
    "correction": ("saved", "undone", "dropped"),
    "programme": ("saved",),
    "erasure": ("document", "speaker", "recalled", "questions", "opinions", "retention"),
    "rights": ("rule", "groups"),
    "account": (
        "made",
        "link",
        "role",
        "password",
        "groups",
        "disabled",
        "enabled",
        "unlocked",
        "removed",
    ),
    "settings": ("changed",),
    "run": ("started", "rebuilt", "cancelled"),
    "backup": ("made", "failed", "restored", "drilled"),
}
#: Where somebody did it: in a browser, by a command; or the service did it by itself.
Origin = Literal["page", "command", "service"]
#: What is counted beside actions: those that could not be kept, passwords not looked at, and
#: sign-ins that a provider or a directory could not settle.
UNWRITTEN, WAITING, UNSETTLED = "unwritten", "access.waiting", "access.unsettled"
MOST_SIGN_INS_A_DAY = 5_000
#: What stands in place of a name that was erased, before the name of the receipt, if there is one.
ERASED = "efface:"
#: A name too long to be one is kept up to here, in characters.
_LONGEST = 500
_WORD = re.compile(r"[^\W_]+")

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


def _make_tables(db: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)


_MIGRATIONS: Mapping[int, Migration] = {0: _make_tables}
FORMAT = max(_MIGRATIONS) + 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What was done: when (ISO 8601, UTC), what, by whom and from where, to what.

    `account` is empty where nobody signed in; `former` is the name that a document had before;
    `number` how many there were, where they are not named.
    """

    at: str
    action: str
    account: str
    origin: Origin = "page"
    subject: str = ""
    former: str = ""
    number: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of the action, a key of KINDS."""
        return self.action.partition(".")[0]


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are asked for: a kind, an account, and moments (ISO 8601, UTC) from and to.

    Empty: all of them. `until` is left out itself.
    """

    kind: str = ""
    account: str = ""
    since: str = ""
    until: str = ""


class Trail:
    """The audit trail of a site, in its index folder; nothing is kept where `days` is 0.

    Several threads and processes may write: what is recorded at once is one short transaction.
    """

    def __init__(self, index: Path, days: int) -> None:
        self.path = index / FILE
        self.days = days
        #: How often each action was done since this process began, kept or not.
        self.counts: Counter[str] = Counter()

    def record(
        self,
        action: str,
        account: str,
        subjects: Sequence[str] = ("",),
        *,
        origin: Origin = "page",
        former: Mapping[str, str] | None = None,
        number: int = 0,
    ) -> None:
        """Keep that an account did something, an entry for each of `subjects`.

        `former` are the names that subjects had before. What was done is done: where the disk
        refuses, the journal says so, and nothing is raised.
        """
        if not subjects:
            return
        self.counts[action] += len(subjects)
        if not action.startswith("access."):  # those are told already
            happened("audit", action=action, number=number or len(subjects))
        if not self.days:
            return
        at, before = _now(), former or {}
        rows = [
            (
                at,
                action,
                account[:_LONGEST],
                origin,
                subject[:_LONGEST],
                before.get(subject, ""),
                number,
            )
            for subject in subjects
        ]
        try:
            with _opened(self.path) as db, db:
                db.execute("BEGIN IMMEDIATE")
                db.executemany(
                    "INSERT INTO entries (at, action, account, origin, subject, former, number)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )
        except AuditError:
            self.counts[UNWRITTEN] += 1
            logger.warning("audit_unwritten action=%s", action)

    def refused(self, account: str) -> None:
        """Keep that somebody was refused who gave the name of an account, or "" for no account's.

        What else they typed may be a password. Of a day so many are kept, and no more: those who
        try are not to fill the disk.
        """
        day = AuditQuery(kind="access", since=_now()[:10])
        with suppress(AuditError):
            if self.days and self.number(day) >= MOST_SIGN_INS_A_DAY:
                self.counts["access.refused"] += 1
                return
        self.record("access.refused", account)

    def by_command(self, action: str, subjects: Sequence[str] = ("",), *, number: int = 0) -> None:
        """Keep that whoever runs this process did something, by the name of their system's."""
        self.record(action, _operator(), subjects, origin="command", number=number)

    def read(self, query: AuditQuery, *, most: int, skipped: int = 0) -> list[AuditEntry]:
        """Return the entries asked for, the newest first. Raises AuditError."""
        where, values = _where(query)
        return [
            AuditEntry(*row)
            for row in self._rows(
                "SELECT at, action, account, origin, subject, former, number FROM entries"
                f" WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?",
                (*values, most, skipped),
            )
        ]

    def number(self, query: AuditQuery) -> int:
        """Return how many entries are asked for. Raises AuditError."""
        where, values = _where(query)
        found = self._rows(f"SELECT count(*) FROM entries WHERE {where}", values)
        return int(found[0][0]) if found else 0

    def accounts(self) -> list[str]:
        """Return the accounts that did something, by their names. Raises AuditError."""
        found = self._rows("SELECT DISTINCT account FROM entries ORDER BY account", ())
        return [name for (name,) in found if name]

    def last(self, action: str) -> str:
        """Return when something was done last (ISO 8601, UTC), empty: never. Raises AuditError."""
        found = self._rows("SELECT max(at) FROM entries WHERE action = ?", (action,))
        return (found[0][0] or "") if found else ""

    def drop_old(self) -> int:
        """Delete what is older than the retention, all of it where that is 0; return how many.

        Raises AuditError.
        """
        if not self.path.exists():
            return 0
        since = _now(ago=timedelta(days=self.days)) if self.days else "9999"
        with _opened(self.path) as db, db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE kept SET since = ?", (since,))
            gone = db.execute("DELETE FROM entries WHERE at < ?", (since,)).rowcount
            # What comes now is newer than that, whatever the retention becomes.
            db.execute("UPDATE kept SET since = ''")
        return gone

    def see_settings(self, values: Mapping[str, str]) -> None:
        """Record which settings changed since they were last seen, by their names only.

        They are the operator's, in a file or the environment: who changed them is not known here.
        """
        if not self.days:
            return
        digests = {name: hashlib.sha256(one.encode()).hexdigest() for name, one in values.items()}
        changed: list[str] = []
        try:
            with _opened(self.path) as db, db:
                db.execute("BEGIN IMMEDIATE")
                known = dict(db.execute("SELECT name, digest FROM settings").fetchall())
                changed = [name for name, one in digests.items() if known.get(name, one) != one]
                db.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", digests.items())
        except AuditError:
            logger.warning("audit_unwritten action=settings.changed")
        self.record("settings.changed", "", changed, origin="service")

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        try:
            with closing(open_to_read(self.path)) as db:
                return db.execute(statement, tuple(values)).fetchall()
        except (OSError, sqlite3.Error) as e:
            raise AuditError("audit_unreadable", path=self.path) from e


def forget_documents(index: Path, receipts: Mapping[str, str]) -> None:
    """Take the names of erased documents out of the trail, and those they had before.

    `receipts` gives by a document's id the name of its receipt, which stands there instead. Raises
    AuditError.
    """
    if (index / FILE).exists():
        with _opened(index / FILE) as db, db:
            db.execute("BEGIN IMMEDIATE")
            for id_, receipt in receipts.items():
                _put_out(db, _rows_of(db, id_, None), f"{ERASED}{receipt}")


def forget_name(index: Path, name: str) -> None:
    """Take what has somebody's name in it out of the trail, case and accents aside.

    Raises AuditError.
    """
    if (index / FILE).exists():
        with _opened(index / FILE) as db, db:
            db.execute("BEGIN IMMEDIATE")
            rows = db.execute("SELECT id, subject, former FROM entries").fetchall()
            held = [id_ for id_, *texts in rows if any(_holds(text, name) for text in texts)]
            _put_out(db, held, ERASED)


def _put_out(db: sqlite3.Connection, ids: Collection[int], mark: str) -> None:
    db.executemany(
        "UPDATE entries SET subject = ?, former = CASE former WHEN '' THEN '' ELSE ? END"
        " WHERE id = ?",
        [(mark, mark, id_) for id_ in ids],
    )


def _rows_of(db: sqlite3.Connection, name: str, before: int | None) -> list[int]:
    """Return the entries on a document called `name` up to entry `before`, whatever it was called.

    What had that name before, and was renamed, is another document.
    """
    last = before if before is not None else 1 << 62
    (left,) = db.execute(
        "SELECT coalesce(max(id), 0) FROM entries WHERE former = ? AND id < ?", (name, last)
    ).fetchone()
    found = db.execute(
        "SELECT id, former FROM entries WHERE subject = ? AND id > ? AND id < ?",
        (name, left, last),
    ).fetchall()
    rows = [id_ for id_, _ in found]
    for id_, former in found:
        if former and former != name:
            rows += _rows_of(db, former, id_)
    return rows


def _holds(text: str, name: str) -> bool:
    """Tell whether the words of a name stand one after the other in a text."""
    own, asked = (_WORD.findall(fold(one)) for one in (text, name))
    size = len(asked)
    return bool(size) and any(own[at : at + size] == asked for at in range(len(own) - size + 1))


def _where(query: AuditQuery) -> tuple[str, tuple[str, ...]]:
    """Return the condition of a query, and what fills it in."""
    conditions = {
        "action LIKE ? || '.%'": query.kind if query.kind in KINDS else "",
        "account = ?": query.account,
        "at >= ?": query.since,
        "at < ?": query.until,
    }
    asked = {condition: value for condition, value in conditions.items() if value}
    return " AND ".join(asked) or "1", tuple(asked.values())


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # an account that the system has no name for, as in containers


def _now(*, ago: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="seconds")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
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
