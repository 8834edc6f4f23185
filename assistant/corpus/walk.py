"""Which files of the corpus may be read.

In: the corpus folder. Out: the files to index, and the problems of those that can't be.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from assistant.corpus.paths import UNSHOWABLE, is_ignored, shown
from assistant.errors import CorpusError
from assistant.readers import READERS
from assistant.readers.engines import can_transcribe
from assistant.readers.file_states import state_of
from assistant.readers.parts import RECORDING_SUFFIXES, TRANSCRIPT_SUFFIXES
from assistant.readers.titles import LANGUAGE_IN_NAME
from assistant.records.messages import Message, Problem
from assistant.rights.files import FILE as RIGHTS

#: Read by `programme`, from the folder of an event only.
_PROGRAMME = "programme.csv"
#: Where nothing is wrong with the file itself.
_WARNINGS = frozenset({"recording_alone", "programme_misplaced"})
_FORMATS = ", ".join(sorted(suffix[1:].upper() for suffix in READERS if suffix != ".htm"))
_READ_ME = re.compile(r"^(?:readme|lisezmoi|lisez-moi)(?:\.(?:md|txt))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file to read: its id in the corpus, where it lies, and what tells that it changed."""

    id: str
    path: Path
    size: int
    mtime_ns: int


class Listing(NamedTuple):
    """What the corpus holds.

    `files` can be read, in order of id; `problems` say what is wrong with others. `recordings` are
    all of them by id, those with a transcript too.
    """

    files: list[FileOnDisk]
    problems: list[Problem]
    recordings: dict[str, Path]


def walk(corpus: Path, max_bytes: int) -> Listing:
    """List the files of the corpus.

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
            suffix = found.path.suffix or Message("reading.no_suffix")
            problems.append(_problem(found.id, "format_unknown", suffix=suffix, formats=_FORMATS))
    transcribed = {stem_of(file) for file in files if _suffix(file) in TRANSCRIPT_SUFFIXES}
    alone = [file for file in media if stem_of(file) not in transcribed]
    if can_transcribe():
        # The sound and the video of one session say the same: the one that is played is heard.
        best = sorted(alone, key=lambda file: RECORDING_SUFFIXES.index(_suffix(file)), reverse=True)
        files |= {id_: media[id_] for id_ in {stem_of(file): file for file in best}.values()}
    else:
        problems += [_problem(file, "recording_alone") for file in alone]
    return Listing(
        [files[file] for file in sorted(files)],
        sorted(problems, key=lambda problem: problem.subject),
        {id_: file.path for id_, file in media.items()},
    )


def recording_of(transcript: Path) -> Path | None:
    """Return the recording beside a transcript: "a.mp4" for "a.vtt" as for "a.fr.vtt", or None."""
    try:
        beside = {(stem, suffix.lower()): stem + suffix for stem, suffix in _names(transcript)}
    except OSError:
        return None  # the folder went away since it was indexed
    for stem in (transcript.stem, LANGUAGE_IN_NAME.sub("", transcript.stem)):
        for suffix in RECORDING_SUFFIXES:
            if name := beside.get((stem, suffix)):
                recording = transcript.with_name(name)
                if recording.is_file():
                    return recording
    return None


def _names(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the stem and the suffix of all that lies beside a file."""
    return map(os.path.splitext, os.listdir(file.parent))


def stem_of(id_: str) -> str:
    """Return an id without its suffix, nor the language of a transcript."""
    stem, suffix = os.path.splitext(id_)
    return LANGUAGE_IN_NAME.sub("", stem) if suffix.lower() in TRANSCRIPT_SUFFIXES else stem


def stems_of(ids: Iterable[str]) -> frozenset[str]:
    """Return the stems of recordings that any of these documents may go with."""
    whole = {os.path.splitext(id_)[0] for id_ in ids}
    return frozenset(whole | {LANGUAGE_IN_NAME.sub("", stem) for stem in whole})


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
    if path.parent == corpus and path.name == RIGHTS:
        return
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
        size, most = f"{status.st_size / 1e6:.0f}", f"{max_bytes / 1e6:.0f}"
        yield _problem(name, "too_large", size=size, most=most)
    elif not os.access(path, os.R_OK):
        yield _problem(name, "unreadable")
    else:
        yield FileOnDisk(name, path, status.st_size, status.st_mtime_ns)


def _id(path: Path, corpus: Path) -> str:
    """Return the POSIX path under the corpus in NFC; what is no text becomes "\\ufffd"."""
    return shown(PurePosixPath(path.relative_to(corpus)).as_posix())


def _problem(subject: str, key: str, **values: str | Message) -> Problem:
    """Return a file's problem: a warning where only some of what it holds is left out."""
    return Problem(
        subject=subject,
        severity="warning" if key in _WARNINGS else "error",
        key=f"reading.{key}",
        values=values,
        state=state_of(key),
    )
