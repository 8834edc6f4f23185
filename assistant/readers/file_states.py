"""File states: a message about a file → what became of it, for staff.

In: the key of a message, of `errors` or of `reading`. Out: the `FileState` to show and to sort by.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.errors import ReadError
from assistant.records.messages import FileState, Message, Problem

_STATES: Mapping[str, FileState] = {
    # Nothing of the file is missing.
    "content_differs": "ok",
    "captions_backwards": "ok",
    "captions_from_an_hour": "ok",
    "credits_left_out": "ok",
    "events_cancelled": "ok",
    "transcription_unkept": "ok",
    "voices_not_told": "ok",
    "voices_unknown": "ok",
    "programme_misplaced": "ok",
    "second_reader_stopped": "ok",
    "slides_hidden": "ok",
    "sheets_hidden": "ok",
    "cells_hidden": "ok",
    "text_hidden": "ok",
    "text_struck": "ok",
    "remarks_unread": "ok",
    # The whole file is.
    "file_protected": "protected",
    "file_scanned": "scanned",
    "file_unrecognised": "scanned",
    "archive_too_large": "archive_bomb",
    "file_time": "timed_out",
    "file_memory": "out_of_memory",
    "file_crash": "crashed",
    "file_fault": "crashed",
    "file_format_old": "old_format",
    "file_format_unknown": "unknown_format",
    "format_unknown": "unknown_format",
    "recording_alone": "needs_extra",
    "link_outside": "outside_link",
    "folder_is_a_link": "outside_link",
    "file_empty": "empty",
    "file_without_text": "empty",
    "empty": "empty",
    # Some of it is.
    "pages_without_text": "scanned",
    "recording_partial": "partial",
    "pages_unrecognised": "scanned",
    "pages_not_reached": "scanned",
    "pages_too_slow": "timed_out",
    "partial_time": "timed_out",
    "partial_time_pages": "timed_out",
    "partial_memory": "out_of_memory",
    "partial_memory_pages": "out_of_memory",
    "partial_crash": "crashed",
    "partial_crash_pages": "crashed",
}


def state_of(key: str, otherwise: FileState = "unreadable") -> FileState:
    """Return the state that a message stands for; `otherwise` where it says nothing finer."""
    if key in _STATES:
        return _STATES[key]
    # What an optional part of the product would read.
    return "needs_extra" if key.endswith("_needs_extra") else otherwise


def defect_problem(subject: str, key: str, values: Mapping[str, str | Message]) -> Problem:
    """Return the problem of a file that was read all the same, but for what the message says.

    `key` is one that a reader gave with its `Defect`.
    """
    pages = values.get("pages", values.get("slides", ""))
    return Problem(
        subject=subject,
        severity="warning",
        key=f"reading.{key}",
        values=values,
        state=state_of(key, "partial"),
        pages=pages if isinstance(pages, str) else "",
    )


def refusal(subject: str, error: ReadError) -> Problem:
    """Return the problem of a file that could not be read."""
    message = error.as_message()
    pages = str(error.values.get("pages", ""))
    return Problem(subject, "error", message.key, message.values, state_of(error.key), pages)
