"""The player: the lines of a recording's transcript → HTML. Pure; `player.js` makes it play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.i18n import Language
from assistant.records.documents import Passage
from assistant.web.documents.transcript import MarkedText, TranscriptLine, marked_in
from assistant.web.shared.sources import Listening
from assistant.web.shared.templates import render


@dataclass(frozen=True, slots=True)
class Transcript:
    """The lines of a recording, those at `first` to before `last` shown.

    Characters `span` of the passage `quoted` are marked. `address` is where more lines are asked
    for. `listening` is None where the recording is gone. `spoken` is the document's language,
    `language` that of the page.
    """

    lines: Sequence[TranscriptLine]
    first: int
    last: int
    quoted: Passage
    span: tuple[int, int]
    address: str
    listening: Listening | None
    spoken: str
    language: Language


@dataclass(frozen=True, slots=True)
class LineBox:
    """A line as the player lists it; `speaker` is empty where the line before has the same."""

    speaker: str
    first: float
    last: float
    text: MarkedText


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """Lines of a transcript; `before` and `after` are where more are asked for, or empty."""

    lines: Sequence[LineBox]
    before: str
    after: str
    address: str
    listening: Listening | None
    spoken: str


def panel_piece(transcript: Transcript, title: str) -> str:
    """Return the player that opens in an answer: the recording, and its lines in a box."""
    return render(
        "documents/player_panel.html",
        transcript.language,
        transcript=transcript_page(transcript),
        title=title,
    )


def items_piece(transcript: Transcript, *, before: bool = True, after: bool = True) -> str:
    """Return the lines shown as items of a list, with the ways to those `before` and `after`."""
    page = transcript_page(transcript, before=before, after=after)
    return render("documents/player_lines.html", transcript.language, transcript=page)


def transcript_page(
    transcript: Transcript, *, before: bool = True, after: bool = True
) -> TranscriptPage:
    """Return the lines shown as templates take them."""
    first, last, address = transcript.first, transcript.last, transcript.address
    is_more = after and last < len(transcript.lines)
    return TranscriptPage(
        lines=[_line(transcript, at) for at in range(first, last)],
        before=f"{address}&avant={first}" if before and first > 0 else "",
        after=f"{address}&depuis={last}" if is_more else "",
        address=address,
        listening=transcript.listening,
        spoken=transcript.spoken,
    )


def _line(transcript: Transcript, at: int) -> LineBox:
    """Return one line: who speaks where that changes, its time, its words."""
    line = transcript.lines[at]
    speaker = line.passage.speaker
    speaks_on = at > transcript.first and transcript.lines[at - 1].passage.speaker == speaker
    span = transcript.span if line.passage == transcript.quoted else (0, 0)
    return LineBox("" if speaks_on else speaker, line.first, line.last, marked_in(line, span))
