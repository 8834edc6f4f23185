"""Search by words: BM25 over lists of the passages that have each term.

In: the terms of each passage, analysed (`text.analysis.terms`), by row. Out: the rows that score
best. The lists are arrays, mapped: terms in alphabetical order, and for each the rows that have it,
in order, with how often. So a generation can take over those of the one before, whatever rows they
have now (`LexicalWriter.copy`), and has the same files as one that is made from nothing.

Scores are those of Lucene's BM25 (k1 = 1.2, b = 0.75), lengths being rounded as there.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.records.vectors import Rows, Scores

K1 = 1.2
B = 0.75
#: What each term counts for, those that are not named counting for 1.
Shares = Mapping[str, float]
WHOLE: Shares = MappingProxyType({})
#: The lengths that are told apart, in terms: each up to 40, then eight between one power of two
#: and the next.
LENGTHS = np.array(
    [
        *range(24),
        *(24 + value for value in range(8)),
        *(24 + (value << shift) for shift in range(27) for value in range(8, 16)),
    ],
    np.int64,
)[:256]
#: Terms whose lists are known to stand somewhere, or nowhere: those of some thousand questions.
_MOST_SPANS = 16_384
_FILES = ("terms", "term_starts", "posting_starts", "posting_rows", "posting_counts", "lengths")


class LexicalWriter:
    """Writes the terms of the passages of a generation; those of each row are given once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[str, int] = {}
        self._terms, self._rows, self._counts = array("i"), array("i"), array("i")
        self._copied: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []

    def add(self, row: int, terms: Iterable[str]) -> None:
        """Write the terms of the passage at `row`."""
        for term, count in Counter(terms).items():
            self._terms.append(self._number(term))
            self._rows.append(row)
            self._counts.append(count)

    def _number(self, term: str) -> int:
        return self._numbers.setdefault(term, len(self._numbers))

    def copy(self, former: LexicalIndex, rows: Rows) -> None:
        """Write those of a former generation; `rows` says which row each has now, -1 for none."""
        numbers = np.array([self._number(term) for term in former.terms()], np.int32)
        now = rows[former.rows]
        kept = now >= 0
        terms = np.repeat(numbers, np.diff(former.starts))
        self._copied.append((terms[kept], now[kept], former.counts[kept]))

    def finish(self, passages: int) -> None:
        """Write the files of a generation of so many passages. Raises OSError."""
        self._folder.mkdir()
        own = [np.array(one, np.int32) for one in (self._terms, self._rows, self._counts)]
        columns = [*zip(*self._copied, own, strict=True)]
        terms, rows, counts = (np.concatenate(column).astype(np.int64) for column in columns)
        every, terms = self._in_order(np.bincount(terms, minlength=len(self._numbers)), terms)
        order = np.argsort(terms * max(passages, 1) + rows)
        starts = np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=len(every)))])
        lengths = np.bincount(rows, weights=counts, minlength=passages)
        written = [term.encode() for term in every]
        self._save("terms", np.frombuffer(b"".join(written), np.uint8))
        self._save("term_starts", _narrow(np.cumsum([0, *map(len, written)])))
        self._save("posting_starts", _narrow(starts))
        self._save("posting_rows", rows[order].astype(np.min_scalar_type(max(passages - 1, 0))))
        self._save("posting_counts", _narrow(counts[order]))
        rounded = np.searchsorted(LENGTHS, lengths.astype(np.int64), side="right") - 1
        self._save("lengths", rounded.astype(np.uint8))

    def _in_order(
        self, having: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[list[str], NDArray[np.int64]]:
        """Return the terms that a passage has, in order, and `numbers` by their place in it."""
        every = sorted(term for term, number in self._numbers.items() if having[number])
        place = np.zeros(len(self._numbers), np.int64)
        place[[self._numbers[term] for term in every]] = np.arange(len(every))
        return every, place[numbers]

    def _save(self, name: str, values: NDArray[Any]) -> None:
        np.save(self._folder / f"{name}.npy", values, allow_pickle=False)


def _narrow(values: NDArray[np.int64]) -> NDArray[Any]:
    """Return values, none below 0, in as few bytes as hold them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


class LexicalIndex:
    """The words of the passages, scored by BM25."""

    def __init__(self, folder: Path) -> None:
        names = {name: _opened(folder / f"{name}.npy") for name in _FILES}
        self._written: bytes = names["terms"].tobytes()
        self._bounds = names["term_starts"]
        self.starts, self.rows, self.counts = (
            names[name] for name in ("posting_starts", "posting_rows", "posting_counts")
        )
        #: Of the terms that were asked for.
        self._spans: dict[str, tuple[int, int]] = {}
        lengths = LENGTHS[names["lengths"]].astype(np.float32)
        #: How many terms a passage has, on average.
        self.average = (
            float(np.float32(self.counts.sum(dtype=np.int64) / max(len(lengths), 1))) or 1.0
        )
        self._damping = (K1 * (1 - B + B * lengths / np.float32(self.average))).astype(np.float32)

    def terms(self) -> list[str]:
        """Return the terms that the passages have, in order."""
        return [self._term(at) for at in range(len(self._bounds) - 1)]

    def search(
        self,
        terms: Sequence[str],
        k: int,
        mask: NDArray[np.bool_] | None = None,
        shares: Shares = WHOLE,
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 that `mask` lets through, best first.

        A term of `shares` counts for so much of itself.
        """
        scores = np.zeros(len(self._damping), np.float32)
        for term in sorted(set(terms)):
            having, counts = self._postings(term)
            scores[having] += self._scores(term, shares, having, counts)
        if mask is not None:
            scores[~mask] = 0
        found = np.flatnonzero(scores)
        if len(found) > k > 0:
            least = np.partition(scores[found], -k)[-k]
            found = found[scores[found] >= least]
        rows: Rows = found[np.lexsort((found, -scores[found]))][:k].astype(np.int64)
        return rows

    def scores(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`; 0 where no term occurs."""
        scores = np.zeros(len(rows), dtype=np.float32)
        for term in sorted(set(terms)):
            having, counts = self._postings(term)
            if len(having) == 0:
                continue
            place, is_there = _places(having, rows)
            found = self._scores(term, shares, rows, counts[place])
            scores += np.where(is_there, found, np.float32(0))
        return scores

    def _scores(
        self, term: str, shares: Shares, rows: Rows, counts: NDArray[Any]
    ) -> NDArray[np.float32]:
        """Return what a term that passages have so often counts for in each."""
        often = counts.astype(np.float32)
        weight = np.float32(self.weight(term) * (1 + K1) * shares.get(term, 1.0))
        scores: NDArray[np.float32] = weight * (often / (often + self._damping[rows]))
        return scores

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms."""
        if len(terms) == 1:
            first, last = self._span(terms[0])
            return last - first
        lists = sorted((self._postings(term)[0] for term in set(terms)), key=len)
        if not lists:
            return 0
        found = lists[0]
        for other in lists[1:]:
            if len(found) == 0:
                break
            found = found[_places(other, found)[1]]
        return len(found)

    def weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, as BM25 counts it; of all together."""
        return inverse_frequency(len(self._damping), self.having(terms))

    def _postings(self, term: str) -> tuple[Rows, NDArray[Any]]:
        """Return the rows that have a term, in order, and how often each has it."""
        first, last = self._span(term)
        return self.rows[first:last], self.counts[first:last]

    def _span(self, term: str) -> tuple[int, int]:
        """Return where the rows that have a term stand; what comes up often is kept."""
        span = self._spans.get(term)
        if span is None:
            if len(self._spans) >= _MOST_SPANS:
                self._spans.clear()
            at = self._place(term)
            span = (0, 0) if at is None else (int(self.starts[at]), int(self.starts[at + 1]))
            self._spans[term] = span
        return span

    def _place(self, term: str) -> int | None:
        """Return the place of a term among those of the passages; None where none has it."""
        low, high = 0, len(self._bounds) - 1
        while low < high:
            middle = (low + high) // 2
            if self._term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self._bounds) - 1 and self._term(low) == term else None

    def _term(self, at: int) -> str:
        return self._written[self._bounds[at] : self._bounds[at + 1]].decode()


def inverse_frequency(passages: int, having: int) -> float:
    """Return the inverse document frequency of what `having` of the passages have."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def self_score(
    weight: Callable[[str], float], terms: Sequence[str], shares: Shares = WHOLE
) -> float:
    """Return what BM25 can give at most for terms, each of which weighs so much.

    It is what a passage saturated with all of them would score.
    """
    return (K1 + 1) * sum(weight(term) * shares.get(term, 1.0) for term in set(terms))


def _places(rows: Rows, wanted: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """Return where each of the `wanted` stands in `rows`, which rise, and whether it does."""
    # Of one type: numpy would copy the longer list to compare others.
    place = np.searchsorted(rows, wanted.astype(rows.dtype)).clip(max=len(rows) - 1)
    return place, rows[place] == wanted


def _opened(path: Path) -> NDArray[Any]:
    # An empty file can't be mapped, and a plain array is sliced sooner than numpy's mapped kind.
    try:
        opened: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        opened = np.load(path, allow_pickle=False)
    return opened.view(np.ndarray)
