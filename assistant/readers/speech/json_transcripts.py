"""Transcripts in JSON: what transcribers write → sentences with their seconds and speakers.

Whisper and its kin, whisper.cpp, Vosk, AssemblyAI, Deepgram, Gladia, Azure, AWS, Speakr, podcasts,
YouTube. `json_shapes` finds the list of what is said in each; here it is read, whatever the names
and the units of its fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.errors import ReadError
from assistant.i18n import say
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.speech.captions import speech_of
from assistant.readers.speech.captions.repeats import said_once
from assistant.readers.speech.cue_text import Cue, voiced
from assistant.readers.speech.json_shapes import language_of, said_in
from assistant.readers.speech.timeline import MAX_SECONDS
from assistant.text.analysis import clean

_TEXTS = ("text", "sentence", "transcript", "transcription", "body", "display", "DisplayText",
          "punctuated_word", "word", "content", "utf8", "value")  # fmt: skip
#: The names of when something begins, and of when it ends or how long it lasts; and how many
#: seconds its unit has, 0 where the numbers themselves tell.
_BEGINS = {
    "start": 0.0, "startTime": 0.0, "start_time": 0.0, "begin": 0.0, "time_begin": 0.0, "from": 0.0,
    "ts": 0.0, "timestamp_start": 0.0, "tStartMs": 0.001, "startMs": 0.001, "start_ms": 0.001,
    "offsetMilliseconds": 0.001, "offsetInTicks": 1e-7, "Offset": 1e-7, "offset": 0.0, "time": 0.0,
}  # fmt: skip
_ENDS = {
    "end": 0.0, "endTime": 0.0, "end_time": 0.0, "end_ts": 0.0, "time_end": 0.0, "to": 0.0,
    "timestamp_end": 0.0, "endMs": 0.001, "end_ms": 0.001,
}  # fmt: skip
_LENGTHS = {
    "dDurationMs": 0.001, "durationMs": 0.001, "duration_ms": 0.001, "durationMilliseconds": 0.001,
    "durationInTicks": 1e-7, "Duration": 1e-7, "duration": 0.0, "dur": 0.0,
}  # fmt: skip
#: The names of beginnings and of ends whose unit the numbers themselves tell.
_UNITLESS = [{name: 1.0 for name, unit in names.items() if not unit} for names in (_BEGINS, _ENDS)]
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speaker_id", "speakerId",
             "SpeakerId", "participant")  # fmt: skip
#: People say some 15 characters a second: with fewer than this, the unit is a thousandth.
_FEWEST_CHARACTERS = 0.3
#: Where the next value begins, after spaces and commas.
_VALUE = re.compile(r"[^\s,]")
_ISO = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,9})?)")


def read_json(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a transcript in JSON. Raises ReadError for any other JSON."""
    try:
        found = _loaded(read_text_file(path))
    except (ValueError, RecursionError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    items = said_in(found)
    share = 0.001 if _are_thousandths(items) else 1.0
    cues = [cue for item in items if (cue := _cue(item, share))]
    if not cues:
        raise ReadError("json_without_segments")
    yield Fact("kind", "transcript")
    if language := language_of(found):
        yield Fact("language", language)
    unread = sum(bool(_text(item)) for item in items) - len(cues)
    if unread > 0:
        yield Defect("segments_without_times", {"number": str(unread)})
    cues.sort(key=lambda cue: cue[0])
    words = sum(" " not in cue[2][0] for cue in cues) > len(cues) / 2
    yield from speech_of(cues if words else said_once(cues), carried=False)


def _loaded(text: str) -> object:
    """Return what a file holds; several values one after another (Vosk) are a list."""
    decoder = json.JSONDecoder()
    values: list[object] = []
    at = 0
    while found := _VALUE.search(text, at):
        value, at = decoder.raw_decode(text, found.start())
        values.append(value)
    if not values:
        raise ValueError("no value")
    return values[0] if len(values) == 1 else values


def _cue(item: Mapping[str, Any], share: float) -> Cue | None:
    """Return what is said as a cue; None for what has no time, or no text."""
    text, start = _text(item), _begins(item, share)
    if not text or start is None:
        return None
    end = _ends(item, start, share)
    who = _speaker(item)
    line = voiced(who, text) if who else text
    return round(start, 3), round(max(start, end), 3), (line,)


def _text(item: Mapping[str, Any]) -> str:
    for name in _TEXTS:
        if isinstance(value := item.get(name), str):
            return " ".join(clean(value).split())
    return ""


def _begins(item: Mapping[str, Any], share: float) -> float | None:
    return _first(item, _BEGINS, share)


def _ends(item: Mapping[str, Any], start: float, share: float) -> float:
    """Return when something ends, by its end or its length; where neither is stated, its start."""
    end = _first(item, _ENDS, share)
    length = _first(item, _LENGTHS, share) if end is None else None
    return end if end is not None else start + (length or 0.0)


def _first(item: Mapping[str, Any], names: Mapping[str, float], share: float) -> float | None:
    """Return the first time stated under one of the names, in seconds."""
    for name, unit in names.items():
        if name in item and (seconds := _seconds(item[name], unit or share)) is not None:
            return seconds
    return None


def _seconds(value: object, unit: float) -> float | None:
    """Return a time in seconds: a number in its unit, or words that say theirs."""
    if isinstance(value, str):
        return _stated(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= MAX_SECONDS / unit:
        return None
    return float(value) * unit


def _stated(text: str) -> float | None:
    """Return "1.5", "1.5s", "00:00:01,500" or "PT1.5S" in seconds."""
    if re.fullmatch(r"\d{1,7}(?:\.\d{1,9})?s?", text):
        return float(text.rstrip("s"))
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = found.groups()
        return 3600 * int(hours or 0) + 60 * int(minutes) + float(seconds.replace(",", "."))
    if (found := _ISO.fullmatch(text)) and any(found.groups()):
        hours, minutes, seconds = found.groups()
        return 3600 * int(hours or 0) + 60 * int(minutes or 0) + float(seconds or 0)
    return None


def _are_thousandths(items: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether times without a unit are thousandths: nobody speaks as slowly as that."""
    characters = lasted = 0.0
    for item in items:
        start, end = (_first(item, names, 1.0) for names in _UNITLESS)
        stated = (item.get(name) for name in (*_BEGINS, *_ENDS))
        if start is None or end is None or any(isinstance(value, str) for value in stated):
            continue
        if start != int(start) or end != int(end):
            return False
        characters += len(_text(item))
        lasted += max(0.0, end - start)
    return bool(lasted) and characters / lasted < _FEWEST_CHARACTERS


def _speaker(item: Mapping[str, Any]) -> str:
    """Return who speaks; a voice that has no name is called by its number."""
    for name in _SPEAKERS:
        value = item.get(name)
        if isinstance(value, Mapping):
            value = value.get("name") or value.get("label") or value.get("id")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (who := " ".join(clean(value).split())):
            number = re.fullmatch(r"\d{1,3}|[A-Z]", who)
            return say("passages.voice", name=who) if number else who
    return ""
