"""The trail as it is written and read: what was done, kept for a time, the newest first.

In: an action by its code ("deposit.added"), the account, and what it was done to: a document's id,
an event's folder, an account's name. Out: the same. What was done is done: where the disk refuses,
nothing is raised.
"""

from __future__ import annotations

import getpass
import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import gethostname
from typing import Any

from assistant.audit.database import TABLES, insert, keep_waiting, take_in, written
from assistant.audit.entries import FILE, KINDS, UNWRITTEN, AuditEntry, AuditQuery, Origin
from assistant.errors import AuditError
from assistant.state.opening import reading
from assistant.state.places import is_kept, shared_address
from assistant.state.tables import StateFault
from assistant.system.logs import happened

MOST_SIGN_INS_A_DAY = 5_000
#: A name too long to be one is kept up to here, in characters.
_LONGEST = 500

logger = logging.getLogger(__name__)


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
        self._keep(action, rows)

    def _keep(self, action: str, rows: Sequence[Sequence[object]]) -> None:
        try:
            try:
                take_in(self.path)
                with written(self.path) as db:
                    insert(db, rows)
            except AuditError:
                keep_waiting(self.path, rows)
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
                # Those that came from a file have later numbers than they are old.
                f" WHERE {where} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
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
        if not is_kept(self.path):
            return 0
        take_in(self.path)
        since = _now(ago=timedelta(days=self.days)) if self.days else "9999"
        with written(self.path, erasing=("entries",)) as db:
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
        # Servers that share a trail differ in some, as in their port.
        server = f"{gethostname()} {self.path.parent} " if shared_address(self.path) else ""
        digests = {
            server + name: hashlib.sha256(one.encode()).hexdigest() for name, one in values.items()
        }
        changed: list[str] = []
        try:
            with written(self.path) as db:
                known = dict(db.execute("SELECT name, digest FROM settings").fetchall())
                changed = [
                    name.removeprefix(server)
                    for name, one in digests.items()
                    if known.get(name, one) != one
                ]
                db.executemany(
                    "INSERT INTO settings VALUES (?, ?)"
                    " ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
                    digests.items(),
                )
        except AuditError:
            logger.warning("audit_unwritten action=settings.changed")
        self.record("settings.changed", "", changed, origin="service")

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if not is_kept(self.path):
            return []
        try:
            with reading(self.path, TABLES) as db:
                return db.execute(statement, tuple(values)).fetchall()
        except StateFault as e:
            raise e.as_error(AuditError("audit_unreadable", path=self.path)) from e


def _where(query: AuditQuery) -> tuple[str, tuple[str, ...]]:
    """Return the condition of a query, and what fills it in."""
    conditions = {
        "action LIKE ? || '.%'": query.kind if query.kind in KINDS else "",
        "account = ?": query.account,
        "at >= ?": query.since,
        "at < ?": query.until,
    }
    asked = {condition: value for condition, value in conditions.items() if value}
    return " AND ".join(asked) or "1 = 1", tuple(asked.values())


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # an account that the system has no name for, as in containers


def _now(*, ago: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="seconds")
