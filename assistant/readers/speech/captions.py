"""Captions: an SRT or WebVTT file becomes sentences with their seconds and their speaker.

In: what Teams, Zoom, YouTube, transcribers and people write, well formed or not. Out: one
"speech" block per sentence. Cues are parsed here; `turns` makes sentences of them.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.speech.speaker_names import (
    INTRODUCED_SHARE,
    introduced,
    is_role,
    may_be_name,
)
from assistant.readers.speech.turns import AUTOMATIC_NOTE, Utterance, sentences

#: A cue: its start and end in seconds, and its lines as written.
Cue = tuple[float, float, tuple[str, ...]]

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,6}))?"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s{{0,9}}(?:-{{1,3}}|[–—−]{{1,2}})>\s{{0,9}}{_CLOCK}(?!\d)")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?[ \t]{1,9}([^<>]{1,120})>|</v\s{0,9}>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:b|i|u|s|c|v|em|rt|ruby|lang|font|strong|span)(?:[.\s][^<>]{0,200})?/?>"
    r"|<\d[\d:.,]{0,20}>|\{\\[^{}]{0,60}\}",
    re.IGNORECASE,
)
#: A rolling display shows each line twice; a share of cues above this tells it from a repetition.
ROLLING_SHARE = 0.4
BLINK_SECONDS = 0.02


def read_captions(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of an SRT or WebVTT file. Raises ReadError when it has no times."""
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
    yield from sentences(utterances(cues))


def parse_cues(text: str) -> tuple[list[Cue], int]:
    """Return the cues in order of time, and how many had an end before their start."""
    lines = text.split("\n")
    is_vtt = lines[0].strip().upper().startswith("WEBVTT")
    timings = [(at, found) for at, line in enumerate(lines) if (found := _TIMING.match(line))]
    backwards = 0
    cues: list[Cue] = []
    for (at, found), following in zip_longest(timings, timings[1:]):
        start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
        backwards += end < start
        payload = lines[at + 1 : following[0] if following else None]
        if following:
            payload = _without_identifier(payload, is_vtt)
        written = _spoken(payload, is_vtt)
        cues.append((start, max(start, end), tuple(written)))
    cues.sort(key=lambda cue: cue[0])
    return _unrolled([cue for cue in cues if cue[2]]), backwards


def _seconds(groups: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)


def _without_identifier(payload: list[str], is_vtt: bool) -> list[str]:
    """Drop the number or name of the next cue, which stands just before its times."""
    last = payload[-1].strip() if payload else ""
    apart = len(payload) >= 2 and not payload[-2].strip()
    if last and ((last.isdecimal() and len(payload) >= 2) or (is_vtt and apart)):
        return payload[:-1]
    return payload


def _spoken(payload: Sequence[str], is_vtt: bool) -> list[str]:
    """Return the lines that are text: not blank, nor in a NOTE, STYLE or REGION block."""
    spoken: list[str] = []
    before, skipping = "text", False
    for line in payload:
        stripped = line.strip()
        if not before and stripped:
            skipping = is_vtt and re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", stripped) is not None
        if stripped and not skipping:
            spoken.append(stripped)
        before = stripped
    return spoken


def _unrolled(cues: list[Cue]) -> list[Cue]:
    """Remove the lines that a rolling display (YouTube) shows twice."""
    plain = [[_plain(line) for line in lines] for _, _, lines in cues]
    # Someone who says "Oui." twice is no display: only a line shown above another one counts.
    repeats = sum(
        now[0] == before[-1] and (len(now) > 1 or _is_blink(cue))
        for (before, now), cue in zip(pairwise(plain), cues[1:], strict=False)
    )
    if len(cues) < 3 or repeats < ROLLING_SHARE * len(cues):
        return cues
    kept: list[Cue] = []
    shown: list[str] = []
    for (start, end, lines), words in zip(cues, plain, strict=True):
        first = 1 if shown and words[0] == shown[-1] else 0
        blink = _is_blink((start, end, lines)) and all(word in shown for word in words)
        if not blink and lines[first:]:
            kept.append((start, end, lines[first:]))
        shown = words
    return kept


def _is_blink(cue: Cue) -> bool:
    return cue[1] - cue[0] <= BLINK_SECONDS


def _plain(text: str) -> str:
    """Return a line without tags, its entities decoded."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def utterances(cues: Sequence[Cue]) -> Iterator[Utterance]:
    """Yield what each voice says in each cue; a speaker is carried to the cues that name none."""
    voiced = any(_VOICE.search(line) for _, _, lines in cues for line in lines)
    names = frozenset() if voiced else _names(cues)
    speaker = ""
    for start, end, lines in cues:
        turns: list[tuple[str, str]] = []
        if voiced:
            pieces = _VOICE.split("\n".join(lines))
            turns.append((speaker, pieces[0]))
            for name, said in zip(pieces[1::2], pieces[2::2], strict=True):
                speaker = " ".join(html.unescape(name).split()) if name else speaker
                turns.append((speaker, said))
        else:
            for line in lines:
                found = introduced(_plain(line))
                if found and found.name in names:
                    speaker = found.name
                    line = _plain(line)[found.end :]
                turns.append((speaker, line))
        spoken = [(who, words) for who, said in turns if (words := _plain(said))]
        yield from _shared(start, end, _joined(spoken))


def _joined(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join the neighbouring lines of one speaker."""
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
    """Return the names that introduce what is said: at the start of two lines, or a role."""
    seen: Counter[str] = Counter()
    begun = 0
    for _, _, lines in cues:
        named = [found.name for line in lines if (found := introduced(_plain(line)))]
        names = [name for name in named if may_be_name(name)]
        begun += bool(names)
        seen.update(names)
    # Where a name stands before nearly all that is said (Zoom), one met once is a name too.
    least = 1 if begun >= max(2, INTRODUCED_SHARE * len(cues)) else 2
    return frozenset(name for name, times in seen.items() if times >= least or is_role(name))


def _language(text: str) -> str:
    """Return the language that a WebVTT header states ("Language: fr"), or ""."""
    found = re.search(r"^Language:[ \t]{0,9}([A-Za-z]{2,3})\b", text[:2000], re.MULTILINE)
    return found[1].lower() if found else ""


def cue_times(first: float, last: float) -> str:
    """Return the line of a WebVTT cue that says from which second to which it is shown."""
    return f"{_time(first)} --> {_time(last)}"


def cue_text(text: str) -> str:
    """Return a text without the three characters that WebVTT would read as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    minutes, thousandths = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{thousandths // 1000:02d}.{thousandths % 1000:03d}"
