"""States: what each message about a file says became of it; a new message must choose its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from assistant.errors import ReadError
from assistant.i18n import catalogue
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.readers import assemble
from assistant.readers.file_states import defect_problem, refusal, state_of
from assistant.readers.parts import Fact, Part
from assistant.records import Block, Place
from assistant.records.messages import FileState
from tests.support.sources import all_nodes

#: Of files that were read, but for what the message says.
DEFECTS = {
    "content_differs": "ok",
    "captions_backwards": "ok",
    "captions_from_an_hour": "ok",
    "credits_left_out": "ok",
    "events_cancelled": "ok",
    "events_repeated": "partial",
    "events_undated": "partial",
    "chapters_unread": "partial",
    "segments_without_times": "partial",
    "tracks_left_out": "partial",
    "slides_hidden": "ok",
    "sheets_hidden": "ok",
    "cells_hidden": "ok",
    "text_hidden": "ok",
    "text_struck": "ok",
    "remarks_unread": "ok",
    "second_reader_stopped": "ok",
    "transcription_unkept": "ok",
    "voices_not_told": "ok",
    "voices_unknown": "ok",
    "attachment_unread": "partial",
    "embedded_unread": "partial",
    "formulas_uncomputed": "partial",
    "attachments_beyond": "partial",
    "attachments_forwarded": "partial",
    "pages_damaged": "partial",
    "recording_partial": "partial",
    "sheets_long": "partial",
    "too_much_text": "partial",
    "pages_too_slow": "timed_out",
    "pages_not_reached": "scanned",
    "pages_unrecognised": "scanned",
    "words_drawn": "partial",
    "pages_without_text": "scanned",
    "partial_crash": "crashed",
    "partial_crash_pages": "crashed",
    "partial_memory": "out_of_memory",
    "partial_memory_pages": "out_of_memory",
    "partial_time": "timed_out",
    "partial_time_pages": "timed_out",
}
#: Of files that could not be read at all.
REFUSALS = {
    "archive_too_large": "archive_bomb",
    "captions_without_times": "unreadable",
    "file_crash": "crashed",
    "file_damaged": "unreadable",
    "file_empty": "empty",
    "file_fault": "crashed",
    "file_format_old": "old_format",
    "file_format_unknown": "unknown_format",
    "file_memory": "out_of_memory",
    "file_not_converted": "unreadable",
    "file_protected": "protected",
    "file_scanned": "scanned",
    "file_time": "timed_out",
    "file_unreadable": "unreadable",
    "file_unrecognised": "scanned",
    "file_without_text": "empty",
    "image_needs_extra": "needs_extra",
    "image_too_large": "unreadable",
    "json_without_segments": "unreadable",
    "xml_without_captions": "unreadable",
    "heic_needs_extra": "needs_extra",
    "recording_damaged": "unreadable",
    "recording_failed": "unreadable",
    "recording_needs_extra": "needs_extra",
    "recording_silent": "unreadable",
    "transcriber_altered": "unreadable",
    "transcriber_needs_extra": "needs_extra",
    "transcriber_not_one": "unreadable",
    "transcriber_unwritable": "unreadable",
}
#: Of files that were not even opened.
WALKED = {
    "empty": "empty",
    "folder_is_a_link": "outside_link",
    "folder_unreadable": "unreadable",
    "format_unknown": "unknown_format",
    "link_broken": "unreadable",
    "link_outside": "outside_link",
    "name_unreadable": "unreadable",
    "not_a_file": "unreadable",
    "programme_misplaced": "ok",
    "recording_alone": "needs_extra",
    "same_name": "unreadable",
    "too_large": "unreadable",
    "unreadable": "unreadable",
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
    assert problem_in_words(problem) and remedy_in_words(problem)


@pytest.mark.parametrize(("key", "state"), REFUSALS.items())
def test_the_state_of_a_refusal(key: str, state: str) -> None:
    names = "cause seconds megabytes suffix pages most path package"
    problem = refusal("e/s/a.pdf", ReadError(key, **dict.fromkeys(names.split(), "3")))
    assert (problem.state, problem.severity) == (state, "error")
    assert problem_in_words(problem) and remedy_in_words(problem)


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
    assert state_of(caught.value.key) == "empty"
