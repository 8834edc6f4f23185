"""What became of questions → measures, with their intervals, and against a baseline. Pure.

Ranking measures are ir-measures' (trec_eval's), imported when first used: it takes seconds to
load. `intervals` says how sure a measure is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.evaluation.intervals import Column, apart, interval, score_of, swapped

#: DESIGN §5. What the top k show is one hit a rank, two of the same document being two.
DEPTH = 10


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


#: What judges refusals rather than search.
JUDGING = ("auroc", "answered_at_90", "answered", "declined")


def measures(outcomes: Sequence[Outcome]) -> tuple[Measure, ...]:
    """Return every measure that these questions allow."""
    found = []
    for column in _columns(outcomes):
        clusters = [outcomes[row].cluster for row in column.rows]
        value = score_of(column, column.values, np.ones(len(column.rows)))
        low, high = interval(column, clusters, partial(score_of, column, column.values))
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
        was, now = (score_of(new, one.values, even) for one in (old, new))
        low, high = interval(new, clusters, partial(apart, new, old.values, new.values))
        found.append(
            Difference(
                new.name, was, now, now - was, low, high,
                swapped(new, old.values, clusters), len(new.rows),
            )
        )  # fmt: skip
    return tuple(found)


def _of_both(column: Column, other: Column) -> Column:
    """Leave out the questions that only one side can be measured on."""
    kept = np.isin(column.rows, other.rows)
    truth = None if column.truth is None else column.truth[kept]
    rows = [row for row, keep in zip(column.rows, kept, strict=True) if keep]
    return Column(column.name, rows, column.values[kept], truth)


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


def _columns(outcomes: Sequence[Outcome]) -> Iterator[Column]:
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
            yield Column(name, rows, np.array(passed))
    yield from _worded(outcomes)
    if right and wrong:
        confidence = np.array([outcome.confidence for outcome in outcomes], dtype=np.float64)
        answerable = np.array([outcome.answerable for outcome in outcomes], dtype=bool)
        for name in ("auroc", "answered_at_90"):
            yield Column(name, every, confidence, answerable)


def _worded(outcomes: Sequence[Outcome]) -> Iterator[Column]:
    """Yield the share of facts that are right in all their wordings, each counted at its first."""
    facts: dict[str, list[int]] = {}
    for row, one in enumerate(outcomes):
        if one.wording and one.quoted is not None:
            facts.setdefault(one.wording, []).append(row)
    if facts:
        rows = [own[0] for own in facts.values()]
        right = [float(all(outcomes[row].is_right for row in own)) for own in facts.values()]
        yield Column("all_wordings", rows, np.array(right))


def _ranked(side: str, rows: Sequence[int], ranks: Sequence[int]) -> Iterator[Column]:
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
        yield Column(name, rows, found)
