"""Small parts that really work, for tests that need no neural network."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import Stemmer

from assistant.embedding.models import Encoder
from assistant.embedding.vectors import quantized
from assistant.index.building import facets_of
from assistant.index.lexical import WHOLE, Shares
from assistant.index.search_index import IndexedDocument
from assistant.records import Filters, Passage
from assistant.records.vectors import EncodedText, Rows, Scores, Vector, Vectors, Words
from assistant.text.analysis import split_sentences, telling_spans, terms
from assistant.text.spelling import Spellings, WordCount

_WORD = re.compile(r"\w+")


class FakeEncoder:
    """An encoder of hashed French stems: texts that share words are near, others are not.

    `calls` counts the texts encoded as passages, for tests about what is not encoded again.
    `alike` is the cosine of texts that share nothing: 0.75 is about that of E5.
    """

    def __init__(self, dim: int = 64, name: str = "fake", *, alike: float = 0.0) -> None:
        self.dim = dim
        self._alike = alike
        self.max_tokens = 512
        self.identity = f"{name}-{dim}"
        self.is_prepared = True
        self.calls = 0
        self._stemmer = Stemmer.Stemmer("french")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of words."""
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts."""
        self.calls += len(texts)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for number, text in enumerate(texts):
            vectors[number] = self._encode(text)
        return vectors

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors, as `encode_passages`, with those of their words."""
        self.calls += len(texts)
        return [self._encode_with_words(text) for text in texts]

    def encode_question(self, text: str) -> EncodedText:
        """Return the vector, of length 1, to compare with those of passages; and the words'."""
        return self._encode_with_words(text)

    def _encode_with_words(self, text: str) -> EncodedText:
        spans = [(start, min(end, len(text))) for start, end in telling_spans(text)]
        vectors = np.array([self._encode(text[start:end]) for start, end in spans], np.float32)
        ends = np.array([end for _, end in spans], np.int32)
        return EncodedText(
            self._encode(text), Words(quantized(vectors.reshape(-1, self.dim)), ends)
        )

    def _encode(self, text: str) -> Vector:
        # A little of every text on the first axis, so that an empty one has a direction too.
        vector = np.zeros(self.dim - bool(self._alike), dtype=np.float32)
        vector[0] = 0.1
        for word in _WORD.findall(text.casefold()):
            stem = self._stemmer.stemWord(word.encode("utf-8", "replace").decode())
            plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore")
            digest = hashlib.blake2b(plain or stem.encode(), digest_size=8).digest()
            # Common words say little: short ones weigh less, as inverse frequencies would have it.
            weight = 1.0 if len(word) > 3 else 0.2
            axis = int.from_bytes(digest[:7], "big") % len(vector)
            vector[axis] += weight if digest[7] % 2 else -weight
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0
        own: Vector = vector * np.float32(math.sqrt(1 - self._alike) / length)
        if self._alike:
            # All texts go in one direction that no word has: the last axis is kept for it.
            own = np.append(own, np.float32(math.sqrt(self._alike)))
        return own


