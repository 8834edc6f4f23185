"""Captions: an SRT or WebVTT file becomes sentences with their seconds and their speaker.

In: what Teams, Zoom, YouTube, transcribers and people write, well formed or not. Out: one
"speech" block per sentence. Cues are parsed here; `turns` makes sentences of them.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.speech.captions.repeats import said_once
from assistant.readers.speech.credits import spoken
from assistant.readers.speech.cue_text import Cue, plain, voiced
from assistant.readers.speech.speaker_names import (
    INTRODUCED_SHARE,
    introduced,
    is_role,
    may_be_name,
)
from assistant.readers.speech.timeline import FRAMES_PER_SECOND, earlier, hour_of_start
from assistant.readers.speech.turns import AUTOMATIC_NOTE, Utterance

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:([.,:;])(\d{1,6}))?"
#: "0:00:01,000 --> 0:00:02,000", as SRT and WebVTT write it.
_ARROW = re.compile(rf"^\s*{_CLOCK}\s{{0,9}}(?:-{{1,3}}|[–—−]{{1,2}})>\s{{0,9}}{_CLOCK}(?!\d)")
#: "0:00:01.000,0:00:02.000", alone on its line, as SBV and SubViewer write it.
_EXACT = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{2})([.,])(\d{2,3})"
_COMMA = re.compile(rf"^\s*{_EXACT}\s?,\s?{_EXACT}\s*$")
#: `12 "Nom" (3265624832)`: how Webex names who speaks, above the times.
_WEBEX = re.compile(r'^\d{1,9}\s{1,3}(?:[-–]\s)?"([^"]{1,120})"')
#: "12 - Nom", as others do.
_NUMBERED = re.compile(r"^\d{1,9}\s{0,3}[-–:|]\s{0,3}(?=[^\W\d_])")
_CHEVRONS = re.compile(r"^\s*(?:>|&gt;){2,3}\s*")
_CHEVRON = (">", "&")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?[ \t]{1,9}([^<>]{1,120})>|</v\s{0,9}>", re.IGNORECASE)


def read_captions(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a file of captions. Raises ReadError when it has no times."""
    text = read_text_file(path)
    cues, backwards = parse_cues(text)
    if not cues:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    if AUTOMATIC_NOTE in text[:2000]:
        yield Fact("automatic", "speech")
    if language := _language(text):
        yield Fact("language", language)
    if backwards:
        yield Defect("captions_backwards", {"number": str(backwards)})
    yield from speech_of(cues)


def speech_of(cues: Sequence[Cue], *, carried: bool = True) -> Iterator[Part]:
    """Yield the sentences that cues say, counted from the recording's start.

    Who speaks is `carried` to the cues that name nobody, unless each names its own voice.
    """
    hours = hour_of_start(cues)
    if hours:
        yield Defect("captions_from_an_hour", {"number": str(hours)})
    yield from spoken(utterances(earlier(cues, hours), carried=carried))


def parse_cues(text: str) -> tuple[list[Cue], int]:
    """Return the cues in order of time, and how many had an end before their start."""
    lines = text.split("\n")
    is_vtt = lines[0].strip().upper().startswith("WEBVTT")
    timings = list(_timings(lines))
    named = _identifiers(lines, [at for at, _, _ in timings]) if is_vtt else {}
    backwards = 0
    cues: list[Cue] = []
    for (at, start, end), following in zip_longest(timings, timings[1:]):
        backwards += end < start
        payload = lines[at + 1 : following[0] if following else None]
        if following:
            payload = _without_identifier(payload, is_vtt)
        written = _spoken(payload, is_vtt)
        if name := named.get(at):
            written = [voiced(name, plain(" ".join(written)))] if written else []
        cues.append((start, max(start, end), tuple(written)))
    return in_order(cues), backwards


def count_cues(lines: Sequence[str]) -> int:
    """Return how many lines state the times of a cue."""
    return sum(1 for _ in _timings(lines))


