"""The database that servers share, for `doctor`: whether it answers, and what files keep beside it.

In: the paths of a site's stores. Out: check results, none where no database is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.errors import AssistantError, FeedbackError
from assistant.feedback import store
from assistant.i18n import Language
from assistant.ops.doctor.check_results import CheckResult, fault, result
from assistant.ops.shared_state import left_in_files
from assistant.state.opening import writing
from assistant.state.places import shared_address
from assistant.state.tables import StateFault


def shared_state(index: Path, accounts: Path, language: Language) -> Iterator[CheckResult]:
    """Look whether the database lets its tables be used, and has all that it should have."""
    path = index / store.FILE
    if shared_address(path):
        yield _answers(path, language)
        yield from _left(index, accounts, language)


def _answers(path: Path, language: Language) -> CheckResult:
    """Look whether the database answers, and lets its tables be used."""
    try:
        with writing(path, store.TABLES) as db:
            db.execute("SELECT count(*) FROM feedback")
    except StateFault as e:
        return fault("opinions", e.as_error(FeedbackError("feedback_unreadable")), language)
    return result("opinions", "ok", "state_shared", language)


def _left(index: Path, accounts: Path, language: Language) -> Iterator[CheckResult]:
    try:
        left = left_in_files(index, accounts)
    except AssistantError as e:
        yield fault("opinions", e, language)
        return
    if left:
        own = left.pop("accounts", 0)
        others = sum(left.values())
        yield result("opinions", "warning", "state_left", language, accounts=own, others=others)
