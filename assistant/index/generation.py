"""An opened generation: what a question is searched in (`SearchIndex`), on this disk."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import IndexDamaged, IndexMissing
from assistant.index.audiences import audience_folder
from assistant.index.catalog.rows import PUBLISHED, PUBLISHED_COLUMNS, from_row
from assistant.index.dense import PassageVectors, RowMask, SentenceVectors, WordVectors
from assistant.index.lexical import WHOLE, LexicalIndex, Shares
from assistant.index.manifest import (
    MANIFEST,
    WITH_LISTS,
    WITH_PACKED,
    WITH_SHEETS,
    Manifest,
    check_files,
    current_name,
    read_manifest,
)
from assistant.index.search_index import IndexedDocument, facet_groups, ordinals_by_document
from assistant.index.slides.spans import Span
from assistant.records.documents import Passage
from assistant.records.hits import Filters
from assistant.records.vectors import Rows, Scores, Vector, Vectors, Words
from assistant.system.databases import open_to_read
from assistant.text.spelling import Spelling, Spellings

if TYPE_CHECKING:
    from assistant.index.older_lexical import OlderLexicalIndex

#: How often a generation that was dropped while it was being opened is looked up again.
_ATTEMPTS = 5
#: Passages kept once they were read: as many as `ranking` keeps analysed, which hold them.
_MOST_PASSAGES = 4096


class Generation:
    """A generation on disk, opened: the local SearchIndex."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._manifest = manifest
        #: The day it was made. Looked up now: its folder may be dropped while it still answers.
        self.published_on: date = date.fromtimestamp((folder / MANIFEST).stat().st_mtime)
        self._vectors = PassageVectors(folder / "vectors.faiss")
        packed = manifest.format >= WITH_PACKED
        self._sentences = SentenceVectors(folder, packed=packed)
        self._words = WordVectors(folder, packed=packed)
        self._lexical = _lexical(folder / "lexical", manifest.format)
        self._db = open_to_read(folder / "passages.sqlite3", immutable=True)
        self._lock = threading.Lock()
        #: By row: what comes up often is kept. Of the database, not of `self`, which it would keep.
        self._passage = lru_cache(_MOST_PASSAGES)(partial(_passage_at, self._db, self._lock))
        # One that is replaced while questions run is closed when the last lets go of it.
        self._close = weakref.finalize(self, self._db.close)
        self._documents = {
            id_: IndexedDocument(id_, title, language, sha256, size, json.loads(facts))
            for id_, title, language, sha256, size, facts in self._rows(
                "SELECT id, title, language, sha256, size, facts FROM documents ORDER BY id"
            )
        }
        self._facets = {
            facet: np.frombuffer(rows, np.int32)
            for facet, rows in self._rows("SELECT facet, rows FROM facets")
        }

    @property
    def name(self) -> str:
        """Name the generation."""
        return self._manifest.generation

    @property
    def identity(self) -> str:
        """Return the identity of the encoder that made the vectors."""
        return self._manifest.identity

    def __len__(self) -> int:
        return self._manifest.passages

    def dense(self, question: Vector, k: int, filters: Filters) -> Rows:
        """Return the at most `k` rows nearest in meaning, nearest first."""
        return self._vectors.search(question, k, self._mask(filters))

    def lexical(
        self, terms: Sequence[str], k: int, filters: Filters, shares: Shares = WHOLE
    ) -> Rows:
        """Return the at most `k` rows of highest BM25 (above 0), best first."""
        return self._lexical.search(terms, k, self._mask(filters), shares)

    def cosines(self, question: Vector, rows: Rows) -> Scores:
        """Return the cosine of each of `rows` with the question."""
        return self._vectors.cosines(question, rows)

    def sentence_cosines(self, question: Vector, rows: Rows) -> list[Scores]:
        """Return the cosine of each sentence of each of the passages at `rows`."""
        return self._sentences.cosines(question, rows)

    def sentence_vectors(self, document_id: str) -> list[Vectors]:
        """Return the vectors of the sentences of each passage of a document, in order.

        Float32 [sentences, dim] for each passage; none when the document is not indexed.
        """
        query = (
            "SELECT row FROM passages"
            " WHERE number = (SELECT number FROM documents WHERE id = ?) ORDER BY ordinal"
        )
        return self._sentences.of([row for (row,) in self._rows(query, [document_id])])

    def words(self, rows: Rows) -> list[Words]:
        """Return the words of the passages at `rows`; those of a context end at 0 or before."""
        return self._words.of(rows, self._vectors.of(rows))

    def comparable(self, question: Words) -> Words:
        """Return the words of a question as those of passages are to be compared with."""
        return self._words.comparable(question)

    def bm25(self, terms: Sequence[str], rows: Rows, shares: Shares = WHOLE) -> Scores:
        """Return the BM25 of each of `rows`, 0 where no term occurs."""
        return self._lexical.scores(terms, rows, shares)

    def having(self, terms: Sequence[str]) -> int:
        """Return how many passages have all of these terms; none have stop words."""
        return self._lexical.having(terms)

    def term_weight(self, *terms: str) -> float:
        """Return the inverse document frequency of a term, or of several in one passage."""
        return self._lexical.weight(*terms)

    def knows(self, term: str) -> bool:
        """Tell whether a passage has this term; that of a stop word counts too."""
        return self._lexical.having([term]) > 0 or term in self._other_terms

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word of the passages that `word` was meant to be."""
        return self._spellings.nearest(word, edits=edits, certain=certain)

    def passages(self, rows: Rows) -> list[Passage]:
        """Return the passages at `rows`, in their order."""
        return [self._passage(row) for row in rows.tolist()]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in order; none when it is not indexed."""
        query = (
            f"SELECT {PUBLISHED_COLUMNS} FROM {PUBLISHED} WHERE documents.id = ? ORDER BY ordinal"
        )
        return [from_row(row) for row in self._rows(query, [document_id])]

    def documents(self) -> Mapping[str, IndexedDocument]:
        """Return the documents by id, in the order of their ids."""
        return self._documents

    def said_in(self, document_id: str) -> tuple[str, list[Span]] | None:
        """Return the deck that a transcript follows and its sentences' slides, in order of time."""
        query = (
            "SELECT documents.id, first, last, slide, confidence"
            " FROM said JOIN documents ON documents.number = deck"
            " WHERE said.number = (SELECT number FROM documents WHERE id = ?) AND best"
            " ORDER BY first, said.rowid"
        )
        rows = self._rows(query, [document_id])
        return (rows[0][0], [Span(*row[1:]) for row in rows]) if rows else None

    def said_of(self, deck_id: str) -> Mapping[str, list[Span]]:
        """Return the transcripts that follow a deck, with their sentences' slides.

        Those that follow it more than any other deck come first.
        """
        query = (
            "SELECT documents.id, first, last, slide, confidence"
            " FROM said JOIN documents ON documents.number = said.number"
            " WHERE deck = (SELECT number FROM documents WHERE id = ?)"
            " ORDER BY best DESC, documents.id, first, said.rowid"
        )
        found: dict[str, list[Span]] = {}
        for id_, *span in self._rows(query, [deck_id]):
            found.setdefault(id_, []).append(Span(*span))
        return found

    @property
    def has_sheets(self) -> bool:
        """Whether sheets were made with the generation: an older one has none."""
        return self._manifest.format >= WITH_SHEETS

    def sheet(self, kind: str, subject: str) -> str | None:
        """Return the sheet of a session or an event as `sheets.making` wrote it, or None."""
        if not self.has_sheets:
            return None
        query = "SELECT sheet FROM sheets WHERE kind = ? AND subject = ?"
        rows = self._rows(query, [kind, subject])
        return str(rows[0][0]) if rows else None

    def passages_at(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
        """Return the passages that documents have at some of their ordinals, by both."""
        found = {}
        for document_id, ordinals in ordinals_by_document(places).items():
            query = (
                f"SELECT {PUBLISHED_COLUMNS} FROM {PUBLISHED}"
                f" WHERE documents.id = ? AND ordinal IN ({_holes([*ordinals])})"
            )
            for row in self._rows(query, [document_id, *ordinals]):
                found[document_id, int(row[1])] = from_row(row)
        return found

    def values(self, facet: str) -> list[str]:
        """Return the values that a facet ("session", "speaker", …) takes in the index."""
        prefix = f"{facet}="
        return sorted(one.removeprefix(prefix) for one in self._facets if one.startswith(prefix))

    def close(self) -> None:
        """Let go of the files."""
        self._close()

    @cached_property
    def _other_terms(self) -> frozenset[str]:
        """The terms of words that the passages have, and that are not searched: of stop words."""
        every = {term for (term,) in self._rows("SELECT DISTINCT term FROM spellings")}
        return frozenset(every.difference(self._lexical.terms()))

    @cached_property
    def _spellings(self) -> Spellings:
        rows = self._rows("SELECT word, plain, term, documents FROM spellings")
        return Spellings(map(Spelling._make, rows))

    def _rows(self, query: str, values: Iterable[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        return _rows_of(self._db, self._lock, query, values)

    def _mask(self, filters: Filters) -> RowMask | None:
        if not filters:
            return None
        mask = np.ones(len(self), dtype=np.bool_)
        for group in facet_groups(filters):
            having = np.zeros(len(self), dtype=np.bool_)
            for facet in group:
                having[self._facets.get(facet, np.empty(0, np.int32))] = True
            mask &= having
        return mask


def _lexical(folder: Path, made_as: int) -> LexicalIndex | OlderLexicalIndex:
    """Open the terms of a generation, which was made as this format says."""
    if made_as >= WITH_LISTS:
        return LexicalIndex(folder)
    # Only who has an older index needs that library.
    from assistant.index.older_lexical import OlderLexicalIndex

    return OlderLexicalIndex(folder)


def _rows_of(
    db: sqlite3.Connection, lock: threading.Lock, query: str, values: Iterable[object]
) -> list[tuple]:  # type: ignore[type-arg]
    with lock:
        return db.execute(query, tuple(values)).fetchall()


def _passage_at(db: sqlite3.Connection, lock: threading.Lock, row: int) -> Passage:
    query = f"SELECT {PUBLISHED_COLUMNS} FROM {PUBLISHED} WHERE row = ?"
    (found,) = _rows_of(db, lock, query, [row])
    return from_row(found)


def _holes(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def open_audience(index: Path, name: str, key: str) -> Generation | None:
    """Open what an audience reads of the generation of a name; None where that is not made.

    Raises IndexMismatch, IndexDamaged.
    """
    folder = audience_folder(index / name, key)
    if not (folder / MANIFEST).exists():
        return None
    try:
        return _opened(folder, name)
    except IndexDamaged:
        if not folder.exists():  # dropped meanwhile
            return None
        raise


def open_generation(index: Path) -> Generation:
    """Open the current generation. Raises IndexMissing, IndexMismatch, IndexDamaged."""
    for attempt in range(1, _ATTEMPTS + 1):
        name = current_name(index)
        if name is None:
            raise IndexMissing("index_missing", path=index)
        try:
            return _opened(index / name, name)
        except IndexDamaged:
            # Two publications may have gone by since its name was read, and dropped it.
            if attempt == _ATTEMPTS or current_name(index) == name:
                raise
    raise AssertionError("unreachable")


def _opened(folder: Path, name: str) -> Generation:
    """Open what lies in a folder, of the generation of a name, once it is found whole.

    Raises IndexMismatch, IndexDamaged.
    """
    try:
        manifest = read_manifest(folder)
        if manifest.generation != name:
            raise IndexDamaged("index_damaged", path=folder, cause=manifest.generation)
        # FAISS may end the process over bytes that nobody wrote.
        check_files(folder, manifest)
        return Generation(folder, manifest)
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as e:
        raise IndexDamaged("index_damaged", path=folder, cause=e) from e
