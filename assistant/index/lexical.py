"""Search by words: BM25 on tantivy; the only module that touches it.

Texts come analysed (`text.analysis.terms`), so tantivy only splits at spaces. Facets ("session=…")
are indexed beside, to filter. Nothing a person types reaches a query parser.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import tantivy

from assistant.records.vectors import Rows, Scores

#: tantivy's BM25 has k1 = 1.2 and b = 0.75, fixed.
_K1 = 1.2
#: What each term counts for, those that are not named counting for 1.
Shares = Mapping[str, float]
WHOLE: Shares = MappingProxyType({})
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    return builder.build()


class LexicalWriter:
    """Writes the terms of the passages as they come: those of 60,000 passages are 250 MB.

    What its methods raise is an OSError.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        with _refusals():
            self._writer = tantivy.Index(_schema(), str(folder)).writer(num_threads=1)
        self._rows = 0

    def add(self, terms: Sequence[str], facets: Sequence[str]) -> None:
        """Write the terms and the facets of the next passage."""
        document = tantivy.Document()
        document.add_text("terms", " ".join(terms))
        document.add_unsigned("row", self._rows)
        for facet in facets:
            document.add_text("facets", facet)
        with _refusals():
            self._writer.add_document(document)
        self._rows += 1

    def finish(self) -> None:
        """Write what is not written yet, and wait until it is."""
        with _refusals():
            self._writer.commit()
            self._writer.wait_merging_threads()


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise as an OSError what tantivy makes of a disk that refuses."""
    try:
        yield
    except (RuntimeError, ValueError) as e:
        raise OSError(str(e)) from e


class LexicalIndex:
    """The words of the passages, scored by BM25."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def search(
        self,
        terms: Sequence[str],
        k: int,
        facets: Sequence[Sequence[str]] = (),
        shares: Shares = WHOLE,
    ) -> Rows:
        """Return the at most `k` rows of highest BM25, best first.

        Of each group of `facets`, a passage must have one. A term of `shares` counts for so much
        of itself.
        """
        if not terms:
            return np.empty(0, dtype=np.int64)
        parts = [(_MUST, self._any_term(terms, shares))]
        for group in facets:
            anyof = tantivy.Query.term_set_query(self._schema, "facets", list(group))
            parts.append((_MUST, tantivy.Query.const_score_query(anyof, 0.0)))
        rows, _ = self._run(tantivy.Query.boolean_query(parts), k)
        return rows

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
        total = self._searcher.num_docs
        having = self.having(terms)
        return math.log(1 + (total - having + 0.5) / (having + 0.5))

    def self_score(self, terms: Sequence[str], shares: Shares = WHOLE) -> float:
        """Return what a passage saturated with all `terms` would score: BM25's upper bound."""
        return (_K1 + 1) * sum(self.weight(term) * shares.get(term, 1.0) for term in set(terms))

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
