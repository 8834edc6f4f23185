"""Passages laid out to be read: what was said by sentences, what was written by blocks.

Pure functions. What is quoted is marked in each sentence, line, item or cell that has some of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.i18n import Language
from assistant.i18n.places import in_notes, place_in_words
from assistant.records.documents import Passage
from assistant.web.documents.transcript import MarkedText, lines_in, marked_in
from assistant.web.shared.quote_blocks import QuoteBlock, quote_blocks
from assistant.web.shared.sources import heading_of


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A sentence, from second `first` to second `last`, what is quoted of it marked."""

    first: float
    last: float
    text: MarkedText


@dataclass(frozen=True, slots=True)
class PassageBox:
    """A passage as the page shows it.

    `heading` and `speaker` are empty where the passage before has the same; who speaks is said of
    the passage asked for all the same. Of what was said there are `lines`, else `blocks`, the first
    of which may be its title.
    """

    heading: str
    place: str
    speaker: str
    lines: Sequence[SpokenLine]
    blocks: Sequence[QuoteBlock]
    is_asked: bool


def passage_boxes(
    passages: Sequence[Passage],
    shown: range,
    asked: int,
    quoted: tuple[int, int],
    facts: Mapping[str, str],
    language: Language,
) -> Iterator[PassageBox]:
    """Yield the passages `shown` of a document, each heading once and each speaker in a row.

    Of the one at `asked`, characters `quoted` are marked; the same number twice: none.
    """
    heading = speaker = ""
    for at in shown:
        passage = passages[at]
        newer = heading_of(passage, facts)
        # A slide's text begins with its heading: once is enough.
        is_titled = bool(newer) and passage.text.startswith(newer)
        begins = newer if newer != heading and not is_titled else ""
        # Where its place says that it is notes, nobody speaks.
        whose = passage.speaker
        span = quoted if at == asked else (0, 0)
        is_spoken = passage.place.kind == "second"
        yield PassageBox(
            heading=begins,
            place=place_in_words(passage.place, language, notes=in_notes(passage)),
            speaker=whose if whose != speaker or begins or at == asked else "",
            lines=_lines(passage, span) if is_spoken else (),
            blocks=() if is_spoken else _blocks(passage, span, is_titled=is_titled),
            is_asked=at == asked,
        )
        heading, speaker = newer, whose


def _lines(passage: Passage, quoted: tuple[int, int]) -> list[SpokenLine]:
    return [
        SpokenLine(line.first, line.last, marked_in(line, quoted)) for line in lines_in(passage)
    ]


def _blocks(passage: Passage, quoted: tuple[int, int], *, is_titled: bool) -> list[QuoteBlock]:
    """Return the words of what was written, laid out."""
    marked = [quoted] if quoted[1] > quoted[0] else []
    return quote_blocks(passage.text, marked, is_titled=is_titled)
