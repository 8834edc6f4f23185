"""The page that shows a passage where it stands: passages of one document → an HTML page.

Pure functions. The page is ours from end to end: no Gradio, no script needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.i18n import Language, say
from assistant.i18n.places import clock, in_notes, place_in_words
from assistant.records import Passage
from assistant.web.documents.player import MarkedText, marked, marked_in
from assistant.web.documents.transcript import TranscriptLine, lines_in
from assistant.web.shared.addresses import passage_address, session_address
from assistant.web.shared.figures import Figure
from assistant.web.shared.sources import Link, Listening, heading_of
from assistant.web.shared.templates import render

#: How many passages are shown on each side of the one asked for.
NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the page shows: `passages` of a document, the one at `index` asked for.

    Characters `start`..`end` of that passage are marked, none when they are the same. `is_lost`
    tells that the passage asked for is no longer there, and that another stands for it.
    `listening` is how to hear it, None where there is no recording. `figure` is the picture of the
    page where the passage asked for stands. `spoken` is the document's language, empty where it
    is not known; `language` that of the page.
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


@dataclass(frozen=True, slots=True)
class PassagePart:
    """Some of a passage's text, with what is quoted of it; `line` where a player follows it."""

    text: MarkedText
    line: TranscriptLine | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Parts of a passage's text in a row, marked as a whole or not."""

    parts: Sequence[PassagePart]
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class PassageBox:
    """A passage as the page shows it.

    `heading` is empty where the passage before has it. `second` is where it can be played from,
    None where it can't be.
    """

    heading: str
    place: str
    second: float | None
    speaker: str
    text: Sequence[Run]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Move:
    """The way to the place before or after: "prev" or "next"."""

    relation: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class PassagePage:
    """The page of a passage; `is_marked` tells that words are quoted of the one asked for.

    `session` is the address of the page of its session, empty where it has none.
    """

    title: str
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
    passages: Sequence[PassageBox]


def reading_page(reading: PassageReading) -> str:
    """Return the page of a passage: the document's passages around it, the quote marked."""
    asked = reading.passages[reading.index]
    session = reading.facts.get("session", "")
    page = PassagePage(
        title=reading.title,
        session=session_address(session, reading.language) if session else "",
        place=place_in_words(asked.place, reading.language, notes=in_notes(asked)),
        trail=reading.trail,
        notice=reading.notice,
        links=reading.links,
        listening=reading.listening,
        figure=reading.figure,
        spoken=reading.spoken,
        is_lost=reading.is_lost,
        is_marked=reading.end > reading.start,
        moves=_moves(reading),
        passages=[*_passages(reading)],
    )
    return render("documents/passage.html", reading.language, page=page)


def _passages(reading: PassageReading) -> Iterator[PassageBox]:
    """Yield the passages around the one asked for, each heading once."""
    heading = ""
    first = max(0, reading.index - NEIGHBOURS)
    last = min(len(reading.passages), reading.index + NEIGHBOURS + 1)
    for position in range(first, last):
        passage = reading.passages[position]
        newer = heading_of(passage, reading.facts)
        # A slide's text begins with its heading: once is enough.
        begins = newer != heading and not passage.text.startswith(newer)
        yield _passage(reading, position, newer if begins else "")
        heading = newer


def _passage(reading: PassageReading, position: int, heading: str) -> PassageBox:
    """Return one passage: its heading where it begins one, its place, its text."""
    passage = reading.passages[position]
    is_asked = position == reading.index
    span = (reading.start, reading.end) if is_asked else (0, 0)
    is_of_notes, is_spoken = in_notes(passage), passage.place.kind == "second"
    place = place_in_words(passage.place, reading.language, notes=is_of_notes)
    return PassageBox(
        heading=heading,
        place=clock(passage.place.first) if is_spoken else place,
        second=passage.place.first if is_spoken and reading.listening else None,
        speaker=say("page.speaker_notes", reading.language) if is_of_notes else passage.speaker,
        text=_text(passage, span, follows=reading.listening is not None),
        is_asked=is_asked,
    )


def _text(passage: Passage, quoted: tuple[int, int], *, follows: bool) -> list[Run]:
    """Return a passage's text, its characters `quoted` marked, each line known to a player."""
    if not follows or passage.place.kind != "second":
        return [Run([PassagePart(marked(passage.text, quoted))])]
    lines = [*lines_in(passage)]
    start, end = quoted
    # Whole sentences are one mark; else each line marks what of it is quoted.
    is_whole = start in {line.start for line in lines} and end in {line.end for line in lines}
    if not is_whole:
        return [Run(_parts(passage.text, lines, (0, len(passage.text)), quoted))]
    spans = ((0, start), (start, end), (end, len(passage.text)))
    return [Run(_parts(passage.text, lines, span), is_marked=span == quoted) for span in spans]


def _parts(
    text: str,
    lines: Sequence[TranscriptLine],
    span: tuple[int, int],
    quoted: tuple[int, int] = (0, 0),
) -> list[PassagePart]:
    """Return what stands in a span of a text: its lines, and what is between them."""
    reached, end = span
    parts = []
    for line in lines:
        if reached <= line.start and line.end <= end:
            parts.append(PassagePart(marked(text[reached : line.start])))
            parts.append(PassagePart(marked_in(line, quoted), line))
            reached = line.end
    return [*parts, PassagePart(marked(text[reached:end]))]


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
