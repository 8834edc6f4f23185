"""How well a sentence answers a question, by itself and in its context. Pure.

In: the passages that a search considered, with the cosines of their sentences. Out: a score in
logits for each sentence of all of them; the highest is quoted first (`quoting`), and the best tell
the gate whether anything answers. The passages are ordered by it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from assistant.query.answer_type import Kind, answering_spans, asking_words, counted_noun
from assistant.records import Hit, Passage, Scores
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.layout import Laid, laid_out
from assistant.retrieval.ranking import Asked, analysed
from assistant.retrieval.telling import weigh
from assistant.text.analysis import terms, words

#: How many of the sentences that answer best tell the gate whether any does.
_BEST = 3
#: What a place further in a reranker's order counts, in scores: it has read the passages.
_RERANKED = 0.05
#: What the own words of a follow-up count for besides those of the whole question, in logits.
_OWN = 8.0
#: A figure or a day is told for certain; a name, a place or a reason less so (docs/retrieval.md).
_UNSURE = 0.6
#: What is counted stands within so many words of its number.
_BESIDE = 4
#: What a logit of its best sentence counts for in a passage's place, in scores.
_BY_SENTENCE = 0.0025


class Clues(NamedTuple):
    """What tells whether a sentence answers.

    `cosine` is that of the sentence and the question. `inside` is the share of the question's
    terms in it, `above` what the headings add, `before` what the sentence before adds. `kind` is 1
    where it holds the figure or the day asked for, 0.6 where a name, a place or a reason, `beside`
    1 where what is counted stands beside a number. `behind` is how far its passage is behind the
    best. `title` is 1 for a title that tells no figure, `asks` for a question, `empty` for what
    says nothing by itself; `telling` is how much it tells, whatever is asked.
    """

    cosine: float
    inside: float
    above: float
    before: float
    kind: float
    beside: float
    behind: float
    title: float
    asks: float
    empty: float
    telling: float

    def score(self) -> float:
        """Return how well the sentence answers, in logits (docs/retrieval.md)."""
        return sum(weight * clue for weight, clue in zip(_WEIGHTS, self, strict=True))

    @property
    def told(self) -> float:
        """The share of the question's terms in the sentence, above it and before it."""
        return self.inside + self.above + self.before


