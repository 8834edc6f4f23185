"""A question → the passages that answer it, ranked: by meaning and by words together.

Both sides propose candidates, and a first score keeps the best of them: (cosine of the passage +
cosine of its best sentence) / 2 + 0.15 · BM25 / self-score (docs/retrieval.md). Those are compared
with the question word by word (`ranking`). Both scores are absolute, so that the gate can judge
them too; docs/retrieval.md says what each part brings.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from assistant.embedding.late_interaction import Cosines, cosines
from assistant.embedding.models import Encoder, Reranker
from assistant.errors import QuestionError
from assistant.i18n.places import automatic_of
from assistant.index.lexical import self_score
from assistant.index.search_index import SearchIndex
from assistant.index.translations import in_own_language
from assistant.query.answer_type import asked_kind
from assistant.records.documents import Passage, speakers_of
from assistant.records.hits import Expansion, Filters, Hit
from assistant.records.vectors import Rows, Scores, Vector
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.concepts import concept_of
from assistant.retrieval.evidence import between, evidence_of
from assistant.retrieval.layout import laid_out, opens_next
from assistant.retrieval.ranking import Asked, analysed
from assistant.retrieval.sentences import Candidate, candidates, with_answers, with_own
from assistant.text.analysis import asked_terms, clean, fold, words

#: Chosen on PIAF's development half (docs/retrieval.md).
BM25_WEIGHT = 0.15
#: How many of the first score's best are compared word by word.
DEPTH = 30
#: A sentence that answers is looked for in so many passages, however many are wanted.
ANSWERING = 15
#: Two passages that share so much of their terms say the same: a slide, and its page in PDF.
_ALIKE = 0.85


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: hits, best first, with what the next steps need of the question.

    `changes` are the question's words that were understood as others, `scope` its words that
    became filters.
    `sentences` holds, for each hit, the cosine of each of its passage's sentences; `candidates`
    are all of these with what tells how well each answers. `own` is what a follow-up asks itself;
    `asks` are the words that say what kind of thing is asked: its own where they do.
    """

    question: str
    asked: Asked
    hits: tuple[Hit, ...]
    sentences: tuple[Scores, ...]
    evidence: Evidence
    vector: Vector
    changes: tuple[tuple[str, str], ...] = ()
    scope: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    own: Asked | None = None
    asks: str = ""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Passages that may answer, best first, with one of each score per passage."""

    rows: Rows
    score: Scores
    cosine: Scores
    bm25: Scores
    sentences: list[Scores]

    def best(self, order: Rows, score: Scores) -> _Candidates:
        """Return those at `order`, with other scores."""
        return _Candidates(
            self.rows[order], score[order], self.cosine[order], self.bm25[order],
            [self.sentences[at] for at in order],
        )  # fmt: skip


def check_question(question: str, *, longest: int) -> str:
    """Return the question cleaned, on one line. Raises QuestionError."""
    cleaned = " ".join(clean(question).split())
    if not words(cleaned):
        raise QuestionError("question_empty")
    if len(cleaned) > longest:
        raise QuestionError("question_too_long", length=len(cleaned), longest=longest)
    return cleaned


def check_filters(filters: Filters, values: Callable[[str], Sequence[str]]) -> None:
    """Make sure that each filter names something indexed. Raises QuestionError.

    `values` gives what a facet takes in the index. A mistyped filter would otherwise look like
    documents that don't answer.
    """
    for facet, asked in filters.by_facet():
        known = values(facet) if asked else ()
        for value in asked:
            if value not in known:
                folded = {fold(one): one for one in known}
                near = difflib.get_close_matches(fold(value), folded, n=1, cutoff=0.0)
                nearest = folded[near[0]] if near else ""
                raise QuestionError("filter_unknown", value=value, nearest=nearest)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched, and where.

    One that begins with `own` goes on with the subject of the one before: what is found must
    answer both together, and meet what is asked now.
    Words of `expansions` are met by what stands for them as well. `encoded` is the text with what
    stands for words that no document has; where empty, the text. Of subtitles in several languages
    those in `language` are found.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    own: str = ""
    expansions: tuple[Expansion, ...] = ()
    encoded: str = ""
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class HybridSearch:
    """A search by meaning and by words in one index, of which each side proposes `candidates`.

    A reranker reads the first `reranked` passages again, and puts those in its own order.
    """

    index: SearchIndex
    encoder: Encoder
    candidates: int
    reranker: Reranker | None = None
    reranked: int = 0

    def search(self, query: Query, k: int, answering: int = ANSWERING) -> Results:
        """Return the at most `k` best passages; the first `answering` may answer by a sentence."""
        index, question, filters, own = self.index, query.text, query.filters, query.own
        k = max(1, min(k, len(index)))
        most = max(k, min(self.candidates, len(index)))
        concepts = [concept_of(one, index.term_weight) for one in query.expansions]
        weights = {term: index.term_weight(term) for term in asked_terms(question)}
        asked = Asked.of(question, weights, concepts)
        wanted = _SearchedTerms.of(asked, index.term_weight)
        encoded = self.encoder.encode_question(query.encoded or question)
        dense = index.dense(encoded.vector, most, filters)
        lexical = index.lexical(wanted.terms, most, filters, wanted.shares)
        rows = np.unique(np.concatenate([dense, lexical]))
        every = _fused(index, encoded.vector, wanted, rows)
        found, passages = _distinct(index, every, max(k, self.reranked, DEPTH))
        kept = in_own_language(query.language, passages, index.documents())
        passages = [passages[at] for at in kept]
        found = found.best(np.array(kept, dtype=np.intp), found.score[kept])
        asked_words = index.comparable(encoded.words)
        met = cosines(asked_words, index.words(found.rows))
        features = asked.features(passages, found.sentences, found.cosine, met)
        ranked = features.score()
        order = np.lexsort((found.rows, -ranked))
        best = found.best(order, ranked)
        passages, met = [passages[at] for at in order], [met[at] for at in order]
        hits = _hits(index, best, passages, features.sentence[order])
        evidence = evidence_of(asked, question, passages, best.score, met)
        inside = encoded.words.ends <= len(own)
        later = asked.of_own(own) if inside.any() else None
        if self.reranker and hits:
            hits = _reranked(self.reranker, question, hits, self.reranked)
        hits = _with_reply(index, encoded.vector, hits, filters)[:k]
        ranked_hits = [replace(hit, rank=rank) for rank, (hit, _, _) in enumerate(hits, start=1)]
        sentences = [own for _, _, own in hits]
        # "Et combien de temps ?" after "combien coûte…" wants no euros.
        asks = own if asked_kind(own) else question
        kind = asked_kind(asks)
        speaking = partial(_speaking, index)
        answers = list(
            candidates(asks, asked, kind, ranked_hits[:answering], sentences[:answering], speaking)
        )
        evidence = with_answers(evidence, asked, kind, answers)
        if later:
            met_by_own = [one[inside] for one in met]
            by_own = _evidence_of_own(later, own, passages, best, met_by_own)
            answers = with_own(later, answers)
            evidence = between(evidence, with_answers(by_own, later, kind, answers))
        return Results(
            question,
            asked,
            tuple(ranked_hits),
            tuple(sentences),
            evidence,
            encoded.vector,
            candidates=tuple(answers),
            own=later,
            asks=asks,
        )


def _speaking(index: SearchIndex, document_id: str) -> tuple[str, ...]:
    """Return who speaks in a document, as the programme has them."""
    return speakers_of(index.documents()[document_id].facts)


def _evidence_of_own(
    later: Asked, own: str, passages: Sequence[Passage], found: _Candidates, met: Sequence[Cosines]
) -> Evidence:
    """Return what the passages say of the words `own` of a question, read in their context."""
    features = later.features(passages, found.sentences, found.cosine, met)
    return evidence_of(later, own, passages, features.score(), met)


@dataclass(frozen=True, slots=True)
class _SearchedTerms:
    """The terms that are looked for, and how much of itself each counts for.

    `main` are those of a passage that says all that is asked.
    """

    terms: tuple[str, ...]
    main: tuple[str, ...]
    shares: Mapping[str, float]

    @classmethod
    def of(cls, asked: Asked, weight: Callable[..., float]) -> _SearchedTerms:
        """Return the terms of a question, those that stand for the same thing counting for it."""
        shares = {
            term: own / (weight(term) or 1.0)
            for concept in asked.concepts
            for term, own in concept.term_weights().items()
        }
        return cls(tuple(asked.weights), tuple(dict.fromkeys(asked.sequence)), shares)


def _fused(index: SearchIndex, vector: Vector, wanted: _SearchedTerms, rows: Rows) -> _Candidates:
    """Return the candidates by the first score."""
    cosine = index.cosines(vector, rows)
    sentences = index.sentence_cosines(vector, rows)
    best = np.array(
        [own.max(initial=whole) for own, whole in zip(sentences, cosine, strict=True)], np.float32
    )
    most = self_score(index.term_weight, wanted.main, wanted.shares) or 1.0
    bm25 = np.minimum(index.bm25(wanted.terms, rows, wanted.shares) / most, 1.0)
    score = (cosine + best) / 2 + BM25_WEIGHT * bm25
    every = _Candidates(rows, score, cosine, bm25, sentences)
    return every.best(np.lexsort((rows, -score)), score)


#: A hit, its row, and the cosines of its sentences.
_Found = tuple[Hit, int, Scores]


def _hits(
    index: SearchIndex, found: _Candidates, passages: Sequence[Passage], sentence: Scores
) -> list[_Found]:
    documents = index.documents()
    hits: list[_Found] = []
    for at, passage in enumerate(passages):
        hit = Hit(
            passage=passage,
            title=documents[passage.document_id].title,
            rank=at + 1,
            score=float(found.score[at]),
            cosine=float(found.cosine[at]),
            sentence=float(sentence[at]),
            bm25=float(found.bm25[at]),
            automatic=automatic_of(documents[passage.document_id].facts, passage.place),
        )
        hits.append((hit, int(found.rows[at]), found.sentences[at]))
    return hits


def _distinct(
    index: SearchIndex, found: _Candidates, most: int
) -> tuple[_Candidates, list[Passage]]:
    """Return the `most` first of which none before says the same, and their passages."""
    kept: dict[int, tuple[frozenset[str], Passage]] = {}
    reached = 0
    # No more is read than is needed: few are copies.
    while len(kept) < most and reached < len(found.rows):
        rows = found.rows[reached : reached + most - len(kept)]
        for at, passage in enumerate(index.passages(rows), start=reached):
            content = analysed(passage).content
            if not any(_alike(content, one) for one, _ in kept.values()):
                kept[at] = content, passage
        reached += len(rows)
    order = np.array(list(kept), dtype=np.intp)
    return found.best(order, found.score), [passage for _, passage in kept.values()]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    few, many = len(one), len(other)
    if few > many:
        few, many = many, few
    # Sizes alone tell of most.
    if few < _ALIKE * many:
        return False
    shared = len(one & other)
    if shared < _ALIKE * (few + many - shared):
        return False
    # A page has a number that its slide has not; but where each has its own, they say two things.
    return not (_has_number(one - other) and _has_number(other - one))


def _has_number(content: frozenset[str]) -> bool:
    return any(word[0].isdigit() for word in content)


def _reranked(reranker: Reranker, question: str, hits: Sequence[_Found], most: int) -> list[_Found]:
    """Put the first hits in the reranker's order; their scores stay, for the gate to judge."""
    read = [hit.passage.encoded_text for hit, _, _ in hits[:most]]
    scores = reranker.scores(question, read).tolist()
    scored = [
        (replace(hit, rerank=score), row, sentences)
        for (hit, row, sentences), score in zip(hits, scores, strict=False)
    ]
    order = sorted(range(len(scored)), key=lambda at: -scores[at])
    return [*(scored[at] for at in order), *hits[len(scored) :]]


