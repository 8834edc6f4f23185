"""Words looked for in a transcript: which lines have them, and where they are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Mark, Passage, Place
from assistant.web.documents.found import MOST_FOUND, found_page, lines_with
from assistant.web.documents.transcript import TranscriptLine, lines_of

SAID = (
    "Les cantines pèsent le pain.",
    "La cantine d'Été sert 900 repas, et l'œuvre continue.",
    "Le port accueille un pain de sucre.",
)


def _lines(*texts: str) -> tuple[TranscriptLine, ...]:
    text = " ".join(texts)
    starts = [len(" ".join([*texts[:at], ""])) for at in range(len(texts))]
    marks = tuple(Mark(start, 10.0 * at, 10.0 * at + 9) for at, start in enumerate(starts))
    place = Place("second", 0, marks[-1].last)
    return lines_of([Passage("f/s/a.vtt", 0, text, "", place, 9, marks=marks)])


def _found(words: str, *texts: str) -> list[list[str]]:
    found = lines_with(_lines(*(texts or SAID)), words)
    return [[one.text for one in parts if one.is_marked] for _, parts in found]


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("cantine", [["cantines"], ["cantine"]]),
        ("CANTINES", [["cantines"], ["cantine"]]),
        ("cantine pain", [["cantines", "pain"]]),
        ("ete", [["Été"]]),
        ("oeuvre", [["œuvre"]]),
        ("900", [["900"]]),
        ("piscine", []),
        ("antine", []),
        ("pain !", [["pain"], ["pain"]]),
        ("« »", []),
        ("", []),
    ],
)
def test_a_line_is_found_by_the_beginnings_of_all_words(
    words: str, marked: list[list[str]]
) -> None:
    assert _found(words) == marked


@given(st.text(max_size=30), st.text(max_size=60))
def test_no_word_of_a_line_is_lost(words: str, said: str) -> None:
    for line, parts in lines_with(_lines(said + ".", *SAID), words):
        assert "".join(one.text for one in parts) == line.text


def test_of_many_lines_the_first_are_shown_and_all_are_counted() -> None:
    lines = _lines(*("Le pain est pesé." for _ in range(MOST_FOUND + 5)))
    page = found_page(lines, " pain ", None, "fr", "fr")
    assert (page.words, page.number, len(page.lines)) == ("pain", MOST_FOUND + 5, MOST_FOUND)
    assert page.lines[1].address == "/passage/f/s/a.vtt?lieu=second-10#extrait"
