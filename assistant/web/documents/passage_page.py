"""The page that shows a passage where it stands: passages of one document → an HTML page.

Pure functions. The page is ours from end to end: no Gradio, no script needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.i18n import Language, say
from assistant.i18n.places import in_notes, place_in_words
from assistant.records.documents import Passage
from assistant.web.documents.found import FoundInDocument, found_in
from assistant.web.documents.passage_boxes import PassageBox, passage_boxes
from assistant.web.shared.addresses import (
    passage_address,
    place_asked,
    reading_address,
    session_address,
)
from assistant.web.shared.facets import kind_words
from assistant.web.shared.figures import Figure
from assistant.web.shared.sources import Link, Listening, heading_of
from assistant.web.shared.templates import render

#: How many passages are shown on each side of the one quoted. Where nothing is quoted, as many are
#: shown from the one asked for on.
NEIGHBOURS = 4
SHOWN = 2 * NEIGHBOURS + 1
#: A document with fewer headings needs no plan; of a very long one, the plan has so many.
FEWEST_HEADINGS, MOST_HEADINGS = 3, 120


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the page shows: `passages` of a document, the one at `index` asked for.

    Characters `start`..`end` of that passage are marked, none when they are the same. `is_lost`
    tells that the passage asked for is no longer there, and that another stands for it.
    `listening` is how to hear it, None where there is no recording. `figures` are the pictures of
    the pages that are shown, by the number of their first passage. `words` are looked for in the
    document. `spoken` is the document's language, empty where it is not known; `language` that of
    the page.
    """

    title: str
    trail: tuple[str, ...]
    passages: Sequence[Passage]
    index: int
    start: int
    end: int
    links: tuple[Link, ...]
    listening: Listening | None = None
    is_lost: bool = False
    spoken: str = ""
    notice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    language: Language = "fr"
    figures: Mapping[int, Figure] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """The way to the place before or after: "prev" or "next"."""

    relation: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class PlannedHeading:
    """A heading of the document, where it stands in words, and its address."""

    words: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class PassagePage:
    """The page of a passage; `is_marked` tells that words are quoted of the one asked for.

    `kind` is what the document is, in words. `figures` are the pictures beside `passages`, None
    where there is none. `session` is the address of the page of its session, empty where it has
    none. `address` is the
    page's own, in whatever language and at no place; `at` is the place, as an address says it.
    `plan` leads to the document's headings, `found` is None where no words are looked for.
    """

    title: str
    address: str
    at: str
    session: str
    place: str
    kind: str
    trail: Sequence[str]
    notice: str
    links: Sequence[Link]
    listening: Listening | None
    figures: Sequence[Figure | None]
    spoken: str
    is_lost: bool
    is_marked: bool
    moves: Sequence[Move]
    plan: Sequence[PlannedHeading]
    found: FoundInDocument | None
    passages: Sequence[PassageBox]


def shown_of(passages: Sequence[Passage], index: int, *, is_quoted: bool) -> range:
    """Return which of a document's passages are shown: around a quote, or from where one reads.

    What follows at the same place is shown with it: a slide's notes, the rest of a page.
    """
    first = max(0, index - NEIGHBOURS) if is_quoted else index
    last = min(len(passages), index + NEIGHBOURS + 1 if is_quoted else index + SHOWN)
    most = min(len(passages), last + NEIGHBOURS)
    while last < most and passages[last].place.first == passages[last - 1].place.first:
        last += 1
    return range(first, last)


def reading_page(reading: PassageReading) -> str:
    """Return the page of a passage: the document's passages around it, the quote marked."""
    asked, language = reading.passages[reading.index], reading.language
    shown = shown_of(reading.passages, reading.index, is_quoted=reading.end > reading.start)
    session = reading.facts.get("session", "")
    page = PassagePage(
        title=reading.title,
        address=reading_address(asked.document_id, "fr"),
        at=place_asked(asked.place),
        session=session_address(session, language) if session else "",
        place=place_in_words(asked.place, language, notes=in_notes(asked)),
        kind=kind_words(reading.facts.get("kind", ""), language),
        trail=reading.trail,
        notice=reading.notice,
        links=reading.links,
        listening=reading.listening,
        figures=[reading.figures.get(at) for at in shown],
        spoken=reading.spoken,
        is_lost=reading.is_lost,
        is_marked=reading.end > reading.start,
        moves=_moves(reading, shown),
        plan=_plan(reading),
        found=found_in(reading.passages, reading.words, language) if reading.words else None,
        passages=[
            *passage_boxes(
                reading.passages,
                shown,
                reading.index,
                (reading.start, reading.end),
                reading.facts,
                language,
            )
        ],
    )
    return render("documents/passage.html", language, page=page)


def _plan(reading: PassageReading) -> list[PlannedHeading]:
    """Return the headings of the document, each where it begins; none where they are few."""
    found = [*_headings(reading)]
    if len(found) < FEWEST_HEADINGS:
        return []
    return [
        PlannedHeading(
            heading,
            place_in_words(passage.place, reading.language),
            passage_address(passage, language=reading.language),
        )
        for heading, passage in found[:MOST_HEADINGS]
    ]


def _headings(reading: PassageReading) -> Iterator[tuple[str, Passage]]:
    before = ""
    for passage in reading.passages:
        heading = heading_of(passage, reading.facts)
        if heading and heading != before:
            yield heading, passage
            before = heading


def _moves(reading: PassageReading, shown: range) -> list[Move]:
    """Return the ways to what stands before and after all that is shown."""
    ways = []
    if shown.start > 0:
        ways.append((max(0, shown.start - SHOWN), "previous", "prev"))
    if shown.stop < len(reading.passages):
        ways.append((shown.stop, "following", "next"))
    return [
        Move(relation, _read_on(reading, at), _way(reading, at, key)) for at, key, relation in ways
    ]


def _read_on(reading: PassageReading, at: int) -> str:
    """Return the address that shows the document from a passage on, as it can be told by its place.

    Of a place of several passages, the address names the one that isn't the first.
    """
    passage, language = reading.passages[at], reading.language
    if at and reading.passages[at - 1].place.first == passage.place.first:
        return passage_address(passage, language=language)
    return reading_address(passage.document_id, language, passage.place)


def _way(reading: PassageReading, at: int, key: str) -> str:
    """Say where a way leads."""
    passage, language = reading.passages[at], reading.language
    place = place_in_words(passage.place, language, notes=in_notes(passage))
    return say(f"page.{key}", language, place=place)
