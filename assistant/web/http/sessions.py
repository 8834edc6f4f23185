"""Sessions of people who signed in: a token in their browser, its hash on the server's disk.

The token is 256 bits drawn at random; only its SHA-256 is kept, so that who reads the disk can't
sign in with what is there. A session ends by signing out, `hours` after it began, after a time
without use, or when its account's password or role changes. Of who signed in elsewhere it keeps
their groups there, until it ends; what these make of them is looked at for each request.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.accounts import Account, Role, account_named
from assistant.audit import Trail
from assistant.errors import AccountError
from assistant.identity.people import Person, role_of
from assistant.state.opening import reading, writing
from assistant.state.places import is_kept, shared_address
from assistant.state.tables import Database, StateFault, StoreTables

#: The database's name in the index folder. It is no part of a backup.
FILE = "sessions.sqlite3"
#: Two hours without a request end a session: a meeting, not a night.
IDLE_SECONDS = 2 * 3600
#: How old the note of a session's last use may be before it is written anew.
_NOTED_SECONDS = 60

#: As the first format has them; the file had no number before, and may have the table.
_TABLE = """
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, began REAL NOT NULL,
    seen REAL NOT NULL
) WITHOUT ROWID
"""


def _make_table(db: Database) -> None:
    db.execute(_TABLE)


def _add_persons(db: Database) -> None:
    """Make room for who has no account: what vouches for them, their groups, how to sign out."""
    for column in ("source", "groups", "hint"):
        db.execute(f"ALTER TABLE sessions ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


TABLES = StoreTables("sessions", {0: _make_table, 1: _add_persons})


#: Whose session, what changes with the account, when it began and was last used, and what vouches
#: for who has none: where from, their groups as JSON, how to sign out there.
_Row = tuple[str, str, float, float, str, str, str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is. `source` is empty for an account of the site's own."""

    name: str
    role: Role
    groups: tuple[str, ...]
    source: str = ""
    hint: str = ""


class Sessions:
    """The sessions of a site, shared by threads and kept over a restart."""

    def __init__(
        self,
        path: Path,
        accounts: Path,
        hours: int,
        now: Callable[[], float] = time.time,
        trail: Trail | None = None,
        staff_groups: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`staff_groups` are those of each source that signs people in: of others none count."""
        self._staff_groups = staff_groups or {}
        #: Where it is kept who signed in, and who couldn't.
        self.trail = trail or Trail(path.parent, 0)
        self._path = path
        self._accounts = accounts
        self._seconds = hours * 3600
        self._now = now

    @property
    def are_shared(self) -> bool:
        """Whether another machine's database has them."""
        return bool(shared_address(self._path))

    def open(self, who: Account | Person) -> str:
        """Return the token of a new session. Raises AccountError when the disk refuses."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        kept = ("", "", "")
        if isinstance(who, Person):
            kept = (who.source, json.dumps(sorted(who.groups)), who.hint)
        stamp = "" if isinstance(who, Person) else _stamp(who)
        try:
            with writing(self._path, TABLES) as db:
                self._drop_over(db)
                db.execute(
                    "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (_hash(token), who.name, stamp, now, now, *kept),
                )
        except StateFault as e:
            raise e.as_error(AccountError("sessions_unwritable", path=self._path.parent)) from e
        self.trail.record("access.accepted", who.name)
        return token

    def whose(self, token: str) -> SignedIn | None:
        """Return whose session a token opens, None when it opens none, or no longer.

        Raises AccountError when the accounts can't be read, or a shared database doesn't answer.
        """
        if not token or not is_kept(self._path):
            return None
        try:
            with reading(self._path, TABLES) as db:
                row = db.execute(
                    "SELECT name, stamp, began, seen, source, groups, hint FROM sessions"
                    " WHERE hash = ?",
                    (_hash(token),),
                ).fetchone()
            return self._who(row, token) if row else None
        except StateFault as e:
            if e.told:
                # Theirs is not over: who is signed in waits for the database.
                raise e.as_error(AccountError("sessions_unwritable", path="")) from e
            return None  # signing in again tells what is wrong with the disk

    def _who(
        self, row: tuple[str, str, float, float, str, str, str], token: str
    ) -> SignedIn | None:
        name, stamp, began, seen, source, groups, hint = row
        now = self._now()
        is_over = now - began > self._seconds or now - seen > IDLE_SECONDS or now < began
        who = self._person(name, source, groups, hint) if source else self._account(name, stamp)
        if is_over or who is None:
            return None
        if now - seen > _NOTED_SECONDS:
            # Of no use where the disk is full: the session then ends sooner.
            with suppress(StateFault), writing(self._path, TABLES) as db:
                db.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (now, _hash(token)))
        return who

    def _account(self, name: str, stamp: str) -> SignedIn | None:
        account = account_named(self._accounts, name)
        if account is None or not account.is_open or _stamp(account) != stamp:
            return None
        return SignedIn(name, account.role, account.groups)

    def _person(self, name: str, source: str, groups: str, hint: str) -> SignedIn | None:
        if source not in self._staff_groups:
            return None  # the site no longer asks there
        theirs = tuple(json.loads(groups))
        return SignedIn(name, role_of(theirs, self._staff_groups[source]), theirs, source, hint)

    def drop_over(self) -> None:
        """Delete the sessions that are over by their age."""
        if is_kept(self._path):
            with suppress(StateFault), writing(self._path, TABLES) as db:
                self._drop_over(db)

    def _drop_over(self, db: Database) -> None:
        db.execute("DELETE FROM sessions WHERE began < ?", (self._now() - self._seconds,))

    def close(self, token: str) -> None:
        """End a session."""
        with suppress(StateFault), writing(self._path, TABLES) as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(account: Account) -> str:
    """Return what changes with an account's password or role."""
    return hashlib.sha256(f"{account.role} {account.hash}".encode()).hexdigest()
