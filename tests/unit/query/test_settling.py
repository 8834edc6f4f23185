"""The same question, however it was typed."""

from __future__ import annotations

import pytest

from assistant.query.settling import settled

ASKED = "Combien de repas sont servis ?"
ALIKE = (
    ASKED,
    "combien de repas sont servis",
    "combien de repas sont servis?",
    "COMBIEN DE REPAS SONT SERVIS ?",
    "Combien de repas sont servis ???",
    "Combien de repas sont servis.",
)


@pytest.mark.parametrize("question", ALIKE)
def test_case_and_signs_change_nothing(question: str) -> None:
    assert settled(question) == ASKED


@pytest.mark.parametrize("question", ["voirie prix", "RGPD", "Valdeclair IA", "budget 2024 ?", ""])
def test_words_to_look_for_stay_as_they_are(question: str) -> None:
    assert settled(question) == question


def test_names_keep_their_capitals() -> None:
    assert settled("qui forme à ChatGPT à Valdeclair") == "Qui forme à ChatGPT à Valdeclair ?"


def test_what_asks_by_its_order_is_a_question() -> None:
    assert settled("y a-t-il un parking") == "Y a-t-il un parking ?"


def test_what_another_text_follows_has_no_sign_of_its_own() -> None:
    whole = settled("et combien de bus combien coûte le pont")
    assert whole.startswith(settled("et combien de bus", ends=False))
