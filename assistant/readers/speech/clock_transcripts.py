"""What is said with the time of day: lines of a text → speech at its lines, without these times.

Zoom writes the time on the clock beside who speaks (`closed_caption.txt`). When the recording began
is not known, so no second of it can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from assistant.readers.speech.page_words import INSIDE
from assistant.readers.speech.speaker_names import introduced, may_be_name
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean

#: With its seconds: the times of a programme have none.
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)"
_NAME = r"([^\W\d_][^:\[\]()<>|]{0,59}?)"
#: "[Nom] 16:03:26", "Nom 16:03:26", what is said below or after.
_AFTER = re.compile(rf"^[ \t]*\[?{_NAME}\]?[ \t,–—-]{{0,9}}[\[(]?{_CLOCK}[\])]?[ \t]*:?[ \t]*(.*)$")
#: "16:03:26 Nom : texte", "16:03:26<tab>texte".
_BEFORE = re.compile(rf"^[ \t]*[\[(]?{_CLOCK}[\])]?[ \t]*[-–—]?[ \t]*(.*)$")
_LEAST_CLOCKS = 3
#: Of the lines that are not empty, so many have a time.
_LEAST_SHARE = 0.25
_FORWARD = 0.9


@dataclass(frozen=True, slots=True)
class _ClockLine:
    """A line with a time of day, in seconds since midnight: its number, who speaks, its text."""

    at: int
    time: int
    speaker: str
    text: str


def by_the_clock(lines: Sequence[str], start: int = 0) -> list[Block] | None:
    """Return what is said, at its lines; None for a text whose lines state no time of day."""
    filled = sum(bool(line.strip()) for line in lines[start:])
    for turns in (list(_after(lines, start)), list(_before(lines, start))):
        if len(turns) >= max(_LEAST_CLOCKS, _LEAST_SHARE * filled) and _go_forward(turns):
            return list(_blocks(lines, start, turns))
    return None


def _after(lines: Sequence[str], start: int) -> Iterator[_ClockLine]:
    for at in _with_clock(lines, start):
        found = _AFTER.match(lines[at][:400])
        if found and may_be_name(name := " ".join(found[1].split())):
            yield _ClockLine(at, _time(*found.group(2, 3, 4)), name, lines[at][found.start(5) :])


def _before(lines: Sequence[str], start: int) -> Iterator[_ClockLine]:
    for at in _with_clock(lines, start):
        if found := _BEFORE.match(lines[at][:400]):
            text = lines[at][found.start(4) :]
            named = introduced(text)
            speaker = named.name if named and may_be_name(named.name) else ""
            said = text[named.end :] if named and speaker else text
            yield _ClockLine(at, _time(*found.group(1, 2, 3)), speaker, said)


def _with_clock(lines: Sequence[str], start: int) -> Iterator[int]:
    """Yield the numbers of the lines that may state a time."""
    return (at for at in range(start, len(lines)) if lines[at].count(":") > 1)


def _time(hours: str, minutes: str, seconds: str) -> int:
    return 3600 * int(hours) + 60 * int(minutes) + int(seconds)


def _go_forward(turns: Sequence[_ClockLine]) -> bool:
    forward = sum(one.time <= other.time for one, other in pairwise(turns))
    return forward >= _FORWARD * (len(turns) - 1)


def _blocks(lines: Sequence[str], start: int, turns: Sequence[_ClockLine]) -> Iterator[Block]:
    yield from _block(start, lines[start : turns[0].at], "")
    for one, following in zip_longest(turns, turns[1:]):
        below = lines[one.at + 1 : following.at if following else len(lines)]
        yield from _block(one.at, [one.text, *below], one.speaker, speech=True)


def _block(
    first: int, lines: Sequence[str], speaker: str, *, speech: bool = False
) -> Iterator[Block]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    text = " ".join(clean("\n".join(INSIDE.sub("", line) for line in lines)).split())
    if text:
        place = Place("line", first + 1, first + 1 + filled[-1])
        yield Block(text, "speech" if speech else "paragraph", place, speaker=speaker)
