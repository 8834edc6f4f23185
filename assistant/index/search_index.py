"""`SearchIndex`: what a question is searched in, whatever holds it.

Row numbers are those of the opened index, 0..n-1; they mean nothing in another one. A passage's
`id` is what lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.index.lexical import WHOLE, Shares
from assistant.index.slides.spans import Span
from assistant.records.documents import Passage
from assistant.records.hits import Filters
from assistant.records.vectors import Rows, Scores, Vector, Vectors, Words


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as the index holds it."""

    id: str
    title: str
    language: str
    sha256: str
    size: int
    facts: Mapping[str, str]


class SearchIndex(Protocol):
    """What a question is searched in. All methods may be called from several threads at once.

    Rows come without repetition. Filters that nothing matches give no rows, never an error.
    """

    @property
    def name(self) -> str:
        """Name the version of the index: it changes when the content does."""

    @property
    def identity(self) -> str:
        """Return the identity of the encoder that made the vectors."""

    def __len__(self) -> int:
        """Return the number of passages."""

    def dense(self, question: Vector, k: int, filters: Filters) -> Rows:
        """Return the at most `k` rows nearest in meaning, nearest first."""

    def lexical(
        self, terms: Sequence[str], k: int, filters: Filters, shares: Shares = WHOLE
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 (above 0), best first.

        A term of `shares` counts for so much of itself, here and in what follows.
        """

    def cosines(self, question: Vector, rows: Rows) -> Scores:
        """Return the cosine of each of `rows` with the question."""

    def sentence_cosines(self, question: Vector, rows: Rows) -> list[Scores]:
        """Return the cosine of each sentence (`text.analysis`) of the passages at `rows`."""

    def sentence_vectors(self, document_id: str) -> list[Vectors]:
        """Return the vectors of the sentences of each passage of a document, in order."""

    def words(self, rows: Rows) -> list[Words]:
        """Return the words of the passages at `rows`; those of a context end at 0 or before.

        Only what `comparable` returns may be compared with them.
        """

    def comparable(self, question: Words) -> Words:
        """Return the words of a question as those of passages are to be compared with."""

    def bm25(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`, 0 where no term occurs."""

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms; none have stop words."""

    def term_weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, or of several in one passage."""

    def knows(self, term: str) -> bool:
        """Tell whether a passage has this term; that of a stop word counts too."""

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word of the passages that `word` was meant to be (`Spellings.nearest`)."""

    def passages(self, rows: Rows) -> list[Passage]:
        """Return the passages at `rows`, in their order."""

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in order; none when it is not indexed."""

    def documents(self) -> Mapping[str, IndexedDocument]:
        """Return the documents by id, in the order of their ids."""

    def close(self) -> None:
        """Let go of files. Nothing may be called afterwards."""


class PublishedIndex(SearchIndex, Protocol):
    """A SearchIndex that was published, with all that a page shows of it beside what it finds."""

    @property
    def published_on(self) -> date:
        """The day it was made."""

    @property
    def has_sheets(self) -> bool:
        """Whether sheets were made with the generation: an older one has none."""

    def sheet(self, kind: str, subject: str) -> str | None:
        """Return the sheet of a session or an event as `sheets.making` wrote it, or None."""

    def passages_at(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
        """Return the passages that documents have at some of their ordinals, by both."""

    def said_in(self, document_id: str) -> tuple[str, list[Span]] | None:
        """Return the deck that a transcript follows and its sentences' slides, in order of time."""

    def said_of(self, deck_id: str) -> Mapping[str, list[Span]]:
        """Return the transcripts that follow a deck, with their sentences' slides.

        Those that follow it more than any other deck come first.
        """

    def values(self, facet: str) -> list[str]:
        """Return the values that a facet ("session", "speaker", …) takes in the index."""


def facet_groups(filters: Filters) -> list[list[str]]:
    """Return the filters as groups of facets: one of each must match (`index.publishing`)."""
    return [
        [f"{name}={value}" for value in values] for name, values in filters.by_facet() if values
    ]


def ordinals_by_document(places: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    """Return which ordinals of each document are asked for, of (document, ordinal)."""
    wanted: dict[str, set[int]] = {}
    for document_id, ordinal in places:
        wanted.setdefault(document_id, set()).add(ordinal)
    return wanted
