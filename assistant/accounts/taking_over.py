"""The accounts of a site's file, put into the database that servers share.

In: the path of the file. Out: who came, and whose account was there already, which stays as it is
there. The file is gone then: an account that is closed later would still open with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.accounts import kept_in_file
from assistant.accounts.shared import Kept, change_kept
from assistant.errors import AccountError
from assistant.state.tables import StateFault


@dataclass(frozen=True, slots=True)
class TakenAccounts:
    """The names of those that came, and of those that the database had already."""

    came: tuple[str, ...] = ()
    were_there: tuple[str, ...] = ()


def accounts_left(path: Path) -> int:
    """Return how many accounts a file has, none without one. Raises AccountError."""
    return len(kept_in_file(path))


def take_over_accounts(path: Path) -> TakenAccounts:
    """Move the accounts of a file into the shared database. Raises AccountError."""
    own = kept_in_file(path)
    before: list[str] = []

    def with_own(accounts: list[Kept]) -> list[Kept]:
        before.extend(str(one["name"]) for one in accounts)
        return [*accounts, *(one for one in own if one["name"] not in before)]

    if not path.exists():
        return TakenAccounts()
    try:
        change_kept(path, with_own)
        path.unlink()
    except StateFault as e:
        raise e.as_error(AccountError("accounts_unreadable", path=path)) from e
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise AccountError("accounts_unwritable", path=path, cause=cause) from e
    names = [str(one["name"]) for one in own]
    return TakenAccounts(
        tuple(name for name in names if name not in before),
        tuple(name for name in names if name in before),
    )
