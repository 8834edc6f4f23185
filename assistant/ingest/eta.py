"""ETA: how long a run of `sync` still takes, from what is done of it. Pure.

Each file has a `cost`: the seconds that one of its kind and size took where that was measured.
What the done files cost, against the time they really took, says how fast this machine is; the
rest of the files go at that speed. No estimate is given before there is
something to go by, and each document moves it by a third only, so that it doesn't jump.
"""

from __future__ import annotations

from collections.abc import Callable
from time import time

from assistant.readers.parts import TRANSCRIPT_SUFFIXES

#: Seconds for a megabyte: most of a text's time is its encoding, of a recording's its
#: transcription; a PDF or a deck is mostly pictures.
_TEXT, _SOUND, _OTHER = 40.0, 10.0, 1.0
_PER_MEGABYTE = dict.fromkeys((".md", ".html", ".htm", ".csv", *TRANSCRIPT_SUFFIXES), _TEXT)
_PER_MEGABYTE |= dict.fromkeys((".mp3", ".m4a", ".ogg"), _SOUND)
#: Seconds for any file, however small.
_A_FILE = 0.2
#: Nothing is told before: a first document says little of the next ones.
_LEAST_SECONDS, _LEAST_SHARE = 5.0, 0.02
#: How far one document moves what was told.
_TRUST = 0.3


def cost(suffix: str, size: int) -> float:
    """Return about how many seconds a file of `size` bytes takes to read and encode."""
    return _A_FILE + _PER_MEGABYTE.get(suffix.lower(), _OTHER) * size / 1e6


class TimeEstimate:
    """Follows one run, and says when its reading and encoding should end."""

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._clock = clock
        self._started: float | None = None
        self._share = 0.0
        self._ends: float | None = None

    def ends_at(self, share: float) -> float | None:
        """Return when the rest should be done, by the clock, once `share` (0..1) is done.

        None while that can't be told, and when nothing is left.
        """
        now = self._clock()
        if self._started is None:
            self._started = now
        elapsed = now - self._started
        if elapsed < _LEAST_SECONDS or not _LEAST_SHARE <= share < 1.0:
            return None
        at_this_speed = now + elapsed * (1 - share) / share
        if self._ends is None or self._ends < now:
            self._ends = at_this_speed  # a document that takes longer than the others did
        elif share > self._share:
            self._ends += _TRUST * (at_this_speed - self._ends)
        self._share = share
        return self._ends
