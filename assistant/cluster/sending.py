"""A generation on this disk as what Milvus keeps: rows of passages, and records.

In: the folder of a generation, or of an audience. Out: its terms counted and numbered, the rows of
its passages, and its records but for the manifest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.cluster.layout import (
    FIRST_TERM,
    NO_TERM,
    Row,
    facets_to_text,
    key_of,
    record_rows,
)
from assistant.cluster.packing import passage_to_text, sentences_to_text, words_to_text
from assistant.cluster.postings import ROWS_OF_TERMS, packed_groups
from assistant.cluster.weights import passage_weights
from assistant.index.contents import GenerationContents, StoredRow
from assistant.index.lexical import LexicalIndex
from assistant.text.analysis import terms

#: What a passage without a term has in its place: Milvus takes no empty vector of terms.
_NEXT_TO_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class CountedTerms:
    """The terms of the passages of a part: how many have each, and how long passages are."""

    having: Mapping[str, int]
    numbers: Mapping[str, int]
    mean_length: float

    @classmethod
    def of(cls, index: LexicalIndex) -> CountedTerms:
        """Return those that a generation has counted."""
        terms, having = index.terms(), np.diff(index.starts).tolist()
        numbers = {term: at for at, term in enumerate(terms, start=FIRST_TERM)}
        return cls(dict(zip(terms, having, strict=True)), numbers, index.average)

    def listed(self) -> list[tuple[str, int]]:
        """Return each term with how many passages have it, in the order of their numbers."""
        return [(term, self.having[term]) for term in self.numbers]


def passage_rows(
    contents: GenerationContents, counted: CountedTerms, owner: str, part: int
) -> Iterator[Row]:
    """Yield the rows of the passages of a part, which has a number."""
    facets = {facet: number for number, facet in enumerate(_facets(contents))}
    for stored in contents.rows():
        own = Counter(counted.numbers[term] for term in terms(stored.passage.encoded_text))
        weights = passage_weights(own, counted.mean_length) or {NO_TERM: _NEXT_TO_NOTHING}
        yield {
            "key": key_of(part, stored.row),
            "owner": owner,
            "ordinal": stored.passage.ordinal,
            "vector": stored.vector.tolist(),
            "terms": weights,
            "facets": facets_to_text(facets[one] for one in stored.facets),
            **_packed(stored),
        }


def _facets(contents: GenerationContents) -> list[str]:
    return [facet for facet, _ in contents.facets()]


def _packed(stored: StoredRow) -> dict[str, list[str]]:
    return {
        "passage": passage_to_text(stored.passage),
        "sentences": sentences_to_text(stored.sentences),
        "words": words_to_text(stored.words, stored.ends),
    }


def all_record_rows(
    contents: GenerationContents, counted: CountedTerms, owner: str
) -> Iterator[Row]:
    """Yield the rows of the records of a part, but for its manifest."""
    for kind, name, value in _records(contents, counted):
        yield from record_rows(owner, kind, name, value)


def _records(
    contents: GenerationContents, counted: CountedTerms
) -> Iterator[tuple[str, str, object]]:
    spans = contents.spans_of_documents()
    documents = [(*one, *spans.get(one[0], (0, 0))) for one in contents.documents()]
    yield "documents", "", documents
    yield "facets", "", _facets(contents)
    yield "spellings", "", list(contents.spellings())
    yield "terms", "", counted.listed()
    for number, rows in packed_groups(contents.lexical.starts, contents.lexical.rows):
        yield ROWS_OF_TERMS, str(number), rows
    for kind, subject, sheet in contents.sheets():
        yield "sheet", f"{kind}/{subject}", sheet
    yield from _talks(contents.talks())


def _talks(said: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, str, object]]:
    """Yield, of each transcript, the deck that it follows, and of each deck its transcripts."""
    followed: dict[str, list[Any]] = {}
    transcripts: dict[str, dict[str, list[Any]]] = {}
    for transcript, deck, best, *span in said:
        transcripts.setdefault(deck, {}).setdefault(transcript, []).append(span)
        if best:
            followed.setdefault(transcript, [deck, []])[1].append(span)
    for transcript, value in followed.items():
        yield "said_in", transcript, value
    for deck, own in transcripts.items():
        yield "said_of", deck, list(own.items())
