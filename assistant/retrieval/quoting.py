"""`Results` → `Answer`: the sentences that answer, quoted word for word, or a refusal.

Every quote is cut out of its passage by character offsets, so it can't say anything else than
the document does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from time import perf_counter

from assistant.query.answer_type import Kind, answering_spans, asked_kind
from assistant.records import Answer, Citation, Hit, Status
from assistant.retrieval.answerability import Gate
from assistant.retrieval.ranking import is_title
from assistant.retrieval.search import Results
from assistant.text.analysis import split_sentences, telling_spans, terms, words

#: Quotes come from the first so many passages.
_PASSAGES = 3
#: The weights of what makes a sentence answer, in logits, by softmax regression over the sentences
#: of PIAF's development questions (docs/retrieval.md). Those marked * were rounded down, for what
#: Wikipedia's titles and paragraphs say more than an event's material does; `_ASKING` is set by
#: hand: PIAF's paragraphs ask nothing.
_COSINE = 25.0
_COVERAGE = 2.5
_ABOVE = 4.0  # *
_BEFORE = 2.0
_RANK = 55.0
_KIND = 1.3
_TITLE = 2.8
_ASKING = 4.0
#: Sentences this near to the best are quoted too.
_NEAR = 2.0
#: A line of a list is no longer, in words, and doesn't end as a sentence does.
_FRAGMENT = 8
_ENDS = (".", "!", "?", "…")
#: What a sentence begins with when it can't be understood without the one before.
_LEANS = re.compile(
    r"(?:ils?|elles?|celui-ci|celle-ci|ceux-ci|celles-ci|ce dernier|cette dernière|cela|ça)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What may be quoted as a whole, characters `start`..`end` of a passage; how well it answers.

    It is a sentence, or lines of a list that tell nothing without each other.
    """

    hit: Hit
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]


def answer(
    results: Results,
    gate: Gate,
    *,
    threshold: float,
    perhaps: float,
    max_quotes: int,
    started: float,
) -> Answer:
    """Answer by quoting, show what might answer, or refuse.

    From `threshold` on the answer is claimed, from `perhaps` on its passages are shown with their
    quotes. `started` is the `perf_counter` of the question's arrival.
    """
    confidence = gate.confidence(results.evidence) if results.hits else 0.0
    status: Status = "answered" if confidence >= threshold else "perhaps"
    citations: tuple[Citation, ...] = ()
    if results.hits and confidence >= min(threshold, perhaps):
        kind = asked_kind(results.question)
        citations = _cite(results, kind, _choose(_units(results, kind), max_quotes))
    claimed = citations if status == "answered" else ()
    return Answer(
        question=results.question,
        status=status if citations else "refused",
        text=" ".join(f"{one.quote} [{one.number}]" for one in claimed),
        citations=citations,
        confidence=confidence,
        engine="extractive",
        hits=results.hits,
        seconds=perf_counter() - started,
        changes=results.changes,
        scope=results.scope,
    )


# --- What may be quoted ------------------------------------------------------------------------


def _units(results: Results, kind: Kind) -> list[_Unit]:
    """Score all that may be quoted of the first passages."""
    # A reranker may have put them in an order of its own: the first is behind nothing.
    scores = sorted((hit.score for hit in results.hits), reverse=True)
    found = []
    before: set[str] = set()
    considered = zip(results.hits[:_PASSAGES], results.sentences, scores, strict=False)
    for hit, cosines, score in considered:
        spans = split_sentences(hit.passage.text)
        behind = _RANK * (scores[0] - score)
        before = before if hit.reply else set()
        above = set(terms(f"{hit.passage.subject} {hit.passage.title_line}"))
        for unit, cosine in _joined(hit, spans, cosines.tolist()):
            own = set(terms(unit.text))
            answers = _COSINE * cosine + _in_words(results, own, above, before) - behind
            answers += _KIND * any(answering_spans(kind, results.question, unit.text))
            answers -= _ASKING * unit.text.endswith("?")
            titled = is_title(hit.passage, unit.text)
            found.append(replace(unit, score=answers - _TITLE * titled))
            before = set() if titled else own
    return found


