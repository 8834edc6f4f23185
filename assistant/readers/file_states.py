"""What became of a file, by each message about it, for staff.

In: the key of a message, of `errors` or of `reading`. Out: the `FileState` to show and to sort by.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.errors import ReadError
from assistant.i18n import say
from assistant.records import FileState, Problem

_STATES: Mapping[str, FileState] = {
    # Nothing of the file is missing.
    "content_differs": "ok",
    "captions_backwards": "ok",
    "transcription_unkept": "ok",
    "programme_misplaced": "ok",
    "second_reader_stopped": "ok",
    "slides_hidden": "ok",
    "sheets_hidden": "ok",
    "cells_hidden": "ok",
    "text_hidden": "ok",
    # The whole file is.
    "file_protected": "mot_de_passe",
    "file_scanned": "page_scannee",
    "file_unrecognised": "page_scannee",
    "archive_too_large": "bombe_zip",
    "file_time": "delai_depasse",
    "file_memory": "memoire",
    "file_crash": "plantage",
    "file_fault": "plantage",
    "file_format_old": "format_ancien",
    "file_format_unknown": "format_non_pris_en_charge",
    "format_unknown": "format_non_pris_en_charge",
    "recording_alone": "extra_requis",
    "link_outside": "lien_hors_dossier",
    "folder_is_a_link": "lien_hors_dossier",
    "file_empty": "fichier_vide",
    "file_without_text": "fichier_vide",
    "empty": "fichier_vide",
    # Some of it is.
    "pages_without_text": "page_scannee",
    "recording_partial": "partiel",
    "pages_unrecognised": "page_scannee",
    "pages_not_reached": "page_scannee",
    "pages_too_slow": "delai_depasse",
    "partial_time": "delai_depasse",
    "partial_time_pages": "delai_depasse",
    "partial_memory": "memoire",
    "partial_memory_pages": "memoire",
    "partial_crash": "plantage",
    "partial_crash_pages": "plantage",
}


def state_of(key: str, otherwise: FileState = "illisible") -> FileState:
    """Return the state that a message stands for; `otherwise` where it says nothing finer."""
    if key in _STATES:
        return _STATES[key]
    # What an optional part of the product would read.
    return "extra_requis" if key.endswith("_needs_extra") else otherwise


def defect_problem(subject: str, key: str, values: Mapping[str, str]) -> Problem:
    """Return the problem of a file that was read all the same, but for what the message says.

    `key` is one that a reader gave with its `Defect`.
    """
    return Problem(
        subject=subject,
        severity="warning",
        message=say(f"reading.{key}", "fr", **values),
        remedy=say(f"reading.{key}_remedy", "fr", **values),
        state=state_of(key, "partiel"),
        pages=values.get("pages", values.get("slides", "")),
    )


def refusal(subject: str, error: ReadError) -> Problem:
    """Return the problem of a file that could not be read."""
    pages = str(error.values.get("pages", ""))
    return Problem(subject, "error", str(error), error.remedy, state_of(error.key), pages)
