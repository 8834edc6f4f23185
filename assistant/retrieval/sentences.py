"""How well a sentence answers a question, by itself and in its context. Pure.

In: the passages that a search considered, with the cosines of their sentences. Out: a score in
logits for each sentence of all of them; the highest is quoted first (`quoting`), and the best tell
the gate whether anything answers. The passages are ordered by it too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from assistant.query.answer_signs import Sign, has_sign, signs_of
from assistant.query.answer_spans import answering_spans, beside_counted
from assistant.query.answer_type import Kind, asking_words, counted_terms
from assistant.query.asked_lists import asked_noun, wants_list
from assistant.records.hits import Hit
from assistant.records.vectors import Scores
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.layout import (
    Laid,
    goes_on,
    label_of,
    laid_out,
    lead_of,
    list_around,
    opens_next,
)
from assistant.retrieval.ranking import Asked, analysed
from assistant.retrieval.telling import (
    Empty,
    announces_several,
    only_confirms,
    states,
    unlabelled,
    weigh,
)
from assistant.text.analysis import terms

#: How many of the sentences that answer best tell the gate whether any does.
_BEST = 3
#: What a place further in a reranker's order counts, in scores: it has read the passages.
_RERANKED = 0.05
#: What the own words of a follow-up count for besides those of the whole question, in logits.
_OWN = 8.0
#: A figure or a day is told for certain; a name, a place or a reason less so (docs/retrieval.md).
_UNSURE = 0.6
#: What holds an event together, and answers who asks for that.
_PRACTICAL: frozenset[Empty] = frozenset({"housekeeping", "schedule", "contact", "announcement"})
#: "Il y en a 58", "nous en comptons 12", "il en reste deux".
_OF_THEM = re.compile(r"\ben (?:a|ont|avons|avez|avait|comptons?|comptent|compte|reste)\b", re.I)
#: "Non" replies to what is asked where the question before holds so much of it.
_REPLIED = 0.5
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
    `headed` is how much of a question for several things the head of its list holds; `replies` how
    much of a question for yes or no the one before holds that it says so to. The others are 1:
    `former` for what was before, where that is not asked for; `total`, `defines`, `view` and
    `change` for a sum, a definition, a view and what was before and after, where these are.
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
    headed: float = 0.0
    replies: float = 0.0
    former: float = 0.0
    total: float = 0.0
    defines: float = 0.0
    view: float = 0.0
    change: float = 0.0
    person: float = 0.0
    use: float = 0.0

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
    headed=4.0,
    replies=4.0,
    former=-1.5,
    total=2.5,
    defines=1.5,
    view=1.0,
    change=2.0,
    person=3.0,
    use=1.5,
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


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a question asks of a sentence, found once for all of them.

    `counted` and `asking` are the terms of what is counted, and of words that only say what kind of
    thing is asked for; `noun` those of the things that a list is asked of, where `several` are.
    """

    question: str
    asked: Asked
    kind: Kind
    counted: Set[str]
    asking: Set[str]
    several: bool
    noun: Set[str]
    signs: Set[Sign]

    @classmethod
    def of(cls, question: str, asked: Asked, kind: Kind) -> _Sought:
        counted = set(counted_terms(question)) if kind == "number" else set()
        asking = set(terms(" ".join(asking_words(kind, question)))) - counted
        several = wants_list(question)
        noun = asked_noun(question) if several else frozenset()
        return cls(question, asked, kind, counted, asking, several, noun, signs_of(question))

    @property
    def questions(self) -> bool:
        """Whether questions are asked for, so that a line that asks may answer."""
        return self.noun == set(terms("questions"))

    def told_in(self, laid: Laid, at: int) -> frozenset[str]:
        """Return the terms of a sentence; what somebody says doesn't say who that is."""
        if "person" in self.signs:
            return frozenset(terms(unlabelled(laid.texts[at])))
        return laid.terms[at]

    def heads(self, laid: Laid) -> dict[int, float]:
        """Return how much of what is asked the head of each list holds, for the sentences in it."""
        found: dict[int, float] = {}
        for at in range(len(laid) if self.several else 0):
            if at not in found and (listed := list_around(laid, at)):
                lead = lead_of(laid, listed)
                held = (self.asked.coverage(lead) + bool(self.noun & lead)) / 2
                found |= dict.fromkeys(range(listed[0], listed[1] + 1), held)
        return found


def candidates(
    question: str,
    asked: Asked,
    kind: Kind,
    hits: Sequence[Hit],
    cosines: Sequence[Scores],
    speaking: Callable[[str], Sequence[str]] = lambda _: (),
) -> Iterator[Candidate]:
    """Yield every sentence of the hits with its clues.

    `speaking` gives who speaks in a document: what somebody says stands under their name.
    """
    # A reranker may have put them in an order of its own: the first is behind nothing.
    scores = sorted((hit.score for hit in hits), reverse=True)
    sought = _Sought.of(question, asked, kind)
    laid_by_place = {
        (hit.passage.document_id, hit.passage.ordinal): laid_out(hit.passage) for hit in hits
    }
    for place, (hit, own_cosines, score) in enumerate(zip(hits, cosines, scores, strict=False)):
        behind = scores[0] - score + (0.0 if hit.rerank is None else _RERANKED * place)
        follows = laid_by_place.get((hit.passage.document_id, hit.passage.ordinal - 1))
        speakers = speaking(hit.passage.document_id)
        yield from _in_passage(sought, hit, own_cosines, behind, _opening_before(follows), speakers)


