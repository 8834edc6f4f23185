"""All that a generation on this disk holds, row by row, for who keeps it elsewhere too.

In: the folder of a generation of today's format, or of an audience. Out: its passages with what
they are found by, as they lie, and what stands beside them. It is only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from assistant.index.catalog.rows import PUBLISHED, PUBLISHED_COLUMNS, from_row
from assistant.index.generation_files import GenerationFiles
from assistant.index.packing import PackedSentences, PackedWords
from assistant.records.documents import Passage
from assistant.records.vectors import Offsets, Vector

#: Rows read at a time.
_BATCH = 256


class StoredRow(NamedTuple):
    """A passage with what it is found by; `ends` says where its words end in its text."""

    row: int
    passage: Passage
    facets: list[str]
    vector: Vector
    words: PackedWords
    ends: Offsets
    sentences: PackedSentences


class GenerationContents(GenerationFiles):
    """What lies in the folder of a generation, passage by passage."""

    @property
    def sentences_as(self) -> str:
        """The type of the values of sentences, as numpy calls it."""
        return self.sentences.kept_as

    def passages(self) -> Iterator[tuple[int, Passage]]:
        """Yield each row with its passage, in order."""
        for row, *columns in self._db.execute(
            f"SELECT row, {PUBLISHED_COLUMNS} FROM {PUBLISHED} ORDER BY row"
        ):
            yield row, from_row(tuple(columns))

    def rows(self) -> Iterator[StoredRow]:
        """Yield the passages with what they are found by, in order."""
        vectors = np.empty((0, 0), np.float32)
        facets = self._facets_by_row()
        for row, passage in self.passages():
            if row % _BATCH == 0:
                vectors = self.vectors.of(np.arange(row, min(row + _BATCH, len(self))))
            words, ends, _ = self.words.packed(row, row + 1)
            yield StoredRow(
                row,
                passage,
                facets.get(row, []),
                vectors[row % _BATCH],
                words,
                ends.astype(np.int32),
                self.sentences.packed(row, row + 1)[0],
            )

    def documents(self) -> list[tuple[Any, ...]]:
        """Return (id, title, language, sha256, size, facts as JSON) of each document, by id."""
        return self._all(
            "SELECT id, title, language, sha256, size, facts FROM documents ORDER BY id"
        )

    def spans_of_documents(self) -> Mapping[str, tuple[int, int]]:
        """Return the first row of each document, and how many it has: they follow one another."""
        query = (
            "SELECT documents.id, min(row), count(*), max(row) FROM passages"
            " JOIN documents USING (number) GROUP BY number"
        )
        found = {}
        for id_, first, number, last in self._all(query):
            assert last - first + 1 == number, id_
            found[id_] = first, number
        return found

    def _facets_by_row(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = {}
        for facet, rows in self.facets():
            for row in rows.tolist():
                found.setdefault(row, []).append(facet)
        return found

    def sheets(self) -> list[tuple[str, str, str]]:
        """Return the sheets, by kind and subject."""
        return self._all("SELECT kind, subject, sheet FROM sheets")

    def talks(self) -> list[tuple[Any, ...]]:
        """Return (transcript, deck, best, first, last, slide, confidence) of each sentence."""
        return self._all(
            "SELECT spoken.id, decks.id, best, first, last, slide, confidence FROM said"
            " JOIN documents AS spoken ON spoken.number = said.number"
            " JOIN documents AS decks ON decks.number = deck"
            " ORDER BY best DESC, spoken.id, first, said.rowid"
        )

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        return self._db.execute(query).fetchall()
