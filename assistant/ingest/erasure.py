"""Erasure: a document leaves answers at once and the disk for good, and a receipt says so.

In: documents' ids. Out: their files, passages, vectors, problems, pictures and transcriptions are
gone, and a generation without them answers; a receipt each, in `index/recus/`, without content.

What is asked is first written down, in `index/erasure.json`. Then a generation is published that
doesn't hold the documents, and only then do their files go: killed anywhere, none answers whose
file is gone, and the next erasure or `sync` ends what was begun.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from assistant import audit
from assistant.cluster.following import follow_erasure
from assistant.corpus import corrections_store
from assistant.corpus.corrections import Corrections
from assistant.corpus.paths import is_ignored, shown
from assistant.errors import CorpusError, SyncRunning
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.lock import index_held
from assistant.index.publishing import bring_in_step, drop_former
from assistant.ingest import former_copies
from assistant.ingest.audiences import audiences_of, forget_rules, stated_rights
from assistant.ingest.erasure_requests import (
    PENDING,
    DocumentToErase,
    former_of,
    known_of,
    marks_of,
    moment,
    requests_in,
    to_json,
)
from assistant.ingest.receipts import Receipt, keep_receipts, receipt_name
from assistant.readers.speech import transcription_cache
from assistant.rendering import cache, played
from assistant.sheets.making import sheets_of
from assistant.sources import state as sources
from assistant.system.files import sha256_of, sync_to_disk, write_whole


def forget(
    index: Path,
    corpus: Path,
    ids: Collection[str],
    *,
    asked_by: str = "",
    wait_seconds: float = 0.0,
) -> tuple[Receipt, ...]:
    """Erase documents, published at once, and return their receipts in the order of `ids`.

    Needs no encoder. A `sync` under way is waited for so long at most. Nothing is erased when one
    of the documents does not exist, or its file can't be deleted. Raises CorpusError, SyncRunning,
    IndexMismatch, IndexDamaged, IndexUnwritable, SearchServerError, AuditError,
    SourceError: those may leave the end to the next
    call.
    """
    with index_held(index, wait_seconds=wait_seconds):
        _finish(index, corpus)
        wanted = known_of(index, corpus, list(dict.fromkeys(ids)), asked_by)
        if not wanted:
            return ()
        wanted = [
            replace(one, receipt=replace(one.receipt, former=former_of(index, corpus, one)))
            for one in wanted
        ]
        write_whole(index / PENDING, to_json(wanted))
        return _finish(index, corpus)


def finish(index: Path, corpus: Path, *, held: bool = False) -> tuple[Receipt, ...]:
    """End an erasure that was killed, if there is one. Raises as `forget` does.

    `held`: the caller already keeps others out.
    """
    if not (index / PENDING).exists():
        return ()
    with nullcontext() if held else index_held(index):
        return _finish(index, corpus)


def former_copies_of(index: Path, corpus: Path, ids: Collection[str]) -> tuple[str, ...]:
    """Return where copies of documents lie that a restore put aside, and that would go with them.

    Documents that can't be erased have none here. Raises IndexMismatch.
    """
    found: list[str] = []
    if not any(former_copies.former_folders(place) for place in (index, corpus)):
        return ()
    for id_ in ids:
        with suppress(CorpusError):
            found += former_of(index, corpus, known_of(index, corpus, [id_], "")[0])
    return tuple(dict.fromkeys(found))


def _finish(index: Path, corpus: Path) -> tuple[Receipt, ...]:
    """Erase what is written down, whatever was done of it already; called with the lock held."""
    wanted = requests_in(index)
    if not wanted:
        return ()
    gone = [document.receipt.document_id for document in wanted]
    path = index / CATALOG
    others: dict[str, list[str]] = {}
    if path.exists():
        with Catalog(path) as catalog:
            publish_without(index, corpus, catalog, gone)
            for state in catalog.states():
                others.setdefault(state.sha256, []).append(state.id)
    for sha256, id_ in _copies(corpus, wanted):
        if id_ not in others.setdefault(sha256, []):
            others[sha256].append(id_)
    former = [_erase_former(index, corpus, document) for document in wanted]
    # Files first: a correction that comes meanwhile finds no document any more.
    replaced = {document.receipt.document_id for document in wanted if _delete(corpus, document)}
    forget_rules(corpus, [id_ for id_ in gone if id_ not in replaced])
    with corrections_store.editing(index, corpus):
        kept_too = [_erase_kept(index, corpus, document, others) for document in wanted]
    if path.exists():
        # After the files have gone: a full disk has some space again.
        with Catalog(path) as catalog:
            if not catalog.compact():
                raise SyncRunning("erasure_waits", path=index)
    now = moment()
    done = tuple(
        replace(
            one.receipt,
            erased=now.isoformat(),
            erased_local=now.astimezone().isoformat(),
            what=replace(
                one.receipt.what,
                files=one.receipt.what.files if one.receipt.document_id not in replaced else 0,
                pictures=pictures,
                transcriptions=transcriptions,
                former=len(copies),
            ),
            former=copies,
            copies=tuple(sorted({id_ for sha in one.digests for id_ in others.get(sha, ())})),
        )
        for one, (pictures, transcriptions), copies in zip(wanted, kept_too, former, strict=True)
    )
    keep_receipts(index, done)
    audit.forget_documents(index, {one.document_id: receipt_name(one) for one in done})
    sources.erase(index, {one.receipt.document_id: one.path for one in wanted})
    (index / PENDING).unlink()
    sync_to_disk(index)
    return done


def _copies(corpus: Path, wanted: Sequence[DocumentToErase]) -> Iterator[tuple[str, str]]:
    """Yield the files that hold what is erased under other names: renamed since, or copied.

    They may not be indexed yet, so that the catalog knows nothing of them.
    """
    digests = {digest for document in wanted for digest in document.digests}
    sizes = {document.receipt.bytes for document in wanted}
    own = {document.path for document in wanted if document.path}
    yield from copies_in(corpus, digests, sizes, own)


def copies_in(
    corpus: Path, digests: Collection[str], sizes: Collection[int], but: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield the files of these contents by SHA-256 and id, but for those at some paths.

    `sizes` are those of the contents: files of another one are not read.
    """
    own = {corpus / path for path in but}
    for folder, names, leaves in os.walk(corpus):
        names[:] = [name for name in names if not is_ignored(name)]
        for path in (Path(folder, name) for name in leaves if not is_ignored(name)):
            with suppress(OSError):  # gone meanwhile, or not to be read
                if path not in own and path.lstat().st_size in sizes:
                    sha256 = sha256_of(path)
                    if sha256 in digests:
                        yield sha256, shown(path.relative_to(corpus).as_posix())


