"""Concepts: whichever words a passage has for it, it counts once, by how rare it is."""

from __future__ import annotations

import pytest

from assistant.records import Passage, Place
from assistant.records.hits import Expansion
from assistant.retrieval.concepts import concept_of, with_main
from assistant.retrieval.ranking import Asked, analysed
from assistant.text.analysis import terms

RARITY = {
    **dict.fromkeys(terms("IA"), 0.5),
    **dict.fromkeys(terms("intelligence artificielle"), 4.0),
    **dict.fromkeys(terms("cantine"), 9.0),
    **dict.fromkeys(terms("restauration"), 2.0),
    **dict.fromkeys(terms("scolaire"), 1.0),
    **dict.fromkeys(terms("budget"), 3.0),
}


def weight(*asked: str) -> float:
    """Return the weight of the rarest: together they are no more frequent."""
    return max(RARITY[one] for one in asked)


AI = concept_of(Expansion("IA", ("intelligence artificielle",)), weight)
CANTEEN = concept_of(Expansion("cantine", ("restauration scolaire",)), weight)


def asked(question: str) -> Asked:
    return Asked.of(question, {one: weight(one) for one in terms(question)}, [AI, CANTEEN])


def test_an_acronym_that_all_have_weighs_no_more_by_its_rare_expansion() -> None:
    assert AI.weight == 0.5
    assert sum(AI.typed.terms.values()) == pytest.approx(1.0)


def test_a_word_that_none_has_weighs_as_what_stands_for_it() -> None:
    assert CANTEEN.weight == 2.0


@pytest.mark.parametrize(
    ("found", "share"),
    [
        pytest.param("IA", 1.0, id="as typed"),
        pytest.param("intelligence artificielle", 1.0, id="expanded"),
        pytest.param("IA intelligence artificielle", 1.0, id="both"),
        pytest.param("intelligence", 0.0, id="half of it"),
        pytest.param("budget", 0.0, id="neither"),
    ],
)
def test_a_concept_is_met_once(found: str, share: float) -> None:
    assert AI.share(set(terms(found))) == pytest.approx(share)


def test_one_term_of_several_is_not_the_concept_however_rare() -> None:
    assert CANTEEN.share(set(terms("restauration"))) == 0.0
    assert CANTEEN.share(set(terms("restauration scolaire"))) == pytest.approx(1.0)


def test_what_else_is_asked_counts_beside_it() -> None:
    one = asked("budget IA")
    assert one.size == 2
    assert one.coverage(set(terms("intelligence artificielle"))) == pytest.approx(0.5 / 3.5)
    assert one.coverage(set(terms("budget"))) == pytest.approx(3 / 3.5)
    assert one.coverage(set(terms("budget IA"))) == pytest.approx(1.0)


def test_a_question_in_order_has_what_most_passages_say() -> None:
    assert with_main(terms("budget cantine IA"), [AI, CANTEEN]) == terms(
        "budget restauration scolaire IA"
    )


def test_a_name_is_there_under_its_other_name() -> None:
    passage = Passage("d", 0, "L'intelligence artificielle.", "", Place("line", 1, 1), 3)
    assert not asked("le budget IA").lacks({"ia"}, analysed(passage).written)
    assert asked("le budget IA").lacks({"budget"}, analysed(passage).written)


def test_only_concepts_of_the_question_count() -> None:
    assert asked("budget").concepts == ()
    assert asked("budget").coverage(set(terms("budget"))) == 1.0


def test_what_only_comes_near_is_worth_less() -> None:
    near = concept_of(Expansion("cantine", ("restauration scolaire",), 0.5), weight)
    assert near.share(set(terms("restauration scolaire"))) == pytest.approx(0.5)
    assert near.share(set(terms("cantine"))) == 1.0