def _in_words(results: Results, own: set[str], above: set[str], before: set[str]) -> float:
    """Return what a unit's words bring, then those above it, then those of the one before."""
    coverage = results.asked.coverage
    inside, titled, led = coverage(own), coverage(own | above), coverage(own | above | before)
    return _COVERAGE * inside + _ABOVE * (titled - inside) + _BEFORE * (led - titled)


def _joined(
    hit: Hit, spans: Sequence[tuple[int, int]], cosines: Sequence[float]
) -> Iterator[tuple[_Unit, float]]:
    """Yield sentences with their cosines, a line that announces another joined to it."""
    text = hit.passage.text
    at = 0
    while at < len(spans):
        start, end = spans[at]
        cosine = cosines[at]
        following = spans[at + 1] if at + 1 < len(spans) else None
        if following and _announces(hit, text[start:end], text[slice(*following)]):
            end, cosine = following[1], max(cosine, cosines[at + 1])
            at += 1
        yield _Unit(hit, start, end, 0.0), cosine
        at += 1


def _announces(hit: Hit, line: str, following: str) -> bool:
    """Tell whether a line says what the next gives: "Pénalité de retard", then "150 € par jour"."""
    # A number alone is a page's; with its unit, it is a figure.
    says = any(one.isalpha() or one in "€%" for one in following)
    if is_title(hit.passage, line) or not says:
        return False
    if line.endswith(":"):
        return True
    if not (_is_fragment(line) and _is_fragment(following)):
        return False
    return _has_digit(following) and not _has_digit(line)


def _is_fragment(line: str) -> bool:
    return len(words(line)) <= _FRAGMENT and not line.endswith(_ENDS)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


# --- What is quoted ----------------------------------------------------------------------------


def _choose(units: Sequence[_Unit], most: int) -> list[_Unit]:
    """Keep the best unit and those nearly as good, once each, in reading order."""
    best = max(one.score for one in units)
    chosen: list[_Unit] = []
    said: set[tuple[str, ...]] = set()
    for one in sorted(units, key=lambda one: -one.score):
        content = tuple(words(one.text))
        if one.score >= best - _NEAR and content not in said and len(chosen) < most:
            said.add(content)
            chosen.append(_understandable(one))
    return sorted(chosen, key=lambda one: (one.hit.rank, one.start))


def _understandable(unit: _Unit) -> _Unit:
    """Return a unit with the sentence that it can't be understood without.

    That is the one before a pronoun, and the one below a title.
    """
    passage = unit.hit.passage
    if is_title(passage, unit.text):
        below = split_sentences(passage.text[unit.end :])
        return replace(unit, end=unit.end + below[0][1]) if below else unit
    if not _LEANS.match(unit.text):
        return unit
    spans = split_sentences(passage.text[: unit.start])
    lines = passage.text[: unit.start].rstrip(" ")
    if not spans or lines.endswith("\n"):
        return unit
    return replace(unit, start=spans[-1][0])


def _cite(results: Results, kind: Kind, chosen: Sequence[_Unit]) -> tuple[Citation, ...]:
    """Number the quotes; units that follow one another, or overlap, are one quote."""
    spans: list[tuple[Hit, int, int]] = []
    for _, group in groupby(chosen, key=lambda one: one.hit.rank):
        for one in group:
            if spans and spans[-1][0] is one.hit and not _between(one.hit, spans[-1][2], one.start):
                hit, start, end = spans[-1]
                spans[-1] = (hit, min(start, one.start), max(end, one.end))
            else:
                spans.append((one.hit, one.start, one.end))
    return tuple(
        Citation(
            number, hit.passage, hit.title, start, end, hit.automatic,
            tuple(_marked(results, kind, hit.passage.text, start, end)),
        )
        for number, (hit, start, end) in enumerate(spans, start=1)
    )  # fmt: skip


def _marked(
    results: Results, kind: Kind, text: str, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield the spans of the answering words: what is asked for, else the question's own words."""
    own = text[start:end]
    answering = [] if kind == "reason" else list(answering_spans(kind, results.question, own))
    if not answering:
        answering = [
            (first, last)
            for first, last in telling_spans(own)
            if set(terms(own[first:last])) & results.asked.weights.keys()
        ]
    for first, last in answering:
        yield start + first, start + last


def _between(hit: Hit, end: int, start: int) -> str:
    return hit.passage.text[end:start].strip()
