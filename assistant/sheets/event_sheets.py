"""An event's sheet, chosen out of the sheets of its sessions. Pure.

In: the sources and the choice of each session. Out: an `EventChoice`: what the event sums up
itself, the themes that come up in several sessions, the figures and the questions of the room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.records.documents import CONTEXT_SEPARATOR, Passage
from assistant.retrieval.summaries import is_summary_title
from assistant.sheets.session_sheets import Choice, Quote, Source
from assistant.sheets.themes import Excerpt, themes
from assistant.sheets.wording import alike
from assistant.text.analysis import terms

MOST_FIGURES, MOST_QUESTIONS, MOST_SYNTHESIS = 12, 10, 8

Kept = TypeVar("Kept")
#: Characters of a passage of a document: its id, then as `Quote`.
Cited = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class SessionMaterial:
    """A session as an event's sheet is made of it."""

    title: str
    sources: Sequence[Source]
    choice: Choice


@dataclass(frozen=True, slots=True)
class EventChoice:
    """What the parts of an event's sheet quote. A theme has its words and its excerpts."""

    synthesis: tuple[Cited, ...]
    themes: tuple[tuple[str, tuple[Cited, ...]], ...]
    figures: tuple[Cited, ...]
    questions: tuple[tuple[Cited, Cited], ...]


def event_choice(sessions: Mapping[str, SessionMaterial]) -> EventChoice:
    """Choose what the sheet of an event quotes; sessions are in the programme's order."""
    cuts = {session: [*_excerpts(one)] for session, one in sessions.items()}
    excerpts = {session: [told for _, told in found] for session, found in cuts.items()}
    return EventChoice(
        synthesis=tuple(_synthesis(sessions))[:MOST_SYNTHESIS],
        themes=tuple(
            (theme.words, tuple(cuts[session][at][0] for session, at in theme.excerpts.items()))
            for theme in themes(excerpts)
        ),
        figures=tuple(_turn_about([_figures(one) for one in sessions.values()], MOST_FIGURES)),
        questions=tuple(
            _turn_about([_questions(one) for one in sessions.values()], MOST_QUESTIONS)
        ),
    )


def cited(sources: Sequence[Source], quote: Quote) -> Cited:
    """Return a quote by its document's id."""
    return sources[quote.document].id, quote.ordinal, quote.start, quote.end


def _synthesis(sessions: Mapping[str, SessionMaterial]) -> Iterator[Cited]:
    """Yield what sessions sum up that are there to sum up the event: "Clôture : synthèse"."""
    for one in sessions.values():
        if is_summary_title(one.title):
            yield from (cited(one.sources, quote) for quote in one.choice.synthesis)


def _excerpts(one: SessionMaterial) -> Iterator[tuple[Cited, Excerpt]]:
    """Yield what may tell of a theme in a session: its key points and what it sums up."""
    for source in one.sources:
        for cut in (*source.digest.points, *source.digest.synthesis):
            passage = source.passages[cut.ordinal]
            excerpt = Excerpt(cut.text(passage), _heading(passage), cut.weight)
            yield (source.id, cut.ordinal, cut.start, cut.end), excerpt


def _heading(passage: Passage) -> str:
    """Return the headings above a passage that are its own: neither the event's nor the title."""
    above = passage.context.split(CONTEXT_SEPARATOR)[2:]
    own = [part for part in above if part != passage.speaker]
    return CONTEXT_SEPARATOR.join(own[1:] or own)


def _figures(one: SessionMaterial) -> list[Cited]:
    """Return the figures of a session, those worth most first, whether its points say them or not.

    Two that share an excerpt's words would be the same figure twice.
    """
    found = [
        (cut.weight, cut.text(source.passages[cut.ordinal]), source.id, cut)
        for source in one.sources
        for cut in source.digest.figures
    ]
    kept: list[Cited] = []
    said: list[frozenset[str]] = []
    for _, text, document_id, cut in sorted(found, key=lambda one: -one[0]):
        own = frozenset(terms(text))
        if not any(alike(own, other) for other in said):
            said.append(own)
            kept.append((document_id, cut.ordinal, cut.start, cut.end))
    return kept


def _questions(one: SessionMaterial) -> list[tuple[Cited, Cited]]:
    pairs = one.choice.questions
    return [(cited(one.sources, asked), cited(one.sources, reply)) for asked, reply in pairs]


def _turn_about(lists: Sequence[Sequence[Kept]], most: int) -> list[Kept]:
    """Return so many, the first of each list, then the second of each, in the lists' order."""
    taken = [0] * len(lists)
    left = most
    for rank in range(max(map(len, lists), default=0)):
        for number, one in enumerate(lists):
            if left and rank < len(one):
                taken[number] += 1
                left -= 1
    return [kept for one, count in zip(lists, taken, strict=True) for kept in one[:count]]
