"""Intake: which files of the corpus may be read, and their reading in a process under limits.

In: the corpus folder. Out: the files to index with their problems (`walk`), and each file as a
`Document` (`ReadingPool.read`), whatever the file does to its reader.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from assistant.errors import CorpusError, ReadError
from assistant.readers import READERS, assemble, sha256_of
from assistant.readers.child import from_json
from assistant.readers.parts import Defect, Part
from assistant.records import Block, Document, Problem
from assistant.settings import Settings
from assistant.wording import say

#: The formats of recordings; where several stand side by side, the first is played.
RECORDING_SUFFIXES = (".mp4", ".webm", ".mkv", ".m4a", ".mp3", ".ogg", ".wav")
TRANSCRIPT_SUFFIXES = frozenset({".srt", ".vtt", ".txt"})
#: What the reading process runs.
READING_PROCESS = ("-m", "assistant.readers.child")
#: What systems leave in folders, and files that have their own reader.
_IGNORED = frozenset({"programme.csv", "thumbs.db", "desktop.ini", "__macosx"})
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
            problems.append(_problem(found.id, "same_name"))
        elif found.path.suffix.lower() in RECORDING_SUFFIXES:
            media[found.id] = found
        elif found.path.suffix.lower() in READERS:
            files[found.id] = found
        else:
            suffix = found.path.suffix or say("reading.no_suffix")
            problems.append(_problem(found.id, "format_unknown", suffix=suffix, formats=_FORMATS))
    transcribed = {_stem(one) for one in files if _suffix(one) in TRANSCRIPT_SUFFIXES}
    problems += [_problem(one, "recording_alone") for one in media if _stem(one) not in transcribed]
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


def _stem(id_: str) -> str:
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
            if _is_ignored(name):
                continue
            if (here / name).is_symlink():
                yield _problem(_id(here / name, corpus), "folder_is_a_link")
            else:
                kept.append(name)
        names[:] = kept
        for name in sorted(leaves):
            if not _is_ignored(name):
                yield from _checked(here / name, corpus, max_bytes)
    for error in unreadable:
        cause = error.strerror or type(error).__name__
        yield _problem(_id(Path(str(error.filename)), corpus), "folder_unreadable", cause=cause)


def _is_ignored(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _IGNORED


def _checked(path: Path, corpus: Path, max_bytes: int) -> Iterator[FileOnDisk | Problem]:
    """Yield the file, or what keeps it from being read; nothing for a file gone meanwhile."""
    name = _id(path, corpus)
    if path.parent == corpus and _READ_ME.match(path.name):
        return  # how to use the folder, not what is in it
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
    if "\ufffd" in name and not path.name.isprintable():
        yield _problem(name, "name_unreadable")
    elif not stat.S_ISREG(status.st_mode):
        yield _problem(name, "not_a_file")
    elif status.st_size == 0:
        yield _problem(name, "empty")
    elif status.st_size > max_bytes and path.suffix.lower() not in RECORDING_SUFFIXES:
        size, most = round(status.st_size / 1e6), round(max_bytes / 1e6)
        yield _problem(name, "too_large", size=size, most=most)
    else:
        yield FileOnDisk(name, path, status.st_size, status.st_mtime_ns)


def _id(path: Path, corpus: Path) -> str:
    """Return the POSIX path under the corpus in NFC; bytes that are no text become "\\ufffd"."""
    relative = PurePosixPath(path.relative_to(corpus)).as_posix()
    shown = relative.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    return unicodedata.normalize("NFC", shown)


def _problem(subject: str, key: str, **values: object) -> Problem:
    """Return a file's problem: a warning where only some of what it holds is left out."""
    return Problem(
        subject=subject,
        severity="warning" if key == "recording_alone" else "error",
        message=say(f"reading.{key}", "fr", **values),
        remedy=say(f"reading.{key}_remedy", "fr", **values),
    )


class ReadingPool:
    """Reads files one after another in a process apart, each under limits.

    The process starts with the first file and ends with the `with` block, or with this process.
    Not for several threads at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process, and the reading under way."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()  # its fork dies with it
        process.communicate()

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
        digest = sha256 or sha256_of(file.path)
        parts, fault = self._attempt(file, second_reader=True)
        if fault == "crash" and file.path.suffix.lower() == ".pdf":
            parts, fault = self._attempt(file, second_reader=False)
        if fault:
            if not any(isinstance(part, Block) for part in parts):
                raise ReadError(f"file_{fault}", **self._limits())
            parts.append(Defect(f"partial_{fault}", self._limits()))
        return assemble(parts, document_id=file.id, sha256=digest, facts=facts)

    def _limits(self) -> dict[str, str]:
        return {
            "seconds": str(self._settings.reading_seconds),
            "megabytes": str(self._settings.reading_megabytes),
        }

    def _attempt(self, file: FileOnDisk, *, second_reader: bool) -> tuple[list[Part], str]:
        """Return the parts read, and "" or what stopped the reading. Raises ReadError."""
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        request = {
            "path": os.fspath(file.path),
            "seconds": self._settings.reading_seconds,
            "megabytes": self._settings.reading_megabytes,
            "hidden_slides": self._settings.hidden_slides,
            "second_reader": second_reader,
        }
        parts: list[Part] = []
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                answer = _parsed(line)
                if "ended" in answer:
                    return parts, "" if answer["ended"] == "done" else str(answer["ended"])
                if "error" in answer:
                    refused = ReadError(answer["error"], **answer["values"])
                    self._finish(process)
                    raise refused
                if answer:
                    parts.append(from_json(answer))
        except (BrokenPipeError, ValueError):
            pass  # the process is gone: what it sent stands
        self.close()
        return parts, "crash"

    def _finish(self, process: subprocess.Popen[str]) -> None:
        """Read to the end of the file under way, so that the next one starts afresh."""
        assert process.stdout is not None
        for line in process.stdout:
            if "ended" in _parsed(line):
                return

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            # The process finds this package wherever it was found from here.
            package = str(Path(__file__).resolve().parent.parent)
            path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
            self._process = subprocess.Popen(
                [sys.executable, "-P", *READING_PROCESS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": path},
            )
        return self._process


def _parsed(line: str) -> dict[str, Any]:
    """Return an answer; nothing for a line that a dying process left unfinished."""
    try:
        answer = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}
