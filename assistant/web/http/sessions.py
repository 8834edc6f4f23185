"""Sessions of people who signed in: a token in their browser, its hash on the server's disk.

The token is 256 bits drawn at random; only its SHA-256 is kept, so that who reads the disk can't
sign in with what is there. A session ends by signing out, `hours` after it began, after a time
without use, or when its account's password changes.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address, ip_network
from pathlib import Path

from assistant.accounts import Account, accounts_in
from assistant.audit import Trail
from assistant.errors import AccountError
from assistant.system.databases import Migration, migrate, open_to_write

#: The database's name in the index folder. It is no part of a backup.
FILE = "sessions.sqlite3"
#: Two hours without a request end a session: a meeting, not a night.
IDLE_SECONDS = 2 * 3600
#: How old the note of a session's last use may be before it is written anew.
_NOTED_SECONDS = 60
#: Wrong passwords for a name from one address, within these seconds, before trying is refused.
THROTTLE_SECONDS = 300
MOST_FAILURES = 5
#: For a name from anywhere: nobody can keep its owner out with a few tries of their own.
MOST_FAILURES_FOR = 50
#: From an address, behind which a whole town hall may stand.
MOST_FAILURES_FROM = 30
_MOST = (MOST_FAILURES, MOST_FAILURES_FOR, MOST_FAILURES_FROM)
#: Names, addresses and pairs whose failures are remembered; beyond, the oldest are forgotten.
_MOST_REMEMBERED = 10_000

#: As the first format has them; the file had no number before, and may have the table.
_TABLE = """
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, began REAL NOT NULL,
    seen REAL NOT NULL
) WITHOUT ROWID
"""


def _make_table(db: sqlite3.Connection) -> None:
    db.execute(_TABLE)


_MIGRATIONS: Mapping[int, Migration] = {0: _make_table}


class Sessions:
    """The sessions of a site, shared by threads and kept over a restart."""

    def __init__(
        self,
        path: Path,
        accounts: Path,
        hours: int,
        now: Callable[[], float] = time.time,
        trail: Trail | None = None,
    ) -> None:
        #: Where it is kept who signed in, and who couldn't.
        self.trail = trail or Trail(path.parent, 0)
        self._path = path
        self._accounts = accounts
        self._seconds = hours * 3600
        self._now = now

    def open(self, account: Account) -> str:
        """Return the token of a new session. Raises AccountError when the disk refuses."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        try:
            with self._database() as db, db:
                self._drop_over(db)
                db.execute(
                    "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                    (_hash(token), account.name, _stamp(account), now, now),
                )
        except (OSError, sqlite3.Error) as e:
            raise AccountError("sessions_unwritable", path=self._path.parent) from e
        self.trail.record("access.accepted", account.name)
        return token

    def account(self, token: str) -> Account | None:
        """Return whose session a token opens, None when it opens none, or no longer.

        Raises AccountError when the accounts can't be read.
        """
        if not token or not self._path.exists():
            return None
        try:
            with self._database() as db:
                return self._account(db, token)
        except (OSError, sqlite3.Error):
            return None  # signing in again tells what is wrong with the disk

    def _account(self, db: sqlite3.Connection, token: str) -> Account | None:
        row = db.execute(
            "SELECT name, stamp, began, seen FROM sessions WHERE hash = ?", (_hash(token),)
        ).fetchone()
        if row is None:
            return None
        name, stamp, began, seen = row
        now = self._now()
        account = accounts_in(self._accounts).get(name)
        is_over = now - began > self._seconds or now - seen > IDLE_SECONDS or now < began
        if is_over or account is None or _stamp(account) != stamp:
            return None
        if now - seen > _NOTED_SECONDS:
            # Of no use where the disk is full: the session then ends sooner.
            with suppress(sqlite3.Error), db:
                db.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (now, _hash(token)))
        return account

    def drop_over(self) -> None:
        """Delete the sessions that are over by their age."""
        if self._path.exists():
            with suppress(OSError, sqlite3.Error), self._database() as db, db:
                self._drop_over(db)

    def _drop_over(self, db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM sessions WHERE began < ?", (self._now() - self._seconds,))

    def close(self, token: str) -> None:
        """End a session."""
        with suppress(OSError, sqlite3.Error), self._database() as db, db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(0o600)
        with closing(open_to_write(self._path)) as db:
            migrate(db, _MIGRATIONS)
            yield db


class Throttle:
    """Counts wrong passwords, so that they can't be tried by the thousand."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def is_closed(self, name: str, address: str) -> bool:
        """Tell whether a name, an address, or the one from the other failed too often of late."""
        keys = _keys(name, address)
        return any(self._count(key) >= most for key, most in zip(keys, _MOST, strict=True))

    def failed(self, name: str, address: str) -> None:
        """Remember a wrong password."""
        for key in _keys(name, address):
            self._failures.setdefault(key, deque(maxlen=max(_MOST))).append(self._now())
            self._failures.move_to_end(key)
        while len(self._failures) > _MOST_REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget a name's wrong passwords from an address, and that this try was counted as one."""
        own, *others = _keys(name, address)
        self._failures.pop(own, None)
        for key in others:
            if tries := self._failures.get(key):
                tries.pop()

    def _count(self, key: str) -> int:
        since = self._now() - THROTTLE_SECONDS
        return sum(moment > since for moment in self._failures.get(key, ()))


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """Return what tries are counted under, in the order of `_MOST`."""
    whose, where = f"name {name.casefold()[:64]}", _address(address)
    return f"{whose} {where}", whose, where


def _address(address: str) -> str:
    """Return what stands for an address: of IPv6, whoever has one has its whole /64."""
    try:
        known = ip_address(address)
    except ValueError:
        return f"address {address[:64]}"
    if known.version == 6:
        return f"address {ip_network((known, 64), strict=False)}"
    return f"address {known}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(account: Account) -> str:
    """Return what changes with an account's password or role."""
    return hashlib.sha256(f"{account.role} {account.hash}".encode()).hexdigest()
