"""Speech whose lines state times: the lines of a text → sentences with their seconds.

None for what isn't plainly the transcript of a recording: an agenda and a log of messages have
times too. The times are those that transcribers write before, after or above who speaks.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from assistant.readers.parts import Part
from assistant.readers.speech.captions import utterances
from assistant.readers.speech.credits import spoken
from assistant.readers.speech.cue_text import Cue
from assistant.readers.speech.page_words import INSIDE, may_state_times
from assistant.readers.speech.speaker_names import is_role, may_be_name
from assistant.readers.speech.timeline import FRAMES_PER_SECOND, said_until, seconds_to_say
from assistant.readers.speech.turns import Utterance
from assistant.text.analysis import clean

#: A line with a time holds a few sentences.
MAX_LINE_CHARACTERS = 20_000
LEAST_STAMPS = 3
#: Of the lines that are not empty, so many have a time: few, where a name says that it is one.
_LEAST_SHARE = 0.25
_LEAST_NAMED_SHARE = 0.05
_LONGEST_NAME = 60

_CLOCK = r"(\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)"
_LOOSE = r"(\d{1,2}:\d{1,2}:\d{1,2}(?:[.,:;]\d{1,3})?)"
_UNTIL = rf"(?:\s{{0,3}}(?:-->|-|–|à)\s{{0,3}}{_CLOCK})?"
_NAME = r"([^\W\d_][^:\[\]()<>|]{0,59}?)"
#: "[00:12:34] texte", "(00:12) texte", "[00:00:01.000 --> 00:00:04.000] texte".
_BRACKETED = re.compile(rf"^[ \t]*[\[(]{_CLOCK}{_UNTIL}[\])][ \t]*:?[ \t]*(.*)$")
#: "00:12:34 texte", and "00:04Ça y est" of tools that forget the space.
_BARE = re.compile(rf"^[ \t]*{_CLOCK}{_UNTIL}(?![\d:])[ \t]*[-–—]?[ \t]*(.*)$")
#: "Nom  00:03", "Nom (00:12:34) :", "[Nom] 00:03", alone on its line, what is said below.
_NAME_AND_TIME = re.compile(
    rf"^[ \t]*\[?{_NAME}\]?[ \t]{{0,9}}[,–—-]?[ \t]{{0,9}}"
    rf"[\[(]?{_CLOCK}{_UNTIL}[\])]?[ \t]*:?[ \t]*$"
)
#: "00:00:04 Nom", "[00:00:04] - Nom", alone on its line, what is said below.
_TIME_AND_NAME = re.compile(
    rf"^[ \t]*[\[(]?{_CLOCK}{_UNTIL}[\])]?[ \t]*[-–—:]?[ \t]*{_NAME}[ \t]*:?[ \t]*$"
)
#: "Nom : [00:00:04] texte", "Nom (00:04) : texte".
_NAME_TIME_AND_TEXT = re.compile(
    rf"^[ \t]*{_NAME}[ \t]{{0,3}}:?[ \t]{{0,3}}[\[(]{_CLOCK}{_UNTIL}[\])][ \t]*:?[ \t]*(\S.*)$"
)
#: "0:0:0.0 --> 0:0:1.510", "00:00:00:00 - 00:00:01:12" (frames, of Premiere), alone on its line,
#: the name below and then what is said.
_SPAN = re.compile(rf"^[ \t]*{_LOOSE}[ \t]{{0,3}}(?:-->|[-–])[ \t]{{0,3}}{_LOOSE}[ \t]*$")
#: "0:03", alone on its line, the name above it: Teams, copied from the browser.
_TIME_ALONE = re.compile(rf"^[ \t]*{_CLOCK}[ \t]*$")
_YEAR = re.compile(r"\b20\d\d\b")
#: What a meeting's program writes of itself.
_OF_THE_PROGRAM = re.compile(
    r"^.{1,80}\s(?:(?:a\s)?(?:démarré|commencé|lancé|arrêté|terminé) la transcription"
    r"|(?:started|stopped) transcription)\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimedSpeech:
    """What is said, in sentences with their seconds, from the line `first` (from 0) on."""

    first: int
    sentences: list[Part]


@dataclass(frozen=True, slots=True)
class _Stamped:
    """A line with a time: its number, its times in seconds (`until` where stated), who speaks.

    `below` is the line at which what is said goes on.
    """

    at: int
    seconds: float
    until: float | None
    speaker: str
    text: str
    below: int


def timed_speech(lines: Sequence[str], start: int = 0) -> TimedSpeech | None:
    """Return what is said in lines that state times, from the line `start` on; None where none do.

    Raises nothing.
    """
    if sum(map(may_state_times, lines)) < LEAST_STAMPS:
        return None  # as most pages
    for stamps in (
        _spans, _names_above_times, _names_and_times, _times_and_names, _names_times_and_texts,
    ):  # fmt: skip
        stamped = list(stamps(lines, start))
        if _are_times(stamped, lines, start, _LEAST_NAMED_SHARE) and _are_speakers(stamped, lines):
            return TimedSpeech(stamped[0].at, list(spoken(_turns(lines, stamped))))
    for pattern in (_BRACKETED, _BARE):
        stamped = list(_stamps(pattern, lines, start))
        if _are_times(stamped, lines, start, _LEAST_SHARE):
            return TimedSpeech(stamped[0].at, list(spoken(utterances(_cues(lines, stamped)))))
    return None


# --- Lines with a time ---------------------------------------------------------------------------


def has_named_spans(lines: Sequence[str], start: int = 0) -> bool:
    """Tell whether who speaks stands below each time, as captions have what is said."""
    return bool(_spans(lines, start))


def _spans(lines: Sequence[str], start: int) -> list[_Stamped]:
    """Return the times below which names stand; none where it may be what is said: captions."""
    found = list(_matches(_SPAN, lines, start))
    named: list[_Stamped] = []
    for at, match in found:
        name = " ".join(lines[at + 1].split()) if at + 1 < len(lines) else ""
        named += _stamp(at, match[1], match[2], name, below=at + 2)
    return named if _are_named(named, len(found)) else []


def _names_above_times(lines: Sequence[str], start: int) -> list[_Stamped]:
    """Return the times above which names stand; none where it may be what was said before."""
    found = list(_matches(_TIME_ALONE, lines, start))
    named: list[_Stamped] = []
    for at, match in found:
        above = next(
            (at - step for step in (1, 2, 3) if at >= step and lines[at - step].strip()), -1
        )
        if above >= start and len(lines[above]) <= _LONGEST_NAME:
            name = " ".join(lines[above].split())
            below = next(
                (at + step for step in (1, 2, 3) if any(lines[at + step : at + step + 1])), 0
            )
            stamped = _stamp(at, match[1], None, name, below=below)
            named += (replace(one, at=above) for one in stamped)
    return named if _are_named(named, len(found)) else []


def _are_named(named: Sequence[_Stamped], times: int) -> bool:
    """Tell whether nearly all of so many times have a name beside them, and names come back."""
    come_back = 2 * len({one.speaker for one in named}) <= len(named) + 1
    return come_back and len(named) >= 0.9 * times


def _names_and_times(lines: Sequence[str], start: int) -> Iterator[_Stamped]:
    for at, found in _matches(_NAME_AND_TIME, lines, start):
        if _YEAR.search(found[1]):
            continue  # when the meeting began
        yield from _stamp(at, found[2], found[3], " ".join(found[1].split()))


def _times_and_names(lines: Sequence[str], start: int) -> Iterator[_Stamped]:
    for at, found in _matches(_TIME_AND_NAME, lines, start):
        yield from _stamp(at, found[1], found[2], " ".join(found[3].split()))


def _names_times_and_texts(lines: Sequence[str], start: int) -> Iterator[_Stamped]:
    for at, found in _matches(_NAME_TIME_AND_TEXT, lines, start):
        yield from _stamp(at, found[2], found[3], " ".join(found[1].split()), found[4])


def _stamps(pattern: re.Pattern[str], lines: Sequence[str], start: int) -> Iterator[_Stamped]:
    for at, found in _matches(pattern, lines, start):
        yield from _stamp(at, found[1], found[2], text=found[3])


def _matches(
    pattern: re.Pattern[str], lines: Sequence[str], start: int
) -> Iterator[tuple[int, re.Match[str]]]:
    for at in range(start, len(lines)):
        if (
            ":" in lines[at]
            and len(lines[at]) <= MAX_LINE_CHARACTERS
            and (found := pattern.match(lines[at]))
        ):
            yield at, found


def _stamp(
    at: int, clock: str, until: str | None, name: str | None = None, text: str = "", below: int = 0
) -> Iterator[_Stamped]:
    """Yield the line if its clock can be, and its name where it should have one."""
    seconds = _seconds(clock)
    if seconds is not None and (name is None or may_be_name(name)):
        ends = _seconds(until) if until else None
        yield _Stamped(at, seconds, ends, name or "", text, below or at + 1)


def _seconds(clock: str) -> float | None:
    """Return "12:34" or "1:02:03,5" in seconds; None for what no clock shows."""
    if frames := re.fullmatch(r"(\d+:\d+:\d+)[:;](\d+)", clock):
        whole = _seconds(frames[1])
        return None if whole is None else whole + min(int(frames[2]) / FRAMES_PER_SECOND, 1.0)
    *hours, minutes, seconds = clock.replace(",", ".").split(":")
    if float(seconds) >= 60 or (hours and int(minutes) > 59):
        return None
    return 3600 * sum(map(int, hours)) + 60 * int(minutes) + float(seconds)


# --- Whether they are a recording's --------------------------------------------------------------


def _are_speakers(stamped: Sequence[_Stamped], lines: Sequence[str]) -> bool:
    """Tell whether names, alone on their lines, have words below, and names come back."""
    followed = sum(
        bool(line.text) or (line.below < len(lines) and bool(lines[line.below].strip()))
        for line in stamped
    )
    adjacent = sum(
        one.below == following.at and not one.text for one, following in pairwise(stamped)
    )
    names = Counter(line.speaker for line in stamped)
    known = max(names.values()) > 1 or any(map(is_role, names))
    return known and followed - adjacent >= 0.8 * len(stamped)


def _are_times(stamped: Sequence[_Stamped], lines: Sequence[str], start: int, least: float) -> bool:
    """Tell whether the times are those of a recording: it starts near 0, and they go forward.

    The agenda of a day starts at 9:00, and a log of messages at the time on the clock. At `least`
    such a share of the lines has a time.
    """
    filled = sum(bool(line.strip()) for line in lines[start:])
    if len(stamped) < LEAST_STAMPS or len(stamped) < least * filled:
        return False
    forward = sum(a.seconds <= b.seconds for a, b in pairwise(stamped))
    written = " ".join(lines[stamped[0].at : stamped[0].below])
    latest = 1800 if re.search(r"\d:\d{1,2}:\d", written) else 120
    return stamped[0].seconds <= latest and forward >= 0.9 * (len(stamped) - 1)


# --- What is said --------------------------------------------------------------------------------


def _turns(lines: Sequence[str], stamped: Sequence[_Stamped]) -> Iterator[Utterance]:
    for one, begins, ends, latest, written in _spoken(lines, stamped):
        for start, end, texts in _timed_inside(begins, ends, latest, written):
            said = " ".join(clean(" ".join(texts)).split())
            yield Utterance(start, end, one.speaker, said)


def _cues(lines: Sequence[str], stamped: Sequence[_Stamped]) -> list[Cue]:
    return [
        (start, end, tuple(texts))
        for _, begins, ends, latest, written in _spoken(lines, stamped)
        for start, end, texts in _timed_inside(begins, ends, latest, written)
    ]


def _timed_inside(
    begins: float, ends: float, latest: float, written: Sequence[str]
) -> Iterator[tuple[float, float, list[str]]]:
    """Yield what is said from each time that stands within it to the next, `latest` at most."""
    pieces: list[tuple[float, list[str]]] = [(begins, [])]
    for line in written:
        reached = 0
        for found in INSIDE.finditer(line) if ":" in line else ():
            pieces[-1][1].append(line[reached : found.start()])
            reached = found.end()
            second = _seconds(found[1] or found[2])
            if second is not None and pieces[-1][0] < second < latest:
                pieces.append((second, []))
        pieces[-1][1].append(line[reached:])
    filled = [(start, texts) for start, texts in pieces if any(map(str.strip, texts))]
    for (start, texts), following in zip_longest(filled, filled[1:]):
        last = max(ends, min(latest, start + seconds_to_say(sum(map(len, texts)))))
        yield start, following[0] if following else last, texts


def _spoken(
    lines: Sequence[str], stamped: Sequence[_Stamped]
) -> Iterator[tuple[_Stamped, float, float, float, list[str]]]:
    """Yield what is said from each time to the next; the last one ends at the pace of speech.

    Before what is said come its start, its end, and when something else is said at last.
    """
    latest = 0.0
    for one, following in zip_longest(stamped, stamped[1:]):
        below = lines[one.below : following.at if following else len(lines)]
        written = [
            line
            for line in (one.text, *below)
            if line.strip() and not _OF_THE_PROGRAM.match(line.strip()[:200])
        ]
        begins = latest = max(latest, one.seconds)
        next_one = following.seconds if following else None
        ends = one.until or said_until(begins, sum(map(len, written)), next_one)
        until = one.until or (math.inf if next_one is None else next_one)
        if written:
            yield one, begins, max(begins, ends), until, written
