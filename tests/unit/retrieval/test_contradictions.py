"""Figures that contradict each other are both shown; others raise no alarm."""

from __future__ import annotations

import pytest

from assistant.records import Answer, Filters, Passage, Place
from assistant.retrieval import quoting
from assistant.retrieval.answerability import Gate
from assistant.retrieval.answers.contradictions import with_contradiction
from assistant.retrieval.search import HybridSearch, Query
from tests.support.fakes import FakeEncoder, FakeIndex

SURE = Gate((), (), (), (), 10.0, "")
ASKED = "Combien de repas sert la cantine ?"
DAYS = {"e/0.txt": "2024-03-18", "e/1.txt": ""}


def ask(*texts: str, question: str = ASKED) -> Answer:
    passages = [
        Passage(f"e/{at}.txt", 0, text, "Forum › Cantine", Place("line", 1, 1), 10)
        for at, text in enumerate(texts)
    ]
    searching = HybridSearch(FakeIndex(passages, FakeEncoder()), FakeEncoder(), 100)
    results = searching.search(Query(question, Filters()), 10)
    answer = quoting.answer(results, SURE, threshold=0.9, perhaps=0.6, max_quotes=1, started=0.0)
    return with_contradiction(
        answer,
        results,
        lambda one, number: quoting.citation_of(results, one, number),
        lambda id_: DAYS.get(id_, ""),
    )


DIFFERENT = {
    "digits": ("La cantine sert 1 420 repas.", "La cantine sert 1 180 repas."),
    "words": ("La cantine sert douze repas.", "La cantine sert 14 repas."),
}


@pytest.mark.parametrize("texts", DIFFERENT.values(), ids=DIFFERENT)
def test_both_figures_are_quoted_and_the_difference_is_told(texts: tuple[str, str]) -> None:
    answer = ask(*texts)
    assert {one.quote for one in answer.citations} == set(texts)
    assert [one.number for one in answer.citations] == [1, 2]
    assert all(text in answer.text for text in texts)
    (remark,) = answer.remarks
    assert remark.key == "remark.differ"


def test_a_price_in_another_document_is_another_price() -> None:
    answer = ask(
        "La balance coûte 49 euros.", "La balance coûte 60 €.",
        question="Combien coûte la balance ?",
    )  # fmt: skip
    assert answer.remarks


def test_what_only_the_title_of_the_session_says_is_another_thing() -> None:
    texts = ("La cantine compte 40 tables.", "La terrasse compte 6 tables.")
    assert not ask(*texts, question="Combien de tables compte la cantine ?").remarks


def test_a_part_of_what_is_counted_is_another_thing() -> None:
    asked = "Combien d'élèves à l'école ?"
    texts = ("L'école a 120 élèves.", "À l'école, 9 élèves de la chorale chantent.")
    assert not ask(*texts, question=asked).remarks
    assert ask(texts[0], texts[1].replace(" de la chorale", ""), question=asked).remarks


def test_the_day_of_a_document_is_told_where_it_is_known() -> None:
    answer = ask(*DIFFERENT["digits"])
    told = [one for one in answer.remarks[0].values.values() if not isinstance(one, str)]
    days = [one.values.get("day") for one in told]
    assert sorted(filter(None, days)) == ["18/03/2024"]


ALIKE = {
    "the same": ("La cantine sert 1 420 repas.", "La cantine sert bien 1420 repas."),
    "about the same": ("La cantine sert environ 1 400 repas.", "La cantine sert 1 420 repas."),
    "another thing counted": ("La cantine sert 1 420 repas.", "La cantine sert en 9 écoles."),
    "another year": (
        "La cantine sert 1 420 repas en 2024.",
        "La cantine sert 1 180 repas en 2023.",
    ),
    "two figures": ("La cantine sert 1 420 repas.", "La cantine sert 12 repas puis 14 repas."),
    "something else": ("La cantine sert 1 420 repas.", "Le forum offre 187 repas."),
}


@pytest.mark.parametrize("texts", ALIKE.values(), ids=ALIKE)
def test_no_alarm_is_raised_where_figures_may_both_be_right(texts: tuple[str, str]) -> None:
    assert not ask(*texts).remarks


def test_the_same_document_may_give_two_figures() -> None:
    assert not ask("La cantine sert 1 420 repas. La cantine sert 1 180 repas.").remarks


def test_what_may_be_of_anything_is_not_compared() -> None:
    texts = ("La balance coûte 49 euros.", "Le panneau coûte 60 euros.")
    assert not ask(*texts, question="Combien ça coûte ?").remarks


def test_only_figures_are_compared() -> None:
    texts = ("La cantine sert 1 420 repas.", "La cantine sert 1 180 repas.")
    assert not ask(*texts, question="Où sert-on les repas de la cantine ?").remarks
