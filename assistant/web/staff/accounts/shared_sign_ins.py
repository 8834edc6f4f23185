"""Sign-ins under way at a provider, as several servers know them: who began on one ends on another.

In and out: as `single_sign_on.Attempts` has it. Their secrets are in the shared database for ten
minutes at most. Raises AccountError where it doesn't answer.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AccountError
from assistant.identity.people import SignInAttempt
from assistant.state.opening import writing
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.web.staff.accounts.single_sign_on import PATIENCE, new_attempt

#: Its name among the stores of a site; no file goes by it while a database is shared.
FILE = "sign_ins.sqlite3"


def _make_table(db: Database) -> None:
    db.execute(
        "CREATE TABLE begun (state TEXT PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL,"
        " redirect TEXT NOT NULL, browser TEXT NOT NULL, back TEXT NOT NULL, moment REAL NOT NULL)"
        " WITHOUT ROWID"
    )


TABLES = StoreTables("sign_ins", {0: _make_table})


class SharedSignIns:
    """The sign-ins that began on any server and didn't end yet. For any thread."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """`path` is that of the tables, as `state.places` has it."""
        self._path = path
        self._now = now

    def begin(self, browser: str, back: str, redirect: str) -> SignInAttempt:
        """Return what a new sign-in is known by."""
        one, now = new_attempt(redirect), self._now()
        with self._written() as db:
            db.execute("DELETE FROM begun WHERE moment < ?", (now - PATIENCE,))
            db.execute(
                "INSERT INTO begun VALUES (?, ?, ?, ?, ?, ?, ?)",
                (one.state, one.nonce, one.verifier, redirect, browser, back, now),
            )
        return one

    def take(self, state: str, browser: str) -> tuple[SignInAttempt, str] | None:
        """Return a sign-in that this browser began, and where it wanted to go; once."""
        with self._written() as db:
            row = db.execute(
                "SELECT nonce, verifier, redirect, browser, back, moment FROM begun"
                " WHERE state = ?",
                (state,),
            ).fetchone()
            if row is None or not hmac.compare_digest(row[3].encode(), browser.encode()):
                return None
            db.execute("DELETE FROM begun WHERE state = ?", (state,))
        nonce, verifier, redirect, _, back, moment = row
        is_over = self._now() - moment > PATIENCE
        return None if is_over else (SignInAttempt(state, nonce, verifier, redirect), back)

    @contextmanager
    def _written(self) -> Iterator[Database]:
        try:
            with writing(self._path, TABLES) as db:
                yield db
        except StateFault as e:
            raise e.as_error(AccountError("sessions_unwritable", path="")) from e
