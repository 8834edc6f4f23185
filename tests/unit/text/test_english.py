"""English words and what French documents call them."""

from __future__ import annotations

import pytest

from assistant.text.english import (
    in_french,
    is_english,
    phrase_in_french,
    with_little_words_in_french,
)


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Where is the library?", True),
        ("How many pupils eat there?", True),
        ("Can I bring my bike?", True),
        ("Tell me about the trees", True),
        ("library opening hours", False),
        ("Où est la bibliothèque ?", False),
        ("le label « Top of the town »", False),
        ("Qui anime « How to talk to the public » ?", False),
        ("planning des ateliers", False),
        ("Is it wrong", True),
        ("Summarise session 2", True),
        ("", False),
    ],
)
def test_a_question_is_english_by_its_little_words(question: str, english: bool) -> None:
    assert is_english(question) is english


@pytest.mark.parametrize(
    ("word", "french"),
    [
        ("Trees", "arbre"),
        ("libraries", "médiathèque"),
        ("charters", "charte"),
        ("measured", "mesure"),
        ("paying", "payer"),
        ("xylophone", None),
    ],
)
def test_a_word_has_its_french_in_any_form(word: str, french: str | None) -> None:
    assert next(iter(in_french(word)), None) == french


def test_little_words_are_put_into_french_and_the_others_stay() -> None:
    asked = with_little_words_in_french("Are trees cut before 9 per street?")
    assert asked == "sont trees cut avant 9 par street?"


def test_a_phrase_has_the_french_of_each_word_that_is_known() -> None:
    assert phrase_in_french("the workshop 2") == "atelier 2"
    assert phrase_in_french("trees and xylophones") == "arbre and xylophones"
    assert phrase_in_french("the workshop on trees") == "atelier sur arbre"
    assert phrase_in_french("the xylophone") == "the xylophone"
    assert phrase_in_french("") == ""
