"""What was said of a theme, or in a session: a wide search → its most telling excerpts.

In: many hits of a theme, with the cosine of each of their sentences. Out: excerpts of a sentence or
two that speak of the theme and tell something by themselves (`telling`), no two of which say the
same; the session devoted to the theme first, or in reading order where one session is summed up.
Whether there is an answer depends on how much of the corpus speaks of the theme, not on how well
one passage answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from assistant.i18n.places import in_notes
from assistant.index.generation import SearchIndex
from assistant.query.intent import Inquiry
from assistant.query.titles import Named, entitled, named_in
from assistant.records import Answer, Citation, Filters, Hit, Session, Status
from assistant.retrieval.answerability import Gate
from assistant.retrieval.search import Results
from assistant.retrieval.telling import leans, telling, trait_weight
from assistant.retrieval.titles import is_title
from assistant.text.analysis import fold, split_sentences, telling_spans, terms, words
from assistant.text.lexicon import Lexicon

#: Passages looked at for an overview, and of a session that is summed up.
WIDE = 48
WHOLE = 200
#: At most so many excerpts, and so many words in all.
MOST_EXCERPTS = 8
MOST_WORDS = 300
#: An excerpt of fewer words takes the next sentences along; none is longer than so many.
_ENOUGH = 35
_LONGEST = 60
#: What makes an excerpt worth showing, in logits: logistic regression over the sentences of
#: forum-dev's broad questions (does it hold a nugget?). In five folds over questions, the vital
#: nuggets shown are .34 of all; .24 where cosines alone choose.
_BELOW_BEST = -21.9  # for each point of cosine that it is below the best sentence found
_BEHIND = -9.6  # … of score that its passage is behind the best passage
_RANK = -0.49  # times the logarithm of its passage's rank
_LENGTH = 0.61  # times the logarithm of its words
_SHARE = 0.92  # times the share of what was found that is of its session
#: By hand: a section that sums up counts for more, and so does a session that the theme is the
#: subject of; one more excerpt of the same session counts for less.
_SUMS_UP = 1.5
_DEVOTED = 1.0
_AGAIN = 0.1
#: An excerpt is about the theme where it holds so much of its words, or they stand above it.
_ABOUT = 0.5
#: With fewer excerpts that hold the theme's words, those that are near in meaning count too.
_ENOUGH_ABOUT = 3
#: How fast what a passage counts for in its session's share falls with its score.
_FALL = 30.0
#: Two excerpts that share so much of their terms say the same.
_ALIKE = 0.6
#: Headings under which documents sum up.
_SYNTHESIS = re.compile(
    r"\b(?:a retenir|retenons|conclusions?|synthese|recommandations?|en resume|bilan|points? cles?"
    r"|engagements?|conseils?|enseignements?|lecons?|takeaways|summary)\b"
)
#: A theme is spoken of where the best passage holds so much of its words, by weight, and the
#: first three so much on average. On forum-dev, absent themes reach .55 and .52 at most.
_HELD = 0.7
_HELD_BY_THREE = 0.5


#: What is searched to sum up a whole event.
_EVENT = "synthèse, conclusions, engagements et recommandations : ce que nous retenons"


class Finding(Protocol):
    """What an overview needs of `pipeline.Retriever`."""

    @property
    def index(self) -> SearchIndex:
        """The index searched."""

    @property
    def gate(self) -> Gate:
        """What judges whether the corpus answers."""

    @property
    def lexicon(self) -> Lexicon:
        """What words are called otherwise."""

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of the index."""

    def find(self, question: str, *, k: int, filters: Filters, own: str = "") -> Results:
        """Return the at most `k` best passages."""


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """What may be shown: characters `start`..`end` of a hit's passage, of a `session`."""

    hit: Hit
    start: int
    end: int
    session: str
    score: float
    said: frozenset[str]
    is_about: bool

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]

    @property
    def place(self) -> tuple[str, int, int]:
        return self.hit.passage.document_id, self.hit.passage.ordinal, self.start