def _with_reply(
    index: SearchIndex, vector: Vector, hits: Sequence[_Found], filters: Filters
) -> list[_Found]:
    """Let what follows the first hit come next, where that hit ends with a question.

    A question asked at the event is the nearest to the same question asked here; what answers it
    is what the next speaker says. So is what a passage announces in its last sentence.
    """
    if not hits or not opens_next(laid_out(hits[0][0].passage)):
        return list(hits)
    first, row, _ = hits[0]
    # Passages of a document follow one another.
    following = row + 1
    if following >= len(index):
        return list(hits)
    (passage,) = index.passages(np.array([following]))
    if passage.document_id != first.passage.document_id:
        return list(hits)
    if filters.speakers and passage.speaker and passage.speaker not in filters.speakers:
        return list(hits)
    facts = index.documents()[passage.document_id].facts
    others = [one for one in hits[1:] if one[1] != following]
    (sentences,) = index.sentence_cosines(vector, np.array([following]))
    (cosine,) = index.cosines(vector, np.array([following])).tolist()
    own = replace(
        first, passage=passage, cosine=cosine, sentence=float(sentences.max(initial=cosine)),
        bm25=0.0, rerank=None, reply=True, automatic=automatic_of(facts, passage.place),
    )  # fmt: skip
    return [hits[0], (own, following, sentences), *others]
