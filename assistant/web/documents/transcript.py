"""A transcript in lines: passages of a recording → each sentence with its seconds, and captions.

Pure functions. A line is what one mark of a passage covers, most often a sentence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.readers.speech.turns import AUTOMATIC_NOTE
from assistant.readers.speech.webvtt import cue_text, cue_times
from assistant.records.documents import Automatic, Passage

#: A caption of two rows, as television does it; in characters.
CAPTION_CHARACTERS = 84
#: Browsers show no caption that ends when it begins.
SHORTEST_CAPTION_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """Characters `start`..`end` of a passage, said from second `first` to second `last`."""

    passage: Passage
    start: int
    end: int
    first: float
    last: float

    @property
    def text(self) -> str:
        """The words said, verbatim."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with what is quoted of it, empty where nothing is."""

    before: str
    quoted: str = ""
    after: str = ""


def lines_of(passages: Sequence[Passage]) -> tuple[TranscriptLine, ...]:
    """Return the lines of a recording's passages in order of time; none of another document."""
    spoken = [passage for passage in passages if passage.place.kind == "second"]
    lines = [line for passage in spoken for line in lines_in(passage)]
    return tuple(sorted(lines, key=lambda line: line.first))


def lines_in(passage: Passage) -> Iterator[TranscriptLine]:
    """Yield the lines of one passage; between them, its text has spaces only."""
    begins = [(mark.offset, mark.first, mark.last) for mark in passage.marks]
    begins = begins or [(0, passage.place.first, passage.place.last)]
    ends = [*(offset for offset, _, _ in begins[1:]), len(passage.text)]
    for (offset, first, last), end in zip(begins, ends, strict=True):
        yield TranscriptLine(
            passage, offset, offset + len(passage.text[offset:end].rstrip()), first, last
        )


def line_at(lines: Sequence[TranscriptLine], second: float) -> int:
    """Return the index of the line said at `second`: the last one begun, or the first of all."""
    return max(0, bisect_right(lines, second, key=lambda line: line.first) - 1)


def marked(text: str, span: tuple[int, int] = (0, 0)) -> MarkedText:
    """Return a text with its characters `span` quoted."""
    start, end = span
    return (
        MarkedText(text) if start == end else MarkedText(text[:start], text[start:end], text[end:])
    )


def marked_in(line: TranscriptLine, quoted: tuple[int, int]) -> MarkedText:
    """Return the words of a line; `quoted` are characters of its passage."""
    start, end = (min(max(0, at - line.start), len(line.text)) for at in quoted)
    return marked(line.text, (start, end))


def captions_of(
    lines: Sequence[TranscriptLine], language: str = "", automatic: Automatic = ""
) -> str:
    """Return lines as a WebVTT file: whoever speaks named, long sentences cut in short captions.

    A text that nobody has corrected says so, as `assistant transcript` writes it.
    """
    head = ["WEBVTT", *([f"Language: {language}"] if language else [])]
    note = [f"\n{AUTOMATIC_NOTE}."] if automatic == "speech" else []
    cues = [cue for line in lines for cue in _cues(line)]
    return "\n".join((*head, *note, *cues)) + "\n"


def _cues(line: TranscriptLine) -> Iterator[str]:
    """Yield a line as cues, which share its time by their numbers of characters."""
    pieces = _pieces(line.text.split())
    last = max(line.last, line.first + SHORTEST_CAPTION_SECONDS)
    total = sum(map(len, pieces))
    speaker = " ".join(line.passage.speaker.split())
    voice = f"<v {cue_text(speaker)}>" if speaker else ""
    done = 0
    for piece in pieces:
        begins = line.first + (last - line.first) * done / total
        done += len(piece)
        ends = line.first + (last - line.first) * done / total
        yield f"\n{cue_times(begins, ends)}\n{voice}{cue_text(piece)}"


def _pieces(words: Sequence[str]) -> list[str]:
    """Put words together in captions that are short enough."""
    pieces: list[str] = []
    for word in words:
        if pieces and len(pieces[-1]) + 1 + len(word) <= CAPTION_CHARACTERS:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces
