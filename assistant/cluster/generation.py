"""A generation in Milvus, opened: what a page asks of a local one, asked of the server.

The server finds passages by meaning and by words; what scores them is fetched with their rows
(`rows`). Documents and terms are read when it is opened, spellings with the first word that needs
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from assistant.cluster.connection import SearchServer
from assistant.cluster.layout import (
    DENSE,
    FIRST_TERM,
    SPARSE,
    VectorIndex,
    owned,
    records_of,
    row_of,
)
from assistant.cluster.postings import ROWS_OF_TERMS, TermRows
from assistant.cluster.records import Records
from assistant.cluster.rows import PassageRows
from assistant.cluster.weights import asked_weight
from assistant.errors import SearchServerError
from assistant.index.lexical import WHOLE, Shares, inverse_frequency
from assistant.index.packing import spread, unpack_sentences
from assistant.index.search_index import IndexedDocument, facet_groups, ordinals_by_document
from assistant.index.slides.spans import Span
from assistant.records.documents import Passage
from assistant.records.hits import Filters
from assistant.records.vectors import Rows, Scores, Vector, Vectors, Words
from assistant.text.spelling import Spelling, Spellings


class MilvusGeneration:
    """What one may read of a generation in Milvus: a SearchIndex, as a local generation is."""

    def __init__(
        self,
        server: SearchServer,
        collection: str,
        name: str,
        owner: str,
        manifest: Mapping[str, Any],
    ) -> None:
        self._server, self._collection, self._owner = server, collection, owner
        self._manifest = manifest
        self._name = name
        self._records = Records(server, records_of(collection), owner)
        self._rows = PassageRows(server, collection, manifest)
        #: The day it was made.
        self.published_on = date.fromisoformat(manifest["made_on"])
        self._documents: dict[str, IndexedDocument] = {}
        self._spans: dict[str, tuple[int, int]] = {}
        for id_, title, language, sha256, size, facts, *span in self._all("documents"):
            known = json.loads(facts)
            self._documents[id_] = IndexedDocument(id_, title, language, sha256, size, known)
            self._spans[id_] = span[0], span[1]
        self._facets = {facet: number for number, facet in enumerate(self._all("facets"))}
        #: The number of each term, and how many passages have it.
        self._terms: Mapping[str, tuple[int, int]] = {
            term: (number, having)
            for number, (term, having) in enumerate(self._all("terms"), start=FIRST_TERM)
        }
        having = [number for _, number in self._terms.values()]
        self._rows_of_terms = TermRows(having, lambda number: self._all(ROWS_OF_TERMS, str(number)))

    @property
    def name(self) -> str:
        """Name the generation."""
        return self._name

    @property
    def identity(self) -> str:
        """Return the identity of the encoder that made the vectors."""
        return str(self._manifest["identity"])

    def __len__(self) -> int:
        return int(self._manifest["passages"])

    # --- Searching -----------------------------------------------------------------------------

    def dense(self, question: Vector, k: int, filters: Filters) -> Rows:
        """Return the at most `k` rows nearest in meaning, nearest first."""
        rows, _ = self._nearest(DENSE, question, k, filters)
        return rows

    def lexical(
        self, terms: Sequence[str], k: int, filters: Filters, shares: Shares = WHOLE
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 (above 0), best first."""
        asked = self._asked(terms, shares)
        if not asked:
            return np.empty(0, np.int64)
        rows, scores = self._nearest(SPARSE, asked, k, filters)
        return rows[np.array(scores) > 0]

    def _nearest(
        self, index: VectorIndex, asked: Vector | Mapping[int, float], k: int, filters: Filters
    ) -> tuple[Rows, list[float]]:
        groups = [
            [self._facets[facet] for facet in group if facet in self._facets]
            for group in facet_groups(filters)
        ]
        condition = owned(self._owner, groups)
        keys, scores = self._server.nearest(self._collection, index, asked, k, condition)
        return np.array([row_of(key) for key in keys.tolist()], np.int64), scores

    def _asked(self, terms: Iterable[str], shares: Shares) -> dict[int, float]:
        """Return the weights of the terms of a question that a passage has, by their numbers."""
        known = {term: self._terms[term] for term in set(terms) if term in self._terms}
        return {
            number: asked_weight(len(self), having, shares.get(term, 1.0))
            for term, (number, having) in known.items()
        }

    # --- Scoring -------------------------------------------------------------------------------

    def cosines(self, question: Vector, rows: Rows) -> Scores:
        """Return the cosine of each of `rows` with the question."""
        cosines: Scores = self._rows.vectors(rows) @ question
        return cosines

    def sentence_cosines(self, question: Vector, rows: Rows) -> list[Scores]:
        """Return the cosine of each sentence of each of the passages at `rows`."""
        return [unpack_sentences(one.sentences) @ question for one in self._rows.of(rows)]

    def sentence_vectors(self, document_id: str) -> list[Vectors]:
        """Return the vectors of the sentences of each passage of a document, in order.

        Float32 [sentences, dim] for each passage; none when the document is not indexed.
        """
        return [
            unpack_sentences(one) for one in self._rows.sentences_between(*self._span(document_id))
        ]

    def words(self, rows: Rows) -> list[Words]:
        """Return the words of the passages at `rows`; those of a context end at 0 or before."""
        return self._rows.words(rows)

    def comparable(self, question: Words) -> Words:
        """Return the words of a question as those of passages are to be compared with."""
        return Words(spread(question.vectors.astype(np.float32)), question.ends)

    def bm25(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`, 0 where no term occurs."""
        asked = self._asked(terms, shares)
        scores = [
            sum(weight * one.weights.get(number, 0.0) for number, weight in asked.items())
            for one in (self._rows.of(rows) if asked else ())
        ]
        return np.array(scores or [0.0] * len(rows), np.float32)

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms; none have stop words."""
        known = {self._terms.get(term, (0, 0)) for term in terms}
        if len(known) == 1 or (0, 0) in known:
            return min(having for _, having in known)
        places = [number - FIRST_TERM for number, _ in known]
        return self._rows_of_terms.having_all(places) if known else 0

    def term_weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, or of several in one passage."""
        return inverse_frequency(len(self), self.having(terms))

    def knows(self, term: str) -> bool:
        """Tell whether a passage has this term; that of a stop word counts too."""
        return term in self._spelled[1]

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word of the passages that `word` was meant to be."""
        return self._spelled[0].nearest(word, edits=edits, certain=certain)

    # --- Passages and documents ----------------------------------------------------------------

    def passages(self, rows: Rows) -> list[Passage]:
        """Return the passages at `rows`, in their order."""
        return [one.passage for one in self._rows.of(rows)]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in order; none when it is not indexed."""
        return self._rows.passages_between(*self._span(document_id))

    def passages_at(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
        """Return the passages that documents have at some of their ordinals, by both."""
        found = {}
        for document_id, ordinals in ordinals_by_document(places).items():
            for one in self._rows.passages_between(*self._span(document_id), ordinals):
                found[document_id, one.ordinal] = one
        return found

    def documents(self) -> Mapping[str, IndexedDocument]:
        """Return the documents by id, in the order of their ids."""
        return self._documents

    def values(self, facet: str) -> list[str]:
        """Return the values that a facet ("session", "speaker", …) takes in the index."""
        prefix = f"{facet}="
        return sorted(one.removeprefix(prefix) for one in self._facets if one.startswith(prefix))

    def said_in(self, document_id: str) -> tuple[str, list[Span]] | None:
        """Return the deck that a transcript follows and its sentences' slides, in order of time."""
        found = self._records.find("said_in", document_id)
        return (str(found[0]), [Span(*span) for span in found[1]]) if found else None

    def said_of(self, deck_id: str) -> Mapping[str, list[Span]]:
        """Return the transcripts that follow a deck, with their sentences' slides."""
        found = self._records.find("said_of", deck_id) or []
        return {id_: [Span(*span) for span in spans] for id_, spans in found}

    @property
    def has_sheets(self) -> bool:
        """Whether sheets were made with the generation."""
        return True

    def sheet(self, kind: str, subject: str) -> str | None:
        """Return the sheet of a session or an event as `sheets.making` wrote it, or None."""
        found = self._records.find("sheet", f"{kind}/{subject}")
        return None if found is None else str(found)

    def close(self) -> None:
        """Let go of nothing: the connection is shared by all generations."""

    def _span(self, document_id: str) -> tuple[int, int]:
        """Return the first row of a document, and how many it has."""
        return self._spans.get(document_id, (0, 0))

    def _all(self, kind: str, name: str = "") -> Any:
        """Return a record that every part has. Raises SearchServerError."""
        found = self._records.find(kind, name)
        if found is None:
            raise SearchServerError("milvus_incomplete", collection=self._collection)
        return found

    @cached_property
    def _spelled(self) -> tuple[Spellings, frozenset[str]]:
        """The words of the passages, and the terms that they are searched by."""
        known = [Spelling(*one) for one in self._all("spellings")]
        return Spellings(known), frozenset(one.term for one in known)
