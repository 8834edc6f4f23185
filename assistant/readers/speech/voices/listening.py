"""A recording's sound → turns by voice.

In: windows of sound with the second that each starts at, and an encoder of voices. Out: turns in
order of time. Of the sound only vectors are kept, one each 0.4 s of speech: 9 MB an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from assistant.readers.speech.voices.clustering import VoiceVectors, voices_of
from assistant.readers.speech.voices.encoder import MOMENT_SECONDS, RATE, Floats, VoiceEncoder
from assistant.readers.speech.voices.labels import VoiceTurn

#: From the start of a moment to that of the next.
_HOP_SECONDS = 0.4
#: Speech shorter than this says nothing of a voice.
_LEAST_SECONDS = 0.4
#: Speech is heard from this probability on (Silero's own, 0.5, misses who is far from the
#: microphone), and goes on over pauses shorter than this.
_SPOKEN, _PAUSE_MILLISECONDS = 0.3, 300
#: The same voice after a silence no longer than this goes on.
_GOES_ON_SECONDS = 1.0
_TOGETHER = 32
#: What is spoken of a window: from one second to another, counted from its start.
Spans = list[tuple[float, float]]


@dataclass(slots=True)
class _HeardMoments:
    """Moments of speech: their vectors, and the part of the recording that each stands for."""

    vectors: list[VoiceVectors] = field(default_factory=list)
    spans: Spans = field(default_factory=list)


def spoken_spans(sound: Floats) -> Spans:
    """Return what is spoken of a window, by Silero's network, which faster-whisper carries.

    Needs the `audio` extra.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    asked = VadOptions(
        threshold=_SPOKEN, min_silence_duration_ms=_PAUSE_MILLISECONDS, speech_pad_ms=60
    )
    found = get_speech_timestamps(sound, asked)
    return [(one["start"] / RATE, one["end"] / RATE) for one in found]


def turns_of(
    heard: Iterable[tuple[float, Floats]],
    encoder: VoiceEncoder,
    spoken: Callable[[Floats], Spans] = spoken_spans,
) -> list[VoiceTurn]:
    """Return the turns of a recording, voices counted from 1 as they first speak."""
    moments = _HeardMoments()
    for start, sound in heard:
        for first, last in spoken(sound):
            _listen(moments, sound, start, first, last, encoder)
    if not moments.spans:
        return []
    voices = voices_of(np.concatenate(moments.vectors))
    return list(joined(moments.spans, voices.tolist()))


def _listen(
    moments: _HeardMoments,
    sound: Floats,
    start: float,
    first: float,
    last: float,
    encoder: VoiceEncoder,
) -> None:
    """Add the moments of one piece of speech."""
    if last - first < _LEAST_SECONDS:
        return
    begins = moments_of(first, last)
    for at in range(0, len(begins), _TOGETHER):
        clips = [_clip(sound, begin) for begin in begins[at : at + _TOGETHER]]
        moments.vectors.append(encoder.vectors(clips))
    # Each stands for what is nearer to its middle than to the next one's.
    middles = [begin + MOMENT_SECONDS / 2 for begin in begins]
    edges = [first, *((a + b) / 2 for a, b in pairwise(middles)), last]
    moments.spans += [(start + a, start + b) for a, b in pairwise(edges)]


def moments_of(first: float, last: float) -> list[float]:
    """Return where the moments of a piece of speech begin; a short one has one, around it."""
    room = last - first - MOMENT_SECONDS
    if room <= 0:
        return [first + room / 2]
    count = int(np.ceil(room / _HOP_SECONDS - 0.01)) + 1
    return [min(first + at * _HOP_SECONDS, last - MOMENT_SECONDS) for at in range(count)]


def _clip(sound: Floats, begin: float) -> Floats:
    """Return a moment of sound; silence stands for what is before or after it."""
    size, at = round(MOMENT_SECONDS * RATE), round(begin * RATE)
    clip = sound[max(0, at) : max(0, at + size)]
    before = min(size, max(0, -at))
    return np.pad(clip, (before, size - before - len(clip)))


def joined(spans: Spans, voices: list[int]) -> Iterator[VoiceTurn]:
    """Yield turns: what one voice says without a long pause."""
    begin, end, voice = *spans[0], voices[0]
    for (first, last), now in zip(spans[1:], voices[1:], strict=True):
        if now == voice and first - end <= _GOES_ON_SECONDS:
            end = last
            continue
        yield VoiceTurn(begin, end, voice + 1)
        begin, end, voice = first, last, now
    yield VoiceTurn(begin, end, voice + 1)
