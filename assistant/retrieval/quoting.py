"""`Results` → `Answer`: the excerpts that answer, quoted word for word, or a refusal.

Every passage considered competes: `sentences` says how well each of their sentences answers,
`excerpts` which run of them stands alone. Every quote is cut out of its passage by character
offsets, so it can't say anything else than the document does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from assistant.query.answer_spans import answering_spans, beside_counted
from assistant.query.answer_type import (
    Kind,
    asked_kind,
    asks_list,
    asks_several,
    counted_terms,
)
from assistant.records.answers import Answer, Citation, Status
from assistant.retrieval.answerability import Gate
from assistant.retrieval.claims import tells_enough
from assistant.retrieval.clauses import clauses_that_answer
from assistant.retrieval.excerpts import QuoteSpan, excerpt
from assistant.retrieval.layout import (
    MOST_SECONDS,
    MOST_WORDS,
    characters,
    list_around,
)
from assistant.retrieval.search import Results
from assistant.retrieval.sentences import Candidate, best_first
from assistant.retrieval.table_rows import table_rows
from assistant.retrieval.telling import ENDLESS
from assistant.text.analysis import telling_spans, terms, words

#: Sentences this near to the best, in logits, are quoted too.
_NEAR = 1.5
#: The first slide of a deck has no more lines where it only says what the deck is.
_COVER_LINES = 3
#: How far below the threshold what may not be claimed comes.
_UNCLAIMED = 0.01
#: What is quoted after the first holds so much of what that holds of what is asked.
_ALSO = 0.7
#: What standing in a list counts for where a list is asked for, in logits.
_LISTED = 1.5
#: Two excerpts that share so much of their words say the same.
_ALIKE = 0.9


def answer(
    results: Results,
    gate: Gate,
    *,
    threshold: float,
    perhaps: float,
    max_quotes: int,
    started: float,
    claims: bool = True,
) -> Answer:
    """Answer by quoting, show what might answer, or refuse; nothing is claimed unless `claims`.

    From `threshold` on the answer is claimed, from `perhaps` on its passages are shown with their
    quotes. `started` is the `perf_counter` of the question's arrival.
    """
    confidence = gate.confidence(results.evidence) if results.hits else 0.0
    if not claims:
        confidence = min(confidence, perhaps)
    kind = asked_kind(results.asks)
    least = min(threshold, perhaps)
    chosen = _choose(results, kind, max_quotes) if results.hits and confidence >= least else []
    if confidence >= threshold and chosen and not tells_enough(results, kind, chosen[0]):
        confidence = max(0.0, threshold - _UNCLAIMED)
    status: Status = "answered" if claims and confidence >= threshold else "perhaps"
    citations = _cite(results, kind, chosen) if confidence >= least else ()
    claimed = citations if status == "answered" else ()
    return Answer(
        question=results.question,
        status=status if citations else "refused",
        text=" ".join(one.numbered for one in claimed),
        citations=citations,
        confidence=confidence,
        engine="extractive",
        hits=best_first(results.hits, results.candidates),
        seconds=perf_counter() - started,
        changes=results.changes,
        scope=results.scope,
    )


def citation_of(results: Results, one: Candidate, number: int) -> Citation:
    """Return the citation of the excerpt around a sentence."""
    kind = asked_kind(results.asks)
    (found,) = _cite(results, kind, [_excerpt(results, kind, one, several=False)])
    return replace(found, number=number)


# --- What is quoted ----------------------------------------------------------------------------


def _choose(results: Results, kind: Kind, most: int) -> list[QuoteSpan]:
    """Return the excerpt around the best sentence, then those around others nearly as good."""
    several = asks_several(results.question)
    is_list = asks_list(results.question)
    found = _listed_first(results.candidates) if is_list else list(results.candidates)
    found.sort(key=lambda one: -one.score)
    # What only holds an event together is quoted where there is nothing else.
    telling = [one for one in found if not (one.clues.empty or _is_cover(one))] or found
    least = telling[0].score - _NEAR if telling else 0.0
    told = _ALSO * results.asked.coverage(telling[0].read) if telling else 0.0
    chosen: list[QuoteSpan] = []
    said: list[set[str]] = []
    for one in telling:
        if one.score < least:
            break
        own = _excerpt(results, kind, one, several=several)
        content = set(words(own.text))
        joined = next((at for at, other in enumerate(chosen) if own.touches(other)), None)
        near = next((at for at, other in enumerate(chosen) if _is_one(other, own)), None)
        if near is not None:
            chosen[near] = chosen[near].with_(own)
        elif joined is not None or results.asked.coverage(one.read) < told:
            continue
        elif len(chosen) < most and not any(_alike(content, other) for other in said):
            chosen.append(own)
            said.append(content)
    return _apart(chosen)


def _is_cover(one: Candidate) -> bool:
    """Tell whether a sentence stands on the first slide of a deck, which only says its title."""
    passage = one.hit.passage
    lines = passage.text.split("\n")
    return (
        passage.ordinal == 0
        and passage.place.kind in ("slide", "page")
        and bool(passage.title_line)
        and len(lines) <= _COVER_LINES
        and not any(one.isdigit() for one in passage.text)
        and not any(line.endswith((".", "!", ":")) for line in lines)
    )


def _listed_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return sentences, those of a list standing higher: it answers who asks for one."""
    least = max((one.score for one in candidates), default=0.0) - _LISTED - _NEAR
    return [
        replace(one, score=one.score + _LISTED)
        if one.score >= least and list_around(one.laid, one.at)
        else one
        for one in candidates
    ]


