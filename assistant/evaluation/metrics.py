"""What became of questions → measures, with their intervals, and against a baseline. Pure.

Ranking measures are ir-measures' (trec_eval's), bootstrap and permutation tests SciPy's, both
imported when first used: they take seconds to load. Questions on one title are not independent,
so intervals and tests draw whole titles (clusters).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

#: Draws of the bootstrap and of the permutation tests, and what makes them repeatable.
RESAMPLES = 1000
SEED = 17
LEVEL = 0.95
#: DESIGN §5. What the top k show is one hit a rank, two of the same document being two.
DEPTH = 10
#: The share of the unanswerable questions refused, at which the answered ones are counted.
REFUSED = 0.9

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. Ranks are from 1; 0 where no hit is right.

    `status` is that of the answer. `place_rank` is None where the right place is not known,
    `evidence_rank` (which hit holds the clause that answers?) where no evidence is, `quoted` and
    `first` (do the quotes, or the first of them, hold the gold words, as if nothing were refused?)
    where there are no gold words. `cluster` is shared by the questions on one title, `wording` by
    those that ask for the same fact in other words.
    """

    id: str
    question: str
    kind: str
    cluster: str
    answerable: bool
    document_rank: int
    place_rank: int | None
    quoted: bool | None
    status: str
    confidence: float
    seconds: float
    evidence_rank: int | None = None
    first: bool | None = None
    wording: str = ""

    @property
    def is_right(self) -> bool:
        """Tell whether the right words are shown, claimed or as perhaps answering."""
        return bool(self.quoted) and self.status != "refused"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure over `number` questions, with its bootstrap interval where one can be had."""

    name: str
    value: float
    low: float | None
    high: float | None
    number: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure differs from a baseline's, on the questions of both, `number` of them.

    `p` is the chance of a difference as large if neither were better.
    """

    name: str
    before: float
    after: float
    difference: float
    low: float | None
    high: float | None
    p: float
    number: int