class FakeReranker:
    """A reranker by shared words: the share of the question's terms that a text has.

    `calls` holds the texts of each call, for tests about what is not scored.
    """

    def __init__(self, name: str = "fake-reranker") -> None:
        self.identity = name
        self.calls: list[tuple[str, ...]] = []

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score from 0 to 1 for each text, in the order of the texts."""
        self.calls.append(tuple(texts))
        asked = set(terms(question))
        shares = [len(asked & set(terms(text))) / (len(asked) or 1) for text in texts]
        return np.array(shares, dtype=np.float32)


class FakeIndex:
    """A SearchIndex in memory: numpy, and BM25 written out."""

    _K1, _B = 1.2, 0.75

    def __init__(
        self,
        passages: Sequence[Passage],
        encoder: Encoder,
        facts: Mapping[str, Mapping[str, str]] | None = None,
        *,
        name: str = "gen-fake",
    ) -> None:
        self.name = name
        self.identity = encoder.identity
        self._passages = list(passages)
        known = facts or {}
        self._documents = {
            id_: IndexedDocument(id_, f"Titre de {id_}", "fr", "0" * 64, 1, known.get(id_, {}))
            for id_ in sorted({one.document_id for one in passages})
        }
        encoded = encoder.encode_with_words([one.encoded_text for one in passages])
        self._vectors = np.array([one.vector for one in encoded])
        before = [len(one.encoded_text) - len(one.text) for one in passages]
        self._words = [
            Words(one.words.vectors, one.words.ends - np.int32(start))
            for one, start in zip(encoded, before, strict=True)
        ]
        self._sentences = [
            encoder.encode_passages([one.sentence_text(a, b) for a, b in split_sentences(one.text)])
            for one in passages
        ]
        self._counts = [Counter(terms(one.encoded_text)) for one in passages]
        counted = WordCount()
        for one in passages:
            counted.add(one.encoded_text)
        spellings = list(counted.spellings())
        self._known = {one.term for one in spellings}
        self._spellings = Spellings(spellings)

    def __len__(self) -> int:
        return len(self._passages)

    def values(self, facet: str) -> list[str]:
        """Return the values that a facet takes in the documents."""
        found = {one for it in self._documents.values() for one in facets_of(it.facts, "")}
        return sorted(v for name, _, v in (one.partition("=") for one in found) if name == facet)

    def dense(self, question: Vector, k: int, filters: Filters) -> Rows:
        """Return the at most `k` rows nearest in meaning, nearest first."""
        rows = self._allowed(filters)
        order: Rows = rows[np.argsort(-(self._vectors[rows] @ question), kind="stable")][:k]
        return order

    def lexical(
        self, terms: Sequence[str], k: int, filters: Filters, shares: Shares = WHOLE
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 (above 0), best first."""
        rows = self._allowed(filters)
        scores = self.bm25(terms, rows, shares)
        order = np.argsort(-scores, kind="stable")
        found: Rows = rows[order][scores[order] > 0][:k]
        return found

    def cosines(self, question: Vector, rows: Rows) -> Scores:
        """Return the cosine of each of `rows` with the question."""
        cosines: Scores = self._vectors[rows] @ question
        return cosines

    def sentence_cosines(self, question: Vector, rows: Rows) -> list[Scores]:
        """Return the cosine of each sentence of the passages at `rows`."""
        return [self._sentences[row] @ question for row in rows.tolist()]

    def sentence_vectors(self, document_id: str) -> list[Vectors]:
        """Return the vectors of the sentences of each passage of a document, in order."""
        pairs = zip(self._passages, self._sentences, strict=True)
        return [own for passage, own in pairs if passage.document_id == document_id]

    def words(self, rows: Rows) -> list[Words]:
        """Return the words of the passages at `rows`; those of a context end at 0 or before."""
        return [self._words[row] for row in rows.tolist()]

    def comparable(self, question: Words) -> Words:
        """Return the words of a question as those of passages are to be compared with."""
        return question

    def bm25(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`, 0 where no term occurs."""
        lengths = [sum(one.values()) for one in self._counts]
        average = sum(lengths) / (len(lengths) or 1) or 1.0
        scores = np.zeros(len(rows), dtype=np.float32)
        for at, row in enumerate(rows.tolist()):
            damped = self._K1 * (1 - self._B + self._B * lengths[row] / average)
            for term in set(terms):
                times = self._counts[row][term]
                weight = self.term_weight(term) * shares.get(term, 1.0)
                scores[at] += weight * times * (self._K1 + 1) / (times + damped)
        return scores

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms; none have stop words."""
        return sum(all(term in one for term in terms) for one in self._counts)

    def term_weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, or of several in one passage."""
        having = self.having(terms)
        return math.log(1 + (len(self) - having + 0.5) / (having + 0.5))

    def knows(self, term: str) -> bool:
        """Tell whether a passage has this term; that of a stop word counts too."""
        return term in self._known

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word of the passages that `word` was meant to be."""
        return self._spellings.nearest(word, edits=edits, certain=certain)

    def passages(self, rows: Rows) -> list[Passage]:
        """Return the passages at `rows`, in their order."""
        return [self._passages[row] for row in rows.tolist()]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in order; none when it is not indexed."""
        own = [one for one in self._passages if one.document_id == document_id]
        return sorted(own, key=lambda one: one.ordinal)

    def documents(self) -> Mapping[str, IndexedDocument]:
        """Return the documents by id, in the order of their ids."""
        return self._documents

    def close(self) -> None:
        """Let go of nothing: all is in memory."""

    def _allowed(self, filters: Filters) -> Rows:
        return np.array(
            [row for row, one in enumerate(self._passages) if self._matches(one, filters)],
            dtype=np.int64,
        )

    def _matches(self, passage: Passage, filters: Filters) -> bool:
        facts = self._documents[passage.document_id].facts
        spoken = {passage.speaker} if passage.speaker else set()
        speakers = spoken or set(facts.get("speakers", "").split(" / "))
        groups = (
            (filters.events, {facts.get("event")}),
            (filters.sessions, {facts.get("session")}),
            (filters.types, {facts.get("type")}),
            (filters.speakers, speakers),
            (filters.kinds, {facts.get("kind")}),
        )
        return all(not wanted or had & set(wanted) for wanted, had in groups)
