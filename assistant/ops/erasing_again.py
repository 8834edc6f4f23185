"""Erase from a restored site what was erased since its backup, before anything of it is served.

In: an index and a corpus as a restore has unpacked them, aside, and the receipts that the backup
doesn't know. Out: both hold nothing of those documents, and a generation is there without them, and
without the documents in which somebody speaks who was forgotten since: `sync` reads those anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.corpus.corrections import Corrections
from assistant.corpus.paths import find
from assistant.errors import IndexDamaged
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.lock import LOCK
from assistant.index.manifest import CURRENT, current_name
from assistant.ingest import erasure
from assistant.ingest.receipts import Receipt, read_receipt
from assistant.system.files import write_whole

#: What erasing leaves in an index folder that is no part of an index.
_PASSING = (CURRENT, LOCK, "corrections.lock")


def read_receipts(folder: Path, names: Sequence[str]) -> tuple[list[Receipt], tuple[str, ...]]:
    """Return receipts of documents, and the names of those that can't be read."""
    read, unreadable = [], []
    for name in names:
        try:
            read.append(read_receipt(folder / name))
        except IndexDamaged:
            unreadable.append(name)
    return read, tuple(unreadable)


def erase_again(
    index: Path, corpus: Path, generation: str, receipts: Sequence[Receipt], hidden: set[str]
) -> tuple[str, tuple[str, ...]]:
    """Erase what the receipts are of, and take the documents `hidden` out of the index only.

    Return the name of the generation that is left, and the ids of what was erased. Raises as
    `erasure.forget` does.
    """
    erased: list[str] = []
    if generation:
        write_whole(index / CURRENT, f"{generation}\n")
    for receipt in receipts:
        ids = [id_ for id_ in _held(index, corpus, receipt) if id_ not in receipt.copies]
        erasure.forget(index, corpus, ids, asked_by=receipt.asked_by)
        erased += ids
    if hidden and (index / CATALOG).exists():
        with Catalog(index / CATALOG) as catalog:
            erasure.publish_without(index, corpus, catalog, sorted(hidden))
            catalog.compact()
    left = current_name(index) or ""
    for name in _PASSING:
        (index / name).unlink(missing_ok=True)
    return left, tuple(dict.fromkeys(erased))


def documents_of(index: Path, changed: Sequence[Corrections]) -> set[str]:
    """Return the documents of an index whose corrections changed, by content or by id."""
    ids, contents = {one.id for one in changed}, {one.sha256 for one in changed}
    if not changed or not (index / CATALOG).exists():
        return set()
    with Catalog(index / CATALOG) as catalog:
        return {
            state.id for state in catalog.states() if state.id in ids or state.sha256 in contents
        }


def _held(index: Path, corpus: Path, receipt: Receipt) -> list[str]:
    """Return what is there of an erased document: under its id, or its content under another."""
    return list(dict.fromkeys([*_indexed(index, receipt), *_on_disk(corpus, receipt)]))


def _indexed(index: Path, receipt: Receipt) -> Iterator[str]:
    if (index / CATALOG).exists():
        with Catalog(index / CATALOG) as catalog:
            for state in catalog.states():
                if state.id == receipt.document_id or state.sha256 == receipt.sha256 != "":
                    yield state.id


def _on_disk(corpus: Path, receipt: Receipt) -> Iterator[str]:
    if find(corpus, receipt.document_id):
        yield receipt.document_id
    for _, id_ in erasure.copies_in(corpus, {receipt.sha256}, {receipt.bytes}):
        yield id_