def broad_answer(
    question: str,
    inquiry: Inquiry,
    retriever: Finding,
    filters: Filters,
    *,
    threshold: float,
    perhaps: float,
    started: float,
) -> Answer | None:
    """Answer with excerpts; None for a list that one passage answers better."""
    named = _named(inquiry, retriever)
    theme, within = _searched(inquiry, named, filters)
    is_whole = named is not None and not named.theme
    k = WHOLE if is_whole and named and not named.is_event else WIDE
    results = retriever.find(theme, k=k, filters=within)
    confidence = retriever.gate.confidence(results.evidence) if results.hits else 0.0
    spoken = is_whole or is_spoken_of(results)
    if inquiry.is_gathered and not spoken and confidence < perhaps:
        return None
    status: Status = "refused"
    if results.hits and (spoken or confidence >= (perhaps if inquiry.is_gathered else threshold)):
        status = "answered"
    documents = retriever.index.documents()
    citations = cite_overview(
        results,
        lambda id_: documents[id_].facts.get("session", ""),
        [one.id for one in entitled(theme, retriever.sessions, retriever.lexicon)],
        in_order=is_whole and named is not None and not named.is_event,
    ) if status == "answered" else ()  # fmt: skip
    return Answer(
        question=question,
        status=status if citations else "refused",
        text=" ".join(f"{one.quote} [{one.number}]" for one in citations),
        citations=citations,
        confidence=max(confidence, threshold) if citations else min(confidence, perhaps),
        engine="extractive",
        hits=results.hits[:10],
        seconds=perf_counter() - started,
        changes=() if is_whole else results.changes,
        scope=_scope(inquiry, named) or results.scope,
        intent=inquiry.intent,
    )


def _named(inquiry: Inquiry, retriever: Finding) -> Named | None:
    """Return the sessions, or the event, that a question is about as a whole."""
    asked = inquiry.subject or inquiry.theme
    named = named_in(asked, retriever.sessions, retriever.lexicon)
    if named is None or (named.is_event and inquiry.intent == "list"):
        return None
    # "La voirie" is a theme, though a session's title has it: others may speak of it too.
    is_theme = inquiry.intent != "summary" and not named.is_event
    return None if is_theme else named


def _searched(inquiry: Inquiry, named: Named | None, filters: Filters) -> tuple[str, Filters]:
    """Return what is searched, and where."""
    if named is None:
        return inquiry.theme, filters
    if named.is_event:
        return named.theme or _EVENT, filters
    within = replace(filters, sessions=tuple(one.id for one in named.sessions))
    return named.theme or _titles(named.sessions), within


def _titles(sessions: Sequence[Session]) -> str:
    return " ; ".join(one.title or one.id.rpartition("/")[2] for one in sessions[:3])


def _scope(inquiry: Inquiry, named: Named | None) -> tuple[str, ...]:
    """Return the words that said where to look."""
    return (inquiry.subject,) if named and not named.is_event and inquiry.subject else ()


def is_spoken_of(results: Results) -> bool:
    """Tell whether a theme is treated: by how much of its words the best passages hold."""
    held = sorted(
        (
            results.asked.coverage(
                set(terms(f"{hit.passage.text} {hit.passage.context} {hit.title}"))
            )
            for hit in results.hits[:20]
        ),
        reverse=True,
    )
    return bool(held) and held[0] >= _HELD and sum(held[:3]) / 3 >= _HELD_BY_THREE


def cite_overview(
    results: Results,
    session_of: Callable[[str], str],
    devoted: Sequence[str] = (),
    *,
    in_order: bool = False,
) -> tuple[Citation, ...]:
    """Quote the excerpts that tell most of a theme, numbered.

    Sessions that are `devoted` to it come first, then those that say most; or, `in_order`, all in
    reading order.
    """
    found = [*_candidates(results, session_of, devoted)]
    about = [one for one in found if one.is_about or one.session in devoted]
    chosen = _chosen(found if in_order or len(about) < _ENOUGH_ABOUT else about)
    best = {one.session: one.score for one in sorted(chosen, key=lambda one: one.score)}

    def position(one: _Excerpt) -> tuple[bool, float, tuple[str, int, int]]:
        first = in_order or one.session in devoted
        return not first, 0.0 if in_order else -best[one.session], one.place

    return tuple(
        Citation(
            number, one.hit.passage, one.hit.title, one.start, one.end, one.hit.automatic,
            tuple(_marked(results, one)),
        )
        for number, one in enumerate(sorted(chosen, key=position), start=1)
    )  # fmt: skip


# --- What may be shown ---------------------------------------------------------------------------


