"""Turns by voice and sentences → who speaks each sentence. Pure.

In: the parts of a transcription, and turns. Out: the same parts, each sentence with the name of the
voice that speaks most of it, or of nobody.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.readers.parts import Fact, Part
from assistant.records.documents import Block, Place
from assistant.records.voices import numbered_voice

#: A sentence shorter than this, in seconds, is too little to know a voice by.
LEAST_SECONDS = 1.5
#: The voice of a sentence speaks at least this share of what is spoken of it.
LEAST_SHARE = 2 / 3
_TURN = "voice_turn"
#: Names the fact that says by what the voices of a transcription were told apart.
VOICES = "voices"


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """One voice, counted from 1, from one second to another."""

    start: float
    end: float
    voice: int


def as_fact(turn: VoiceTurn) -> Fact:
    """Return a turn as the reading process sends it."""
    return Fact(_TURN, f"{turn.start:.2f} {turn.end:.2f} {turn.voice}")


def turns_in(parts: Sequence[Part]) -> list[VoiceTurn]:
    """Return the turns that the reading process sent, in order of time."""
    sent = [part.value.split() for part in parts if isinstance(part, Fact) and part.name == _TURN]
    turns = [VoiceTurn(float(start), float(end), int(voice)) for start, end, voice in sent]
    return sorted(turns, key=lambda turn: turn.start)


def with_voices(parts: Sequence[Part], turns: Sequence[VoiceTurn]) -> Iterator[Part]:
    """Yield the parts, each sentence with its voice; of a single voice nothing is said."""
    several = len({turn.voice for turn in turns}) > 1
    for part in parts:
        voice = voice_at(part.place, turns) if several and isinstance(part, Block) else 0
        if isinstance(part, Block) and voice:
            yield replace(part, speaker=numbered_voice(voice))
        else:
            yield part


def voice_at(place: Place, turns: Sequence[VoiceTurn]) -> int:
    """Return the voice that speaks most at a place; 0 for none, or two that speak as much.

    Turns are in order of time, and none lies within another.
    """
    if place.last - place.first < LEAST_SECONDS:
        return 0
    seconds: dict[int, float] = {}
    begun = bisect_left(turns, place.first, key=lambda turn: turn.end)
    for turn in islice(turns, begun, None):
        if turn.start >= place.last:
            break
        spoken = min(turn.end, place.last) - max(turn.start, place.first)
        seconds[turn.voice] = seconds.get(turn.voice, 0.0) + spoken
    if not seconds:
        return 0
    voice, most = max(seconds.items(), key=lambda one: one[1])
    return voice if most >= LEAST_SHARE * sum(seconds.values()) else 0
