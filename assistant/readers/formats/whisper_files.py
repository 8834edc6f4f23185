"""The files that Whisper and its kin write become sentences with their seconds.

In: a JSON or TSV file of timed segments. Out: one "speech" block per sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.spreadsheets import read_csv
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.turns import Utterance, sentences
from assistant.text.analysis import clean

#: No recording is longer; a larger number is no time.
MAX_SECONDS = 1_000_000.0


def read_json(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a Whisper transcript in JSON. Raises ReadError for any other JSON."""
    try:
        found = json.loads(read_text_file(path))
    except (ValueError, RecursionError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    spoken = sorted(_segments(found), key=lambda segment: segment.start)
    if not spoken:
        raise ReadError("json_without_segments")
    yield Fact("kind", "transcript")
    language = found.get("language") if isinstance(found, dict) else None
    if language is None and isinstance(found, dict) and isinstance(found.get("result"), dict):
        language = found["result"].get("language")
    if isinstance(language, str) and re.fullmatch(r"[a-z]{2}", language):
        yield Fact("language", language)
    yield from sentences(spoken)


def _segments(found: object) -> Iterator[Utterance]:
    """Yield what `segments` (Whisper), `transcription` (whisper.cpp) or a bare list hold."""
    segments = found
    if isinstance(found, dict):
        segments = found.get("segments") or found.get("transcription")
    for segment in segments if isinstance(segments, list) else []:
        if not isinstance(segment, dict) or not isinstance(segment.get("text"), str):
            continue
        start, end, share = segment.get("start"), segment.get("end"), 1.0
        if start is None and isinstance(segment.get("offsets"), dict):
            start, end = segment["offsets"].get("from"), segment["offsets"].get("to")
            share = 0.001
        speaker = segment.get("speaker")
        text = " ".join(clean(segment["text"]).split())
        if _is_time(start) and text:
            first = share * float(start)  # type: ignore[arg-type]
            last = share * float(end) if _is_time(end) else first  # type: ignore[arg-type]
            name = clean(speaker) if isinstance(speaker, str) else ""
            yield Utterance(round(first, 3), round(max(first, last), 3), name, text)


def _is_time(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= 1000 * MAX_SECONDS  # type: ignore[operator]


def read_tsv(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a Whisper transcript in TSV, or the rows of any other TSV file."""
    lines = read_text_file(path).split("\n")
    if lines[0].strip().lower().split("\t") != ["start", "end", "text"]:
        yield from read_csv(path, options)
        return
    spoken = []
    for line in lines[1:]:
        start, _, rest = line.partition("\t")
        end, _, text = rest.partition("\t")
        if start.isdecimal() and end.isdecimal() and text.strip() and len(start + end) < 25:
            first, last = int(start) / 1000, int(end) / 1000
            spoken.append(Utterance(first, max(first, last), "", " ".join(clean(text).split())))
    if not spoken:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    yield from sentences(sorted(spoken, key=lambda block: block.start))