#: The ranking measures, as ir-measures names them. One hit being right, its Success@k is recall@k.
_RANKING = {
    "document": {
        "document_recall_1": "Success@1",
        "document_recall_3": "Success@3",
        "document_recall_5": "Success@5",
        "document_mrr_10": "RR@10",
        "document_ndcg_10": "nDCG@10",
    },
    "place": {
        "place_recall_1": "Success@1",
        "place_recall_3": "Success@3",
        "place_recall_5": "Success@5",
        "place_mrr_10": "RR@10",
        "place_ndcg_10": "nDCG@10",
    },
    "evidence": {
        "evidence_recall_1": "Success@1",
        "evidence_recall_3": "Success@3",
        "evidence_recall_5": "Success@5",
        "evidence_mrr_10": "RR@10",
        "evidence_ndcg_10": "nDCG@10",
    },
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A measure's questions (`rows`) and their values.

    It is the mean of the values; or, where `truth` is given, how well they tell it.
    """

    name: str
    rows: Sequence[int]
    values: Numbers
    truth: NDArray[np.bool_] | None = None


#: What judges refusals rather than search.
JUDGING = ("auroc", "answered_at_90", "answered", "declined")


def measures(outcomes: Sequence[Outcome]) -> tuple[Measure, ...]:
    """Return every measure that these questions allow."""
    found = []
    for column in _columns(outcomes):
        clusters = [outcomes[row].cluster for row in column.rows]
        value = _score(column, column.values, np.ones(len(column.rows)))
        low, high = _interval(column, clusters, partial(_score, column, column.values))
        found.append(Measure(column.name, value, low, high, len(column.rows)))
    return tuple(found)


def differences(
    before: Sequence[Outcome], after: Sequence[Outcome], *, only: Sequence[str] = ()
) -> tuple[Difference, ...]:
    """Compare measures (`only` these, or all) on the same questions, in the same order both times.

    The interval is by bootstrap, `p` by a permutation test that swaps both sides of some clusters.
    """
    found = []
    columns = {column.name: column for column in _columns(before)}
    for column in _columns(after):
        old = columns.get(column.name)
        if old is None or (only and column.name not in only):
            continue
        old, new = _of_both(old, column), _of_both(column, old)
        if not new.rows:
            continue
        clusters = [after[row].cluster for row in new.rows]
        even = np.ones(len(new.rows))
        was, now = (_score(new, one.values, even) for one in (old, new))
        low, high = _interval(new, clusters, partial(_apart, new, old.values, new.values))
        found.append(
            Difference(
                new.name, was, now, now - was, low, high,
                _swapped(new, old.values, clusters), len(new.rows),
            )
        )  # fmt: skip
    return tuple(found)


def _of_both(column: _Column, other: _Column) -> _Column:
    """Leave out the questions that only one side can be measured on."""
    kept = np.isin(column.rows, other.rows)
    truth = None if column.truth is None else column.truth[kept]
    rows = [row for row, keep in zip(column.rows, kept, strict=True) if keep]
    return _Column(column.name, rows, column.values[kept], truth)


def paired(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes of the questions that both have, in the same order.

    A question is the same if its words are, and whether there is an answer to find.
    """
    former = {(outcome.id, outcome.question, outcome.answerable): outcome for outcome in before}
    both = [
        outcome for outcome in after if (outcome.id, outcome.question, outcome.answerable) in former
    ]
    return [former[outcome.id, outcome.question, outcome.answerable] for outcome in both], both


def _columns(outcomes: Sequence[Outcome]) -> Iterator[_Column]:
    """Yield the measures that have at least one question to be taken on."""
    every = range(len(outcomes))
    right = [row for row in every if outcomes[row].answerable]
    wrong = [row for row in every if not outcomes[row].answerable]
    placed = [row for row in right if outcomes[row].place_rank is not None]
    proved = [row for row in right if outcomes[row].evidence_rank is not None]
    with_gold = [row for row in right if outcomes[row].quoted is not None]
    with_first = [row for row in right if outcomes[row].first is not None]
    claimed = [row for row in {*wrong, *with_gold} if outcomes[row].status == "answered"]
    yield from _ranked("document", right, [outcomes[row].document_rank for row in right])
    yield from _ranked("place", placed, [outcomes[row].place_rank or 0 for row in placed])
    yield from _ranked("evidence", proved, [outcomes[row].evidence_rank or 0 for row in proved])
    tests: tuple[tuple[str, Sequence[int], Callable[[Outcome], object]], ...] = (
        ("quoted", with_gold, lambda outcome: outcome.quoted),
        ("right_first", with_first, lambda outcome: outcome.first),
        ("answered", right, lambda outcome: outcome.status == "answered"),
        ("answerable_perhaps", right, lambda outcome: outcome.status == "perhaps"),
        ("answerable_refused", right, lambda outcome: outcome.status == "refused"),
        ("declined", wrong, lambda outcome: outcome.status != "answered"),
        ("unanswerable_perhaps", wrong, lambda outcome: outcome.status == "perhaps"),
        (
            "claimed_wrong",
            sorted(claimed),
            lambda outcome: not (outcome.answerable and outcome.quoted),
        ),
    )
    for name, rows, passes in tests:
        if rows:
            passed = [float(bool(passes(outcomes[row]))) for row in rows]
            yield _Column(name, rows, np.array(passed))
    yield from _worded(outcomes)
    if right and wrong:
        confidence = np.array([outcome.confidence for outcome in outcomes], dtype=np.float64)
        answerable = np.array([outcome.answerable for outcome in outcomes], dtype=bool)
        for name in ("auroc", "answered_at_90"):
            yield _Column(name, every, confidence, answerable)


def _worded(outcomes: Sequence[Outcome]) -> Iterator[_Column]:
    """Yield the share of facts that are right in all their wordings, each counted at its first."""
    facts: dict[str, list[int]] = {}
    for row, one in enumerate(outcomes):
        if one.wording and one.quoted is not None:
            facts.setdefault(one.wording, []).append(row)
    if facts:
        rows = [own[0] for own in facts.values()]
        right = [float(all(outcomes[row].is_right for row in own)) for own in facts.values()]
        yield _Column("all_wordings", rows, np.array(right))


def _ranked(side: str, rows: Sequence[int], ranks: Sequence[int]) -> Iterator[_Column]:
    """Yield the ranking measures of the rank of each question's right hit, 0 for none."""
    import ir_measures

    if not ranks:
        return
    relevant = [ir_measures.Qrel(str(at), "right", 1) for at in range(len(ranks))]
    run = [
        ir_measures.ScoredDoc(str(at), "right" if place == rank else str(place), float(-place))
        for at, rank in enumerate(ranks)
        for place in range(1, rank + 1)
    ]
    names = {ir_measures.parse_measure(one): name for name, one in _RANKING[side].items()}
    values = {name: np.zeros(len(ranks)) for name in names.values()}
    for one in ir_measures.iter_calc(list(names), relevant, run):
        values[names[one.measure]][int(one.query_id)] = one.value
    for name, found in values.items():
        yield _Column(name, rows, found)


# --- One measure -------------------------------------------------------------------------------


def _score(column: _Column, values: Numbers, weights: Numbers) -> float:
    """Return a measure of `values`, each question counting `weights` times."""
    if column.truth is None:
        return float(np.average(values, weights=weights))
    # scikit-learn's `roc_auc_score` and `roc_curve`, which the tests hold this to, a hundred times
    # faster: intervals ask for thousands of them.
    _, at = np.unique(values, return_inverse=True)
    yes = np.bincount(at, weights * column.truth)[::-1]
    no = np.bincount(at, weights * ~column.truth)[::-1]
    right, wrong = np.cumsum(yes) / yes.sum(), np.cumsum(no) / no.sum()
    if column.name == "auroc":
        return float(np.sum(no * (right - yes / yes.sum() / 2)) / no.sum())
    return float(max(right[wrong <= 1 - REFUSED + 1e-9], default=0.0))


def _apart(column: _Column, before: Numbers, after: Numbers, weights: Numbers) -> float:
    return _score(column, after, weights) - _score(column, before, weights)


def _interval(
    column: _Column, clusters: Sequence[str], score: Callable[[Numbers], float]
) -> tuple[float | None, float | None]:
    """Return the percentile bootstrap interval over clusters (Efron & Tibshirani, ch. 13).

    Answerable and unanswerable questions are drawn apart, so that no draw lacks either.
    """
    from scipy.stats import bootstrap

    sides = np.zeros(len(clusters), dtype=bool) if column.truth is None else column.truth
    keys = list(zip(sides.tolist(), clusters, strict=True))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    cluster_of = np.array([numbers[key] for key in keys])
    drawn_apart = [
        np.array([number for (own, _), number in numbers.items() if own == side])
        for side in sorted(set(sides.tolist()))
    ]
    if min(len(one) for one in drawn_apart) < 2:
        return None, None

    def drawn(*draws: NDArray[np.int64]) -> float:
        counts = np.bincount(np.concatenate(draws), minlength=len(numbers))
        return score(counts[cluster_of].astype(np.float64))

    found = bootstrap(
        drawn_apart, drawn, n_resamples=RESAMPLES, vectorized=False, method="percentile",
        confidence_level=LEVEL, rng=SEED,
    )  # fmt: skip
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _swapped(column: _Column, before: Numbers, clusters: Sequence[str]) -> float:
    """Return the two-sided `p` of a paired permutation test: each cluster swaps sides, or not."""
    from scipy.stats import permutation_test, rankdata

    after = column.values
    if column.truth is not None:
        # How well confidences tell is in their order: swapped as they are, two scales would mix.
        before, after = rankdata(before), rankdata(after)
    numbers = {key: number for number, key in enumerate(dict.fromkeys(clusters))}
    cluster_of = np.array([numbers[cluster] for cluster in clusters])
    # Clusters in which nothing differs say nothing, whichever way they are swapped.
    differing = np.unique(cluster_of[before != after])
    if not len(differing):
        return 1.0
    even = np.ones(len(clusters))

    def difference(signs: Numbers) -> float:
        side = np.ones(len(numbers))
        side[differing] = signs
        kept = side[cluster_of] > 0
        return _apart(
            column,
            np.where(kept, before, after),
            np.where(kept, after, before),
            even,
        )

    if len(differing) == 1:
        return 1.0  # both ways of swapping are as far apart
    found = permutation_test(
        (np.ones(len(differing)),), difference, permutation_type="samples", vectorized=False,
        n_resamples=RESAMPLES - 1, rng=SEED,
    )  # fmt: skip
    return float(found.pvalue)