def _in_passage(
    sought: _Sought,
    hit: Hit,
    cosines: Scores,
    behind: float,
    before: Set[str],
    speakers: Sequence[str],
) -> Iterator[Candidate]:
    """Yield the sentences of a hit; `before` are the terms of the question that it replies to."""
    asked, kind, laid = sought.asked, sought.kind, laid_out(hit.passage)
    heads = sought.heads(laid)
    heading = set(terms(f"{hit.passage.subject} {hit.passage.title_line}"))
    above, speaks = heading, "person" not in sought.signs
    replied = asked.coverage(before)
    for at, cosine in enumerate(cosines.tolist()):
        text, titled = laid.texts[at], laid.titles[at]
        found = list(answering_spans(kind, sought.question, text))
        said = sought.told_in(laid, at)
        if speaks and (label := label_of(text, speakers)):
            above, said = heading | set(terms(label)), frozenset(terms(text[len(label) :]))
        own = said | (sought.asking if found else set())
        read = own if titled else own | above | before
        inside, led = asked.coverage(own), asked.coverage(own | above)
        beside = bool(sought.counted) and _is_beside(sought.counted, text, before, found)
        from_before = 0.0 if titled else asked.coverage(read) - led
        signs = {sign for sign in sought.signs if has_sign(sign, text)}
        if "definition" in sought.signs and asked.spells_out(said):
            signs.add("definition")
        asks = text.endswith("?") or laid.empty[at] == "question"
        asks = asks and not (found and states(text))
        is_open = asks and not only_confirms(text)
        clues = Clues(
            cosine=cosine,
            inside=inside,
            above=0.0 if titled else led - inside,
            before=from_before,
            kind=(1.0 if kind in ("number", "date") else _UNSURE) * bool(found),
            beside=float(beside),
            behind=behind,
            title=float(titled and not found),
            asks=float(is_open and not (sought.questions and at in heads)),
            empty=float(_says_nothing(laid, at, fits=bool(found) and kind != "reason")),
            telling=weigh(text, title=titled),
            headed=heads.get(at, 0.0),
            replies=replied if "yes_no" in signs and replied >= _REPLIED else 0.0,
            former=float("former" in signs),
            total=float("total" in signs and bool(found)),
            defines=float("definition" in signs and inside + from_before > 0),
            view=float("view" in signs),
            change=float("change" in signs),
            person=float("person" in signs and inside > 0),
            use=float("use" in signs and inside + from_before > 0),
        )
        fits = not kind or (bool(found) and (beside or not sought.counted))
        yield Candidate(hit, laid, at, clues, clues.score(), fits, frozenset(read))
        # A row of a table says nothing of the next one; what "il" is was said further above.
        if titled or laid.is_row(at):
            before = frozenset()
        else:
            before = said | before if goes_on(text) else said
        replied = asked.coverage(before) if asks else 0.0


def _opening_before(laid: Laid | None) -> frozenset[str]:
    """Return the terms of what the passage before asks or announces at its end, if it does."""
    return laid.terms[-1] if laid is not None and opens_next(laid) else frozenset()


def _says_nothing(laid: Laid, at: int, *, fits: bool) -> bool:
    """Tell whether a sentence says nothing by itself.

    Where a room, an hour or somebody to write to is asked for, what gives it says something.
    """
    empty = laid.empty[at]
    if empty in ("", "title", "question", "fragment"):
        return not fits and announces_several(laid.texts[at])
    return not (fits and empty in _PRACTICAL)


def _is_beside(
    counted: Set[str], text: str, before: Set[str], spans: Sequence[tuple[int, int]]
) -> bool:
    """Tell whether what is counted stands near one of the spans, or before: "Il y en a 58"."""
    if spans and counted & before and _OF_THEM.search(text):
        return True
    return any(beside_counted(counted, text, *span) for span in spans)


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
        absent=_rarest_absent(asked, best[0]),
    )


def _rarest_absent(asked: Asked, best: Candidate) -> float:
    """Return how rare the rarest term is that a sentence's passage lacks, of the rarest of all.

    What a concept stands for is lacking where the passage has none of it; "prix" is not where the
    sentence tells a price.
    """
    found = best.read.union(analysed(best.hit.passage).sequence)
    weights = [*asked.plain.values(), *(one.weight for one in asked.concepts)]
    absent = [weight for term, weight in asked.plain.items() if term not in found]
    absent += [one.weight for one in asked.concepts if not one.share(found)]
    return max(absent, default=0.0) / (max(weights, default=0.0) or 1.0)
