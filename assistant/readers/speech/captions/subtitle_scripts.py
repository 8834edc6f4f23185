"""Subtitles and lyrics as scripts: ASS, SSA and LRC files → cues in order of time.

A line of a script may be spoken by somebody it names; what is drawn or remarked is not spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.captions import in_order, speech_of
from assistant.readers.speech.cue_text import Cue, plain, voiced
from assistant.readers.speech.timeline import said_until
from assistant.readers.titles import usable_title

_CLOCK = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2})[.,:](\d{1,3})")
#: The fields of a line where no `Format` says them: those of SubStation Alpha 4.
_FIELDS = tuple("layer start end style name marginl marginr marginv effect text".split())
_LANGUAGE = re.compile(r"^\s*language\s*:\s*([a-z]{2})\b", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(r"^\s*title\s*:\s*(.{1,300})$", re.IGNORECASE | re.MULTILINE)
#: "{\\p1}m 0 0 l 100 0": what is drawn, up to where drawing ends.
_DRAWN = re.compile(
    r"\{[^{}]{0,300}\\p[1-9][^{}]{0,300}\}.*?(?:\{[^{}]{0,300}\\p0[^{}]{0,300}\}|$)"
)
_REMARK = re.compile(r"\{[^{}]{0,2000}\}")
#: "[00:12.50]", one or more at the start of a line of lyrics.
_STAMP = re.compile(r"\[(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:[.:,]\d{1,3})?)\]\s{0,9}")
_TAG = re.compile(r"^\s*\[(ti|la|offset)\s?:\s?([^\]]{0,300})\]\s*$", re.IGNORECASE)
_WORD_STAMP = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?>")


def read_ass(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of an ASS or SSA file. Raises ReadError when it has no times."""
    text = read_text_file(path)
    cues = in_order(list(_dialogue(text)))
    if not cues:
        raise ReadError("captions_without_times")
    head = text[:5000].split("[Events]")[0]
    yield Fact("kind", "transcript")
    stated = _TITLE.search(head)
    title = usable_title(stated[1]) if stated else ""
    if title and "aegisub" not in title.lower():
        yield Fact("title", title)
    if found := _LANGUAGE.search(head):
        yield Fact("language", found[1].lower())
    yield from speech_of(cues, carried=False)


def _dialogue(text: str) -> Iterator[Cue]:
    """Yield the lines that are spoken, as cues; one drawn in several layers is one."""
    fields = _FIELDS
    seen: set[tuple[float, float, str]] = set()
    for line in text.split("\n"):
        kind, _, rest = line.strip().partition(":")
        if kind.lower() == "format" and "text" in rest.lower():
            fields = tuple(field.strip().lower() for field in rest.split(","))
        if kind.lower() != "dialogue":
            continue
        cells = [cell.strip() for cell in rest.split(",", len(fields) - 1)]
        row = dict(zip(fields, cells, strict=False))
        start, end = _seconds(row.get("start", "")), _seconds(row.get("end", ""))
        written = re.split(r"\\[Nn]", _REMARK.sub("", _DRAWN.sub("", row.get("text", ""))))
        lines = [words for one in written if (words := plain(one))]
        if start is None or not lines:
            continue
        key = (start, end or start, "\n".join(lines))
        if key not in seen:
            seen.add(key)
            name = row.get("name", "") or row.get("actor", "")
            yield start, max(start, end or start), tuple(voiced(name, one) for one in lines)


def _seconds(clock: str) -> float | None:
    found = _CLOCK.fullmatch(clock)
    if not found:
        return None
    whole = 3600 * int(found[1]) + 60 * int(found[2]) + int(found[3])
    return whole + float(f"0.{found[4]}")


# --- LRC -----------------------------------------------------------------------------------------


def read_lrc(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of an LRC file. Raises ReadError when it has no times."""
    text = read_text_file(path)
    tags = {found[1].lower(): found[2] for line in text.split("\n") if (found := _TAG.match(line))}
    cues = in_order(_ended(sorted(_stamped(text, _offset(tags.get("offset", ""))))))
    if not cues:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    if title := usable_title(tags.get("ti", "")):
        yield Fact("title", title)
    if language := re.match(r"[a-z]{2}\b", tags.get("la", "").strip().lower()):
        yield Fact("language", language[0])
    yield from speech_of(cues, carried=False)


def _offset(milliseconds: str) -> float:
    """Return by how many seconds lines are said earlier than they state."""
    found = re.fullmatch(r"\s*([+-]?\d{1,9})\s*", milliseconds)
    return int(found[1]) / 1000 if found else 0.0


def _stamped(text: str, offset: float) -> Iterator[tuple[float, str]]:
    """Yield each line, once for each of its times, with its second; empty lines end one."""
    for line in text.split("\n"):
        seconds: list[float] = []
        rest = line.strip()
        while found := _STAMP.match(rest):
            hours, minutes, second = found.groups()
            own = float(re.sub(r"[:,]", ".", second))
            seconds.append(3600 * int(hours or 0) + 60 * int(minutes) + own)
            rest = rest[found.end() :]
        for one in seconds:
            yield max(0.0, round(one - offset, 3)), plain(_WORD_STAMP.sub("", rest))


def _ended(stamped: list[tuple[float, str]]) -> list[Cue]:
    """Return lines as cues, each until the next one, or for as long as it takes to say it."""
    cues: list[Cue] = []
    for (start, text), following in zip_longest(stamped, stamped[1:]):
        if text:
            end = said_until(start, len(text), following[0] if following else None)
            cues.append((start, round(end, 3), (text,)))
    return cues
