"""Places in the words that people use."""

from __future__ import annotations

import pytest

from assistant.i18n.places import clock, in_notes, label_of, place_in_words
from assistant.records import Passage, Place

PLACES = {
    "page": (Place("page", 3, 3), "page 3", "page 3"),
    "pages": (Place("page", 3, 4), "pages 3 à 4", "pages 3 to 4"),
    "slide": (Place("slide", 5, 5), "diapositive 5", "slide 5"),
    "slides": (Place("slide", 5, 7), "diapositives 5 à 7", "slides 5 to 7"),
    "paragraph": (Place("paragraph", 12, 12), "paragraphe 12", "paragraph 12"),
    "paragraphs": (Place("paragraph", 12, 14), "paragraphes 12 à 14", "paragraphs 12 to 14"),
    "row": (Place("row", 2, 2), "ligne 2 du tableau", "row 2 of the table"),
    "line": (Place("line", 2, 2), "ligne 2", "line 2"),
    "lines": (Place("line", 2.0, 9.0), "lignes 2 à 9", "lines 2 to 9"),
    "second": (Place("second", 724.6, 760.0), "à 12 min 04 s", "at 12 min 04 s"),
}


@pytest.mark.parametrize(("place", "french", "english"), PLACES.values(), ids=PLACES)
def test_a_place_is_said_as_people_say_it(place: Place, french: str, english: str) -> None:
    assert place_in_words(place) == french
    assert place_in_words(place, "en") == english


SLIDE, PAGE, SECOND = Place("slide", 14, 14), Place("page", 3, 3), Place("second", 1420.9, 1431)


def test_a_slide_is_said_with_when_it_was_spoken_about() -> None:
    assert place_in_words(SLIDE, said=SECOND) == "diapositive 14, dite à 23 min 40 s"
    assert place_in_words(PAGE, said=SECOND) == "page 3, dite à 23 min 40 s"
    assert place_in_words(SLIDE, "en", said=SECOND) == "slide 14, spoken about at 23 min 40 s"


def test_a_moment_is_said_with_the_slide_on_screen() -> None:
    assert place_in_words(SECOND, shown=SLIDE) == "à 23 min 40 s, pendant la diapositive 14"
    assert place_in_words(SECOND, shown=PAGE) == "à 23 min 40 s, pendant la diapositive 3"
    assert place_in_words(SECOND, "en", shown=SLIDE) == "at 23 min 40 s, during slide 14"
    heard = place_in_words(SECOND, automatic="speech", shown=SLIDE)
    assert heard == "à 23 min 40 s (transcription automatique), pendant la diapositive 14"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 00 s"),
        (3599.99, "59 min 59 s"),
        (3600, "1 h 00 min 00 s"),
        (36061.5, "10 h 01 min 01 s"),
    ],
)
def test_a_time_is_cut_to_whole_seconds_never_rounded_up(seconds: float, words: str) -> None:
    assert clock(seconds) == words


def test_speaker_notes_are_never_said_to_stand_on_the_slide() -> None:
    assert place_in_words(SLIDE, notes=True) == "notes de l'orateur de la diapositive 14"
    assert place_in_words(SLIDE, "en", notes=True) == "speaker notes of slide 14"
    said = place_in_words(SLIDE, notes=True, said=SECOND)
    assert said == "notes de l'orateur de la diapositive 14, dite à 23 min 40 s"


@pytest.mark.parametrize(
    ("context", "are"),
    [
        ("Forum › Coûts › notes de l'orateur", True),
        ("notes de l'orateur", True),
        ("Forum › Les notes de l'orateur", False),
        ("Forum › notes de l'orateur › Suite", False),
    ],
)
def test_a_passage_of_speaker_notes_is_told_by_its_context(context: str, are: bool) -> None:
    assert in_notes(Passage("e/s/a.pptx", 0, "Prévoir 24 postes.", context, SLIDE, 5)) is are


LABELS = {"page_labels": "i, ii, iii, 1, 5"}


@pytest.mark.parametrize(
    ("at", "label", "words"),
    [
        (1, "i", "page i (1ʳᵉ du fichier)"),
        (4, "1", "page 1 (4ᵉ du fichier)"),
        (5, "", "page 5"),
        (6, "", "page 6"),
    ],
)
def test_a_page_is_named_by_what_is_printed_on_it(at: int, label: str, words: str) -> None:
    place = Place("page", at, at)
    assert label_of(LABELS, place) == label
    assert place_in_words(place, label=label) == words


def test_labels_are_of_pages_alone() -> None:
    assert label_of(LABELS, Place("slide", 1, 1)) == ""
    assert label_of(LABELS, Place("page", 1, 2)) == ""
    assert label_of({}, Place("page", 1, 1)) == ""
    english = place_in_words(Place("page", 4, 4), "en", label="1")
    assert english == "page 1 (number 4 in the file)"