def publish_without(index: Path, corpus: Path, catalog: Catalog, ids: Sequence[str]) -> None:
    """Publish what is left, and leave no other generation, on disk or where it is sent."""
    catalog.erase(ids)
    catalog.drop_unused_vectors()
    # What would be dropped in the end makes room for what is built.
    drop_former(index)
    if catalog.meta("dim"):
        audiences = audiences_of(catalog.ids(), index, stated_rights(corpus))
        bring_in_step(catalog, index, keep=1, sheets=sheets_of, audiences=audiences)
    drop_former(index)
    follow_erasure(index)


def _erase_kept(
    index: Path, corpus: Path, wanted: DocumentToErase, others: dict[str, list[str]]
) -> tuple[int, int]:
    """Drop what is kept of contents that no other document has; count pictures, transcriptions.

    What staff corrected of it goes too: it holds the words that were corrected.
    """
    id_ = wanted.receipt.document_id
    alone = [digest for digest in wanted.digests if digest not in others]
    # Its former versions were corrected too, and those corrections are its own still.
    corrected = corrections_store.load_corrections(corpus).by_content.values()
    former = [
        corrections.sha256
        for corrections in corrected
        if corrections.id == id_ and corrections.sha256 not in others
    ]
    played.drop(index, id_)
    for digest in {*alone, *former}:
        corrections_store.save(corpus, Corrections(digest, id_))
    return (
        sum(cache.drop(index, digest) for digest in alone),
        sum(transcription_cache.drop(index, digest) for digest in alone),
    )


def _erase_former(index: Path, corpus: Path, wanted: DocumentToErase) -> tuple[str, ...]:
    """Delete the copies of a document that a restore put aside; return them. Raises CorpusError.

    Those that went before a crash are among those that were found as it was asked.
    """
    found = former_copies.copies_of(index, corpus, *marks_of(wanted))
    try:
        former_copies.erase(found)
    except OSError as e:
        id_, cause = wanted.receipt.document_id, e.strerror or type(e).__name__
        raise CorpusError("document_undeletable", id=id_, cause=cause) from e
    return tuple(dict.fromkeys([*wanted.receipt.former, *former_copies.shown(found)]))


def _delete(corpus: Path, wanted: DocumentToErase) -> bool:
    """Delete a document's file, unless it is another one by now; tell whether it is there still.

    Raises CorpusError.
    """
    if not wanted.path:
        return False
    file = corpus / wanted.path
    try:
        status = file.lstat()
        same = (status.st_size, status.st_mtime_ns) == (wanted.receipt.bytes, wanted.mtime_ns)
        if not same and sha256_of(file) not in wanted.digests:
            return True
        file.unlink()
        sync_to_disk(file.parent)
    except FileNotFoundError:
        pass
    except OSError as e:
        id_, cause = wanted.receipt.document_id, e.strerror or type(e).__name__
        raise CorpusError("document_undeletable", id=id_, cause=cause) from e
    return False
