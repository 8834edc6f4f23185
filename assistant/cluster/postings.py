"""Which rows have a term, kept beside the passages in groups, so that the server counts nothing.

In: the lists of a local generation, terms in the order of their numbers. Out: records of some
thousand rows each, and how many rows have several terms. Where the group of a term lies follows
from how many rows have each: whoever knows these finds it.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.cluster.fetched import FetchedOnce
from assistant.records.vectors import Rows

#: The kind of these records.
ROWS_OF_TERMS = "postings"
#: Rows a group: what they take, packed, is one piece of a record.
GROUP = 8192
#: Groups kept once they were fetched, 32 kB each but for those of frequent terms.
_MOST_GROUPS = 128


def packed_groups(starts: NDArray[Any], rows: NDArray[Any]) -> Iterator[tuple[int, str]]:
    """Yield each group by its number; term `at` has the rows from `starts[at]` on, in order."""
    bounds = starts.astype(np.int64)
    numbers, first = np.unique(bounds[:-1] // GROUP, return_index=True)
    ends = bounds[[*first, len(bounds) - 1]].tolist()
    for number, span in zip(numbers.tolist(), pairwise(ends), strict=True):
        yield number, _packed(rows[slice(*span)])


def _packed(rows: NDArray[Any]) -> str:
    steps = np.diff(rows.astype(np.int32), prepend=np.int32(0))
    return b64encode(zlib.compress(steps.astype("<i4").tobytes())).decode()


def _unpacked(text: str) -> Rows:
    steps = np.frombuffer(zlib.decompress(b64decode(text)), "<i4")
    return np.cumsum(steps, dtype=np.int64)


class TermRows:
    """The rows that have each term, fetched group by group as they are asked for."""

    def __init__(self, having: Sequence[int], fetch: Callable[[int], str]) -> None:
        """`having` is how many rows have each term; `fetch` gives a group by its number."""
        self._starts = np.concatenate([[0], np.cumsum(having, dtype=np.int64)])
        self._groups = self._starts[:-1] // GROUP
        self._kept = FetchedOnce(
            _MOST_GROUPS, lambda numbers: {one: _unpacked(fetch(one)) for one in numbers}
        )

    def having_all(self, places: Sequence[int]) -> int:
        """Return how many rows have all of these terms, at least one, by their places."""
        lists = sorted(map(self._rows, places), key=len)
        found = reduce(lambda some, more: np.intersect1d(some, more, assume_unique=True), lists)
        return len(found)

    def _rows(self, at: int) -> Rows:
        number = int(self._groups[at])
        (group,) = self._kept.of([number])
        begin = self._starts[np.searchsorted(self._groups, number)]
        own: Rows = group[self._starts[at] - begin : self._starts[at + 1] - begin]
        return own
