"""What is wrong with a file, and what became of it, in words.

In: a `Problem`, a `FileState`, in no language. Out: sentences of the reader's language; and the
names of states that programs have read since before the core spoke no language.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.i18n import Language, in_words, say
from assistant.records.messages import FileState, Message, Problem

#: What programs read for a state (`--json`): names that stay.
PUBLISHED_STATES: Mapping[FileState, str] = {
    "ok": "ok",
    "partial": "partiel",
    "protected": "mot_de_passe",
    "scanned": "page_scannee",
    "archive_bomb": "bombe_zip",
    "unreadable": "illisible",
    "timed_out": "delai_depasse",
    "out_of_memory": "memoire",
    "crashed": "plantage",
    "old_format": "format_ancien",
    "unknown_format": "format_non_pris_en_charge",
    "needs_extra": "extra_requis",
    "outside_link": "lien_hors_dossier",
    "empty": "fichier_vide",
}
#: What catalogs up to format 4 keep is found again by these.
STATES_BY_PUBLISHED: Mapping[str, FileState] = {
    published: state for state, published in PUBLISHED_STATES.items()
}


def problem_in_words(problem: Problem, language: Language = "fr") -> str:
    """Say what is wrong."""
    return in_words(Message(problem.key, problem.values), language)


def remedy_in_words(problem: Problem, language: Language = "fr") -> str:
    """Say in one sentence what to do."""
    return say(f"{problem.key}_remedy", language, **problem.values)


def state_in_words(state: FileState, language: Language = "fr") -> str:
    """Say in a word or two what became of a file."""
    return say(f"reading.state_{state}", language)
