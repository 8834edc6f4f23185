"""What a `sync` would do: the corpus compared with the catalog, nothing changed.

In: the files on disk, with their facts and corrections, and what the catalog knows of each. Out: a
`Plan`, which `ingest.sync` applies. `plan` is pure; `preview` and `look` read the disk for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.corpus.corrections import Corrections, correction_problem
from assistant.corpus.corrections_store import FOLDER, StoredCorrections, load_corrections
from assistant.corpus.programme import facts_of, load_programmes
from assistant.corpus.walk import FileOnDisk, Listing, walk
from assistant.errors import CorpusError, ReadError
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.catalog.rows import KnownDocument, Stamp
from assistant.readers import engines, sha256_of
from assistant.readers.file_states import refusal
from assistant.readers.formats.legacy_office import can_convert
from assistant.records.messages import Problem
from assistant.settings.options import ReadingOptions

#: The length of a SHA-256; what stands in its place marks a document to be read again.
SHA256_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the corpus: how it looks, the facts the programme gives it, its corrections."""

    stamp: Stamp
    given: Mapping[str, str]
    corrections: Corrections | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a `sync` would do, by document id; `renamed` are pairs (old, new).

    `failed` are files that could not be read last time and are still the same; `problems`, for
    whoever previews, what is already known to be wrong.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def to_read(self) -> tuple[str, ...]:
        """The documents to read, in the order of their ids."""
        return tuple(sorted((*self.added, *self.changed, *(new for _, new in self.renamed))))

    @property
    def to_remove(self) -> tuple[str, ...]:
        """The documents to forget."""
        return (*self.removed, *(old for old, _ in self.renamed))


def plan(
    found: Mapping[str, Found],
    known: Mapping[str, KnownDocument],
    *,
    withheld: frozenset[str] = frozenset(),
) -> Plan:
    """Compare the corpus with the catalog.

    `withheld` are files that are there but may not be read (too large, a link out of the corpus),
    and folders that can't be listed: what is known of them, and below them, stays.
    """
    gone = {
        id_: one
        for id_, one in known.items()
        if id_ not in found and not is_withheld(id_, withheld)
    }
    by_content: dict[str, list[str]] = {}
    for id_, one in sorted(gone.items(), reverse=True):
        by_content.setdefault(one.stamp.sha256, []).append(id_)
    added, changed, renamed, unchanged, failed = [], [], [], [], []
    for id_, file in sorted(found.items()):
        before = known.get(id_)
        if before is None:
            if origins := by_content.get(file.stamp.sha256):
                renamed.append((origins.pop(), id_))
            else:
                added.append(id_)
        elif before.stamp.sha256 != file.stamp.sha256:
            changed.append(id_)
        elif before.failed:
            failed.append(id_)
        elif dict(before.given) != dict(file.given):
            changed.append(id_)
        else:
            unchanged.append(id_)
    moved = {old for old, _ in renamed}
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(renamed),
        removed=tuple(id_ for id_ in sorted(gone) if id_ not in moved),
        unchanged=tuple(unchanged),
        failed=tuple(failed),
    )


def is_withheld(id_: str, withheld: Collection[str]) -> bool:
    """Tell whether a file, or a folder that it lies in, is among those withheld."""
    return id_ in withheld or any(
        parent.as_posix() in withheld for parent in PurePosixPath(id_).parents
    )


def preview(options: ReadingOptions) -> Plan:
    """Say what `sync` would do; change nothing."""
    corpus = options.corpus
    files, problems, _ = list_files(corpus, options.max_file_bytes)
    known: dict[str, KnownDocument] = {}
    recorded: list[Problem] = []
    path = options.index / CATALOG
    if path.exists():
        with Catalog(path, read_only=True) as catalog:
            known = catalog.known(current_limits(options))
            recorded = catalog.problems()
    found, more = describe_files(corpus, files, known, load_corrections(corpus))
    problems += more
    planned = plan(found, known, withheld=subjects(problems))
    # What is on record of a file that is read again, or is gone, may no longer hold.
    same = {*planned.failed, *planned.unchanged} - subjects(problems)
    problems += [problem for problem in recorded if problem.subject in same]
    return replace(planned, problems=tuple(sorted(problems, key=lambda problem: problem.subject)))


