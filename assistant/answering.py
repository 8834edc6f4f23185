"""`Results` → `Answer`: the sentences that answer, quoted word for word, or a refusal.

Every quote is cut out of its passage by character offsets, so it can't say anything else than
the document does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from time import perf_counter

from assistant.gate import Gate
from assistant.records import Answer, Citation, Hit
from assistant.search import Results, coverage
from assistant.text import split_sentences, terms, words

#: Quotes come from the first so many passages, and stand this near to the best of them.
_PASSAGES = 3
_NEAR = 0.07
#: What words in common add to a sentence's cosine.
_WORDS_WEIGHT = 0.05
#: What a sentence loses: as far as it is below the best passage; for asking instead of telling.
_RANK_WEIGHT = 0.5
_ASKING = 0.10
#: A heading, a bullet's label: too short to tell anything on its own, in words.
_SHORT = 4
_TOO_SHORT = 0.05
#: A title says what the answer is about; it is not the answer.
_TITLE = 0.10


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that may be quoted: where it stands, and how well it answers."""

    hit: Hit
    start: int
    end: int
    score: float


def answer(
    results: Results, gate: Gate, *, threshold: float, max_quotes: int, started: float
) -> Answer:
    """Answer by quoting, or refuse. `started` is the `perf_counter` of the question's arrival."""
    confidence = gate.confidence(results.evidence) if results.hits else 0.0
    citations: tuple[Citation, ...] = ()
    if results.hits and confidence >= threshold:
        citations = _cite(_choose(_sentences(results), max_quotes))
    return Answer(
        question=results.question,
        status="answered" if citations else "refused",
        text=" ".join(f"{one.quote} [{one.number}]" for one in citations),
        citations=citations,
        confidence=confidence,
        engine="extractive",
        hits=results.hits,
        seconds=perf_counter() - started,
    )


def _sentences(results: Results) -> list[_Sentence]:
    """Score every sentence of the first passages."""
    found = []
    top = results.hits[0].score
    for hit, cosines in zip(results.hits[:_PASSAGES], results.sentences, strict=False):
        text = hit.passage.text
        for (start, end), cosine in zip(split_sentences(text), cosines.tolist(), strict=True):
            own = text[start:end]
            score = cosine + _WORDS_WEIGHT * coverage(results.term_weights, set(terms(own)))
            score -= _RANK_WEIGHT * (top - hit.score)
            score -= _ASKING if own.endswith("?") else 0.0
            score -= _TOO_SHORT if len(words(own)) < _SHORT else 0.0
            score -= _TITLE if own in hit.passage.context else 0.0
            found.append(_Sentence(hit, start, end, score))
    return found


def _choose(sentences: Sequence[_Sentence], most: int) -> list[_Sentence]:
    """Keep the best sentence and those nearly as good, once each, in reading order."""
    best = max(one.score for one in sentences)
    chosen: list[_Sentence] = []
    said: set[tuple[str, ...]] = set()
    for one in sorted(sentences, key=lambda one: -one.score):
        content = tuple(words(one.hit.passage.text[one.start : one.end]))
        if one.score >= best - _NEAR and content not in said and len(chosen) < most:
            said.add(content)
            chosen.append(one)
    return sorted(chosen, key=lambda one: (one.hit.rank, one.start))


def _cite(chosen: Sequence[_Sentence]) -> tuple[Citation, ...]:
    """Number the quotes; sentences that follow one another are one quote."""
    spans: list[tuple[Hit, int, int]] = []
    for _, group in groupby(chosen, key=lambda one: one.hit.rank):
        for one in group:
            if spans and spans[-1][0] is one.hit and not _between(one.hit, spans[-1][2], one.start):
                spans[-1] = (one.hit, spans[-1][1], one.end)
            else:
                spans.append((one.hit, one.start, one.end))
    return tuple(
        Citation(number, hit.passage, hit.title, start, end, hit.automatic)
        for number, (hit, start, end) in enumerate(spans, start=1)
    )


def _between(hit: Hit, end: int, start: int) -> str:
    return hit.passage.text[end:start].strip()
