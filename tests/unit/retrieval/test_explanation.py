"""At which stage a question was answered, or lost."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from assistant.cli.explanation_lines import explanation_lines
from assistant.records import Filters, Passage, Place
from assistant.retrieval import quoting
from assistant.retrieval.answerability import Gate, default_gate
from assistant.retrieval.answers.explanation import Explanation, compared, explanation_of
from assistant.retrieval.search import HybridSearch, Query, Results
from tests.support.fakes import FakeEncoder, FakeIndex

TEXT = "La balance de la cantine coûte 49 euros."
PASSAGE = Passage("e/cantine.txt", 0, TEXT, "Forum › Cantine", Place("line", 1, 1), 10)


def find(question: str = "Combien coûte la balance ?") -> Results:
    searching = HybridSearch(FakeIndex([PASSAGE], FakeEncoder()), FakeEncoder(), 100)
    return searching.search(Query(question, Filters()), 10)


def explain(results: Results, logits: float, *, claims: bool = True) -> Explanation:
    gate = Gate((), (), (), (), logits, "")
    answer = quoting.answer(
        results, gate, threshold=0.9, perhaps=0.6, max_quotes=3, started=0.0, claims=claims
    )
    return explanation_of(answer, results, gate, threshold=0.9, perhaps=0.6)


def test_each_stage_is_told_apart() -> None:
    found = find()
    assert explain(replace(found, hits=()), 10.0).stage == "nothing"
    assert explain(found, -5.0).stage == "below_perhaps"
    assert explain(found, 1.0).stage == "below_answer"
    assert explain(found, 5.0).stage == "answered"
    assert explain(found, 5.0, claims=False).stage == "not_claimed"
    assert explain(replace(found, candidates=()), 5.0).stage == "not_quoted"


def test_what_features_add_makes_the_confidence() -> None:
    evidence, gate = find().evidence, default_gate()
    total = gate.intercept + sum(one.logits for one in gate.contributions(evidence))
    assert [one.name for one in gate.contributions(evidence)] == list(gate.features)
    assert gate.confidence(evidence) == pytest.approx(1 / (1 + math.exp(-total)))


def test_an_explanation_says_the_stage_the_figures_and_the_passages() -> None:
    found, gate = find(), default_gate()
    answer = quoting.answer(
        found, gate, threshold=0.9, perhaps=0.6, max_quotes=3, started=0.0, claims=True
    )
    explained = explanation_of(answer, found, gate, threshold=0.9, perhaps=0.6)
    lines = list(explanation_lines(explained, lambda hit: hit.passage.document_id))
    assert lines[0] == "Pourquoi cette réponse"
    assert sum("e/cantine.txt" in line for line in lines) == 1
    for one in explained.contributions:
        assert any(f"{one.logits:+.2f}".replace(".", ",") in line for line in lines), one


def test_a_feature_that_has_no_words_is_named() -> None:
    gate = default_gate()
    found = find()
    answer = quoting.answer(
        found, gate, threshold=0.9, perhaps=0.6, max_quotes=3, started=0.0, claims=True
    )
    explained = explanation_of(answer, found, gate, threshold=0.9, perhaps=0.6)
    unknown = replace(explained.contributions[0], name="newer")
    lines = explanation_lines(replace(explained, contributions=(unknown,)), lambda _: "")
    assert any("« newer »" in line for line in lines)


def test_a_comparison_is_explained_side_by_side() -> None:
    found, gate = find(), default_gate()
    answer = quoting.answer(
        found, gate, threshold=0.9, perhaps=0.6, max_quotes=3, started=0.0, claims=True
    )
    one = explanation_of(answer, found, gate, threshold=0.9, perhaps=0.6)
    other = replace(one, searched="le tri", stage="below_perhaps")
    both = compared(replace(answer, question="Compare le bruit et le tri"), [one, other])
    assert both.stage == "compared"
    lines = list(explanation_lines(both, lambda hit: hit.passage.document_id))
    assert [line for line in lines if line.startswith("Côté")] == [
        f"Côté « {one.searched} »",
        "Côté « le tri »",
    ]
    assert sum("e/cantine.txt" in line for line in lines) == 2
