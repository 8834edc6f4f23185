"""What an erasure is asked of: what is known of each document, written down before anything goes.

In: documents' ids, the catalog, their files. Out: `DocumentToErase`, and `index/erasure.json`,
which holds what is asked and not yet done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.corpus.paths import find
from assistant.errors import CorpusError, IndexDamaged, IndexMismatch
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.publishing import generations
from assistant.ingest import former_copies
from assistant.ingest.receipts import Erased, Receipt, receipt_from
from assistant.records.documents import DocumentState
from assistant.records.messages import Message
from assistant.system.files import sha256_of

#: What is asked and not yet done, in the index folder; not there when there is none.
PENDING = "erasure.json"


@dataclass(frozen=True, slots=True)
class DocumentToErase:
    """A document to erase: what its receipt will say, and how its file looked.

    `path` is under the corpus, empty where there is no file; `digests` are those of the file and
    of what was indexed.
    """

    receipt: Receipt
    path: str
    mtime_ns: int
    digests: tuple[str, ...]


def pending(index: Path) -> tuple[str, ...]:
    """Return the ids of the documents whose erasure was begun and is not ended."""
    return tuple(document.receipt.document_id for document in requests_in(index))


def known_of(index: Path, corpus: Path, ids: Sequence[str], asked_by: str) -> list[DocumentToErase]:
    """Return what is known of documents, all of which can be erased. Raises CorpusError."""
    states: dict[str, DocumentState] = {}
    sizes: dict[str, tuple[int, int]] = {}
    if (index / CATALOG).exists():
        with Catalog(index / CATALOG) as catalog:
            if catalog.is_half_rebuilt():
                raise IndexMismatch("erasure_half_rebuilt")
            states = {state.id: state for state in catalog.states()}
            sizes = {id_: catalog.size_of(id_) for id_ in ids}
    asked, number = moment().isoformat(), generations(index)
    return [
        _one(
            corpus,
            id_,
            states.get(id_),
            Erased(0, *sizes.get(id_, (0, 0)), generations=number),
            asked=asked,
            asked_by=asked_by,
        )
        for id_ in ids
    ]


def _one(
    corpus: Path,
    id_: str,
    state: DocumentState | None,
    what: Erased,
    *,
    asked: str,
    asked_by: str,
) -> DocumentToErase:
    """Return what is known of a document that can be erased. Raises CorpusError."""
    file = find(corpus, id_, state.facts.get("path", "") if state else "")
    if file is None and state is None:
        raise CorpusError("document_unknown", id=id_)
    if file and file.is_symlink():
        # The words are in another file, which this would leave.
        raise CorpusError("document_is_a_link", id=id_)
    if file and not os.access(file.parent, os.W_OK | os.X_OK):
        raise CorpusError("document_undeletable", id=id_, cause=Message("erasure.read_only"))
    indexed = state.sha256 if state and len(state.sha256) == 64 else ""
    digest, size, mtime_ns = indexed, state.size if state else 0, 0
    if file:
        try:
            digest, status = sha256_of(file), file.lstat()
        except OSError as e:
            cause = e.strerror or type(e).__name__
            raise CorpusError("document_undeletable", id=id_, cause=cause) from e
        size, mtime_ns = status.st_size, status.st_mtime_ns
    receipt = Receipt(
        document_id=id_,
        title=state.title if state else "",
        sha256=digest,
        bytes=size,
        asked_by=asked_by,
        asked=asked,
        erased="",
        erased_local="",
        what=replace(
            what,
            files=int(file is not None),
            problems=len(state.problems) if state else 0,
        ),
    )
    path = file.relative_to(corpus).as_posix() if file else ""
    return DocumentToErase(receipt, path, mtime_ns, tuple({digest, indexed} - {""}))


def to_json(wanted: Sequence[DocumentToErase]) -> str:
    """Return what is asked as it is written down."""
    return json.dumps([asdict(document) for document in wanted], ensure_ascii=False, indent=1)


def requests_in(index: Path) -> list[DocumentToErase]:
    """Return what was asked and is not yet done. Raises IndexDamaged."""
    file = index / PENDING
    try:
        return [
            DocumentToErase(**(plain | {"receipt": receipt_from(plain["receipt"])}))
            for plain in json.loads(file.read_text(encoding="utf-8"))
        ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise IndexDamaged("index_damaged", path=file, cause=e) from e


def former_of(index: Path, corpus: Path, wanted: DocumentToErase) -> tuple[str, ...]:
    """Return where copies of a document lie that a restore put aside."""
    return former_copies.shown(former_copies.copies_of(index, corpus, *marks_of(wanted)))


def marks_of(wanted: DocumentToErase) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """Return what a document is known by: its id, its contents, their bytes."""
    return wanted.receipt.document_id, wanted.digests, (wanted.receipt.bytes,)


def moment() -> datetime:
    """Return the moment that it is, in UTC, to the millisecond."""
    return datetime.now(UTC).replace(microsecond=datetime.now(UTC).microsecond // 1000 * 1000)
