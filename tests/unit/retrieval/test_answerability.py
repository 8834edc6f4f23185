"""The gate: a probability out of what a search says."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from assistant.errors import QuestionError
from assistant.retrieval.answerability import Evidence, Gate, default_gate, fit, from_json

NAMES = tuple(one.name for one in fields(Evidence))
BLANK = Evidence(0, 0, 0, 0, 0)


def _samples(number: int, *, apart: float) -> tuple[list[Evidence], list[bool]]:
    """Return evidence of answerable questions, `apart` higher in score, and of others."""
    random = np.random.default_rng(0)
    truth = [at % 2 == 0 for at in range(number)]
    raw = random.normal(0.5, 0.1, (number, len(NAMES)))
    raw[:, 0] += apart * np.array(truth)
    evidence = [Evidence(*row) for row in raw.tolist()]
    return evidence, truth


def test_fitting_separates_what_can_be_separated() -> None:
    evidence, truth = _samples(200, apart=2.0)
    gate = fit(evidence, truth, fitted_on="test")
    assert [gate.confidence(one) > 0.5 for one in evidence] == truth


def test_fitting_is_calibrated_where_nothing_tells_the_questions_apart() -> None:
    evidence, truth = _samples(2000, apart=0.0)
    gate = fit(evidence, truth, fitted_on="test")
    assert np.mean([gate.confidence(one) for one in evidence]) == pytest.approx(0.5, abs=0.01)


def test_a_feature_that_never_varies_does_not_break_the_fit() -> None:
    evidence, truth = _samples(50, apart=2.0)
    gate = fit([replace(one, vague=1.0) for one in evidence], truth, fitted_on="test")
    assert dict(zip(gate.features, gate.weights, strict=True))["vague"] == pytest.approx(0.0)


@pytest.mark.parametrize("answerable", [True, False])
def test_questions_of_one_kind_only_fit_no_gate(answerable: bool) -> None:
    evidence, _ = _samples(50, apart=0.0)
    with pytest.raises(QuestionError) as caught:
        fit(evidence, [answerable] * 50, fitted_on="test")
    assert caught.value.remedy


def test_a_gate_comes_back_from_json_as_it_was() -> None:
    gate = fit(*_samples(200, apart=1.0), fitted_on="test")
    back = from_json(json.loads(json.dumps(gate.to_json())))
    assert back.to_json() == gate.to_json()
    assert back.features == gate.features
    assert back.confidence(BLANK) == pytest.approx(gate.confidence(BLANK), abs=1e-4)


def test_confidence_rises_with_a_feature_of_positive_weight() -> None:
    gate = Gate(("score",), (0.5,), (0.1,), (1.5,), 0.0, "test")
    chances = [gate.confidence(replace(BLANK, score=one)) for one in np.linspace(-1, 2, 31)]
    assert chances == sorted(set(chances))
    assert chances[15] == pytest.approx(0.5)


@pytest.mark.parametrize("score", [-1e9, 1e9])
def test_confidence_stays_a_probability_for_extreme_scores(score: float) -> None:
    gate = Gate(("score",), (0.0,), (1.0,), (1.0,), 0.0, "test")
    assert 0.0 < gate.confidence(replace(BLANK, score=score)) <= 1.0


def test_the_default_gate_uses_features_of_the_evidence() -> None:
    gate = default_gate()
    assert gate.features
    assert set(gate.features) <= set(asdict(BLANK))
    assert all(scale > 0 for scale in gate.scales)
    assert gate.fitted_on


def test_the_default_gate_believes_a_perfect_search_more_than_an_empty_one() -> None:
    perfect = Evidence(
        score=1.02, spread=0.2, advance=0.25, missing=0.0, vague=0.0,
        typed=1.0, answering=1.0, told=1.0, absent=0.0,
    )  # fmt: skip
    # Ten passages that all have the score of passages on something else.
    empty = Evidence(
        score=0.775, spread=2.3, advance=0.06, missing=0.0, vague=0.0,
        typed=1.0, answering=0.0, told=0.5, absent=1.0,
    )  # fmt: skip
    assert default_gate().confidence(perfect) > 0.9
    assert default_gate().confidence(empty) < 0.1


def test_words_met_without_the_kind_of_thing_asked_for_make_it_less_sure() -> None:
    near = Evidence(
        score=0.93, spread=1.8, advance=0.1, missing=0.0, vague=0.0, typed=1.0, told=0.8
    )
    right = replace(near, answering=0.8)
    assert default_gate().confidence(near) < default_gate().confidence(right)


def test_a_rare_word_that_is_nowhere_makes_it_less_sure() -> None:
    known = Evidence(score=0.93, spread=1.8, advance=0.1, missing=0.0, vague=0.0, told=0.8)
    assert default_gate().confidence(replace(known, absent=1.0)) < default_gate().confidence(known)
