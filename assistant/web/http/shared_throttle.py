"""Wrong passwords as several servers count them together: `throttle`'s rules, in tables.

In and out: as `Throttle` has it. Of names and addresses the tables have hashes. Times are of the
servers' clocks, which agree to a second or so. Raises AccountError where the database doesn't
answer: nobody signs in uncounted.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AccountError
from assistant.state.opening import reading, writing
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.web.http.throttle import (
    FORGOTTEN_AFTER,
    FREE_TRIES,
    FREE_TRIES_FOR,
    LONGEST_WAIT,
    LONGEST_WAIT_FOR,
    keys_of,
    seconds_left,
    whose_name,
)

#: Its name among the stores of a site; no file goes by it while a database is shared.
FILE = "tries.sqlite3"
#: How long it is remembered where a name signed in from, in seconds.
_OWNED = 30 * 24 * 3600


def _make_tables(db: Database) -> None:
    db.execute(
        "CREATE TABLE tries (key TEXT PRIMARY KEY, whose TEXT NOT NULL, count INTEGER NOT NULL,"
        " last REAL NOT NULL) WITHOUT ROWID"
    )
    db.execute("CREATE TABLE owners (key TEXT PRIMARY KEY, seen REAL NOT NULL) WITHOUT ROWID")


TABLES = StoreTables("throttle", {0: _make_tables})


class SharedThrottle:
    """Counts wrong passwords of all servers. For any thread."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """`path` is that of the tables, as `state.places` has it."""
        self._path = path
        self._now = now

    def wait(self, name: str, address: str) -> int:
        """Return how many seconds a name has to wait before it is tried from an address."""
        with self._read() as db:
            return self._wait(db, *_keys(name, address))

    def begin(self, name: str, address: str) -> int:
        """Return what `wait` does; where that is 0, the try is counted as a wrong password.

        The database lets one server after the other do so.
        """
        pair, whose = _keys(name, address)
        with self._written() as db:
            seconds = self._wait(db, pair, whose)
            if not seconds:
                self._count(db, pair, whose)
            return seconds

    def failed(self, name: str, address: str) -> None:
        """Remember a wrong password."""
        with self._written() as db:
            self._count(db, *_keys(name, address))

    def succeeded(self, name: str, address: str) -> None:
        """Forget a name's wrong passwords from an address, and that this try was counted as one."""
        pair, whose = _keys(name, address)
        with self._written() as db:
            db.execute("DELETE FROM tries WHERE key = ?", (pair,))
            db.execute("UPDATE tries SET count = count - 1 WHERE key = ?", (whose,))
            db.execute(
                "INSERT INTO owners VALUES (?, ?) ON CONFLICT (key) DO UPDATE"
                " SET seen = excluded.seen",
                (pair, self._now()),
            )

    def took_back(self, name: str, address: str) -> None:
        """Forget that a try was counted: nothing was asked, for the directory is dead."""
        with self._written() as db:
            for key in _keys(name, address):
                db.execute("UPDATE tries SET count = count - 1 WHERE key = ?", (key,))

    def is_slowed(self, name: str) -> bool:
        """Tell whether a name's next wrong password costs time somewhere."""
        whose = _hash(whose_name(name))
        with self._read() as db:
            found = db.execute(
                "SELECT 1 FROM tries WHERE whose = ? AND last >= ?"
                " AND count >= CASE WHEN key = whose THEN ? ELSE ? END",
                (whose, self._now() - FORGOTTEN_AFTER, FREE_TRIES_FOR, FREE_TRIES),
            )
            return found.fetchone() is not None

    def forget(self, name: str) -> None:
        """Forget all wrong passwords of a name, wherever they came from."""
        with self._written() as db:
            db.execute("DELETE FROM tries WHERE whose = ?", (_hash(whose_name(name)),))

    def _wait(self, db: Database, pair: str, whose: str) -> int:
        own = self._left(db, pair, FREE_TRIES, LONGEST_WAIT)
        if db.execute("SELECT 1 FROM owners WHERE key = ?", (pair,)).fetchone():
            return own
        return max(own, self._left(db, whose, FREE_TRIES_FOR, LONGEST_WAIT_FOR))

    def _count(self, db: Database, pair: str, whose: str) -> None:
        now = self._now()
        db.execute("DELETE FROM tries WHERE last < ?", (now - FORGOTTEN_AFTER,))
        db.execute("DELETE FROM owners WHERE seen < ?", (now - _OWNED,))
        for key in (pair, whose):
            db.execute(
                "INSERT INTO tries VALUES (?, ?, 1, ?) ON CONFLICT (key) DO UPDATE"
                " SET count = tries.count + 1, last = excluded.last",
                (key, whose, now),
            )

    def _left(self, db: Database, key: str, free: int, longest: int) -> int:
        row = db.execute("SELECT count, last FROM tries WHERE key = ?", (key,)).fetchone()
        count, last = row or (0, -math.inf)
        return seconds_left(count, last, self._now(), free=free, longest=longest)

    @contextmanager
    def _read(self) -> Iterator[Database]:
        with _told(), reading(self._path, TABLES) as db:
            yield db

    @contextmanager
    def _written(self) -> Iterator[Database]:
        with _told(), writing(self._path, TABLES) as db:
            yield db


def _keys(name: str, address: str) -> tuple[str, str]:
    pair, whose = keys_of(name, address)
    return _hash(pair), _hash(whose)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except StateFault as e:
        raise e.as_error(AccountError("sessions_unwritable", path="")) from e
