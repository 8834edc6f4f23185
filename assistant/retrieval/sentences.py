"""How well a sentence answers a question, by itself and in its context. Pure.

In: the passages that a search considered, with the cosines of their sentences. Out: a score in
logits for each sentence of all of them; the highest is quoted first (`quoting`), and the best tell
the gate whether anything answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
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
