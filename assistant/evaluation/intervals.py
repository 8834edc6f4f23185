"""One measure over questions → its value, its interval, and the chance of a difference. Pure.

Bootstrap and permutation tests are SciPy's, imported when first used: it takes seconds to load.
Questions on one title are not independent: whole titles (clusters) are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Draws of the bootstrap and of the permutation tests, and what makes them repeatable.
RESAMPLES = 1000
SEED = 17
LEVEL = 0.95
#: The share of the unanswerable questions refused, at which the answered ones are counted.
REFUSED = 0.9
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """A measure's questions (`rows`) and their values.

    It is the mean of the values; or, where `truth` is given, how well they tell it.
    """

    name: str
    rows: Sequence[int]
    values: Numbers
    truth: NDArray[np.bool_] | None = None


def score_of(column: Column, values: Numbers, weights: Numbers) -> float:
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


def apart(column: Column, before: Numbers, after: Numbers, weights: Numbers) -> float:
    return score_of(column, after, weights) - score_of(column, before, weights)


def interval(
    column: Column, clusters: Sequence[str], score: Callable[[Numbers], float]
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


def swapped(column: Column, before: Numbers, clusters: Sequence[str]) -> float:
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
        return apart(
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
