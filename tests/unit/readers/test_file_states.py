"""States: what each message about a file says became of it; a new message must choose its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from assistant.errors import ReadError
from assistant.i18n import catalogue
from assistant.readers import assemble
from assistant.readers.file_states import defect_problem, refusal, state_of
from assistant.readers.parts import Fact, Part
from assistant.records import Block, FileState, Place
from tests.support.sources import all_nodes

#: Of files that were read, but for what the message says.
DEFECTS = {
    "content_differs": "ok",
    "captions_backwards": "ok",
    "slides_hidden": "ok",
    "sheets_hidden": "ok",
    "cells_hidden": "ok",
    "text_hidden": "ok",
    "second_reader_stopped": "ok",
    "transcription_unkept": "ok",
    "attachment_unread": "partiel",
    "attachments_beyond": "partiel",
    "attachments_forwarded": "partiel",
    "pages_damaged": "partiel",
    "recording_partial": "partiel",
    "sheets_long": "partiel",
    "too_much_text": "partiel",
    "pages_too_slow": "delai_depasse",
    "pages_not_reached": "page_scannee",
    "pages_unrecognised": "page_scannee",
    "pages_without_text": "page_scannee",
    "partial_crash": "plantage",
    "partial_crash_pages": "plantage",
    "partial_memory": "memoire",
    "partial_memory_pages": "memoire",
    "partial_time": "delai_depasse",
    "partial_time_pages": "delai_depasse",
}
#: Of files that could not be read at all.
REFUSALS = {
    "archive_too_large": "bombe_zip",
    "captions_without_times": "illisible",
    "file_crash": "plantage",
    "file_damaged": "illisible",
    "file_empty": "fichier_vide",
    "file_fault": "plantage",
    "file_format_old": "format_ancien",
    "file_format_unknown": "format_non_pris_en_charge",
    "file_memory": "memoire",
    "file_not_converted": "illisible",
    "file_protected": "mot_de_passe",
    "file_scanned": "page_scannee",
    "file_time": "delai_depasse",
    "file_unreadable": "illisible",
    "file_unrecognised": "page_scannee",
    "file_without_text": "fichier_vide",
    "image_needs_extra": "extra_requis",
    "image_too_large": "illisible",
    "json_without_segments": "illisible",
    "recording_damaged": "illisible",
    "recording_failed": "illisible",
    "recording_needs_extra": "extra_requis",
    "recording_silent": "illisible",
    "transcriber_altered": "illisible",
    "transcriber_needs_extra": "extra_requis",
    "transcriber_not_one": "illisible",
    "transcriber_unwritable": "illisible",
}
#: Of files that were not even opened.
WALKED = {
    "empty": "fichier_vide",
    "folder_is_a_link": "lien_hors_dossier",
    "folder_unreadable": "illisible",
    "format_unknown": "format_non_pris_en_charge",
    "link_broken": "illisible",
    "link_outside": "lien_hors_dossier",
    "name_unreadable": "illisible",
    "not_a_file": "illisible",
    "programme_misplaced": "ok",
    "recording_alone": "extra_requis",
    "same_name": "illisible",
    "too_large": "illisible",
    "unreadable": "illisible",
}
ENDINGS = ("time", "memory", "crash")


def keys_of(name: str, argument: int) -> Iterator[str]:
    """Yield the keys that the code gives to each call of `name`, those made of an ending too."""
    for node in all_nodes():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id != name or len(node.args) <= argument:
            continue
        match node.args[argument]:
            case ast.Constant(value):
                yield str(value)
            case ast.JoinedStr(values):
                for ending in ENDINGS:
                    yield "".join(
                        str(one.value) if isinstance(one, ast.Constant) else ending
                        for one in values
                    )


def test_every_defect_that_a_reader_gives_has_its_state_here() -> None:
    assert set(keys_of("Defect", 0)) == DEFECTS.keys()


def test_every_refusal_has_its_state_here() -> None:
    # A model that can't be used refuses the recordings.
    models = {key for key in keys_of("ModelError", 0) if key.startswith("transcriber_")}
    assert {*keys_of("ReadError", 0), *models} == REFUSALS.keys()


def test_every_problem_seen_without_opening_a_file_has_its_state_here() -> None:
    assert set(keys_of("_problem", 1)) == WALKED.keys()


@pytest.mark.parametrize(("key", "state"), DEFECTS.items())
def test_the_state_of_a_defect(key: str, state: str) -> None:
    fillings = dict.fromkeys(
        "number pages where slides sheets rows name names why most suffix found time seconds"
        " megabytes cause".split(),
        "3",
    )
    problem = defect_problem("e/s/a.pdf", key, fillings)
    assert (problem.state, problem.severity) == (state, "warning")
    assert problem.message and problem.remedy


@pytest.mark.parametrize(("key", "state"), REFUSALS.items())
def test_the_state_of_a_refusal(key: str, state: str) -> None:
    names = "cause seconds megabytes suffix pages most path package"
    problem = refusal("e/s/a.pdf", ReadError(key, **dict.fromkeys(names.split(), "3")))
    assert (problem.state, problem.severity) == (state, "error")
    assert problem.message and problem.remedy


@pytest.mark.parametrize(("key", "state"), WALKED.items())
def test_the_state_of_what_was_not_opened(key: str, state: str) -> None:
    assert state_of(key) == state


def test_every_state_is_reached_and_has_its_words() -> None:
    reached = {*DEFECTS.values(), *REFUSALS.values(), *WALKED.values()}
    assert reached == set(get_args(FileState))
    assert {f"reading.state_{state}" for state in get_args(FileState)} <= catalogue().keys()


def test_a_refusal_is_never_fine() -> None:
    assert "ok" not in REFUSALS.values()


@pytest.mark.parametrize("text", [None, "", " ", "\n\t ", "\u00a0"])
def test_a_document_without_text_is_refused_whatever_else_is_known_of_it(text: str | None) -> None:
    parts: list[Part] = [Fact("kind", "report"), Fact("title", "Un titre"), Fact("pages", "3")]
    if text is not None:
        parts.append(Block(text, "paragraph", Place("page", 1, 1)))
    with pytest.raises(ReadError) as caught:
        assemble(parts, document_id="e/s/a.pdf", sha256="0")
    assert state_of(caught.value.key) == "fichier_vide"
