"""The files of a generation, made from the catalog; what did not change is copied.

In: the catalog, and the current generation where there is one. Out: a folder with all that
answering a question needs, but for its manifest. A document whose content is what it was
(`EncodedStore.contents`) has its rows copied, whatever rows they are now; the others are packed,
analysed and counted. Either way the files hold the same, to the byte where they are arrays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.index.catalog.rows import OWN_COLUMNS, to_row
from assistant.index.catalog.vectors import EncodedStore, StoredPassage
from assistant.index.dense import Halves, SentencesWriter, WordsWriter, write_vectors
from assistant.index.former import Former
from assistant.index.lexical import LexicalWriter
from assistant.index.packing import pack_sentences, pack_words
from assistant.index.slides import Facts, Talk, talks
from assistant.records.documents import Passage, speakers_of
from assistant.records.vectors import Rows, Words
from assistant.records.voices import is_numbered
from assistant.system.databases import open_to_write
from assistant.text.analysis import terms
from assistant.text.spelling import WordCount

_TABLES = f"""
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    language TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, facts TEXT NOT NULL,
    made_of BLOB NOT NULL
);
CREATE TABLE passages (row INTEGER PRIMARY KEY, number INTEGER NOT NULL, {OWN_COLUMNS});
CREATE INDEX passages_number ON passages (number, ordinal);
CREATE TABLE facets (facet TEXT PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE spellings (
    word TEXT NOT NULL, plain TEXT NOT NULL, term TEXT NOT NULL, documents INTEGER NOT NULL
);
CREATE TABLE capitals (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE said (
    number INTEGER NOT NULL, first REAL NOT NULL, last REAL NOT NULL, deck INTEGER NOT NULL,
    best INTEGER NOT NULL, slide INTEGER NOT NULL, confidence REAL NOT NULL
);
CREATE INDEX said_number ON said (number, first);
CREATE INDEX said_deck ON said (deck);
CREATE TABLE sheets (
    kind TEXT NOT NULL, subject TEXT NOT NULL, sheet TEXT NOT NULL, PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
"""

#: What makes the sheets of a generation out of the facts of its documents and what was on screen
#: when: rows of (kind, subject, sheet).
Sheets = Callable[[Mapping[str, Facts], Sequence[Talk]], Iterable[tuple[str, str, str]]]
#: So many passages are copied together, and in memory.
_COPIED_AT_ONCE = 2048
#: The columns of a document, its facts as JSON last (`Catalog.documents`).
DocumentRow = tuple[str, str, str, str, int, str]


def facets_of(facts: Mapping[str, str], speaker: str) -> list[str]:
    """Return what a passage can be filtered by, as "facet=value".

    A passage that is spoken has its own speaker; another has those of its session, and so has one
    that a voice speaks which nobody named: "Voix 2" is somebody else in each recording.
    """
    named_one = bool(speaker) and not is_numbered(speaker)
    speakers = (speaker,) if named_one else speakers_of(facts)
    named = [(name, facts.get(name, "")) for name in ("event", "session", "type", "kind")]
    named += [("speaker", one) for one in speakers]
    return [f"{name}={value}" for name, value in named if value]


@dataclass(frozen=True, slots=True)
class _LaidOutDocument:
    """A document: its hash, the rows that it has, and those that it had where it is copied."""

    id: str
    number: int
    digest: bytes
    rows: range
    former: range | None


def _lay_out(catalog: EncodedStore, former: Former | None) -> list[_LaidOutDocument]:
    """Return the documents in order, each with its rows."""
    laid_out, first = [], 0
    for number, content in enumerate(catalog.contents()):
        rows = range(first, first + content.passages)
        own = former.find(content) if former else None
        laid_out.append(_LaidOutDocument(content.document_id, number, content.digest, rows, own))
        first = rows.stop
    return laid_out


def _runs(laid_out: Iterable[_LaidOutDocument]) -> Iterator[list[_LaidOutDocument]]:
    """Yield together the documents that are copied from rows behind one another; others alone."""
    run: list[_LaidOutDocument] = []
    for document in laid_out:
        if run and not (_follows(run[-1], document) and _is_short(run)):
            yield run
            run = []
        run.append(document)
    if run:
        yield run


def _follows(one: _LaidOutDocument, other: _LaidOutDocument) -> bool:
    return (
        one.former is not None
        and other.former is not None
        and one.former.stop == other.former.start
    )


def _is_short(run: Sequence[_LaidOutDocument]) -> bool:
    return run[-1].rows.stop - run[0].rows.start < _COPIED_AT_ONCE


def _former_rows(run: Sequence[_LaidOutDocument]) -> range | None:
    """Return the rows that a run is copied from; None where it isn't."""
    first, last = run[0].former, run[-1].former
    return None if first is None or last is None else range(first.start, last.stop)


def build(
    catalog: EncodedStore,
    documents: Iterable[DocumentRow],
    folder: Path,
    *,
    sheets: Sheets,
    former: Former | None,
) -> tuple[int, int]:
    """Write the files of a generation; return how many documents and passages it has.

    `documents` are those of the catalog, by id.
    """
    dim = int(catalog.meta("dim"))
    laid_out = _lay_out(catalog, former)
    copied = _Copied(former, laid_out) if former else None
    with (
        closing(WordsWriter(folder, dim)) as words,
        closing(SentencesWriter(folder, dim)) as sentences,
        closing(open_to_write(folder / "passages.sqlite3", journal="OFF")) as db,
        db,
    ):
        db.executescript(f"BEGIN; {_TABLES}")
        facts = dict(_write_documents(documents, db, laid_out))
        rows = _GenerationRows(
            catalog, db, words, sentences, LexicalWriter(folder / "lexical"), copied
        )
        for run in _runs(laid_out):
            if copied and (former_rows := _former_rows(run)) is not None:
                rows.copy(run, former_rows, copied.former)
            else:
                rows.make(run[0], facts[run[0].id])
        passages = rows.finish()
        followed = [*talks(catalog, facts, copied.talks if copied else _no_talks)]
        _insert(db, "said", _said(followed, {one.id: one.number for one in laid_out}))
        _insert(db, "sheets", sheets(facts, followed))
        words.finish()
        sentences.finish()
    vectors = np.concatenate([np.empty((0, dim), np.float16), *rows.vectors])
    write_vectors(folder / "vectors.faiss", vectors)
    return len(laid_out), passages


def _write_documents(
    documents: Iterable[DocumentRow], db: sqlite3.Connection, laid_out: Iterable[_LaidOutDocument]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Write the documents; yield the facts of each, by its id."""
    for one, document in zip(laid_out, documents, strict=True):
        _insert(db, "documents", [(one.number, *document, one.digest)])
        yield one.id, json.loads(document[-1])


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Write rows of a table."""
    for first in (rows := iter(rows)):
        holes = ",".join("?" * len(first))
        db.executemany(f"INSERT INTO {table} VALUES ({holes})", chain([first], rows))


def _said(followed: Iterable[Talk], numbers: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of what was said while slides were on screen."""
    for talk in followed:
        speech, deck = numbers[talk.transcript_id], numbers[talk.deck_id]
        for span in talk.spans:
            yield speech, span.first, span.last, deck, talk.best, span.slide, span.confidence


def _no_talks(ids: Sequence[str]) -> None:
    """Tell that nothing was found of any session before."""


class _Copied:
    """What of a former generation is copied: the row that each of its rows has now, -1 for none."""

    def __init__(self, former: Former, laid_out: Iterable[_LaidOutDocument]) -> None:
        self.former = former
        self.rows = np.full(len(former), -1, np.int64)
        self._ids = set()
        for document in laid_out:
            if document.former is not None:
                self.rows[document.former.start : document.former.stop] = document.rows
                self._ids.add(document.id)

    def counted(self) -> WordCount:
        """Return the words of what is copied, counted: those of the fewer passages, one by one."""
        kept, dropped = np.flatnonzero(self.rows >= 0), np.flatnonzero(self.rows < 0)
        if len(kept) < len(dropped):
            count = WordCount()
            for text in self.former.texts(kept):
                count.add(text)
            return count
        count = WordCount(self.former.spellings(), self.former.capitals())
        for text in self.former.texts(dropped):
            count.take_out(text)
        return count

    def facets(self) -> Iterator[tuple[str, Rows]]:
        """Yield each facet with the rows that have it now, of those copied."""
        for facet, former in self.former.facets():
            rows = self.rows[former]
            yield facet, rows[rows >= 0]

    def talks(self, ids: Sequence[str]) -> list[Talk] | None:
        """Return the talks of a session whose documents are all copied; None for another."""
        found = self.former.talks(ids) if self._ids.issuperset(ids) else None
        return None if found is None else [Talk(*one) for one in found]


class _GenerationRows:
    """What a generation has of each passage, written document by document, in the order of rows."""

    def __init__(
        self,
        catalog: EncodedStore,
        db: sqlite3.Connection,
        words: WordsWriter,
        sentences: SentencesWriter,
        lexical: LexicalWriter,
        copied: _Copied | None,
    ) -> None:
        self._catalog, self._db, self._copied = catalog, db, copied
        self._words, self._sentences, self._lexical = words, sentences, lexical
        self._counted = copied.counted() if copied else WordCount()
        self._facets: dict[str, list[int]] = {}
        self._passages = 0
        #: The vectors of the passages so far.
        self.vectors: list[Halves] = []

    def copy(self, run: Sequence[_LaidOutDocument], rows: range, former: Former) -> None:
        """Write documents as they stand at some rows of a former generation."""
        self._write(run, former.passages(rows))
        self.vectors.append(former.halves(rows))
        self._words.add(*former.words.packed(rows.start, rows.stop))
        self._sentences.add(*former.sentences.packed(rows.start, rows.stop))

    def make(self, document: _LaidOutDocument, facts: Facts) -> None:
        """Write a document as the catalog has it."""
        columns = []
        for row, stored in zip(document.rows, self._catalog.stored(document.id), strict=True):
            passage = stored.passage
            columns.append(to_row(passage)[1:])
            for facet in facets_of(facts, passage.speaker):
                self._facets.setdefault(facet, []).append(row)
            self._lexical.add(row, terms(passage.encoded_text))
            self._counted.add(passage.encoded_text)
            self._pack(stored)
        self._write([document], columns)

    def _write(self, run: Iterable[_LaidOutDocument], columns: Iterable[Sequence[object]]) -> None:
        """Write the texts and places of the passages of documents."""
        places = [(row, document.number) for document in run for row in document.rows]
        numbered = zip(places, columns, strict=True)
        _insert(self._db, "passages", ((*place, *own) for place, own in numbered))
        self._passages += len(places)

    def _pack(self, stored: StoredPassage) -> None:
        """Write what the encoder made of a passage."""
        self.vectors.append(stored.vector[np.newaxis].astype(np.float16))
        words = _in_text(self._catalog.words_of(stored), stored.passage)
        packed = pack_words(words.vectors, stored.vector)
        self._words.add(packed, words.ends, np.array([len(words.ends)]))
        sentences = pack_sentences(self._catalog.sentences_of(stored))
        self._sentences.add(sentences, np.array([len(sentences.scales)]))

    def finish(self) -> int:
        """Write what is about all passages; return how many there are."""
        if self._copied:
            self._lexical.copy(self._copied.former.lexical, self._copied.rows)
        self._lexical.finish(self._passages)
        _insert(self._db, "spellings", self._counted.spellings())
        _insert(self._db, "capitals", self._counted.capitals())
        facets = self._facet_rows()
        _insert(
            self._db,
            "facets",
            ((facet, rows.astype(np.int32).tobytes()) for facet, rows in facets if len(rows)),
        )
        return self._passages

    def _facet_rows(self) -> Iterator[tuple[str, Rows]]:
        """Yield each facet with the rows that have it, in order."""
        own = {facet: np.array(rows, np.int64) for facet, rows in self._facets.items()}
        before = dict(self._copied.facets()) if self._copied else {}
        none = np.empty(0, np.int64)
        for facet in sorted(own.keys() | before.keys()):
            rows = np.concatenate([before.get(facet, none), own.get(facet, none)])
            yield facet, np.sort(rows)


def _in_text(words: Words, passage: Passage) -> Words:
    """Return words with their places in the passage's text; 0 and less is in its context."""
    before = len(passage.encoded_text) - len(passage.text)
    return Words(words.vectors, words.ends - np.int32(before))