def look(options: ReadingOptions) -> tuple[dict[str, FileOnDisk], dict[str, Found]]:
    """Return the files of the corpus by id, and how each looks; change nothing.

    Hashes the files that changed since the last `sync`. Raises CorpusError when there is none.
    """
    corpus = options.corpus
    files, _, _ = list_files(corpus, options.max_file_bytes)
    found, _ = describe_files(corpus, files, _known(options), load_corrections(corpus))
    return {file.id: file for file in files}, found


def _known(options: ReadingOptions) -> dict[str, KnownDocument]:
    path = options.index / CATALOG
    if not path.exists():
        return {}
    with Catalog(path, read_only=True) as catalog:
        return catalog.known(current_limits(options))


def list_files(corpus: Path, most: int) -> Listing:
    """List the files that may be read, of `most` bytes but for recordings.

    Raises CorpusError when there is none.
    """
    listing = walk(corpus, most)
    if not listing.files:
        # Most likely a share that isn't mounted: nothing that is indexed is taken away for it.
        raise CorpusError("corpus_empty", path=corpus)
    return listing


def describe_files(
    corpus: Path,
    files: Sequence[FileOnDisk],
    known: Mapping[str, KnownDocument],
    stored: StoredCorrections,
) -> tuple[dict[str, Found], list[Problem]]:
    """Return how each file looks, and what is wrong with programmes and with files withheld."""
    programmes, problems = load_programmes(corpus)
    stamps: dict[str, Stamp] = {}
    for file in files:
        try:
            stamps[file.id] = _stamp(file, known.get(file.id))
        except ReadError as e:
            problems.append(refusal(file.id, e))
    present = {stamp.sha256 for stamp in stamps.values()}
    for sha256 in sorted(stored.damaged.keys() - present):
        problems.append(_damaged(f"{FOLDER}/{sha256}.json", stored, sha256))
    found = {}
    for file in files:
        if file.id not in stamps:
            continue
        stamp = stamps[file.id]
        if stamp.sha256 in stored.damaged:
            # Without them, who was forgotten would come back: what is indexed stays as it is.
            problems.append(_damaged(file.id, stored, stamp.sha256))
            continue
        given = facts_of(file.id, programmes)
        on_disk = file.path.relative_to(corpus.resolve()).as_posix()
        if on_disk != file.id:
            given["path"] = on_disk  # accents in two characters, as macOS writes them
        corrections = stored.of(file.id, stamp.sha256, present)
        if corrections:
            given = corrections.given(given)
        found[file.id] = Found(stamp, given, corrections)
    return found, problems


def _damaged(subject: str, stored: StoredCorrections, sha256: str) -> Problem:
    name, cause = f"{FOLDER}/{sha256}.json", stored.damaged[sha256]
    return correction_problem(subject, "damaged", "error", name=name, cause=cause)


def current_limits(options: ReadingOptions) -> str:
    """Return what a file that was not read whole was read with: with more, it is tried again."""
    installed = f"{engines.ocr_engine()} {engines.can_transcribe()} {can_convert()}"
    if options.voices:
        installed += f" {engines.can_tell_voices()}"
    return f"{options.limits} {installed}"


def _stamp(file: FileOnDisk, known: KnownDocument | None) -> Stamp:
    """Hash a file, but where its size and date are as they were. Raises ReadError."""
    if known and len(known.stamp.sha256) == SHA256_LENGTH:
        before = known.stamp
        if (before.size, before.mtime_ns) == (file.size, file.mtime_ns):
            return before
    return Stamp(sha256_of(file.path), file.size, file.mtime_ns)


def subjects(problems: Sequence[Problem]) -> frozenset[str]:
    """Return what problems are about: files, folders, programmes."""
    return frozenset(problem.subject for problem in problems)