def in_order(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues that show something, in order of time, each line once."""
    return said_once(
        sorted((cue for cue in cues if any(map(plain, cue[2]))), key=lambda cue: cue[0])
    )


def _timings(lines: Sequence[str]) -> Iterator[tuple[int, float, float]]:
    """Yield the number of each line that states the times of a cue, its start and its end."""
    for at, line in enumerate(lines):
        if ":" in line and (found := _ARROW.match(line) or _COMMA.match(line)):
            yield at, _seconds(found.groups()[:5]), _seconds(found.groups()[5:])


def _identifiers(lines: Sequence[str], timings: Sequence[int]) -> dict[int, str]:
    """Return who speaks in the cues whose identifiers say it, by the lines of their times."""
    apart = [at for at in timings if at and (at < 2 or not lines[at - 2].strip())]
    above = {at: _NUMBERED.sub("", lines[at - 1].strip()) for at in apart}
    named = {at: found[1] for at, text in above.items() if (found := _WEBEX.match(text))}
    if named:
        return named
    seen = Counter(text for text in above.values() if text and may_be_name(text))
    # Chapters have names too, but none comes back.
    rule = seen.total() >= INTRODUCED_SHARE * len(timings) and max(seen.values(), default=0) > 1
    are_names = {text for text, times in seen.items() if rule or times > 1 or is_role(text)}
    return {at: text for at, text in above.items() if text in are_names}


def _seconds(groups: Sequence[str | None]) -> float:
    hours, minutes, seconds, sign, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    if not fraction:
        return whole
    frames = sign in (":", ";") and len(fraction) == 2 and int(fraction) < 2 * FRAMES_PER_SECOND
    return whole + int(fraction) / (FRAMES_PER_SECOND if frames else 10 ** len(fraction))


def _without_identifier(payload: list[str], is_vtt: bool) -> list[str]:
    """Drop the number or name of the next cue, which stands just before its times."""
    last = payload[-1].strip() if payload else ""
    apart = len(payload) >= 2 and not payload[-2].strip()
    if last and ((last.isdecimal() and len(payload) >= 2) or (is_vtt and apart)):
        return payload[:-1]
    return payload


def _spoken(payload: Sequence[str], is_vtt: bool) -> list[str]:
    """Return the lines that are text: not blank, nor in a NOTE, STYLE or REGION block."""
    shown: list[str] = []
    before, skipping = "text", False
    for line in payload:
        stripped = line.strip()
        if not before and stripped:
            skipping = is_vtt and re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", stripped) is not None
        if stripped and not skipping:
            shown.append(stripped)
        before = stripped
    return shown


def utterances(cues: Sequence[Cue], *, carried: bool = True) -> Iterator[Utterance]:
    """Yield what each voice says in each cue; a speaker is carried to the cues that name none."""
    are_voices = any("<" in line and _VOICE.search(line) for _, _, lines in cues for line in lines)
    names = frozenset() if are_voices else _names(cues)
    speaker = ""
    for start, end, lines in cues:
        turns: list[tuple[str, str]] = []
        if are_voices and not carried:
            speaker = ""
        if are_voices:
            pieces = _VOICE.split("\n".join(lines))
            turns.append((speaker, pieces[0]))
            for name, said in zip(pieces[1::2], pieces[2::2], strict=True):
                speaker = " ".join(html.unescape(name).split()) if name else speaker
                turns.append((speaker, said))
        else:
            for line in lines:
                turns.append(_turn(line, names, speaker))
                speaker = turns[-1][0]
        heard = [(who, words) for who, said in turns if (words := plain(said))]
        yield from _shared(start, end, _joined(heard))


def _turn(line: str, names: frozenset[str], speaker: str) -> tuple[str, str]:
    """Return who says a line, and what: chevrons say that it is another one than before."""
    text = plain(line)
    if text[:1] in _CHEVRON and (changes := _CHEVRONS.match(text)):
        text, speaker = text[changes.end() :], ""
    found = introduced(text) if names else None
    if found and found.name in names:
        return found.name, text[found.end :]
    return speaker, text


def _joined(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join the neighbouring lines of one speaker."""
    if len(turns) < 2:
        return turns
    joined: list[tuple[str, str]] = []
    for who, said in turns:
        if joined and joined[-1][0] == who:
            joined[-1] = (who, f"{joined[-1][1]} {said}")
        else:
            joined.append((who, said))
    return joined


def _shared(start: float, end: float, turns: list[tuple[str, str]]) -> Iterator[Utterance]:
    """Share a cue's time between its voices, by their numbers of characters."""
    total = sum(len(said) for _, said in turns)
    done = 0
    for who, said in turns:
        begins = start + (end - start) * done / total
        done += len(said)
        ends = start + (end - start) * done / total
        yield Utterance(begins, max(begins, ends), who, said)


def _names(cues: Sequence[Cue]) -> frozenset[str]:
    """Return the names that introduce what is said: at the start of two lines, or a role.

    One in capitals behind chevrons (">> DURAND:", as for live television) is one even once.
    """
    seen: Counter[str] = Counter()
    changing: set[str] = set()
    begun = 0
    for _, _, lines in cues:
        shown = [_CHEVRONS.sub("", plain(line)) for line in lines]
        named = [found.name for line in shown if (found := introduced(line))]
        names = [name for name in named if may_be_name(name)]
        changing |= {name for name in names if name.isupper()} if _changes(lines) else set()
        begun += bool(names)
        seen.update(names)
    # Where a name stands before nearly all that is said (Zoom), one met once is a name too.
    least = 1 if begun >= max(2, INTRODUCED_SHARE * len(cues)) else 2
    return frozenset(
        name for name, times in seen.items() if times >= least or is_role(name) or name in changing
    )


def _changes(lines: Sequence[str]) -> bool:
    return any(_CHEVRONS.match(plain(line)) for line in lines)


def _language(text: str) -> str:
    """Return the language that a WebVTT header states ("Language: fr"), or ""."""
    found = re.search(r"^Language:[ \t]{0,9}([A-Za-z]{2,3})\b", text[:2000], re.MULTILINE)
    return found[1].lower() if found else ""
