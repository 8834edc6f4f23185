"""Bring the index in line with the corpus: `ingest.planning` says what changed, `sync` applies it.

In: a `Plan`. Out: documents read, encoded and committed one at a time, then one generation
published. Killed anywhere, `sync` leaves the previous generation serving, and the next run goes on
from the last commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from time import perf_counter

from assistant.cluster.following import follow, follow_erasure
from assistant.corpus.corrections import correction_problem, names_someone, without_names
from assistant.corpus.corrections_store import FOLDER, StoredCorrections, load_corrections, rename
from assistant.embedding.models import Encoder
from assistant.errors import (
    CorpusError,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    SettingsError,
    SyncRunning,
)
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.lock import index_held
from assistant.index.publishing import Audiences, bring_in_step, drop_former
from assistant.ingest import erasure
from assistant.ingest.audiences import (
    audiences_of,
    protect_renamed,
    rights_problems,
    settle_renamed,
    stated_rights,
)
from assistant.ingest.former_copies import drop_old
from assistant.ingest.indexer import Indexer, OnProgress
from assistant.ingest.leftovers import drop_leftovers
from assistant.ingest.planning import (
    SHA256_LENGTH,
    Found,
    current_limits,
    describe_files,
    is_withheld,
    list_files,
    plan,
    subjects,
)
from assistant.ingest.workers import LocalWorkers, Workers
from assistant.readers.speech import transcription_cache
from assistant.records.messages import Problem
from assistant.records.runs import Progress, SyncReport
from assistant.rendering import cache, played
from assistant.rights.files import FILE as RIGHTS
from assistant.settings import Settings
from assistant.sheets.making import VERSION as SHEETS_VERSION
from assistant.sheets.making import sheets_of
from assistant.sources.bringing import Tell, bring
from assistant.system import journal

#: What a context may add to a passage, in tokens: events, sessions and headings are short.
_CONTEXT_TOKENS = 64


def purge(settings: Settings) -> None:
    """Leave nothing on disk of what the current generation doesn't hold.

    Older generations go, and the catalog is written anew. Raises SyncRunning, IndexDamaged,
    SearchServerError.
    """
    with index_held(settings.index):
        drop_former(settings.index)
        with Catalog(settings.index / CATALOG) as catalog:
            if not catalog.compact():
                raise SyncRunning("erasure_waits", path=settings.index)
        follow_erasure(settings.index)


def sync(
    settings: Settings,
    encoder: Encoder,
    *,
    workers: Workers | None = None,
    rebuild: bool = False,
    progress: OnProgress = lambda step: None,
    locked: bool = False,
    accept_removals: bool = False,
) -> SyncReport:
    """Bring what changed in the site's sources, index what changed in the corpus and publish it.

    `accept_removals`: a source that is suddenly empty, or half of it, was meant to be. `rebuild`
    reads everything again, and is what another encoder or other settings ask for. `workers` read
    and encode in the place of this process, by the same encoder.
    `locked`: the caller already keeps others out (`jobs.own_run.exclusive_run`).
    Raises CorpusError (nothing to index), SyncRunning, IndexMismatch, IndexDamaged, ModelError,
    SearchServerError (all is done here, and not there yet), ClusterError (of `workers`).
    """
    started = perf_counter()
    if journal.is_pending(settings.index) and not locked:
        with index_held(settings.index):
            pass  # a restore that was interrupted is finished first
    corpus, index, options = settings.corpus, settings.index, settings.reading_options()
    erasure.finish(index, corpus, held=locked)
    with nullcontext() if locked or not settings.sources else index_held(index):
        brought = bring(
            settings.sources,
            corpus,
            index,
            options.max_file_bytes,
            accept_removals=accept_removals,
            tell=_fetching(progress),
        )
    files, problems, recordings = list_files(corpus, options.max_file_bytes)
    stored = load_corrections(corpus)
    others_kept_out = nullcontext() if locked else index_held(index)
    with _refusals(index), others_kept_out, Catalog(index / CATALOG) as catalog:
        _check_length(settings.max_passage_tokens, encoder)
        _check_maker(catalog, settings.fingerprint(), encoder, rebuild=rebuild)
        known = catalog.known(current_limits(options))
        found, more = describe_files(corpus, files, known, stored)
        problems += more
        planned = plan(found, known, withheld=subjects(problems))
        for id_ in planned.unchanged:
            if known[id_].stamp != found[id_].stamp:
                catalog.touch(id_, found[id_].stamp)
        protected = protect_renamed(corpus, planned.renamed, [*known, *found])
        workers = workers or LocalWorkers(options, settings.max_passage_tokens, encoder)
        indexer = Indexer(options, encoder.identity, catalog, workers, progress)
        indexer.read(planned.to_read, {file.id: file for file in files}, found)
        # A file renamed into one that can't be read keeps its passages under its former name.
        stay = {old for old, new in planned.renamed if new in indexer.failed}
        for id_ in planned.to_remove:
            if id_ not in stay:
                catalog.remove(id_)
        indexer.encode_again(catalog.stale())
        _forget_speakers(catalog, stored, found)
        followed = _follow(index, corpus, stored, found, subjects(problems))
        gone = [pair for pair in planned.renamed if pair[1] not in indexer.failed]
        ids = catalog.ids()
        settle_renamed(corpus, protected, gone, ids)
        rights = stated_rights(corpus)
        catalog.set_walk_problems([*brought, *problems, *followed, *rights_problems(ids, rights)])
        audiences = audiences_of(ids, index, rights)
        generation = _publish(index, audiences, settings.keep_generations, catalog, indexer)
        # A document that is gone leaves no picture and no transcription behind.
        contents = {state.sha256 for state in catalog.states()}
        cache.drop_others(index, contents)
        # Unless one of them is not read again yet.
        if all(len(content) == SHA256_LENGTH for content in contents):
            transcription_cache.drop_others(index, contents)
        played.prepare(index, recordings)
        drop_leftovers(index, corpus)
        drop_old(index, corpus)
        follow(settings.milvus_options(), index, settings.keep_generations)
        failed = {*indexer.failed, *planned.failed}
        return SyncReport(
            added=len(set(planned.added) - failed),
            changed=len(set(planned.changed) - failed),
            renamed=len(planned.renamed) - len(stay),
            removed=len(planned.removed),
            unchanged=len(planned.unchanged),
            failed=len(failed),
            passages=catalog.count(),
            encoded=indexer.encoded,
            problems=tuple(catalog.problems()),
            generation=generation,
            seconds=perf_counter() - started,
        )


def _fetching(progress: OnProgress) -> Tell:
    """Return what reports a file that a source gives."""

    def tell(path: str, done: int, total: int) -> None:
        progress(Progress("fetching", path, done, total))

    return tell


def apply_rights(settings: Settings, *, locked: bool = False) -> SyncReport:
    """Make ready what each reader may read of what is indexed: no file is read, nothing encoded.

    `locked` as for `sync`. Raises IndexMissing, SyncRunning, IndexDamaged, IndexUnwritable,
    SearchServerError.
    """
    started = perf_counter()
    index, corpus = settings.index, settings.corpus
    if not (index / CATALOG).exists():
        raise IndexMissing("index_missing", path=index)
    erasure.finish(index, corpus, held=locked)
    others_kept_out = nullcontext() if locked else index_held(index)
    with _refusals(index), others_kept_out, Catalog(index / CATALOG) as catalog:
        ids, rights = catalog.ids(), stated_rights(corpus)
        generation = bring_in_step(
            catalog,
            index,
            keep=settings.keep_generations,
            sheets=sheets_of,
            audiences=audiences_of(ids, index, rights),
        )
        follow(settings.milvus_options(), index, settings.keep_generations)
        others = (problem for problem in catalog.problems() if problem.subject != RIGHTS)
        return SyncReport(
            added=0,
            changed=0,
            renamed=0,
            removed=0,
            unchanged=len(catalog.states()),
            failed=0,
            encoded=0,
            passages=catalog.count(),
            problems=(*others, *rights_problems(ids, rights)),
            generation=generation,
            seconds=perf_counter() - started,
        )


def _publish(
    index: Path, audiences: Audiences, keep: int, catalog: Catalog, indexer: Indexer
) -> str:
    """Publish what the catalog holds, unless that is done already; return the generation."""
    catalog.drop_unused_vectors()
    catalog.made_with(sheets=SHEETS_VERSION)
    return bring_in_step(
        catalog,
        index,
        keep=keep,
        sheets=sheets_of,
        audiences=audiences,
        on_building=lambda: indexer.tell(stage="building", document_id=""),
        on_ready=lambda: indexer.tell(stage="publishing"),
    )


def _forget_speakers(
    catalog: Catalog, stored: StoredCorrections, found: Mapping[str, Found]
) -> None:
    """Take forgotten speakers out of documents that could not be read again without them."""
    present = {file.stamp.sha256 for file in found.values()}
    for id_, _, _, sha256, _, facts in list(catalog.documents()):
        own = found[id_].corrections if id_ in found else stored.of(id_, sha256, present)
        if own is None or not own.forgotten:
            continue
        gone = [entry.ordinal for entry in catalog.entries(id_) if own.forgets(entry.speaker)]
        if gone or names_someone(json.loads(facts), own.forgotten):
            catalog.take_out(id_, gone, partial(without_names, forgotten=own.forgotten))


def _follow(
    index: Path,
    corpus: Path,
    stored: StoredCorrections,
    found: Mapping[str, Found],
    withheld: frozenset[str],
) -> Iterator[Problem]:
    """Have corrections follow the documents that were renamed; yield those of no document."""
    ids: dict[str, list[str]] = {}
    for id_, file in found.items():
        ids.setdefault(file.stamp.sha256, []).append(id_)
    for sha256, own in stored.by_content.items():
        if own.id in ids.get(sha256, ()) or is_withheld(own.id, withheld):
            continue
        if sha256 in ids:
            try:
                rename(index, corpus, sha256, ids[sha256][0])
            except CorpusError as e:
                message = e.as_message()
                yield Problem(own.id, "warning", message.key, message.values)
        elif own.id not in found:
            yield correction_problem(own.id, "orphaned", "warning", name=f"{FOLDER}/{sha256}.json")


def _check_length(max_tokens: int, encoder: Encoder) -> None:
    """Make sure that the encoder takes in the longest passage with its context."""
    most = encoder.max_tokens - _CONTEXT_TOKENS
    if max_tokens > most:
        raise SettingsError(
            "setting_too_large", name="max_passage_tokens", value=max_tokens, most=most
        )


def _check_maker(catalog: Catalog, fingerprint: str, encoder: Encoder, *, rebuild: bool) -> None:
    """Make sure that what is stored was made by this encoder, with the settings of today."""
    wanted = {
        "identity": encoder.identity,
        "fingerprint": fingerprint,
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


@contextmanager
def _refusals(index: Path) -> Iterator[None]:
    """Raise IndexUnwritable where the disk refuses."""
    try:
        yield
    except OSError as e:
        cause = e.strerror or str(e) or type(e).__name__
        raise IndexUnwritable("index_unwritable", path=index, cause=cause) from e
