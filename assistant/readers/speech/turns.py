"""Cues of captions become sentences with exact times and one speaker each.

In: utterances in order of time. Out: "speech" blocks, one per sentence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from assistant.records.documents import Block, Place
from assistant.text.analysis import split_sentences

#: In a WebVTT file that we wrote, says that nobody has corrected it yet.
AUTOMATIC_NOTE = "NOTE Transcription automatique"
#: docs/reading.md, Text and captions: a longer silence ends what was being said.
MAX_GAP_SECONDS = 2.5
#: A sentence without final punctuation (automatic captions have none) closes after these.
MAX_OPEN_SECONDS = 90.0
MAX_OPEN_CHARACTERS = 400
#: Where it is longer than this it is cut at its cues, each of which has its own second; of words
#: with a time each, so many go together.
CUT_OPEN_SECONDS = 12.0
LEAST_OPEN_CHARACTERS = 25
LEAST_OPEN_SECONDS = 3.0
#: One that has its final punctuation is kept whole up to this length.
MAX_CLOSED_CHARACTERS = 800

_FINAL = ".!?…"
_CLOSING = " »\"')]”’\u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one voice says in one cue; seconds from the recording's start."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(slots=True)
class _Turn:
    """The uninterrupted speech of one speaker: a text, and where each utterance begins in it."""

    speaker: str
    text: str = ""
    offsets: list[int] = field(default_factory=list)
    utterances: list[Utterance] = field(default_factory=list)

    def add(self, utterance: Utterance) -> None:
        self.offsets.append(len(self.text) + 1 if self.text else 0)
        self.utterances.append(utterance)
        self.text = f"{self.text} {utterance.text}" if self.text else utterance.text

    def continues(self, utterance: Utterance) -> bool:
        last = self.utterances[-1].end if self.utterances else 0.0
        return utterance.speaker == self.speaker and utterance.start - last <= MAX_GAP_SECONDS

    def second_of(self, offset: int, *, ending: bool = False) -> float:
        """Return when the character at `offset` begins (or, `ending`, the one before it ends)."""
        at = bisect_right(self.offsets, offset - 1 if ending else offset) - 1
        at = 0 if at < 0 else at
        utterance = self.utterances[at]
        share = (offset - self.offsets[at]) / (len(utterance.text) or 1)
        share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
        return utterance.start + (utterance.end - utterance.start) * share

    def seconds(self, start: int, end: int) -> float:
        """Return how long the characters `start`..`end` take to be said."""
        return self.second_of(end, ending=True) - self.second_of(start)


def sentences(utterances: Iterable[Utterance]) -> Iterator[Block]:
    """Yield one block per sentence: its start and end are interpolated by characters in its cues.

    Starts never go back, even where cues overlap.
    """
    earliest = 0.0
    for turn in _turns(utterances):
        for start, end in _spans(turn):
            first = max(earliest, round(turn.second_of(start), 3))
            last = max(first, round(turn.second_of(end, ending=True), 3))
            earliest = first
            text = turn.text[start:end]
            yield Block(text, "speech", Place("second", first, last), speaker=turn.speaker)


def _turns(utterances: Iterable[Utterance]) -> Iterator[_Turn]:
    turn: _Turn | None = None
    for utterance in utterances:
        if turn is None or not turn.continues(utterance):
            if turn is not None:
                yield turn
            turn = _Turn(utterance.speaker)
        turn.add(utterance)
    if turn is not None:
        yield turn


def _spans(turn: _Turn) -> Iterator[tuple[int, int]]:
    """Yield the spans of a turn's sentences, the ones that never end cut where cues begin."""
    for start, end in split_sentences(turn.text):
        closed = turn.text[start:end].rstrip(_CLOSING).endswith(tuple(_FINAL))
        if not closed and turn.seconds(start, end) > CUT_OPEN_SECONDS:
            for cut in _cues_of(turn, start, end):
                yield from _bounded(turn, *cut, MAX_OPEN_CHARACTERS)
        else:
            most = MAX_CLOSED_CHARACTERS if closed else MAX_OPEN_CHARACTERS
            yield from _bounded(turn, start, end, most)


def _cues_of(turn: _Turn, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a span, cut where its cues begin."""
    begun = start
    for offset in turn.offsets[bisect_right(turn.offsets, start) :]:
        if offset >= end:
            break
        is_long = offset - begun >= LEAST_OPEN_CHARACTERS
        if is_long or turn.seconds(begun, offset) >= LEAST_OPEN_SECONDS:
            yield begun, _rstrip(turn.text, begun, offset)
            begun = offset
    yield begun, end


def _bounded(turn: _Turn, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield a span, cut where it has more than `most` characters or lasts too long."""
    while end - start > most or turn.seconds(start, end) > MAX_OPEN_SECONDS:
        cut = _cut(turn, start, end)
        if cut is None:
            break
        yield start, _rstrip(turn.text, start, cut)
        start = cut
    yield start, end


def _cut(turn: _Turn, start: int, end: int) -> int | None:
    """Return where the last cue that still fits begins, or else the last word that fits."""
    latest = turn.second_of(start) + MAX_OPEN_SECONDS
    following = turn.offsets[bisect_right(turn.offsets, start) :]
    fitting = list(
        takewhile(
            lambda offset: (
                offset < min(end, start + MAX_OPEN_CHARACTERS + 1)
                and turn.second_of(offset) <= latest
            ),
            following,
        )
    )
    if fitting:
        return fitting[-1]
    if end - start > MAX_OPEN_CHARACTERS:
        space = turn.text.rfind(" ", start + 1, start + MAX_OPEN_CHARACTERS)
        return space + 1 if space > start else start + MAX_OPEN_CHARACTERS
    return following[0] if following and following[0] < end else None


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end
