"""Problems in words, and French sentences found again in the catalogue."""

from __future__ import annotations

import json
import string
from dataclasses import asdict
from typing import get_args

import pytest

from assistant.i18n import catalogue, in_words, pages_in_words, say
from assistant.i18n.problems import (
    PUBLISHED_STATES,
    problem_in_words,
    remedy_in_words,
    state_in_words,
)
from assistant.i18n.recognition import message_recognised, pages_of
from assistant.records import Problem
from assistant.records.messages import FileState, Message

#: What may be said of a file, of a programme, of corrections.
KEPT = sorted(
    key.removesuffix("_remedy")
    for key in catalogue()
    if key.endswith("_remedy") and key.partition(".")[0] in ("reading", "errors", "corrections")
)


def _filled(key: str) -> dict[str, str]:
    """Return a value for each name that a message and its remedy fill in."""
    texts = catalogue()[key]["fr"] + catalogue()[f"{key}_remedy"]["fr"]
    names = {name for _, name, _, _ in string.Formatter().parse(texts) if name}
    values = dict.fromkeys(names, "12") | {"number": "1"}
    values |= dict.fromkeys(("pages", "slides", "where"), "3, 7-9")
    return {name: values[name] for name in names}


@pytest.mark.parametrize("key", KEPT)
def test_every_sentence_is_found_again_with_what_was_filled_in(key: str) -> None:
    values = _filled(key)
    said, advised = say(key, **values), say(f"{key}_remedy", **values)
    found = message_recognised(said, advised)
    assert in_words(found) == said
    assert say(f"{found.key}_remedy", **found.values) == advised
    assert found.key != "reading.as_written" or key == found.key
    assert dict(found.values) == values


def test_words_that_were_filled_in_are_said_in_the_language_of_who_reads() -> None:
    cause = Message("reading.programme_empty")
    problem = Problem("e/programme.csv", "error", "reading.programme_unreadable", {"cause": cause})
    found = message_recognised(problem_in_words(problem), remedy_in_words(problem))
    assert found == Message(problem.key, problem.values)
    assert "(empty file)" in in_words(found, "en")


def test_a_number_asks_for_the_plural() -> None:
    for number, words in (("1", "1 correction de texte est"), ("2", "2 corrections de texte sont")):
        problem = Problem("a.pdf", "warning", "corrections.unfit", {"number": number})
        assert problem_in_words(problem).startswith(words)
        assert message_recognised(problem_in_words(problem), remedy_in_words(problem)).values == {
            "number": number
        }


def test_pages_are_written_as_each_language_does() -> None:
    assert pages_in_words("1, 4-7, 9-10") == "1, 4 à 7, 9 à 10"
    assert pages_in_words("1, 4-7", "en") == "1, 4–7"
    assert pages_of("1, 4 à 7, 9 à 10") == "1, 4-7, 9-10"


def test_a_sentence_of_nobody_stays_as_it_is() -> None:
    found = message_recognised("Rien de connu.", "Rien à faire.")
    assert (in_words(found, "en"), say(f"{found.key}_remedy", "en", **found.values)) == (
        "Rien de connu.",
        "Rien à faire.",
    )


def test_a_message_is_the_same_after_json() -> None:
    said = Message("reading.attachment_unread", {"name": "a", "why": Message("reading.range")})
    assert Message.from_plain(json.loads(json.dumps(asdict(said)))) == said
    for wrong in ({"key": "a"}, {"key": 1, "values": {}}, {"key": "a", "values": {"b": 1}}):
        with pytest.raises(ValueError):
            Message.from_plain(wrong)


def test_every_state_has_its_words_and_the_name_that_programs_read() -> None:
    assert set(PUBLISHED_STATES) == set(get_args(FileState))
    assert len(set(PUBLISHED_STATES.values())) == len(PUBLISHED_STATES)
    for state in get_args(FileState):
        assert state_in_words(state) and state_in_words(state, "en")
