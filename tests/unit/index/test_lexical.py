"""Search by words: BM25 as its formula says, rows that may be found, lists that are taken over."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.lexical import LexicalIndex, LexicalWriter, self_score

PASSAGES = (
    ["repas", "cantin", "repas"],
    ["repas", "voir"],
    ["dechet", "collect"],
    [],
)


def _written(folder: Path, passages: Mapping[int, Sequence[str]]) -> LexicalWriter:
    writer = LexicalWriter(folder)
    for row, terms in passages.items():
        writer.add(row, terms)
    return writer


@pytest.fixture
def opened(tmp_path: Path) -> LexicalIndex:
    _written(tmp_path / "lexical", dict(enumerate(PASSAGES))).finish(len(PASSAGES))
    return LexicalIndex(tmp_path / "lexical")


def _rows(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def test_the_weight_of_a_term_is_its_inverse_document_frequency(opened: LexicalIndex) -> None:
    assert opened.weight("repas") == pytest.approx(math.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))
    assert opened.weight("absent") == pytest.approx(math.log(1 + (4 + 0.5) / 0.5))


def test_the_score_is_bm25(opened: LexicalIndex) -> None:
    average = sum(map(len, PASSAGES)) / len(PASSAGES)
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


@pytest.mark.parametrize("rows", [[0, 1], [2], [], [1, 3]])
def test_only_what_a_mask_lets_through_is_found(opened: LexicalIndex, rows: list[int]) -> None:
    mask = np.isin(np.arange(len(PASSAGES)), rows)
    found = opened.search(["repas", "cantin", "dechet", "voir"], 10, mask)
    assert sorted(found.tolist()) == [row for row in rows if PASSAGES[row]]


def test_of_equal_scores_the_first_rows_are_kept(tmp_path: Path) -> None:
    _written(tmp_path / "lexical", {row: ["repas"] for row in range(9)}).finish(9)
    assert LexicalIndex(tmp_path / "lexical").search(["repas"], 3).tolist() == [0, 1, 2]


def test_the_passages_that_have_all_terms_are_counted(opened: LexicalIndex) -> None:
    assert opened.having(["repas"]) == 2
    assert opened.having(["repas", "voir", "voir"]) == opened.having(["cantin", "repas"]) == 1
    assert opened.having(["repas", "dechet"]) == opened.having(["repas", "absent"]) == 0
    assert opened.having([]) == 0


def test_a_share_makes_a_term_count_for_less(opened: LexicalIndex) -> None:
    whole, half = (opened.scores(["repas"], _rows(0), {"repas": one})[0] for one in (1.0, 0.5))
    assert half == pytest.approx(whole / 2)


def test_nothing_at_all_can_be_written_and_asked(tmp_path: Path) -> None:
    LexicalWriter(tmp_path / "lexical").finish(0)
    opened = LexicalIndex(tmp_path / "lexical")
    assert opened.search(["repas"], 3).tolist() == []
    assert (opened.having(["repas"]), opened.terms()) == (0, [])


_TERMS = st.lists(st.sampled_from(["repas", "voir", "été", "12", "œuvr", "zinc"]), max_size=6)


@given(before=st.lists(_TERMS, max_size=6), kept=st.data(), new=st.lists(_TERMS, max_size=4))
def test_lists_that_are_taken_over_are_those_made_anew(
    before: list[list[str]], kept: st.DataObject, new: list[list[str]]
) -> None:
    rows = kept.draw(st.lists(st.sampled_from(range(-1, 10)), unique=True, max_size=len(before)))
    now = np.array([*rows, *[-1] * (len(before) - len(rows))], np.int64)
    free = iter(sorted(set(range(99)) - set(rows)))
    added = {next(free): terms for terms in new}
    with TemporaryDirectory() as made:
        folders = [Path(made) / name for name in ("former", "copied", "anew")]
        _written(folders[0], dict(enumerate(before))).finish(len(before))
        writer = _written(folders[1], added)
        writer.copy(LexicalIndex(folders[0]), now)
        writer.finish(99)
        moved = {row: terms for row, terms in zip(now.tolist(), before, strict=True) if row >= 0}
        _written(folders[2], moved | added).finish(99)
        files = [{path.name: path.read_bytes() for path in one.iterdir()} for one in folders[1:]]
    assert files[0] == files[1]


@pytest.mark.parametrize("term", ['"', "repas AND", "terms:repas", "*", "(", "a" * 70_000])
def test_no_term_is_taken_for_a_query(opened: LexicalIndex, term: str) -> None:
    assert opened.search([term], 10).tolist() == []


def test_no_score_exceeds_the_self_score(opened: LexicalIndex) -> None:
    terms = ["repas", "cantin", "repas"]
    assert opened.scores(terms, _rows(0, 1, 2, 3)).max() < self_score(opened.weight, terms)
