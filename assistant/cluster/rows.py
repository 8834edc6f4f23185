"""The rows of a part's passages: fetched with all that scoring takes, and kept while they come up.

In: row numbers. Out: passages with their vectors, terms, sentences and words, in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.cluster.connection import SearchServer
from assistant.cluster.fetched import FetchedOnce
from assistant.cluster.layout import Row, key_of, row_of, within
from assistant.cluster.packing import passage_from_text, sentences_from_text, words_from_text
from assistant.errors import SearchServerError
from assistant.index.packing import PackedSentences, PackedWords, unpack_words
from assistant.records.documents import Passage
from assistant.records.vectors import Offsets, Rows, Vector, Vectors, Words

#: Rows kept once they were fetched (some 6 kB each), and words of passages (some 15 kB).
_MOST_ROWS, _MOST_WORDS = 4096, 512


@dataclass(frozen=True, slots=True)
class FetchedRow:
    """A passage as it was fetched: its vector, the weights of its terms, its sentences."""

    passage: Passage
    vector: Vector
    weights: Mapping[int, float]
    sentences: PackedSentences


class PassageRows:
    """The rows of a part, whose manifest says its number and what its vectors are like."""

    def __init__(self, server: SearchServer, collection: str, manifest: Mapping[str, Any]) -> None:
        self._server, self._collection = server, collection
        self._part, self._dim = int(manifest["part"]), int(manifest["dim"])
        self._kept_as = str(manifest["sentences_as"])
        self._cache = FetchedOnce(_MOST_ROWS, self._fetched)
        self._words_cache = FetchedOnce(_MOST_WORDS, self._fetched_words)

    def of(self, rows: Rows) -> list[FetchedRow]:
        """Return the passages at `rows` with what they are scored by."""
        return self._cache.of(rows.tolist())

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of the passages at `rows`, float32 [rows, dim]."""
        found = [one.vector for one in self.of(rows)]
        return np.array(found, np.float32).reshape(len(found), self._dim)

    def words(self, rows: Rows) -> list[Words]:
        """Return the words of the passages at `rows`."""
        packed = self._words_cache.of(rows.tolist())
        vectors = unpack_words([words for words, _ in packed], self.vectors(rows))
        return [Words(own, ends) for own, (_, ends) in zip(vectors, packed, strict=True)]

    def passages_between(
        self, first: int, number: int, ordinals: Iterable[int] | None = None
    ) -> list[Passage]:
        """Return `number` passages from a row on, in order, or those of them at `ordinals`."""
        rows = self._between(first, number, "passage", ordinals)
        return [passage_from_text(row["passage"]) for row in rows]

    def sentences_between(self, first: int, number: int) -> list[PackedSentences]:
        """Return the sentences of `number` passages from a row on, in order."""
        return [self._sentences(row) for row in self._between(first, number, "sentences")]

    def _between(
        self, first: int, number: int, field: str, ordinals: Iterable[int] | None = None
    ) -> list[Row]:
        if number == 0:
            return []
        ends = key_of(self._part, first), key_of(self._part, first + number)
        found = self._server.matching(self._collection, within(*ends, ordinals), [field])
        return sorted(found, key=lambda row: int(row["key"]))

    def _sentences(self, row: Row) -> PackedSentences:
        return sentences_from_text(row["sentences"], self._dim, self._kept_as)

    def _fetched(self, rows: list[int]) -> dict[int, FetchedRow]:
        found = self._get(rows, ("passage", "vector", "terms", "sentences"))
        return {
            at: FetchedRow(
                passage_from_text(row["passage"]),
                np.asarray(row["vector"], np.float32),
                row["terms"],
                self._sentences(row),
            )
            for at, row in found.items()
        }

    def _fetched_words(self, rows: list[int]) -> dict[int, tuple[PackedWords, Offsets]]:
        found = self._get(rows, ("words",))
        return {at: words_from_text(row["words"], self._dim) for at, row in found.items()}

    def _get(self, rows: list[int], fields: Sequence[str]) -> dict[int, Row]:
        """Return some rows by their numbers. Raises SearchServerError where one is gone."""
        keys = [key_of(self._part, row) for row in rows]
        found = self._server.get(self._collection, keys, fields)
        if len(found) != len(rows):
            raise SearchServerError("milvus_incomplete", collection=self._collection)
        return {row_of(int(row["key"])): row for row in found}
