"""What `doctor` finds: a check, how grave, and what to do, in words.

In: the key of a message in `i18n/messages/doctor.toml` and its values. Out: a `CheckResult` to
show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.errors import AssistantError
from assistant.i18n import Language, catalogue, say

Grade = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found; `remedy` is empty where there is nothing to do."""

    check: str
    severity: Grade
    message: str
    remedy: str


def result(
    check: str, severity: Grade, key: str, language: Language, /, **values: object
) -> CheckResult:
    """Return what a check found in words: `key` and, where there is one, its remedy."""
    message = say(f"doctor.{key}", language, **values)
    has_remedy = f"doctor.{key}_remedy" in catalogue()
    remedy = say(f"doctor.{key}_remedy", language, **values) if has_remedy else ""
    return CheckResult(check, severity, message, remedy)


def fault(
    check: str, error: AssistantError, language: Language, severity: Grade = "error"
) -> CheckResult:
    """Return an error as what a check found."""
    return CheckResult(check, severity, error.message(language), error.remedy_in(language))
