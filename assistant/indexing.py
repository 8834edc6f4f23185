"""Bring the index in line with the corpus: `plan` says what changed, `sync` applies it.

`plan` is pure: what is on disk and what the catalog knows → what to do. `sync` reads, encodes
and commits one document at a time, then publishes one generation. Killed anywhere, it leaves the
previous generation serving, and the next run goes on from the last commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from time import perf_counter

from assistant import erasure, exchange, kept_pictures
from assistant.catalog import Catalog, Entry, Known, Stamp, vector_key
from assistant.chunking import chunk
from assistant.corrections import Corrections, corrected, names_someone, problem, without_names
from assistant.errors import (
    CorpusError,
    IndexMismatch,
    IndexUnwritable,
    ReadError,
    SettingsError,
)
from assistant.intake import FileOnDisk, ReadingPool, Wanted, walk
from assistant.leftovers import drop_leftovers
from assistant.locking import index_held
from assistant.models import Encoder
from assistant.overlay import FOLDER, Overlay, load_overlay, rename
from assistant.pace import cost
from assistant.programme import facts_of, load_programmes
from assistant.readers import engines, kept, sha256_of
from assistant.readers.old import can_convert
from assistant.readers.states import refusal
from assistant.records import Document, Passage, Problem, Progress, SyncReport
from assistant.settings import Settings
from assistant.snapshot import current_name, drop_former, in_step, publish
from assistant.text import split_sentences

CATALOG = "catalog.sqlite3"
#: Texts encoded between two commits of vectors: what a crash can cost, at most.
_BATCH = 256
#: The length of a sha256; what stands in its place marks a document to be read again.
_SHA256 = 64
#: What a context may add to a passage, in tokens: events, sessions and headings are short.
_CONTEXT_TOKENS = 64

OnProgress = Callable[[Progress], None]


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
    known: Mapping[str, Known],
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
        if id_ not in found and not withheld.intersection(_with_parents(id_))
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


def _with_parents(id_: str) -> Iterator[str]:
    yield id_
    yield from (parent.as_posix() for parent in PurePosixPath(id_).parents)


def preview(settings: Settings) -> Plan:
    """Say what `sync` would do; change nothing."""
    files, problems = _walk(settings)
    known: dict[str, Known] = {}
    recorded: list[Problem] = []
    path = settings.index / CATALOG
    if path.exists():
        with Catalog(path, read_only=True) as catalog:
            known = catalog.known(_limits(settings))
            recorded = catalog.problems()
    found, more = _found(settings, files, known, load_overlay(settings.corpus))
    problems += more
    planned = plan(found, known, withheld=_subjects(problems))
    # What is on record of a file that is read again, or is gone, may no longer hold.
    same = {*planned.failed, *planned.unchanged} - _subjects(problems)
    problems += [one for one in recorded if one.subject in same]
    return replace(planned, problems=tuple(sorted(problems, key=lambda one: one.subject)))


def look(settings: Settings) -> tuple[dict[str, FileOnDisk], dict[str, Found]]:
    """Return the files of the corpus by id, and how each looks; change nothing.

    Hashes the files that changed since the last `sync`. Raises CorpusError when there is none.
    """
    files, _ = _walk(settings)
    found, _ = _found(settings, files, _known(settings), load_overlay(settings.corpus))
    return {file.id: file for file in files}, found


def purge(settings: Settings) -> None:
    """Leave nothing on disk of what the current generation doesn't hold.

    Older generations go, and the catalog is written anew. Raises SyncRunning, IndexDamaged.
    """
    with index_held(settings.index):
        drop_former(settings.index)
        with Catalog(settings.index / CATALOG) as catalog:
            catalog.compact()


def _known(settings: Settings) -> dict[str, Known]:
    path = settings.index / CATALOG
    if not path.exists():
        return {}
    with Catalog(path, read_only=True) as catalog:
        return catalog.known(_limits(settings))


def sync(
    settings: Settings,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    progress: OnProgress = lambda step: None,
    locked: bool = False,
) -> SyncReport:
    """Index what changed in the corpus and publish it.

    `rebuild` reads everything again, and is what another encoder or other settings ask for.
    `locked`: the caller already keeps others out (`runs.kept`).
    Raises CorpusError (nothing to index), SyncRunning, IndexMismatch, IndexDamaged, ModelError.
    """
    started = perf_counter()
    if exchange.is_pending(settings.index) and not locked:
        with index_held(settings.index):
            pass  # a restore that was interrupted is finished first
    erasure.finish(settings, held=locked)
    files, problems = _walk(settings)
    overlay = load_overlay(settings.corpus)
    others_kept_out = nullcontext() if locked else index_held(settings.index)
    with _refusals(settings), others_kept_out, Catalog(settings.index / CATALOG) as catalog:
        _check_maker(catalog, settings, encoder, rebuild=rebuild)
        known = catalog.known(_limits(settings))
        found, more = _found(settings, files, known, overlay)
        problems += more
        planned = plan(found, known, withheld=_subjects(problems))
        for id_ in planned.unchanged:
            if known[id_].stamp != found[id_].stamp:
                catalog.touch(id_, found[id_].stamp)
        worker = _Worker(settings, catalog, encoder, progress)
        worker.read(planned.to_read, {file.id: file for file in files}, found)
        # A file renamed into one that can't be read keeps its passages under its former name.
        stay = {old for old, new in planned.renamed if new in worker.failed}
        for id_ in planned.to_remove:
            if id_ not in stay:
                catalog.remove(id_)
        worker.encode_again(catalog.stale())
        _forget_speakers(catalog, overlay, found)
        catalog.set_walk_problems([*problems, *_follow(settings, overlay, found, problems)])
        generation = _publish(settings, catalog, worker)
        # A document that is gone leaves no picture and no transcription behind.
        contents = {state.sha256 for state in catalog.states()}
        kept_pictures.drop_others(settings.index, contents)
        if all(len(one) == _SHA256 for one in contents):  # else one is not read again yet
            kept.drop_others(settings.index, contents)
        drop_leftovers(settings)
        failed = {*worker.failed, *planned.failed}
        return SyncReport(
            added=len(set(planned.added) - failed),
            changed=len(set(planned.changed) - failed),
            renamed=len(planned.renamed) - len(stay),
            removed=len(planned.removed),
            unchanged=len(planned.unchanged),
            failed=len(failed),
            passages=catalog.count(),
            encoded=worker.encoded,
            problems=tuple(catalog.problems()),
            generation=generation,
            seconds=perf_counter() - started,
        )


class _Worker:
    """Reads, encodes and commits documents, one after the other."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        encoder: Encoder,
        progress: OnProgress,
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._encoder = encoder
        self._progress = progress
        self.step = Progress("reading", "", 0, 0)
        self.encoded = 0
        self.failed: list[str] = []

    def tell(self, **changes: object) -> None:
        """Report a step, as the last one but for `changes`."""
        self.step = replace(self.step, **changes)  # type: ignore[arg-type]
        self._progress(self.step)

    def _tell_detail(self, id_: str, words: str) -> None:
        """Report how far the long reading of a file is; called from the threads that read."""
        self._progress(replace(self.step, stage="reading", document_id=id_, detail=words))

    def read(
        self,
        ids: Sequence[str],
        files: Mapping[str, FileOnDisk],
        found: Mapping[str, Found],
    ) -> None:
        """Read documents and commit each; one that can't be read keeps its passages."""
        if not ids:
            return
        costs = [cost(files[id_].path.suffix, files[id_].size) for id_ in ids]
        spent, total = 0.0, sum(costs)
        with ReadingPool(self._settings, self._tell_detail) as pool:
            wanted = [Wanted(files[id_], found[id_].stamp.sha256, found[id_].given) for id_ in ids]
            results = pool.read_all(wanted)
            for done, id_ in enumerate(ids):
                share = spent / total
                self.tell(stage="reading", document_id=id_, done=done, total=len(ids), share=share)
                _, result = next(results)
                if isinstance(result, ReadError):
                    self.failed.append(id_)
                    problem = refusal(id_, result)
                    limits = _limits(self._settings)
                    self._catalog.fail(id_, found[id_].stamp, [problem], limits=limits)
                else:
                    self._commit(result, found[id_])
                spent += costs[done]
        self.tell(document_id="", done=len(ids), share=1.0)

    def _commit(self, document: Document, found: Found) -> None:
        document = corrected(document, found.corrections)
        passages = chunk(
            document, self._encoder.count_tokens, max_tokens=self._settings.max_passage_tokens
        )
        self.step = replace(self.step, pages=self.step.pages + _pages(document))
        entries = self._entries(passages)
        self.tell(stage="committing", passages=self.step.passages + len(passages))
        whole = all(problem.state == "ok" for problem in document.problems)
        limits = "" if whole else _limits(self._settings)
        self._catalog.put(document, entries, stamp=found.stamp, given=found.given, limits=limits)

    def encode_again(self, ids: Sequence[str]) -> None:
        """Encode the passages of documents that were to be read again but could not be."""
        for id_ in ids:
            self.tell(document_id=id_)
            self._catalog.replace_entries(id_, self._entries(self._catalog.entries(id_)))

    def _entries(self, passages: Sequence[Passage]) -> list[Entry]:
        """Return the passages with their keys, once all their vectors are stored."""
        wholes: dict[bytes, str] = {}
        parts: dict[bytes, str] = {}

        def key_of(text: str, texts: dict[bytes, str]) -> bytes:
            key = vector_key(self._encoder.identity, text)
            texts[key] = text
            return key

        entries = [
            Entry(
                passage,
                key_of(passage.encoded_text, wholes),
                tuple(
                    key_of(passage.sentence_text(start, end), parts)
                    for start, end in split_sentences(passage.text)
                ),
            )
            for passage in passages
        ]
        missing = self._catalog.not_encoded(wholes)
        wanted = set(missing)
        self.encoded += sum(entry.key in wanted for entry in entries)
        for keys in self._slices(missing, wholes):
            encoded = self._encoder.encode_with_words([wholes[key] for key in keys])
            self._catalog.add_encoded(keys, encoded)
        for keys in self._slices(self._catalog.without_vector(parts), parts):
            vectors = self._encoder.encode_passages([parts[key] for key in keys])
            self._catalog.add_vectors(keys, vectors)
        return entries

    def _slices(self, keys: list[bytes], texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
        """Yield the keys some at a time: texts of like lengths waste the least on padding."""
        keys = sorted(keys, key=lambda key: len(texts[key]))
        for start in range(0, len(keys), _BATCH):
            self.tell(stage="encoding")
            yield keys[start : start + _BATCH]


def _publish(settings: Settings, catalog: Catalog, worker: _Worker) -> str:
    """Publish what the catalog holds, unless that is done already; return the generation."""
    catalog.drop_unused_vectors()
    if not in_step(catalog, settings.index):
        worker.tell(stage="building", document_id="")
        publish(
            catalog,
            settings.index,
            keep=settings.keep_generations,
            on_ready=lambda: worker.tell(stage="publishing"),
        )
    return current_name(settings.index) or ""


def _walk(settings: Settings) -> tuple[list[FileOnDisk], list[Problem]]:
    """List the files that may be read. Raises CorpusError when there is none."""
    files, problems = walk(settings.corpus, settings.max_file_megabytes * 1_000_000)
    if not files:
        # Most likely a share that isn't mounted: nothing that is indexed is taken away for it.
        raise CorpusError("corpus_empty", path=settings.corpus)
    return files, problems


def _found(
    settings: Settings,
    files: Sequence[FileOnDisk],
    known: Mapping[str, Known],
    overlay: Overlay,
) -> tuple[dict[str, Found], list[Problem]]:
    """Return how each file looks, and what is wrong with programmes and with files withheld."""
    programmes, problems = load_programmes(settings.corpus)
    stamps: dict[str, Stamp] = {}
    for file in files:
        try:
            stamps[file.id] = _stamp(file, known.get(file.id))
        except ReadError as e:
            problems.append(refusal(file.id, e))
    present = {stamp.sha256 for stamp in stamps.values()}
    for sha256 in sorted(overlay.damaged.keys() - present):
        problems.append(_damaged(f"{FOLDER}/{sha256}.json", overlay, sha256))
    found = {}
    for file in files:
        if file.id not in stamps:
            continue
        stamp = stamps[file.id]
        if stamp.sha256 in overlay.damaged:
            # Without them, who was forgotten would come back: what is indexed stays as it is.
            problems.append(_damaged(file.id, overlay, stamp.sha256))
            continue
        given = facts_of(file.id, programmes)
        on_disk = file.path.relative_to(settings.corpus.resolve()).as_posix()
        if on_disk != file.id:
            given["path"] = on_disk  # accents in two characters, as macOS writes them
        corrections = overlay.of(file.id, stamp.sha256, present)
        if corrections:
            given = corrections.given(given)
        found[file.id] = Found(stamp, given, corrections)
    return found, problems


def _damaged(subject: str, overlay: Overlay, sha256: str) -> Problem:
    name, cause = f"{FOLDER}/{sha256}.json", overlay.damaged[sha256]
    return problem(subject, "damaged", "error", name=name, cause=cause)


def _forget_speakers(catalog: Catalog, overlay: Overlay, found: Mapping[str, Found]) -> None:
    """Take forgotten speakers out of documents that could not be read again without them."""
    present = {file.stamp.sha256 for file in found.values()}
    for id_, _, _, sha256, _, facts in list(catalog.documents()):
        own = found[id_].corrections if id_ in found else overlay.of(id_, sha256, present)
        if own is None or not own.forgotten:
            continue
        gone = [one.ordinal for one in catalog.entries(id_) if own.forgets(one.speaker)]
        if gone or names_someone(json.loads(facts), own.forgotten):
            catalog.take_out(id_, gone, partial(without_names, forgotten=own.forgotten))


def _follow(
    settings: Settings, overlay: Overlay, found: Mapping[str, Found], problems: Sequence[Problem]
) -> Iterator[Problem]:
    """Have corrections follow the documents that were renamed; yield those of no document."""
    withheld = _subjects(problems)
    ids: dict[str, list[str]] = {}
    for id_, file in found.items():
        ids.setdefault(file.stamp.sha256, []).append(id_)
    for sha256, own in overlay.by_content.items():
        if own.id in ids.get(sha256, ()) or withheld.intersection(_with_parents(own.id)):
            continue
        if sha256 in ids:
            try:
                rename(settings, sha256, ids[sha256][0])
            except CorpusError as e:
                yield Problem(own.id, "warning", str(e), e.remedy)
        elif own.id not in found:
            yield problem(own.id, "orphaned", "warning", name=f"{FOLDER}/{sha256}.json")


def _limits(settings: Settings) -> str:
    """Return what a file that was not read whole was read with: with more, it is tried again."""
    installed = f"{engines.ocr_engine()} {engines.can_transcribe()} {can_convert()}"
    return f"{settings.reading_limits()} {installed}"


def _stamp(file: FileOnDisk, known: Known | None) -> Stamp:
    """Hash a file, but where its size and date are as they were. Raises ReadError."""
    if known and len(known.stamp.sha256) == _SHA256:
        before = known.stamp
        if (before.size, before.mtime_ns) == (file.size, file.mtime_ns):
            return before
    return Stamp(sha256_of(file.path), file.size, file.mtime_ns)


def _check_maker(catalog: Catalog, settings: Settings, encoder: Encoder, *, rebuild: bool) -> None:
    """Make sure that what is stored was made by this encoder, with these settings."""
    most = encoder.max_tokens - _CONTEXT_TOKENS
    if settings.max_passage_tokens > most:
        raise SettingsError(
            "setting_too_large",
            name="max_passage_tokens",
            value=settings.max_passage_tokens,
            most=most,
        )
    wanted = {
        "identity": encoder.identity,
        "fingerprint": settings.fingerprint(),
        "dim": str(encoder.dim),
    }
    stored = {name: catalog.meta(name) for name in wanted}
    if rebuild or not any(stored.values()):
        catalog.start_anew(**wanted)
    elif stored["identity"] != wanted["identity"]:
        raise IndexMismatch(
            "index_other_encoder", found=stored["identity"], wanted=wanted["identity"]
        )
    elif stored != wanted:
        raise IndexMismatch("index_other_settings")


def _subjects(problems: Sequence[Problem]) -> frozenset[str]:
    return frozenset(problem.subject for problem in problems)


def _pages(document: Document) -> int:
    """Return how many pages or slides were read, 0 where a document has neither."""
    places = [block.place for block in document.blocks]
    return int(max((one.last for one in places if one.kind in ("page", "slide")), default=0))


@contextmanager
def _refusals(settings: Settings) -> Iterator[None]:
    """Raise IndexUnwritable where the disk refuses."""
    try:
        yield
    except OSError as e:
        cause = e.strerror or str(e) or type(e).__name__
        raise IndexUnwritable("index_unwritable", path=settings.index, cause=cause) from e
