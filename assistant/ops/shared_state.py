"""What the files of a site keep beside the database that its servers share, and taking it there.

In: the folder of the index and the file of accounts, of a site whose settings name such a database.
Out: how many accounts, opinions, questions asked in vain and audit entries came. Who is signed in
signs in again: a session lasts two hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.accounts.taking_over import TakenAccounts, accounts_left, take_over_accounts
from assistant.audit.database import COLUMNS as ENTRIES
from assistant.audit.database import TABLES as AUDIT
from assistant.audit.entries import FILE as TRAIL
from assistant.errors import AssistantError, AuditError, FeedbackError, SettingsError
from assistant.feedback import store
from assistant.state.places import shared_address
from assistant.state.tables import StateFault, StoreTables
from assistant.state.taking_over import Columns, left_in_file, take_over


@dataclass(frozen=True, slots=True)
class _Store:
    """A store's file in the index folder, and what of it comes along."""

    file: str
    tables: StoreTables
    columns: Columns
    unreadable: AssistantError


def _stores(index: Path) -> tuple[_Store, ...]:
    return (
        _Store(store.FILE, store.TABLES, store.COLUMNS, FeedbackError("feedback_unreadable")),
        _Store(TRAIL, AUDIT, ENTRIES, AuditError("audit_unreadable", path=index / TRAIL)),
    )


def left_in_files(index: Path, accounts: Path) -> dict[str, int]:
    """Return how many accounts, and rows of each table, files still have; none that is empty.

    Raises AccountError, FeedbackError, AuditError.
    """
    found = {"accounts": accounts_left(accounts)}
    for one in _stores(index):
        try:
            found |= left_in_file(index / one.file, one.tables, one.columns)
        except StateFault as e:
            raise one.unreadable from e
    return {table: number for table, number in found.items() if number}


def take_over_state(index: Path, accounts: Path) -> tuple[dict[str, int], TakenAccounts]:
    """Move what files have into the shared database; return what came.

    Raises SettingsError where there is none, AccountError, FeedbackError, AuditError.
    """
    check_shared(index)
    taken = take_over_accounts(accounts)
    came = {"accounts": len(taken.came)}
    for one in _stores(index):
        try:
            came |= take_over(index / one.file, one.tables, one.columns)
        except StateFault as e:
            raise e.as_error(one.unreadable) from e
        except OSError as e:
            raise one.unreadable from e
    return came, taken


def check_shared(index: Path) -> None:
    """Refuse a site whose settings name no shared database. Raises SettingsError."""
    if not shared_address(index / store.FILE):
        raise SettingsError("state_not_shared")
