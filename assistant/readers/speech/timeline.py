"""The time of what is said: where it begins, how long it may be, and when words end.

In: cues → the same, counted from the recording's start: editing suites start their timeline at one
hour, broadcasters at ten, and export captions so. Numbers of characters → the seconds they take.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.readers.speech.cue_text import Cue

#: No recording is longer, in seconds: a larger number is no time.
MAX_SECONDS = 1_000_000.0
#: Frames in a second, where a time states them in place of thousandths: television in Europe.
FRAMES_PER_SECOND = 25
#: How fast people speak, to say when the last words end: French, about 15 characters a second.
_CHARACTERS_PER_SECOND = 15.0
#: Speech may be so many times slower; what comes later is a silence.
_SLOWEST = 3.0
_LEAST_SECONDS = 10.0
_HOUR = 3600.0
#: The hours at which a timeline starts: of editing suites (1), of European broadcasters (10).
_STARTS = (1, 10)
#: The first words come so soon after the start; a recording that waits for an hour is rarer.
_SOON_SECONDS = 120.0
_FEWEST_CUES = 2


def hour_of_start(cues: Sequence[Cue]) -> int:
    """Return the hour at which the timeline of some cues starts; 0 where it starts at zero."""
    if len(cues) < _FEWEST_CUES:
        return 0
    first = min(start for start, _, _ in cues)
    hour = int(first // _HOUR)
    return hour if hour in _STARTS and first - hour * _HOUR <= _SOON_SECONDS else 0


def earlier(cues: Sequence[Cue], hours: int) -> list[Cue]:
    """Return cues so many hours earlier."""
    return [(start - hours * _HOUR, end - hours * _HOUR, lines) for start, end, lines in cues]


def seconds_to_say(characters: int) -> float:
    """Return how long so many characters take to be said."""
    return characters / _CHARACTERS_PER_SECOND


def said_until(start: float, characters: int, following: float | None) -> float:
    """Return when words that state only their start end: where the `following` ones begin.

    Before a silence they end as those of a slow speaker would; where nothing follows, at the pace
    of speech.
    """
    length = seconds_to_say(characters)
    if following is None:
        return start + length
    return min(start + max(_LEAST_SECONDS, _SLOWEST * length), following)
