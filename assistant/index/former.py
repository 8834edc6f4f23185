"""The current generation, which the next one copies from: documents that are as they were.

In: the content of documents as the catalog holds them, by its hash. Out: the rows that those which
did not change have in each file of the current generation, and what was found of them there: an
edited slide leaves all other documents as they were.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.index.catalog.rows import OWN_COLUMNS, PUBLISHED, PUBLISHED_COLUMNS, from_row
from assistant.index.catalog.vectors import Content
from assistant.index.dense import Halves
from assistant.index.generation_files import GenerationFiles
from assistant.index.manifest import FORMAT, check_files, current_name, read_manifest
from assistant.index.slides.spans import Span
from assistant.records.vectors import Rows


class _FormerDocument(NamedTuple):
    """A document of the generation: its number, the hash of its content, its session, its rows."""

    number: int
    digest: bytes
    session: str
    rows: range


class Former(GenerationFiles):
    """A generation that documents are copied from. To be closed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._documents = dict(self._read())
        self._names = {one.number: id_ for id_, one in self._documents.items()}

    def _read(self) -> Iterator[tuple[str, _FormerDocument]]:
        numbers = "SELECT number, MIN(row), COUNT(*) FROM passages GROUP BY number"
        firsts = {number: own for number, *own in self._db.execute(numbers)}
        documents = self._db.execute("SELECT id, number, made_of, facts FROM documents")
        for id_, number, digest, facts in documents:
            first, passages = firsts.get(number, (0, 0))
            session = json.loads(facts).get("session", "")
            yield id_, _FormerDocument(number, digest, session, range(first, first + passages))

    def find(self, content: Content) -> range | None:
        """Return the rows of a document that has this content; None where none has."""
        found = self._documents.get(content.document_id)
        return found.rows if found and found.digest == content.digest else None

    def halves(self, rows: range) -> Halves:
        """Return the vectors of passages as they lie."""
        return self.vectors.of(np.arange(rows.start, rows.stop)).astype(np.float16)

    def passages(self, rows: range) -> list[tuple[object, ...]]:
        """Return the `OWN_COLUMNS` of passages, in order."""
        query = f"SELECT {OWN_COLUMNS} FROM passages WHERE row >= ? AND row < ? ORDER BY row"
        return self._db.execute(query, (rows.start, rows.stop)).fetchall()

    def texts(self, rows: Rows) -> Iterator[str]:
        """Yield the texts of passages, as they are encoded and searched."""
        query = f"SELECT {PUBLISHED_COLUMNS} FROM {PUBLISHED} WHERE row = ?"
        for row in rows.tolist():
            for found in self._db.execute(query, (row,)):
                yield from_row(found).encoded_text

    def capitals(self) -> list[tuple[str, int]]:
        """Return the words written with a capital, and in how many passages."""
        return self._db.execute("SELECT word, passages FROM capitals").fetchall()

    def talks(self, ids: Sequence[str]) -> list[tuple[str, str, bool, tuple[Span, ...]]] | None:
        """Return the talks of a session of these documents; None where it had others.

        Each is the id of the transcript, of the deck, whether that is the best, and what was said.
        """
        own = [self._documents[id_] for id_ in ids if id_ in self._documents]
        sessions = {one.session for one in own}
        members = [one for one in self._documents.values() if one.session in sessions]
        if len(own) != len(ids) or len(members) != len(ids):
            return None
        rows = self._db.execute(
            "SELECT number, deck, best, first, last, slide, confidence FROM said"
            f" WHERE number IN ({','.join('?' * len(own))}) ORDER BY rowid",
            [one.number for one in own],
        )
        return [
            (
                self._names[number],
                self._names[deck],
                bool(best),
                tuple(Span(*one[3:]) for one in of),
            )
            for (number, deck, best), of in groupby(rows, key=lambda one: one[:3])
        ]


@contextmanager
def open_former(index: Path, identity: str) -> Iterator[Former | None]:
    """Give the current generation to copy from; None where it is of no use, or damaged."""
    former = _opened(index, identity)
    try:
        yield former
    finally:
        if former:
            former.close()


def _opened(index: Path, identity: str) -> Former | None:
    with suppress(IndexMismatch, IndexDamaged, OSError, ValueError, RuntimeError, sqlite3.Error):
        if name := current_name(index):
            manifest = read_manifest(index / name)
            check_files(index / name, manifest)
            if (manifest.format, manifest.identity) == (FORMAT, identity):
                return Former(index / name)
    return None
