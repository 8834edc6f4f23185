"""The page that shows a passage where it stands: passages of one document → an HTML page.

Pure functions. The page is ours from end to end: no Gradio, no script needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.i18n import Language, say
from assistant.i18n.places import in_notes, place_in_words
from assistant.records import Passage
from assistant.web.documents.found import FoundInDocument, found_in
from assistant.web.documents.passage_boxes import PassageBox, passage_boxes
from assistant.web.shared.addresses import (
    passage_address,
    place_asked,
    reading_address,
    session_address,
)
from assistant.web.shared.figures import Figure
from assistant.web.shared.sources import Link, Listening, heading_of
from assistant.web.shared.templates import render

#: How many passages are shown on each side of the one asked for.
NEIGHBOURS = 4
#: A document with fewer headings needs no plan; of a very long one, the plan has so many.
FEWEST_HEADINGS, MOST_HEADINGS = 3, 120


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the page shows: `passages` of a document, the one at `index` asked for.

    Characters `start`..`end` of that passage are marked, none when they are the same. `is_lost`
    tells that the passage asked for is no longer there, and that another stands for it.
    `listening` is how to hear it, None where there is no recording. `figure` is the picture of the
    page where the passage asked for stands. `words` are looked for in the document. `spoken` is
    the document's language, empty where it is not known; `language` that of the page.
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
    figure: Figure | None = None
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

    `session` is the address of the page of its session, empty where it has none. `address` is the
    page's own, in whatever language and at no place; `at` is the place, as an address says it.
    `plan` leads to the document's headings, `found` is None where no words are looked for.
    """

    title: str
    address: str
    at: str
    session: str
    place: str
    trail: Sequence[str]
    notice: str
    links: Sequence[Link]
    listening: Listening | None
    figure: Figure | None
    spoken: str
    is_lost: bool
    is_marked: bool
    moves: Sequence[Move]
    plan: Sequence[PlannedHeading]
    found: FoundInDocument | None
    passages: Sequence[PassageBox]


def reading_page(reading: PassageReading) -> str:
    """Return the page of a passage: the document's passages around it, the quote marked."""
    asked, language = reading.passages[reading.index], reading.language
    first = max(0, reading.index - NEIGHBOURS)
    last = min(len(reading.passages), reading.index + NEIGHBOURS + 1)
    session = reading.facts.get("session", "")
    page = PassagePage(
        title=reading.title,
        address=reading_address(asked.document_id, "fr"),
        at=place_asked(asked.place),
        session=session_address(session, language) if session else "",
        place=place_in_words(asked.place, language, notes=in_notes(asked)),
        trail=reading.trail,
        notice=reading.notice,
        links=reading.links,
        listening=reading.listening,
        figure=reading.figure,
        spoken=reading.spoken,
        is_lost=reading.is_lost,
        is_marked=reading.end > reading.start,
        moves=_moves(reading),
        plan=_plan(reading),
        found=found_in(reading.passages, reading.words, language) if reading.words else None,
        passages=[
            *passage_boxes(
                reading.passages,
                range(first, last),
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


def _moves(reading: PassageReading) -> list[Move]:
    """Return the ways to the place before and to the place after the one asked for."""
    asked, language = reading.passages[reading.index], reading.language
    before = next(
        (
            passage
            for passage in reversed(reading.passages[: reading.index])
            if _apart(passage, asked)
        ),
        None,
    )
    after = next(
        (passage for passage in reading.passages[reading.index + 1 :] if _apart(passage, asked)),
        None,
    )
    ways = ((before, "previous", "prev"), (after, "following", "next"))
    return [
        Move(
            relation,
            passage_address(one, language=language),
            say(
                f"page.{key}",
                language,
                place=place_in_words(one.place, language, notes=in_notes(one)),
            ),
        )
        for one, key, relation in ways
        if one is not None
    ]


def _apart(passage: Passage, other: Passage) -> bool:
    """Tell whether two passages stand at different places, a slide having several passages."""
    return passage.place != other.place
