"""Measures against values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from assistant.evaluation.metrics import Difference, Measure, Outcome, differences, measures, paired

BLANK = Outcome(
    id="", question="?", kind="", cluster="", answerable=True, document_rank=0, place_rank=None,
    quoted=None, status="refused", confidence=0.0, seconds=0.1,
)  # fmt: skip


def outcomes(*changes: dict[str, object]) -> list[Outcome]:
    """Return outcomes that differ from `BLANK` by these, each a cluster of its own."""
    return [
        replace(BLANK, **({"id": f"q{at}", "cluster": f"c{at}"} | change))  # type: ignore[arg-type]
        for at, change in enumerate(changes)
    ]


def answerable(confidences: Sequence[float]) -> list[dict[str, object]]:
    return [{"confidence": one} for one in confidences]


def unanswerable(confidences: Sequence[float]) -> list[dict[str, object]]:
    return [{"confidence": one, "answerable": False} for one in confidences]


def named(found: Sequence[Measure]) -> dict[str, Measure]:
    return {one.name: one for one in found}


def difference(found: Sequence[Difference], name: str) -> Difference:
    return next(one for one in found if one.name == name)


# --- Values ------------------------------------------------------------------------------------


def test_ranking_measures_are_those_worked_out_by_hand() -> None:
    ranks = [1, 2, 4, 0]
    found = named(measures(outcomes(*({"document_rank": rank} for rank in ranks))))
    assert found["document_recall_1"].value == pytest.approx(1 / 4)
    assert found["document_recall_3"].value == pytest.approx(2 / 4)
    assert found["document_recall_5"].value == pytest.approx(3 / 4)
    assert found["document_mrr_10"].value == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)
    gains = [1 / math.log2(1 + rank) for rank in ranks if rank]
    assert found["document_ndcg_10"].value == pytest.approx(sum(gains) / 4)


def test_places_are_measured_on_the_questions_whose_place_is_known() -> None:
    ranks = [{"place_rank": 1}, {"place_rank": 0}, {"place_rank": None}]
    found = named(measures(outcomes(*ranks)))
    assert found["place_recall_1"].value == pytest.approx(1 / 2)
    assert found["place_recall_1"].number == 2
    assert found["document_recall_1"].number == 3


def test_quotes_are_measured_on_the_questions_whose_words_are_known() -> None:
    found = named(measures(outcomes({"quoted": True}, {"quoted": False}, {"quoted": None})))
    assert (found["quoted"].value, found["quoted"].number) == (pytest.approx(1 / 2), 2)


def test_the_first_quote_is_measured_apart() -> None:
    right = {"quoted": True, "first": True}
    second = {"quoted": True, "first": False}
    found = named(measures(outcomes(right, second, {"quoted": None, "first": None})))
    assert (found["right_first"].value, found["right_first"].number) == (pytest.approx(1 / 2), 2)


def test_evidence_is_measured_on_the_questions_whose_clause_is_known() -> None:
    ranks = [{"evidence_rank": 1}, {"evidence_rank": 3}, {"evidence_rank": None}]
    found = named(measures(outcomes(*ranks)))
    assert found["evidence_recall_1"].value == pytest.approx(1 / 2)
    assert found["evidence_recall_3"].value == 1
    assert found["evidence_recall_3"].number == 2


def test_what_is_claimed_is_wrong_without_the_gold_words_or_where_nothing_answers() -> None:
    asked = [
        {"status": "answered", "quoted": True},
        {"status": "answered", "quoted": False},
        {"status": "answered", "quoted": None},  # nobody knows
        {"status": "answered", "answerable": False},
        {"status": "perhaps", "quoted": False},
    ]
    found = named(measures(outcomes(*asked)))
    assert found["claimed_wrong"].value == pytest.approx(2 / 3)
    assert found["answerable_refused"].value == 0


def test_a_fact_is_right_in_all_its_wordings_or_not_at_all() -> None:
    right = {"status": "answered", "quoted": True}
    asked = [
        right | {"wording": "wifi"},
        right | {"wording": "wifi", "status": "perhaps"},
        right | {"wording": "agents"},
        right | {"wording": "agents", "status": "refused"},
        right,
    ]
    found = named(measures(outcomes(*asked)))
    assert (found["all_wordings"].value, found["all_wordings"].number) == (pytest.approx(1 / 2), 2)


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    # Of 3 × 2 pairs, 0.4 against 0.5 is wrong and 0.5 against 0.5 is a draw.
    found = named(measures(outcomes(*answerable([0.9, 0.5, 0.4]), *unanswerable([0.5, 0.1]))))
    assert found["auroc"].value == pytest.approx(4.5 / 6)


def test_answered_at_90_leaves_one_wrong_answer_in_ten() -> None:
    wrong = [0.05 * at for at in range(9)] + [0.95]
    found = named(measures(outcomes(*answerable([0.99, 0.9, 0.6, 0.3]), *unanswerable(wrong))))
    # Above the second highest of the unanswerable, 0.40, stand three answerable questions of four.
    assert found["answered_at_90"].value == pytest.approx(3 / 4)


def test_refusals_are_judged_as_scikit_learn_does() -> None:
    chance = np.random.default_rng(3)
    truth = chance.random(200) < 0.7
    # Rounded, so that many are equal.
    confidences = np.round(chance.random(200) * 0.6 + 0.3 * truth, 1)
    asked = [
        {"confidence": one, "answerable": yes}
        for one, yes in zip(confidences.tolist(), truth.tolist(), strict=True)
    ]
    found = named(measures(outcomes(*asked)))
    wrong, right, _ = roc_curve(truth, confidences, drop_intermediate=False)
    assert found["auroc"].value == pytest.approx(roc_auc_score(truth, confidences))
    assert found["answered_at_90"].value == pytest.approx(right[wrong <= 0.1].max())


def test_perhaps_counts_as_not_answered_and_is_told_apart() -> None:
    statuses = ("answered", "perhaps", "refused", "refused")
    yes = [{"status": one} for one in statuses]
    no = [{"status": one, "answerable": False} for one in statuses]
    found = named(measures(outcomes(*yes, *no)))
    assert found["answered"].value == pytest.approx(1 / 4)
    assert found["answerable_perhaps"].value == pytest.approx(1 / 4)
    assert found["declined"].value == pytest.approx(3 / 4)
    assert found["unanswerable_perhaps"].value == pytest.approx(1 / 4)


def test_what_no_question_allows_is_not_measured() -> None:
    found = named(measures(outcomes(*unanswerable([0.1, 0.2]))))
    assert set(found) == {"declined", "unanswerable_perhaps"}
    assert measures([]) == ()


# --- Intervals ---------------------------------------------------------------------------------


def test_an_interval_holds_the_value_and_is_the_same_each_time() -> None:
    asked = outcomes(*({"document_rank": at % 3 == 0} for at in range(60)))
    one = named(measures(asked))["document_recall_1"]
    assert one.low is not None and one.high is not None
    # A binomial interval: 20 of 60, give or take 1.96 √(p(1-p)/n) = 0.12.
    assert one.low == pytest.approx(1 / 3 - 0.12, abs=0.03)
    assert one.high == pytest.approx(1 / 3 + 0.12, abs=0.03)
    assert named(measures(asked))["document_recall_1"] == one


def test_questions_on_one_title_count_less_than_as_many_on_their_own() -> None:
    alone = outcomes(*({"document_rank": at % 2} for at in range(40)))
    grouped = [replace(one, cluster=str(at % 2 + 2 * (at // 20))) for at, one in enumerate(alone)]
    wide, narrow = (named(measures(one))["document_recall_1"] for one in (grouped, alone))
    assert wide.value == narrow.value
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)  # type: ignore[operator]


def test_one_title_alone_has_no_interval() -> None:
    one = named(measures([replace(one, cluster="c") for one in outcomes({}, {})]))
    assert (one["document_recall_1"].low, one["document_recall_1"].high) == (None, None)


# --- Against a baseline ------------------------------------------------------------------------


def test_the_same_outcomes_do_not_differ() -> None:
    asked = outcomes(*answerable([0.9, 0.5, 0.4]), *unanswerable([0.5, 0.1]))
    assert all((one.difference, one.p) == (0, 1) for one in differences(asked, asked))


def test_a_clear_gain_is_told_from_chance() -> None:
    before = outcomes(*({"document_rank": 3} for _ in range(30)))
    after = [replace(one, document_rank=1) for one in before]
    found = difference(differences(before, after), "document_recall_1")
    assert (found.before, found.after, found.low, found.high) == (0, 1, 1, 1)
    assert found.p <= 0.002


def test_as_many_gains_as_losses_are_no_difference() -> None:
    before = outcomes(*({"document_rank": 1 + at % 2} for at in range(30)))
    after = [replace(one, document_rank=3 - one.document_rank) for one in before]
    found = difference(differences(before, after), "document_recall_1")
    assert found.difference == pytest.approx(0)
    assert found.low < 0 < found.high  # type: ignore[operator]
    assert found.p > 0.5


def test_the_test_is_exact_where_few_questions_differ() -> None:
    before = outcomes(*({"document_rank": 2} for _ in range(10)))
    after = [replace(one, document_rank=1 if at < 3 else 2) for at, one in enumerate(before)]
    # Three gains: of the 2³ ways to swap them, two are as far from 0.
    assert difference(differences(before, after), "document_recall_1").p == pytest.approx(2 / 8)


def test_auroc_is_compared_by_order_not_by_scale() -> None:
    before = outcomes(*answerable([0.9, 0.8, 0.7, 0.3]), *unanswerable([0.4, 0.2, 0.1]))
    after = [replace(one, confidence=one.confidence / 100) for one in before]
    found = difference(differences(before, after), "auroc")
    assert (found.difference, found.p) == (0, 1)


def test_a_gain_in_auroc_is_seen_across_scales() -> None:
    # Before, a third of the answerable stand below all the others; after, none, in 1/100ths.
    chances = [0.1 + at / 1000 if at % 3 == 0 else 0.8 + at / 1000 for at in range(30)]
    before = outcomes(*answerable(chances), *unanswerable([0.3 + at / 1000 for at in range(30)]))
    after = [replace(one, confidence=0.008 if one.answerable else 0.003) for one in before]
    found = difference(differences(before, after), "auroc")
    assert found.difference == pytest.approx(1 / 3)
    assert found.p < 0.02


def test_only_questions_asked_alike_both_times_are_compared() -> None:
    before = outcomes({}, {"question": "Avant ?"}, {})
    after = list(reversed(outcomes({}, {"question": "Après ?"}, {"answerable": False}, {})))
    old, new = paired(before, after)
    assert [one.id for one in old] == [one.id for one in new] == ["q0"]


def test_a_measure_is_compared_where_both_could_be_taken() -> None:
    before = outcomes({"place_rank": None}, {"place_rank": 2}, {"place_rank": 2})
    after = outcomes({"place_rank": 1}, {"place_rank": 1}, {"place_rank": 2})
    found = difference(differences(before, after), "place_recall_1")
    assert (found.number, found.difference) == (2, pytest.approx(1 / 2))
