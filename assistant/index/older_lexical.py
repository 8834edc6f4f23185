"""Search by words in generations up to format 6: BM25 on tantivy; the only module that touches it.

It answers until the next `sync`, which makes a generation with lists of its own (`index.lexical`).
Scores are the same. Nothing a person types reaches a query parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from assistant.index.lexical import WHOLE, Shares, inverse_frequency
from assistant.records.vectors import Rows, Scores

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class OlderLexicalIndex:
    """The words of the passages, scored by BM25, asked as `lexical.LexicalIndex` is."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def terms(self) -> list[str]:
        """Return none: tantivy does not list its terms."""
        return []

    def search(
        self,
        terms: Sequence[str],
        k: int,
        mask: NDArray[np.bool_] | None = None,
        shares: Shares = WHOLE,
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 that `mask` lets through, best first."""
        if not terms:
            return np.empty(0, dtype=np.int64)
        most = k if mask is None else max(self._searcher.num_docs, 1)
        rows, _ = self._run(self._any_term(terms, shares), most)
        return rows if mask is None else rows[mask[rows]][:k]

    def scores(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`; 0 where no term occurs."""
        scores = np.zeros(len(rows), dtype=np.float32)
        if not terms or len(rows) == 0:
            return scores
        among = tantivy.Query.term_set_query(self._schema, "row", rows.tolist())
        query = tantivy.Query.boolean_query(
            [
                (_MUST, tantivy.Query.const_score_query(among, 0.0)),
                (_MUST, self._any_term(terms, shares)),
            ]
        )
        found, values = self._run(query, len(rows))
        position = {row: at for at, row in enumerate(rows.tolist())}
        for row, value in zip(found.tolist(), values, strict=True):
            scores[position[row]] = value
        return scores

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms."""
        if len(terms) == 1:
            return int(self._searcher.doc_freq("terms", terms[0]))
        parts = [(_MUST, self._term(term)) for term in sorted(set(terms))]
        # tantivy's stubs don't know of the count.
        found: Any = self._searcher.search(tantivy.Query.boolean_query(parts), limit=1, count=True)
        return int(found.count)

    def weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, as BM25 counts it; of all together."""
        return inverse_frequency(self._searcher.num_docs, self.having(terms))

    def _any_term(self, terms: Sequence[str], shares: Shares) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [
                (_SHOULD, tantivy.Query.boost_query(self._term(term), shares.get(term, 1.0)))
                for term in sorted(set(terms))
            ]
        )

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "terms", term, "freq")

    def _run(self, query: tantivy.Query, k: int) -> tuple[Rows, Scores]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return np.array(rows, dtype=np.int64), scores
