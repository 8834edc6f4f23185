"""Evidence: what a search says about whether the corpus answers."""

from __future__ import annotations

import math
from dataclasses import astuple, replace

import numpy as np
import pytest

from assistant.records import Passage, Place
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.evidence import between, evidence_of, lacks_specifics
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import terms

QUESTION = "Combien de repas sert la cantine ?"
ELSEWHERE = 0.775


def passage(text: str = "La cantine sert des repas.", context: str = "") -> Passage:
    return Passage("e/d.txt", 0, text, context, Place("line", 1, 1), len(text.split()))


def evidence(
    *scores: float,
    question: str = QUESTION,
    best: Passage | None = None,
    met: list[list[float]] | None = None,
) -> Evidence:
    asked = Asked.of(question, dict.fromkeys(terms(question), 1.0))
    words_met = met or [[score] * 2 for score in scores]
    return evidence_of(
        asked,
        question,
        [best or passage() for _ in scores],
        np.array(scores, np.float32),
        [np.array(one, np.float32).reshape(-1, 1) for one in words_met],
    )


def test_no_passage_is_no_evidence() -> None:
    assert evidence() == Evidence(0.0, 0.0, 0.0, 0.0, 0.0)


def test_the_score_is_that_of_the_best() -> None:
    assert evidence(0.8, 0.95, 0.9).score == pytest.approx(0.95)


def test_the_order_of_the_passages_says_nothing() -> None:
    one, other = evidence(0.95, 0.9, 0.8), evidence(0.8, 0.95, 0.9)
    for name in Evidence.__slots__:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-6)


def test_two_searches_say_together_what_lies_between_them() -> None:
    one, other = Evidence(0.9, 2.0, 0.1, 0.0, 1.0), Evidence(0.8, 1.0, 0.2, 1.0, 1.0)
    assert astuple(between(one, other))[:5] == pytest.approx((0.85, 1.5, 0.15, 0.5, 1.0))


def test_few_passages_spread_as_if_the_others_said_something_else() -> None:
    few = evidence(0.9, 0.85)
    many = evidence(0.9, 0.85, *[ELSEWHERE] * 8)
    assert few.spread == pytest.approx(many.spread, abs=1e-5)


def test_a_poor_passage_that_is_alone_looks_no_surer_than_among_others() -> None:
    assert evidence(0.78).spread == pytest.approx(math.log(10), abs=0.02)
    assert evidence(0.3).spread == pytest.approx(math.log(10), abs=1e-5)


def test_passages_beyond_the_tenth_and_below_the_floor_spread_nothing() -> None:
    ten = [0.95, *[0.8] * 9]
    assert evidence(*ten, 0.8, 0.8).spread == pytest.approx(evidence(*ten).spread)
    assert evidence(0.95, 0.1).spread == pytest.approx(evidence(0.95).spread)


def test_passages_that_answer_as_well_spread_more_than_one_that_stands_out() -> None:
    alone = evidence(1.0, 0.8, 0.8).spread
    assert 0.0 < alone < evidence(1.0, 0.99, 0.8).spread < evidence(1.0, 0.99, 0.98).spread


def test_the_advance_is_over_the_mean_of_the_others_word_by_word() -> None:
    found = evidence(0.9, 0.8, 0.8, met=[[1.0, 0.8], [0.8, 0.8], [0.9, 0.7]])
    assert found.advance == pytest.approx((0.15 + 0.05) / 2)


def test_an_advance_over_passages_on_nothing_alike_says_no_more_than_a_clear_one() -> None:
    assert evidence(0.9, 0.5, met=[[1.0], [0.2]]).advance == 0.15


@pytest.mark.parametrize("scores", [(0.9,), (0.9, 0.9), (0.9, 0.89)])
def test_one_passage_or_one_like_the_others_has_the_least_advance(scores: tuple[float]) -> None:
    assert evidence(*scores).advance == 0.06


def test_a_question_without_words_has_the_least_advance() -> None:
    assert evidence(0.9, 0.8, met=[[], []]).advance == 0.06


MISSING = {
    "nothing_specific": (QUESTION, "La voirie.", 0),
    "number": ("Que se passe-t-il en 2026 ?", "En 2025, la cantine.", 1),
    "number_in_words": ("Que disent les 5 clauses ?", "Cinq clauses.", 0),
    "number_there": ("Que se passe-t-il en 2026 ?", "En 2026, la cantine.", 0),
    "part_of_a_number": ("Et en 20 ?", "En 2026.", 1),
    "thousands": ("Qui a 12000 agents ?", "Les 12 000 agents.", 0),
    "thousands_spaced": ("Qui a 12 000 agents ?", "Les 12000 agents.", 0),
    "thousands_missing": ("Qui a 12 000 agents ?", "En 12 ans, 000.", 1),
    "name": ("Que fait Valdeclair ?", "Que fait la ville ?", 1),
    "name_there": ("Que fait Valdeclair ?", "La ville de Valdeclair.", 0),
    "name_without_accent": ("Que fait Beziers ?", "À Béziers.", 0),
    "name_elided": ("Que dit l'OPAC ?", "La ville.", 1),
    "name_in_capitals": ("Que fait valdeclair à Lyon ?", "LYON ET VALDECLAIR", 0),
    "second_half_of_a_name": ("Qui est Anne Martin ?", "Anne Durand.", 1),
    "first_word": ("Cantine ouverte ?", "La voirie.", 0),
    "after_a_sentence": ("Bonjour. Expliquez la voirie.", "La voirie.", 0),
    "after_a_question": ("La voirie ? Expliquez-moi.", "La voirie.", 0),
    "all_in_capitals": ("COMBIEN DE REPAS SERT LA CANTINE ?", "Les repas.", 0),
}


@pytest.mark.parametrize(("question", "text", "missing"), MISSING.values(), ids=MISSING)
def test_numbers_and_names_of_the_question_are_missed(
    question: str, text: str, missing: int
) -> None:
    assert evidence(0.9, question=question, best=passage(text)).missing == missing


def test_a_name_above_the_best_passage_is_not_missing() -> None:
    above = passage("Deux bornes.", "Forum › Les bornes de Valdeclair en 2026")
    question = "Combien de bornes à Valdeclair en 2026 ?"
    assert evidence(0.9, question=question, best=above).missing == 0
    assert evidence(0.9, question=question, best=replace(above, context="")).missing == 1


def test_only_the_best_passage_can_miss_something() -> None:
    asked = Asked.of("Et à Lyon ?", {"lyon": 1.0})
    passages, met = [passage("Rien."), passage("À Lyon.")], [np.ones((1, 1), np.float32)] * 2
    found = [
        evidence_of(asked, "Et à Lyon ?", passages, np.array(scores, np.float32), met).missing
        for scores in ((0.9, 0.8), (0.8, 0.9))
    ]
    assert found == [1.0, 0.0]


@pytest.mark.parametrize(
    ("question", "vague"), [("La cantine ?", 1), ("Qui ?", 1), ("Le budget de la cantine", 0)]
)
def test_a_question_of_one_telling_word_is_vague(question: str, vague: int) -> None:
    assert evidence(0.9, question=question).vague == vague


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Que sert la cantine de Lille ?", True),
        ("Que dit l'État de la cantine ?", False),
        ("Que sert-on aux Français ?", False),
        ("Que dit Damien de la cantine ?", True),
    ],
)
def test_what_many_write_otherwise_is_no_name(question: str, lacks: bool) -> None:
    asked = Asked.of(question, dict.fromkeys(terms(question), 1.0))
    assert lacks_specifics(asked, question, passage()) is lacks
