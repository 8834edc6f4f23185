"""Search by words: BM25 as its formula says, facets that must match."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from assistant.index.lexical import LexicalIndex, LexicalWriter

PASSAGES = [
    (["repas", "cantin", "repas"], ["event=a", "kind=slides"]),
    (["repas", "voir"], ["event=a", "kind=report", "speaker=Élue, voirie"]),
    (["dechet", "collect"], ["event=b", "kind=slides"]),
    ([], ["event=b", "kind=report"]),
]


@pytest.fixture
def opened(tmp_path: Path) -> LexicalIndex:
    writer = LexicalWriter(tmp_path / "lexical")
    for terms, facets in PASSAGES:
        writer.add(terms, facets)
    writer.finish()
    return LexicalIndex(tmp_path / "lexical")


def _rows(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def test_the_weight_of_a_term_is_its_inverse_document_frequency(opened: LexicalIndex) -> None:
    assert opened.weight("repas") == pytest.approx(math.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))
    assert opened.weight("absent") == pytest.approx(math.log(1 + (4 + 0.5) / 0.5))


def test_the_score_is_bm25(opened: LexicalIndex) -> None:
    average = sum(len(terms) for terms, _ in PASSAGES) / len(PASSAGES)
    damped = 1.2 * (1 - 0.75 + 0.75 * 3 / average)
    expected = opened.weight("repas") * 2 * 2.2 / (2 + damped)
    assert opened.scores(["repas"], _rows(0))[0] == pytest.approx(expected, rel=1e-4)


def test_scores_come_in_the_order_of_the_rows_and_are_0_without_a_term(
    opened: LexicalIndex,
) -> None:
    scores = opened.scores(["repas"], _rows(3, 1, 2, 0))
    assert scores[0] == scores[2] == 0.0
    assert scores[1] > 0.0 < scores[3]


def test_only_what_has_a_term_is_found_best_first(opened: LexicalIndex) -> None:
    assert opened.search(["repas"], 10).tolist() == [0, 1]
    assert opened.search(["repas", "voir"], 10).tolist()[0] == 1
    assert opened.search(["repas"], 1).tolist() == [0]
    assert opened.search([], 10).tolist() == []


@pytest.mark.parametrize(
    ("facets", "rows"),
    [
        ([["event=a"]], [0, 1]),
        ([["event=a", "event=b"]], [0, 1, 2]),
        ([["event=a"], ["kind=slides"]], [0]),
        ([["speaker=Élue, voirie"]], [1]),
        ([["event=absent"]], []),
        ([["event=a"], []], []),
    ],
)
def test_a_passage_must_have_one_facet_of_each_group(
    opened: LexicalIndex, facets: list[list[str]], rows: list[int]
) -> None:
    found = opened.search(["repas", "cantin", "dechet", "voir"], 10, facets)
    assert sorted(found.tolist()) == rows


def test_facets_do_not_change_scores_order(opened: LexicalIndex) -> None:
    assert opened.search(["repas"], 10, [["event=a"]]).tolist() == [0, 1]


@pytest.mark.parametrize("term", ['"', "repas AND", "terms:repas", "*", "(", "a" * 70_000])
def test_no_term_is_taken_for_a_query(opened: LexicalIndex, term: str) -> None:
    assert opened.search([term], 10).tolist() == []


def test_no_score_exceeds_the_self_score(opened: LexicalIndex) -> None:
    terms = ["repas", "cantin", "repas"]
    assert opened.scores(terms, _rows(0, 1, 2, 3)).max() < opened.self_score(terms)
