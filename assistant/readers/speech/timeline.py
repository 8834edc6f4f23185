"""Where the time of captions begins: cues → the same, counted from the recording's start.

Editing suites start their timeline at one hour, broadcasters at ten, and export captions so.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.readers.speech.cue_text import Cue

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