def _candidates(
    results: Results, session_of: Callable[[str], str], devoted: Sequence[str]
) -> Iterator[_Excerpt]:
    """Yield every sentence that tells something, with what it needs around it."""
    if not results.hits:
        return
    best = max(hit.score for hit in results.hits)
    nearest = max(float(cosines.max(initial=-1.0)) for cosines in results.sentences)
    shares = _shares(results, session_of)
    for hit, cosines in zip(results.hits, results.sentences, strict=True):
        if in_notes(hit.passage):
            continue
        spans = split_sentences(hit.passage.text)
        head = {*terms(hit.passage.context), *terms(hit.passage.title_line)}
        session = session_of(hit.passage.document_id)
        above = _BEHIND * (best - hit.score) + _RANK * math.log(hit.rank)
        above += _SHARE * shares[session] + _SUMS_UP * _sums_up(hit)
        above += _DEVOTED * (session in devoted)
        for at, (start, end) in enumerate(spans):
            text = hit.passage.text[start:end]
            if telling(text, title=is_title(hit.passage, text)).empty:
                continue
            score = above + _BELOW_BEST * (nearest - float(cosines[at])) + trait_weight(text)
            score += _LENGTH * math.log(1 + len(words(text)))
            grown = _grown(hit, spans, at)
            said = frozenset(terms(hit.passage.text[slice(*grown)]))
            is_about = results.asked.coverage(said | head) >= _ABOUT
            yield _Excerpt(hit, *grown, session, score, said, is_about)


def _shares(results: Results, session_of: Callable[[str], str]) -> dict[str, float]:
    """Return which share of what was found is of each session."""
    best = max(hit.score for hit in results.hits)
    found: dict[str, float] = {}
    for hit in results.hits:
        session = session_of(hit.passage.document_id)
        found[session] = found.get(session, 0.0) + math.exp(-_FALL * (best - hit.score))
    total = sum(found.values())
    return {session: one / total for session, one in found.items()}


def _sums_up(hit: Hit) -> bool:
    """Tell whether a passage stands under a heading that sums up."""
    heading = hit.passage.context.rpartition("›")[2]
    return _SYNTHESIS.search(fold(f"{heading} {hit.passage.title_line}")) is not None


def _grown(hit: Hit, spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
    """Return a sentence with what it can't be understood without, or is too short without."""
    text = hit.passage.text
    first = last = at
    if at and leans(text[slice(*spans[at])]) and "\n" not in text[spans[at - 1][1] : spans[at][0]]:
        first -= 1
    while last + 1 < len(spans) and len(words(text[spans[first][0] : spans[last][1]])) < _ENOUGH:
        following = text[slice(*spans[last + 1])]
        longer = len(words(text[spans[first][0] : spans[last + 1][1]]))
        empty = telling(following, title=is_title(hit.passage, following)).empty
        if longer > _LONGEST or empty not in ("", "fragment"):
            break
        last += 1
    return spans[first][0], spans[last][1]


# --- What is shown -------------------------------------------------------------------------------


def _chosen(candidates: list[_Excerpt]) -> list[_Excerpt]:
    """Choose one after the other, each the best of what says something else than those before."""
    chosen: list[_Excerpt] = []
    count = 0
    while candidates and len(chosen) < MOST_EXCERPTS:
        one = max(
            candidates,
            key=lambda one: one.score - _AGAIN * sum(o.session == one.session for o in chosen),
        )
        candidates.remove(one)
        length = len(words(one.text))
        fits = count + length <= MOST_WORDS or not chosen
        if fits and not any(_is_same(one, other) for other in chosen):
            chosen.append(one)
            count += length
    return chosen


def _is_same(one: _Excerpt, other: _Excerpt) -> bool:
    """Tell whether two excerpts are the same words, or say the same in nearly the same words."""
    if one.hit is other.hit and one.start < other.end and other.start < one.end:
        return True
    return len(one.said & other.said) > _ALIKE * min(len(one.said), len(other.said))


def _marked(results: Results, one: _Excerpt) -> Iterator[tuple[int, int]]:
    """Yield the spans of the theme's own words in an excerpt."""
    for first, last in telling_spans(one.text):
        if set(terms(one.text[first:last])) & results.asked.weights.keys():
            yield one.start + first, one.start + last
