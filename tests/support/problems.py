"""Problems in words of a test's own."""

from __future__ import annotations

from assistant.records import Problem
from assistant.records.messages import FileState, Severity


def as_written(
    subject: str, severity: Severity, message: str, remedy: str, state: FileState = "ok"
) -> Problem:
    """Return a problem that says just that, in every language."""
    values = {"message": message, "remedy": remedy}
    return Problem(subject, severity, "reading.as_written", values, state)