#: Softmax regression over the sentences of event material (docs/retrieval.md), but for `title` and
#: `empty`, set by hand: a title without a figure and a greeting tell nothing, whatever they share.
_WEIGHTS = Clues(
    cosine=38.0,
    inside=4.6,
    above=1.5,
    before=3.5,
    kind=3.1,
    beside=2.2,
    behind=-50.0,
    title=-1.5,
    asks=-7.0,
    empty=-2.0,
    telling=1.2,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: the one at `at` of a hit's passage.

    `score` is that of its clues. `fits`: it holds what is asked for, where that is a kind of thing,
    beside what is counted. `read` are its terms with those above it and before it.
    """

    hit: Hit
    laid: Laid
    at: int
    clues: Clues
    score: float
    fits: bool
    read: frozenset[str]


def candidates(
    question: str, asked: Asked, kind: Kind, hits: Sequence[Hit], cosines: Sequence[Scores]
) -> Iterator[Candidate]:
    """Yield every sentence of the hits with its clues."""
    # A reranker may have put them in an order of its own: the first is behind nothing.
    scores = sorted((hit.score for hit in hits), reverse=True)
    counted = set(terms(counted_noun(question))) if kind == "number" else set()
    sure = 1.0 if kind in ("number", "date") else _UNSURE
    asking = set(terms(" ".join(asking_words(kind, question)))) - counted
    before: Set[str] = frozenset()
    for place, (hit, own_cosines, score) in enumerate(zip(hits, cosines, scores, strict=False)):
        laid = laid_out(hit.passage)
        behind = scores[0] - score + (0.0 if hit.rerank is None else _RERANKED * place)
        before = before if hit.reply else frozenset()
        above = set(terms(f"{hit.passage.subject} {hit.passage.title_line}"))
        for at, cosine in enumerate(own_cosines.tolist()):
            text, titled = laid.texts[at], laid.titles[at]
            found = list(answering_spans(kind, question, text))
            own = laid.terms[at] | asking if found else laid.terms[at]
            read = own if titled else own | above | before
            inside, led = asked.coverage(own), asked.coverage(own | above)
            beside = bool(counted) and _is_beside(counted, text, found)
            clues = Clues(
                cosine=cosine,
                inside=inside,
                above=0.0 if titled else led - inside,
                before=0.0 if titled else asked.coverage(read) - led,
                kind=sure * bool(found),
                beside=float(beside),
                behind=behind,
                title=float(titled and not found),
                asks=float(text.endswith("?")),
                empty=float(laid.empty[at] not in ("", "title", "question", "fragment")),
                telling=weigh(text, title=titled),
            )
            fits = not kind or (bool(found) and (beside or not counted))
            yield Candidate(hit, laid, at, clues, clues.score(), fits, read)
            # A row of a table says nothing of the next one.
            before = frozenset() if titled or laid.is_row(at) else laid.terms[at]


def _is_beside(counted: Set[str], text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether one of the words counted stands near one of the spans."""
    return any(
        counted & set(terms(" ".join(words(text[end:])[:_BESIDE])))
        or counted & set(terms(" ".join(words(text[:start])[-_BESIDE:])))
        for start, end in spans
    )


def with_own(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates, those first that hold the words of a follow-up as well.

    `asked` is what it asks itself, without the subject of the question before.
    """
    return [replace(one, score=one.score + _OWN * asked.coverage(one.read)) for one in found]


def best_first(hits: Sequence[Hit], found: Sequence[Candidate]) -> tuple[Hit, ...]:
    """Return the hits, those first that answer by a sentence, ranked anew from 1.

    What a passage has in common with a question says less than its sentence that answers best;
    both count (docs/retrieval.md). A reply that no longer follows its question is a hit as others
    are. Hits of which no sentence is among the candidates come last, in their order; that of a
    reranker stands.
    """
    if any(hit.rerank is not None for hit in hits):
        return tuple(hits)
    best: dict[int, float] = {}
    for one in found:
        best[one.hit.rank] = max(one.score, best.get(one.hit.rank, one.score))

    def worth(hit: Hit) -> float:
        read = best.get(hit.rank)
        return -math.inf if read is None else hit.score + _BY_SENTENCE * read

    ordered = sorted(hits, key=worth, reverse=True)
    follows = [False, *(other.rank == one.rank + 1 for one, other in pairwise(ordered))]
    return tuple(
        replace(hit, rank=rank, reply=hit.reply and after)
        for rank, (hit, after) in enumerate(zip(ordered, follows, strict=False), start=1)
    )


def with_answers(
    evidence: Evidence, asked: Asked, kind: Kind, found: Sequence[Candidate]
) -> Evidence:
    """Return the evidence with what the sentences that may answer say."""
    if not found:
        return evidence
    best = sorted(found, key=lambda one: -one.score)[:_BEST]
    return replace(
        evidence,
        typed=float(bool(kind)),
        answering=max(asked.coverage(one.read) * one.fits for one in best),
        told=asked.coverage(best[0].read),
        absent=_rarest_absent(asked, best[0].hit.passage),
    )


def _rarest_absent(asked: Asked, passage: Passage) -> float:
    """Return how rare the rarest term is that a passage lacks, as a share of the rarest of all.

    What a concept stands for is lacking where the passage has none of it.
    """
    found = set(analysed(passage).sequence)
    weights = [*asked.plain.values(), *(one.weight for one in asked.concepts)]
    absent = [weight for term, weight in asked.plain.items() if term not in found]
    absent += [one.weight for one in asked.concepts if not one.share(found)]
    return max(absent, default=0.0) / (max(weights, default=0.0) or 1.0)
