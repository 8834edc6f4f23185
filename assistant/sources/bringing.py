"""Bring what changed in the sources into the corpus, a file at a time, each whole or not at all.

In: the sources of a site. Out: files of the corpus as they are there, and problems: a source that
can't be reached keeps what there is, a file that can't be read doesn't stop the others, and what
staff changed here is not written over.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus.paths import LONGEST_PATH, UNSHOWABLE, is_ignored
from assistant.errors import AssistantError, SourceError
from assistant.readers import READERS
from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.records.messages import Message, Problem, Severity
from assistant.sources.listed import RemoteSource, credentials_of, sources_in
from assistant.sources.mounted import MountedOrigin
from assistant.sources.origins import Origin, RemoteFile, RemoteListing
from assistant.sources.planning import plan_source
from assistant.sources.state import Brought, SourceState, hash_of, opened
from assistant.system.files import sha256_of, sync_to_disk
from assistant.system.logs import error_kinds, happened

#: Where a file waits in the corpus until it is whole. It is hidden: nothing of it is read.
ARRIVALS = ".arrivages"
#: What must stay free on the disk, in bytes.
_MARGIN = 100_000_000
#: So many files in a row that can't be had, and the source is taken for gone.
_MOST_FAULTS = 5

#: Told for each file: its source's name and path, how many are done, of how many.
Tell = Callable[[str, int, int], None]
logger = logging.getLogger(__name__)


def bring(
    sources_file: str,
    corpus: Path,
    index: Path,
    max_bytes: int,
    *,
    accept_removals: bool = False,
    tell: Tell = lambda path, done, total: None,
) -> list[Problem]:
    """Bring all sources into the corpus; return what could not be, a problem each.

    `accept_removals`: a source that is suddenly empty, or half of it, was meant to be. Raises
    SourceError where the list of sources is wrong, or the state can't be kept.
    """
    sources = sources_in(sources_file)
    if not sources:
        return []
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(corpus / ARRIVALS, ignore_errors=True)
    problems: list[Problem] = []
    with opened(index) as state:
        for source in sources:
            one = _Bringing(source, corpus, state, max_bytes, accept_removals, tell)
            problems += one.run()
    shutil.rmtree(corpus / ARRIVALS, ignore_errors=True)
    return problems


def origin_of(source: RemoteSource) -> Origin:
    """Return what gives the files of a source; nothing is connected yet. Raises SourceError."""
    if source.is_web:
        # With it come lxml and TLS, which no site without such a source needs in memory.
        from assistant.sources.webdav import WebDavOrigin

        return WebDavOrigin(source.address, credentials_of(source), source.ca)
    return MountedOrigin(Path(source.address))


@dataclass(slots=True)
class _Counts:
    """What a run did of a source."""

    read: int = 0
    removed: int = 0
    faults: int = 0


class _Bringing:
    """One run of one source."""

    def __init__(
        self,
        source: RemoteSource,
        corpus: Path,
        state: SourceState,
        max_bytes: int,
        accept_removals: bool,
        tell: Tell,
    ) -> None:
        self._source = source
        self._corpus = corpus
        self._state = state
        self._max_bytes = max_bytes
        self._accept_removals = accept_removals
        self._tell = tell
        self._counts = _Counts()

    def run(self) -> list[Problem]:
        """Bring what changed; return what could not be."""
        problems: list[Problem] = []
        try:
            origin = origin_of(self._source)
            try:
                problems = [*self._brought(origin)]
            finally:
                origin.close()
        except (AssistantError, OSError) as e:
            problems.append(self._unreached(e))
        is_whole = not any(problem.severity == "error" for problem in problems)
        self._state.ran(self._source.name, time.time(), is_whole=is_whole)
        happened(
            "source", read=self._counts.read, removed=self._counts.removed, problems=len(problems)
        )
        return problems

    def _brought(self, origin: Origin) -> Iterator[Problem]:
        found = origin.listing()
        listing, refused = self._wanted(found)
        yield from refused
        for folder in listing.incomplete:
            yield self._problem("source_incomplete", folder=folder or "/")
        known = self._state.brought(self._source.name)
        there = {path: self._is_ours(one) for path, one in known.items()}
        plan = plan_source(known, listing, there)
        yield from self._read_all(origin, plan.to_read, known)
        if plan.emptied and not self._accept_removals:
            total = sum(bool(one.local) for one in known.values())
            yield self._problem("source_emptied", gone=str(len(plan.gone)), total=str(total))
        else:
            for one in plan.gone:
                yield from self._remove(one)
        for path in plan.erased:
            self._state.drop(self._source.name, path)

    # --- What is wanted ------------------------------------------------------------------------

    def _wanted(self, listing: RemoteListing) -> tuple[RemoteListing, list[Problem]]:
        """Return the files that would be indexed, and what is wrong with others of them."""
        files: list[RemoteFile] = []
        problems: list[Problem] = []
        for file in listing.files:
            if any(is_ignored(part) for part in file.path.split("/")):
                continue
            suffix = os.path.splitext(file.path)[1].lower()
            if suffix not in READERS and suffix not in RECORDING_SUFFIXES:
                continue
            if UNSHOWABLE.search(file.path) or len(self._local(file.path)) > LONGEST_PATH:
                problems.append(self._problem("source_name", file.path))
            elif file.size > self._max_bytes and suffix not in RECORDING_SUFFIXES:
                size, most = f"{file.size / 1e6:.0f}", f"{self._max_bytes / 1e6:.0f}"
                problems.append(self._problem("too_large", file.path, size=size, most=most))
            else:
                files.append(file)
        return RemoteListing(tuple(files), listing.incomplete), problems

    def _local(self, path: str) -> str:
        return f"{self._source.folder}/{path}" if self._source.folder else path

    def _is_ours(self, brought: Brought) -> bool:
        """Tell whether the local file is there, whatever became of it."""
        return bool(brought.local) and (self._corpus / brought.local).is_file()

    def _is_as_put(self, brought: Brought) -> bool:
        try:
            status = (self._corpus / brought.local).stat()
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (brought.local_size, brought.local_mtime_ns)

    # --- Reading -------------------------------------------------------------------------------

    def _read_all(
        self, origin: Origin, files: Sequence[RemoteFile], known: Mapping[str, Brought]
    ) -> Iterator[Problem]:
        in_a_row = 0
        for done, file in enumerate(files):
            self._tell(self._local(file.path), done, len(files))
            try:
                yield from self._read(origin, file, known.get(file.path))
                in_a_row = 0
            except SourceError as e:
                yield self._problem("source_file", file.path, cause=e.as_message())
                if e.key in ("source_public", "source_refused", "source_no_space"):
                    raise
            except (OSError, ValueError) as e:
                logger.warning("source: %s", error_kinds(e))
                in_a_row += 1
                yield self._problem("source_file", file.path, cause=_cause(e))
                if in_a_row == _MOST_FAULTS:
                    raise

    def _read(self, origin: Origin, file: RemoteFile, before: Brought | None) -> Iterator[Problem]:
        target = self._corpus / self._local(file.path)
        self._check_space(file.size)
        aside = self._corpus / ARRIVALS / "fichier"
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            aside.unlink(missing_ok=True)
            with aside.open("xb") as out:
                tag = origin.read(file, out)
            if file.modified:
                os.utime(aside, (file.modified, file.modified))
            sync_to_disk(aside)
            yield from self._put(aside, target, Brought(file.path, tag, file.size, ""), before)
        finally:
            aside.unlink(missing_ok=True)

    def _put(
        self, aside: Path, target: Path, file: Brought, before: Brought | None
    ) -> Iterator[Problem]:
        """Put a file in its place, unless another one is there that this source didn't bring."""
        is_taken = os.path.lexists(target)
        if is_taken and not (before and self._is_as_put(before)):
            if not target.is_file() or sha256_of(target) != sha256_of(aside):
                yield self._problem("source_changed_here" if before else "source_taken", file.path)
                return
            os.utime(target, ns=(aside.stat().st_mtime_ns, aside.stat().st_mtime_ns))
        else:
            if any(folder.is_symlink() for folder in self._folders(target)):
                yield self._problem("source_name", file.path)
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            # A name that the power takes away is brought again.
            aside.replace(target)
        self._state.drop(self._source.name, hash_of(file.path))
        status = target.stat()
        kept = Brought(
            file.path, file.tag, file.size, self._local(file.path), status.st_size,
            status.st_mtime_ns,
        )  # fmt: skip
        self._state.put(self._source.name, kept)
        self._counts.read += 1

    def _folders(self, target: Path) -> Iterator[Path]:
        for parent in target.parents:
            if parent == self._corpus:
                return
            yield parent

    def _check_space(self, size: int) -> None:
        free = shutil.disk_usage(self._corpus).free
        if free < size + _MARGIN:
            raise SourceError("source_no_space", path=self._corpus)

    def _remove(self, brought: Brought) -> Iterator[Problem]:
        """Take away what is gone there, unless it was changed here."""
        target = self._corpus / brought.local
        if os.path.lexists(target):
            if not self._is_as_put(brought):
                yield self._problem("source_gone_changed_here", brought.path)
                return
            try:
                target.unlink()
            except OSError as e:
                yield self._problem("source_file", brought.path, cause=_cause(e))
                return
            with suppress(OSError):  # where others are in it, it stays
                for folder in self._folders(target):
                    folder.rmdir()
        self._state.drop(self._source.name, brought.path)
        self._counts.removed += 1

    # --- Problems ------------------------------------------------------------------------------

    def _unreached(self, error: AssistantError | OSError) -> Problem:
        cause = error.as_message() if isinstance(error, AssistantError) else _cause(error)
        return self._problem("source_unreached", cause=cause)

    def _problem(self, key: str, path: str = "", **values: str | Message) -> Problem:
        """Return what is wrong with a file of the source, or with all of it where none is named."""
        subject = self._local(path) if path else self._source.name
        severity: Severity = "warning" if path else "error"
        values = {"name": self._source.name, **values}
        return Problem(subject, severity, f"reading.{key}", values)


def _cause(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
