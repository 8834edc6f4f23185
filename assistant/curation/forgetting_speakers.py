"""Forget what a speaker says, as they ask: a data-protection request, from a command.

In: the speaker's name. Out: where they speak, and corrections that have the next `sync` drop it;
copies of former states go at once. It can be taken back until the sources are erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.audit import forget_name
from assistant.corpus.corrections import Corrections, name_hash, names_someone
from assistant.corpus.corrections_store import (
    StoredCorrections,
    editing,
    load_corrections,
    save,
    save_over,
)
from assistant.corpus.paths import find
from assistant.errors import CorpusError, IndexMissing
from assistant.index.catalog import CATALOG, Catalog
from assistant.ingest.former_copies import copies_naming, copies_of, erase, shown
from assistant.ingest.planning import look
from assistant.settings.options import ReadingOptions


@dataclass(frozen=True, slots=True)
class Spoken:
    """How much of a document a speaker says; `named`: its facts name them."""

    document_id: str
    sha256: str
    passages: int
    named: bool


@dataclass(frozen=True, slots=True)
class SpeakerReceipt:
    """What was asked to be forgotten, and where it was found, on which day (ISO 8601, UTC).

    `copies` are files of a former state that hold their words or their name, and go too.
    """

    name: str
    date: str
    documents: tuple[Spoken, ...]
    copies: tuple[str, ...] = ()


def find_speaker(options: ReadingOptions, name: str) -> SpeakerReceipt:
    """Say where a speaker speaks or is named, by the whole name as indexed, case and accents aside.

    Raises CorpusError when that is nowhere, IndexMissing.
    """
    path = options.index / CATALOG
    if not path.exists():
        raise IndexMissing("index_missing", path=options.index)
    asked = frozenset({name_hash(name)})
    spoken: dict[str, int] = {}
    with Catalog(path, read_only=True) as catalog:
        for id_, speaker, passages in catalog.speakers():
            if name_hash(speaker) in asked:
                spoken[id_] = spoken.get(id_, 0) + passages
        documents = [
            Spoken(id_, sha256, spoken.get(id_, 0), named)
            for id_, _, _, sha256, _, facts in catalog.documents()
            if (named := names_someone(json.loads(facts), asked)) or id_ in spoken
        ]
    copies = shown(_former_of(options.index, options.corpus, name, documents))
    if not documents and not copies:
        raise CorpusError("speaker_unknown", name=name)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return SpeakerReceipt(name, now, tuple(documents), copies)


def _former_of(index: Path, corpus: Path, name: str, documents: Sequence[Spoken]) -> list[Path]:
    """Return the copies of a former state that hold what a speaker says, or their name."""
    found = copies_naming(corpus, name)
    for document in documents:
        file = find(corpus, document.document_id)
        sizes = [file.stat().st_size] if file else []
        found += copies_of(index, corpus, document.document_id, (document.sha256,), sizes)
    return list(dict.fromkeys(found))


def forget_speaker(options: ReadingOptions, name: str) -> SpeakerReceipt:
    """Have the next `sync` drop what a speaker says everywhere, and their name from facts.

    What is corrected of their words, and a name given to them, go from the stored corrections
    at once. `ingest.sync.purge` after the `sync` takes it off the disk. Raises as
    `find_speaker` does.
    """
    receipt = find_speaker(options, name)
    _, found = look(options)
    present = {file.stamp.sha256 for file in found.values()}
    with editing(options.index, options.corpus) as stored:
        for document in receipt.documents:
            looks = found.get(document.document_id)
            sha256 = looks.stamp.sha256 if looks else document.sha256
            if len(sha256) != hashlib.sha256().digest_size * 2:
                # It waits to be read again, and can't be now: found again by its id.
                sha256 = hashlib.sha256(document.document_id.encode()).hexdigest()
            stored.check_readable(document.document_id, sha256)
            own = stored.of(document.document_id, sha256, present)
            own = own or Corrections(sha256, document.document_id)
            save_over(options.corpus, stored, _without(own, name), present)
    forget_name(options.index, name)
    try:
        erase(_former_of(options.index, options.corpus, name, receipt.documents))
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise CorpusError("corrections_unwritable", path=options.corpus, cause=cause) from e
    return receipt


def find_forgotten(options: ReadingOptions, name: str) -> tuple[str, ...]:
    """Return the documents in which a name is forgotten, by id. Raises CorpusError: in none."""
    return _documents_forgetting(load_corrections(options.corpus), name)


def recall_speaker(options: ReadingOptions, name: str) -> tuple[str, ...]:
    """Take back, everywhere, that a name was forgotten by mistake; return the documents.

    The next `sync` reads their files again. Raises CorpusError where it is forgotten nowhere.
    """
    with editing(options.index, options.corpus) as stored:
        documents = _documents_forgetting(stored, name)
        for corrections in stored.by_content.values():
            if name_hash(name) in corrections.forgotten:
                save(
                    options.corpus,
                    replace(corrections, forgotten=corrections.forgotten - {name_hash(name)}),
                )
    return documents


def _documents_forgetting(stored: StoredCorrections, name: str) -> tuple[str, ...]:
    asked = name_hash(name)
    found = {
        corrections.id
        for corrections in stored.by_content.values()
        if asked in corrections.forgotten
    }
    if not found:
        raise CorpusError("speaker_not_to_recall", name=name)
    return tuple(sorted(found))


def _without(own: Corrections, name: str) -> Corrections:
    """Return corrections that forget a speaker, by the name of the source or the one given."""
    asked = name_hash(name)
    former = {name_hash(old) for old, new in own.speakers.items() if name_hash(new) == asked}
    return own.forgetting({asked} | former)
