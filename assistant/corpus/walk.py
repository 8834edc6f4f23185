"""Intake: which files of the corpus may be read, and their reading in a process under limits.

In: the corpus folder. Out: the files to index with their problems (`walk`), and each file as a
`Document` (`ReadingPool`), whatever the file does to its reader.
"""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from assistant.corpus.paths import UNSHOWABLE, is_ignored, shown
from assistant.errors import CorpusError, ReadError
from assistant.i18n import say
from assistant.readers import READERS, assemble, sha256_of
from assistant.readers.engines import can_transcribe
from assistant.readers.file_states import state_of
from assistant.readers.parts import Defect, Fact, Part
from assistant.readers.sandbox.parent import ReadingProcess
from assistant.readers.second_pass import read_file
from assistant.records import Block, Document, Problem
from assistant.settings import Settings

#: The formats of recordings; where several stand side by side, the first is played.
RECORDING_SUFFIXES = (".mp4", ".webm", ".mkv", ".m4a", ".mp3", ".ogg", ".wav")
TRANSCRIPT_SUFFIXES = frozenset({".srt", ".vtt", ".txt"})
#: Read by `programme`, from the folder of an event only.
_PROGRAMME = "programme.csv"
#: Where nothing is wrong with the file itself.
_WARNINGS = frozenset({"recording_alone", "programme_misplaced"})
_FORMATS = ", ".join(sorted(suffix[1:].upper() for suffix in READERS if suffix != ".htm"))
_READ_ME = re.compile(r"^(?:readme|lisezmoi|lisez-moi)(?:\.(?:md|txt))?$", re.IGNORECASE)
_LANGUAGE = re.compile(r"\.[a-z]{2}(?:-[a-z]{2})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file to read: its id in the corpus, where it lies, and what tells that it changed."""

    id: str
    path: Path
    size: int
    mtime_ns: int


def walk(corpus: Path, max_bytes: int) -> tuple[list[FileOnDisk], list[Problem]]:
    """List the files of the corpus that can be read, in order of id, and what is wrong with others.

    Raises CorpusError when there is no such folder.
    """
    if not corpus.is_dir():
        raise CorpusError("corpus_missing", path=corpus)
    files: dict[str, FileOnDisk] = {}
    media: dict[str, FileOnDisk] = {}
    problems: list[Problem] = []
    for found in _found(corpus.resolve(), max_bytes):
        if isinstance(found, Problem):
            problems.append(found)
        elif found.id in files or found.id in media:
            # Told apart by its name as it is on disk.
            spelled = found.path.relative_to(corpus.resolve()).as_posix()
            problems.append(_problem(spelled, "same_name"))
        elif found.path.suffix.lower() in RECORDING_SUFFIXES:
            media[found.id] = found
        elif found.path.suffix.lower() in READERS:
            files[found.id] = found
        else:
            suffix = found.path.suffix or say("reading.no_suffix")
            problems.append(_problem(found.id, "format_unknown", suffix=suffix, formats=_FORMATS))
    transcribed = {stem_of(one) for one in files if _suffix(one) in TRANSCRIPT_SUFFIXES}
    alone = [one for one in media if stem_of(one) not in transcribed]
    if can_transcribe():
        # The sound and the video of one session say the same: the one that is played is heard.
        best = sorted(alone, key=lambda one: RECORDING_SUFFIXES.index(_suffix(one)), reverse=True)
        files |= {id_: media[id_] for id_ in {stem_of(one): one for one in best}.values()}
    else:
        problems += [_problem(one, "recording_alone") for one in alone]
    return [files[one] for one in sorted(files)], sorted(problems, key=lambda one: one.subject)


def recording_of(transcript: Path) -> Path | None:
    """Return the recording beside a transcript: "a.mp4" for "a.vtt" as for "a.fr.vtt", or None."""
    try:
        beside = {(one.stem, one.suffix.lower()): one for one in transcript.parent.iterdir()}
    except OSError:
        return None  # the folder went away since it was indexed
    for stem in (transcript.stem, _LANGUAGE.sub("", transcript.stem)):
        for suffix in RECORDING_SUFFIXES:
            recording = beside.get((stem, suffix))
            if recording and recording.is_file():
                return recording
    return None


def stem_of(id_: str) -> str:
    """Return an id without its suffix, nor the language of a transcript."""
    stem, suffix = os.path.splitext(id_)
    return _LANGUAGE.sub("", stem) if suffix.lower() in TRANSCRIPT_SUFFIXES else stem


def _suffix(id_: str) -> str:
    return os.path.splitext(id_)[1].lower()


def _found(corpus: Path, max_bytes: int) -> Iterator[FileOnDisk | Problem]:
    unreadable: list[OSError] = []
    for folder, names, leaves in os.walk(corpus, onerror=unreadable.append, followlinks=False):
        here = Path(folder)
        kept = []
        for name in sorted(names):
            if is_ignored(name):
                continue
            if (here / name).is_symlink():
                yield _problem(_id(here / name, corpus), "folder_is_a_link")
            else:
                kept.append(name)
        names[:] = kept
        for name in sorted(leaves):
            if not is_ignored(name):
                yield from _checked(here / name, corpus, max_bytes)
    for error in unreadable:
        cause = error.strerror or type(error).__name__
        yield _problem(_id(Path(str(error.filename)), corpus), "folder_unreadable", cause=cause)


def _checked(path: Path, corpus: Path, max_bytes: int) -> Iterator[FileOnDisk | Problem]:
    """Yield the file, or what keeps it from being read; nothing for a file gone meanwhile."""
    name = _id(path, corpus)
    if path.parent == corpus and _READ_ME.match(path.name):
        return  # how to use the folder, not what is in it
    if path.name.lower() == _PROGRAMME:
        if path.parent.parent != corpus:
            yield _problem(name, "programme_misplaced")
        return
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            target = path.resolve(strict=True)
            if not target.is_relative_to(corpus):
                yield _problem(name, "link_outside")
                return
            status = target.stat()
    except FileNotFoundError:
        if path.is_symlink():
            yield _problem(name, "link_broken")
        return
    except (OSError, RuntimeError):  # a loop of links
        yield _problem(name, "link_broken")
        return
    if UNSHOWABLE.search(os.fspath(path.relative_to(corpus))):
        yield _problem(name, "name_unreadable")
    elif not stat.S_ISREG(status.st_mode):
        yield _problem(name, "not_a_file")
    elif status.st_size == 0:
        yield _problem(name, "empty")
    elif status.st_size > max_bytes and path.suffix.lower() not in RECORDING_SUFFIXES:
        size, most = round(status.st_size / 1e6), round(max_bytes / 1e6)
        yield _problem(name, "too_large", size=size, most=most)
    elif not os.access(path, os.R_OK):
        yield _problem(name, "unreadable")
    else:
        yield FileOnDisk(name, path, status.st_size, status.st_mtime_ns)


def _id(path: Path, corpus: Path) -> str:
    """Return the POSIX path under the corpus in NFC; what is no text becomes "\\ufffd"."""
    return shown(PurePosixPath(path.relative_to(corpus)).as_posix())


def _problem(subject: str, key: str, **values: object) -> Problem:
    """Return a file's problem: a warning where only some of what it holds is left out."""
    return Problem(
        subject=subject,
        severity="warning" if key in _WARNINGS else "error",
        message=say(f"reading.{key}", "fr", **values),
        remedy=say(f"reading.{key}_remedy", "fr", **values),
        state=state_of(key),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to read, the hash of its content if it is known, and what the programme says."""

    file: FileOnDisk
    sha256: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class ReadingPool:
    """Reads files in `reading_workers` processes apart, each file under limits.

    Processes start with their first file and end with the `with` block, or with this process.
    Not for several threads at once.
    """

    def __init__(
        self, settings: Settings, tell: Callable[[str, str], None] = lambda id_, words: None
    ) -> None:
        """`tell` is called with a file's id and, in words, how far its long reading is."""
        self._settings = settings
        self._tell = tell
        self._processes = [ReadingProcess(settings) for _ in range(settings.reading_workers)]
        self._free: SimpleQueue[ReadingProcess] = SimpleQueue()
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(settings.reading_workers, "reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading processes, and the readings under way."""
        for process in self._processes:
            process.close()
        self._threads.shutdown(cancel_futures=True)

    def read(
        self,
        file: FileOnDisk,
        *,
        sha256: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> Document:
        """Return the document of a file; `sha256` is computed where it isn't given.

        A file that exceeds its time or memory, or kills its reader, gives what was read before,
        with a problem. Raises ReadError when nothing was.
        """
        return self._read(Wanted(file, sha256, facts or {}))

    def read_all(self, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, Document | ReadError]]:
        """Yield each file with what `read` returns or raises, in order, as they come.

        While one is used each process reads one, and no more, so that what waits in memory is
        bounded.
        """
        pending: deque[tuple[Wanted, Future[Document]]] = deque()
        for one in wanted:
            pending.append((one, self._threads.submit(self._read, one)))
            if len(pending) > len(self._processes):
                yield _outcome(*pending.popleft())
        while pending:
            yield _outcome(*pending.popleft())

    def _read(self, wanted: Wanted) -> Document:
        digest = wanted.sha256 or sha256_of(wanted.file.path)
        process = self._free.get()
        try:
            reading = read_file(
                process,
                wanted.file.path,
                digest,
                self._settings,
                lambda words: self._tell(wanted.file.id, words),
            )
        finally:
            self._free.put(process)
        parts = list(reading.parts)
        if reading.ending != "done":
            if not any(isinstance(part, Block) for part in parts):
                raise ReadError(f"file_{reading.ending}", **self._limits())
            parts.append(self._interrupted(parts, reading.ending))
        return assemble(parts, document_id=wanted.file.id, sha256=digest, facts=wanted.facts)

    def _interrupted(self, parts: Sequence[Part], ending: str) -> Defect:
        """Say that a reading was stopped, and which pages are missing where that is known."""
        blocks = [part.place for part in parts if isinstance(part, Block)]
        last = int(blocks[-1].last)
        pages = next((p.value for p in parts if isinstance(p, Fact) and p.name == "pages"), "")
        if blocks[-1].kind == "page" and pages.isdecimal() and last < int(pages):
            missing = pages if last + 1 == int(pages) else f"{last + 1} à {pages}"
            return Defect(f"partial_{ending}_pages", self._limits() | {"pages": missing})
        return Defect(f"partial_{ending}", self._limits())

    def _limits(self) -> dict[str, str]:
        return {
            "seconds": str(self._settings.reading_seconds),
            "megabytes": str(self._settings.reading_megabytes),
        }


def _outcome(wanted: Wanted, reading: Future[Document]) -> tuple[Wanted, Document | ReadError]:
    try:
        return wanted, reading.result()
    except ReadError as e:
        return wanted, e
