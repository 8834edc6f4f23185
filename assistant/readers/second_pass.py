"""Recordings, scans and old formats: read a second time, by other programs and under longer limits.

In: a file of the corpus. Out: its reading, where a recording was transcribed (and the result
kept), the pictures among a PDF's pages were recognised, or an old format was converted first.
Each of them runs under limits of its own; without what it needs, the first reading stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from assistant.errors import ModelError, ReadError
from assistant.i18n.places import clock
from assistant.readers.engines import ocr_engine
from assistant.readers.formats import legacy_office
from assistant.readers.parts import IMAGE_SUFFIXES, RECORDING_SUFFIXES, Defect, Fact, Part
from assistant.readers.sandbox.parent import FileReading, ReadingProcess
from assistant.readers.speech import transcription_cache
from assistant.readers.speech.voices.encoder_model import ENCODER, voices_folder
from assistant.readers.speech.voices.labels import VOICES, turns_in, with_voices
from assistant.readers.speech.whisper_model import transcriber_folder
from assistant.records.documents import Block
from assistant.records.messages import Message
from assistant.settings.options import ReadingOptions

#: Recognised in one document at most; a page takes 1 to 8 s (docs/reading.md, Pictures of text).
MOST_PAGES = 300
_OCR_MEGABYTES = 3_000
_OCR_SECONDS, _OCR_PAGE_SECONDS = 60, 10
#: docs/reading.md, Recordings: an hour of talk takes 7 to 13 minutes on two free cores;
#: much more on busy ones, or where it is hard to hear.
_SPEECH_MEGABYTES = 3_000
_SPEECH_SECONDS, _SPEECH_SHARE = 300, 5.0
_PROBE_SECONDS = 60
#: docs/reading.md, Voices.
_VOICES_SECONDS, _VOICES_SHARE = 120, 2.0

#: Called with how far a long reading is.
Tell = Callable[[Message], None]

#: Two transcriptions at once would share the same cores, in twice the memory.
_ONE_AT_A_TIME = Lock()


def read_file(
    process: ReadingProcess,
    path: Path,
    sha256: str,
    options: ReadingOptions,
    tell: Tell = lambda detail: None,
) -> FileReading:
    """Read a file, as often as it takes. Raises ReadError."""
    suffix = path.suffix.lower()
    if suffix in RECORDING_SUFFIXES:
        with _ONE_AT_A_TIME:
            return _transcribed(process, path, sha256, options, tell)
    if suffix in IMAGE_SUFFIXES:
        seconds = _OCR_SECONDS + options.reading_seconds
        return process.read(path, seconds=seconds, megabytes=_OCR_MEGABYTES)
    try:
        reading = process.read(path)
    except ReadError as e:
        if e.key == "file_format_old" and legacy_office.can_convert():
            with TemporaryDirectory(prefix="assistant-") as folder:
                new = process.read(legacy_office.converted(path, Path(folder), process.closed))
            return FileReading([*map(_after_conversion, new.parts)], new.ending)
        if e.key == "file_scanned" and (pages := _numbers(e.values)) and ocr_engine():
            return _with_scanned(process, path, FileReading([], "done"), pages)
        raise
    pages = [
        number
        for part in reading.parts
        if isinstance(part, Defect) and part.key == "pages_without_text"
        for number in _numbers(part.values)
    ]
    return _with_scanned(process, path, reading, pages) if pages and ocr_engine() else reading


def _after_conversion(part: Part) -> Part:
    if isinstance(part, Fact) and part.name == "engine":
        return Fact("engine", f"LibreOffice ; {part.value}")
    return part


# --- Scanned pages -----------------------------------------------------------------------------


def _with_scanned(
    process: ReadingProcess, path: Path, first: FileReading, pages: Sequence[int]
) -> FileReading:
    """Return a reading with the text of the pages that are pictures, each in its place."""
    asked, beyond = pages[:MOST_PAGES], pages[MOST_PAGES:]
    try:
        second = process.read(
            path,
            seconds=_OCR_SECONDS + _OCR_PAGE_SECONDS * len(asked),
            megabytes=_OCR_MEGABYTES,
            scanned=list(asked),
        )
    except ReadError:
        second = FileReading([], "crash")
    reached = max((p.place.last for p in second.parts if isinstance(p, Block)), default=0)
    if second.ending != "done":
        beyond = [page for page in pages if page > reached]
    merged = _merged(first.parts, second.parts, beyond)
    if second.ending != "done" and not any(isinstance(part, Block) for part in merged):
        raise ReadError("file_unrecognised", pages=_listed(pages))
    return FileReading(merged, first.ending)


def _merged(first: Iterable[Part], second: Sequence[Part], missing: Sequence[int]) -> list[Part]:
    """Return both readings as one: blocks by page, one fact of a name, and what is missing."""
    parts = [p for p in first if not isinstance(p, Defect) or p.key != "pages_without_text"]
    blocks = [p for p in (*parts, *second) if isinstance(p, Block)]
    own = {p.name: p.value for p in parts if isinstance(p, Fact)}
    recognised = {p.name: p.value for p in second if isinstance(p, Fact)}
    facts = recognised | own
    # Recognition may have stopped before it said by what.
    engines = [one["engine"] for one in (own, recognised) if "engine" in one]
    if engines:
        facts["engine"] = " ; ".join(engines)
    defects: list[Part] = [p for p in (*parts, *second) if isinstance(p, Defect)]
    if missing:
        defects.append(Defect("pages_not_reached", {"pages": _listed(missing)}))
    return [
        *(Fact(name, value) for name, value in facts.items()),
        *sorted(blocks, key=lambda block: block.place.first),
        *defects,
    ]


def _listed(pages: Iterable[int]) -> str:
    return ", ".join(map(str, pages))


def _numbers(values: object) -> list[int]:
    numbers = values.get("numbers", "") if isinstance(values, dict) else ""
    return [int(number) for number in str(numbers).split() if number.isdecimal()]


# --- Recordings --------------------------------------------------------------------------------


def _transcribed(
    process: ReadingProcess, path: Path, sha256: str, options: ReadingOptions, tell: Tell
) -> FileReading:
    """Return what a recording says: what was kept, or what is heard now and then kept."""
    before = transcription_cache.load(options.index, sha256)
    if before is not None:
        return FileReading(_told_apart(process, path, sha256, options, tell, before), "done")
    try:
        transcriber = transcriber_folder(options.models, options.transcriber)
    except ModelError as e:
        raise ReadError(e.key, **e.values) from e
    length = _length(process.read(path, seconds=_PROBE_SECONDS, megabytes=_SPEECH_MEGABYTES))

    def heard(part: Part) -> None:
        if isinstance(part, Block):
            tell(_transcribing(part.place.last, length))

    tell(_transcribing(0, length))
    reading = process.read(
        path,
        seconds=round(_SPEECH_SECONDS + _SPEECH_SHARE * length),
        megabytes=_SPEECH_MEGABYTES,
        on_part=heard,
        transcriber=str(transcriber.resolve()),
        language=options.spoken_language,
        threads=options.encoding_threads,
    )
    if reading.ending == "done":
        unkept = list(_kept(options.index, sha256, reading.parts))
        parts = _told_apart(process, path, sha256, options, tell, reading.parts)
        return FileReading([*parts, *unkept], "done")
    last = max((p.place.last for p in reading.parts if isinstance(p, Block)), default=0.0)
    if not last:
        raise ReadError("recording_failed")
    return FileReading([*reading.parts, Defect("recording_partial", {"time": clock(last)})], "done")


def _transcribing(done: float, total: float) -> Message:
    """Return how far a recording is transcribed, in seconds."""
    return Message("reading.transcribing", {"done": clock(done), "total": clock(total)})


def _told_apart(
    process: ReadingProcess,
    path: Path,
    sha256: str,
    options: ReadingOptions,
    tell: Tell,
    parts: list[Part],
) -> list[Part]:
    """Return a transcription with who speaks, by numbers, where the site asks for it; it is kept.

    Without what that needs, or out of its time, the words stand as they are.
    """
    if not options.voices or any(isinstance(p, Fact) and p.name == VOICES for p in parts):
        return parts
    try:
        folder = voices_folder(options.models)
        tell(Message("reading.telling_voices", {}))
        seconds = round(_VOICES_SECONDS + _VOICES_SHARE * _length(FileReading(parts, "done")))
        heard = process.read(
            path, seconds=seconds, megabytes=_SPEECH_MEGABYTES, voices=str(folder.resolve())
        )
    except ModelError as e:
        values = {name: str(value) for name, value in e.values.items()}
        return [*parts, Defect("voices_unknown", {"cause": Message(f"errors.{e.key}", values)})]
    except ReadError:
        heard = FileReading([], "crash")
    if heard.ending != "done":
        return [*parts, Defect("voices_not_told", {})]
    told = [*with_voices(parts, turns_in(heard.parts)), Fact(VOICES, ENCODER)]
    with suppress(OSError):  # the words are kept; the next reading tells voices apart again
        transcription_cache.keep(options.index, sha256, told)
    return told


def _kept(index: Path, sha256: str, parts: Sequence[Part]) -> Iterator[Part]:
    """Keep a transcription; say so where the disk refuses, for the text is there all the same."""
    try:
        transcription_cache.keep(index, sha256, parts)
    except OSError as e:
        yield Defect("transcription_unkept", {"cause": e.strerror or type(e).__name__})


def _length(probe: FileReading) -> float:
    """Return how long a recording lasts. Raises ReadError when it could not be found out."""
    for part in probe.parts:
        if isinstance(part, Fact) and part.name == "seconds":
            return float(part.value)
    raise ReadError("recording_damaged", cause=probe.ending)
