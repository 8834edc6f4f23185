"""A question → the passages that answer it, ranked: by meaning and by words together.

Both sides propose candidates; each candidate then gets the same absolute score, which the gate
can judge too: (cosine of the passage + cosine of its best sentence) / 2 + 0.15 · BM25 / self-score
(RETRIEVAL.md §3: the best of the fusions measured that needs no second model).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.errors import QuestionError
from assistant.gate import Evidence
from assistant.generation import SearchIndex
from assistant.models import Encoder
from assistant.places import automatic_of
from assistant.records import Filters, Hit, Passage, Rows, Scores, Vector
from assistant.text import clean, fold, terms, words

#: RETRIEVAL.md §3, chosen on PIAF's development half.
BM25_WEIGHT = 0.15
#: The margin of the best score is taken over the passage at this rank.
_MARGIN_RANK = 10


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: hits, best first, with what the next steps need of the question.

    `sentences` holds, for each hit, the cosine of each of its passage's sentences.
    """

    question: str
    terms: tuple[str, ...]
    term_weights: dict[str, float]
    hits: tuple[Hit, ...]
    sentences: tuple[Scores, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Scored:
    """The scores of candidates, one of each per row, best row first."""

    rows: Rows
    score: Scores
    cosine: Scores
    best_sentence: Scores
    bm25: Scores
    sentences: list[Scores]


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


def search(
    index: SearchIndex,
    encoder: Encoder,
    question: str,
    *,
    k: int,
    candidates: int,
    filters: Filters | None = None,
) -> Results:
    """Return the at most `k` best passages; each side proposes `candidates` of them."""
    filters = filters or Filters()
    k, candidates = max(1, min(k, len(index))), max(1, min(candidates, len(index)))
    asked = tuple(dict.fromkeys(terms(question)))
    vector = encoder.encode_question(question)
    dense = index.dense(vector, candidates, filters)
    lexical = index.lexical(asked, candidates, filters)
    rows = np.unique(np.concatenate([dense, lexical]))
    scored = _score(index, vector, asked, rows)
    hits, sentences = _hits(index, scored, k)
    weights = {term: index.term_weight(term) for term in asked}
    evidence = _evidence(
        scored,
        hits,
        weights,
        agreement=bool(len(dense) and len(lexical) and dense[0] == lexical[0]),
    )
    return Results(question, asked, weights, hits, sentences, evidence)


def _score(index: SearchIndex, vector: Vector, asked: Sequence[str], rows: Rows) -> _Scored:
    cosine = index.cosines(vector, rows)
    sentences = [index.sentence_cosines(vector, row) for row in rows.tolist()]
    best = np.array(
        [own.max(initial=whole) for own, whole in zip(sentences, cosine, strict=True)], np.float32
    )
    perfect = index.self_score(asked)
    bm25 = index.bm25(asked, rows) / (perfect or 1.0)
    score = (cosine + best) / 2 + BM25_WEIGHT * bm25
    order = np.lexsort((rows, -score))
    return _Scored(
        rows[order], score[order], cosine[order], best[order], bm25[order],
        [sentences[at] for at in order],
    )  # fmt: skip


def _hits(
    index: SearchIndex, scored: _Scored, k: int
) -> tuple[tuple[Hit, ...], tuple[Scores, ...]]:
    """Make hits of the best rows; of passages with the same words, only the best stays."""
    documents = index.documents()
    hits: list[Hit] = []
    sentences: list[Scores] = []
    seen: set[tuple[str, ...]] = set()
    for at, passage in enumerate(_in_turn(index, scored.rows, k)):
        content = tuple(words(passage.text))
        if content in seen:
            continue
        seen.add(content)
        hits.append(
            Hit(
                passage=passage,
                title=documents[passage.document_id].title,
                rank=len(hits) + 1,
                score=float(scored.score[at]),
                cosine=float(scored.cosine[at]),
                sentence=float(scored.best_sentence[at]),
                bm25=float(scored.bm25[at]),
                automatic=automatic_of(documents[passage.document_id].facts, passage.place),
            )
        )
        sentences.append(scored.sentences[at])
        if len(hits) == k:
            break
    return tuple(hits), tuple(sentences)


def _in_turn(index: SearchIndex, rows: Rows, size: int) -> Iterator[Passage]:
    """Yield the passages at `rows`, fetched `size` at a time: the first are mostly enough."""
    for start in range(0, len(rows), size):
        yield from index.passages(rows[start : start + size])


def _evidence(
    scored: _Scored, hits: Sequence[Hit], weights: dict[str, float], *, agreement: bool
) -> Evidence:
    if not hits:
        return Evidence(0, 0, 0, 0, 0, 0, 0, 0)
    tenth = float(scored.score[min(_MARGIN_RANK, len(scored.score)) - 1])
    found = [set(terms(hit.passage.encoded_text)) for hit in hits[:_MARGIN_RANK]]
    best = hits[0]
    return Evidence(
        score=best.score,
        margin=best.score - tenth,
        cosine=best.cosine,
        sentence=best.sentence,
        bm25=best.bm25,
        coverage=coverage(weights, found[0]),
        coverage_any=max(coverage(weights, one) for one in found),
        agreement=float(agreement),
    )


def coverage(weights: dict[str, float], found: set[str]) -> float:
    """Return the share, by weight, of a question's terms that are among `found`."""
    total = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0
    )