def _apart(chosen: Sequence[QuoteSpan]) -> list[QuoteSpan]:
    """Return excerpts of which none holds a part of another, and no two make one together."""
    kept: list[QuoteSpan] = []
    for one in chosen:
        whole = next((at for at, other in enumerate(kept) if _is_one(other, one)), None)
        if whole is not None:
            kept[whole] = kept[whole].with_(one)
            continue
        if not any(one.hit is other.hit and one.start < other.end and other.start < one.end
                   for other in kept):  # fmt: skip
            kept.append(one)
    return kept


def _excerpt(results: Results, kind: Kind, one: Candidate, *, several: bool) -> QuoteSpan:
    above = set(terms(f"{one.hit.passage.subject} {one.hit.passage.title_line}"))
    first, last = excerpt(
        one.laid,
        one.at,
        several=several,
        answers=_holding(kind, results.asks),
        told=lambda found: results.asked.coverage(found | above),
    )
    start, end = characters(one.laid, first, last)
    if first == last and len(one.laid.texts[first].split()) > ENDLESS:
        start, end = clauses_that_answer(results.asked, kind, results.asks, one.laid, first)
    read = one.read.union(above, terms(one.hit.passage.text[start:end]))
    return QuoteSpan(one.hit, start, end, read, all(one.laid.titles[first : last + 1]))


def _holding(kind: Kind, question: str) -> Callable[[str], bool] | None:
    """Return what tells whether a text holds the kind of thing asked for; None without a kind."""
    if not kind:
        return None
    return lambda text: any(answering_spans(kind, question, text))


def _is_one(one: QuoteSpan, other: QuoteSpan) -> bool:
    """Tell whether two excerpts of a passage are short enough to be quoted as one."""
    if one.hit is not other.hit:
        return False
    both = one.with_(other)
    if "\n" in both.text and not one.touches(other):
        return False
    place = both.hit.passage.place_of(both.start, both.end)
    is_long = place.kind == "second" and place.last - place.first > MOST_SECONDS
    return _is_short(both) and not is_long


def _is_short(one: QuoteSpan) -> bool:
    return len(one.text.split()) <= MOST_WORDS


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= _ALIKE * min(len(one), len(other))


def _cite(results: Results, kind: Kind, chosen: Sequence[QuoteSpan]) -> tuple[Citation, ...]:
    """Number the quotes, the one that answers best first."""
    return tuple(
        Citation(
            number, one.hit.passage, one.hit.title, one.start, one.end, one.hit.automatic,
            _by_cue(results, one, _marked(results, kind, one)),
            table_rows(one.text),
        )
        for number, one in enumerate(chosen, start=1)
    )  # fmt: skip


def _by_cue(
    results: Results, one: QuoteSpan, marked: Iterable[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return the spans of answering words; of speech, those whose cue has most of what is asked."""
    passage = one.hit.passage
    if passage.place.kind != "second":
        return tuple(marked)
    bounds = [*(mark.offset for mark in passage.marks), len(passage.text)]

    def told(span: tuple[int, int]) -> float:
        at = bisect_right(bounds, span[0]) - 1
        cue = passage.text[bounds[at] : bounds[at + 1]] if passage.marks else passage.text
        return results.asked.coverage(set(terms(cue)))

    return tuple(sorted(marked, key=lambda span: -told(span)))


def _marked(results: Results, kind: Kind, one: QuoteSpan) -> Iterator[tuple[int, int]]:
    """Yield the spans of the answering words: what is asked for, else the question's own words."""
    start, own = one.start, one.text
    answering = [] if kind == "reason" else list(answering_spans(kind, results.asks, own))
    if kind == "number":
        counted = counted_terms(results.asks)
        answering = [span for span in answering if beside_counted(counted, own, *span)] or answering
    if not answering:
        answering = [
            (first, last)
            for first, last in telling_spans(own)
            if set(terms(own[first:last])) & results.asked.weights.keys()
        ]
    for first, last in answering:
        yield start + first, start + last
