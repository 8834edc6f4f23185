"""What the encoder made of passages and of their sentences, kept by key in the catalog's file.

In: vectors, under the keys of their texts (`index.catalog.rows.vector_key`). Out: each stored
passage with its vectors, which generations are made of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.index.catalog.rows import PASSAGE_COLUMNS, from_row
from assistant.index.catalog.schema import Tables
from assistant.records.documents import Passage
from assistant.records.vectors import EncodedText, Vector, Vectors, Words


class StoredPassage(NamedTuple):
    """A passage with its vector, and the keys that its words and its sentences are kept under."""

    passage: Passage
    key: bytes
    vector: Vector
    sentence_keys: tuple[bytes, ...]


class Content(NamedTuple):
    """A document, a hash of all that a generation takes from it, and its number of passages."""

    document_id: str
    digest: bytes
    passages: int


class EncodedStore(Tables):
    """The vectors of an open catalog, and its passages with theirs."""

    def not_encoded(self, keys: Iterable[bytes]) -> list[bytes]:
        """Return those of passages' `keys` under which nothing is stored, in order, once each."""
        return self._without("encoded", keys)

    def without_vector(self, keys: Iterable[bytes]) -> list[bytes]:
        """Return those of sentences' `keys` under which nothing is stored, in order, once each."""
        return self._without("vectors", keys)

    def _without(self, table: str, keys: Iterable[bytes]) -> list[bytes]:
        query = f"SELECT 1 FROM {table} WHERE key = ?"
        return [
            key for key in dict.fromkeys(keys) if not self._db.execute(query, (key,)).fetchone()
        ]

    def add_encoded(self, keys: Sequence[bytes], encoded: Sequence[EncodedText]) -> None:
        """Store passages as the encoder sees them under their keys, in one transaction.

        They are kept whatever becomes of the document: encoding is what costs.
        """
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?)",
                (
                    (key, one.vector.tobytes(), one.words.vectors.tobytes(),
                     one.words.ends.tobytes())
                    for key, one in zip(keys, encoded, strict=True)
                ),
            )  # fmt: skip

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store sentences' vectors, float32 [n, dim], under their keys, in one transaction."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                ((key, row.tobytes()) for key, row in zip(keys, vectors, strict=True)),
            )

    def drop_unused_vectors(self) -> int:
        """Delete the vectors that no passage and no sentence has; return their number."""
        dropped = 0
        with self._db:
            self._db.execute("BEGIN")
            for table, used in (("encoded", "passages"), ("vectors", "sentences")):
                query = f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM {used})"
                dropped += self._db.execute(query).rowcount
        return dropped

    def all_passages(self) -> Iterator[tuple[Passage, EncodedText, Vectors]]:
        """Yield each passage as it is encoded, with its sentences' vectors, in a fixed order."""
        yield from self._passages("", ())

    def passages_of(self, document_id: str) -> Iterator[tuple[Passage, EncodedText, Vectors]]:
        """Yield what `all_passages` does of one document, in order."""
        yield from self._passages("WHERE document_id = ?", (document_id,))

    def _passages(
        self, where: str, values: Sequence[str]
    ) -> Iterator[tuple[Passage, EncodedText, Vectors]]:
        with closing(self._db.cursor()) as passages, closing(self._db.cursor()) as sentences:
            rows = passages.execute(
                f"SELECT {PASSAGE_COLUMNS}, vector, words, ends"
                f" FROM passages JOIN encoded USING (key) {where}"
                " ORDER BY document_id, ordinal",
                values,
            )
            for *columns, vector, words, ends in rows:
                passage = from_row(tuple(columns))
                parts = sentences.execute(
                    "SELECT vector FROM sentences JOIN vectors USING (key)"
                    " WHERE document_id = ? AND ordinal = ? ORDER BY position",
                    (passage.document_id, passage.ordinal),
                )
                own = _floats(vector)
                joined = _floats(b"".join(part for (part,) in parts))
                if joined.size % (len(own) or 1):
                    raise sqlite3.DatabaseError(passage.document_id)
                encoded = EncodedText(own, _words(words, ends, len(own)))
                yield passage, encoded, joined.reshape(-1, len(own))

    def contents(self) -> Iterator[Content]:
        """Yield the content of each document, by id.

        It is what a generation takes from it: its passages, the keys of what is encoded of
        them, and the facts that they can be filtered by. A key stands for one text and one encoder:
        what is kept under it is the same, up to rounding.
        """
        passages = (
            f"SELECT {PASSAGE_COLUMNS}, key FROM passages JOIN encoded USING (key)"
            " WHERE document_id = ? ORDER BY ordinal"
        )
        sentences = "SELECT key FROM sentences WHERE document_id = ? ORDER BY ordinal, position"
        with closing(self._db.cursor()) as documents:
            for id_, facts in documents.execute("SELECT id, facts FROM documents ORDER BY id"):
                own = self._db.execute(passages, (id_,)).fetchall()
                keys = self._db.execute(sentences, (id_,)).fetchall()
                found = blake2b(repr((facts, own)).encode(), digest_size=16)
                found.update(b"".join(key for (key,) in keys))
                yield Content(id_, found.digest(), len(own))

    def stored(self, document_id: str) -> Iterator[StoredPassage]:
        """Yield the passages of a document in order; words stay on the disk."""
        with closing(self._db.cursor()) as passages, closing(self._db.cursor()) as sentences:
            rows = passages.execute(
                f"SELECT {PASSAGE_COLUMNS}, key, vector FROM passages JOIN encoded USING (key)"
                " WHERE document_id = ? ORDER BY ordinal",
                (document_id,),
            )
            for *columns, key, vector in rows:
                passage = from_row(tuple(columns))
                keys = sentences.execute(
                    "SELECT key FROM sentences WHERE document_id = ? AND ordinal = ?"
                    " ORDER BY position",
                    (passage.document_id, passage.ordinal),
                )
                yield StoredPassage(
                    passage, key, _floats(vector), tuple(one for (one,) in keys.fetchall())
                )

    def words_of(self, stored: StoredPassage) -> Words:
        """Return the words of a passage."""
        query = "SELECT words, ends FROM encoded WHERE key = ?"
        words, ends = self._db.execute(query, (stored.key,)).fetchone()
        return _words(words, ends, len(stored.vector))

    def sentences_of(self, stored: StoredPassage) -> Vectors:
        """Return the vectors of the sentences of a passage, in order."""
        query = "SELECT vector FROM vectors WHERE key = ?"
        found = [self._db.execute(query, (key,)).fetchone() for key in stored.sentence_keys]
        joined = b"".join(one[0] for one in found if one)
        return _floats(joined).reshape(-1, len(stored.vector))


def _floats(stored: bytes) -> NDArray[np.float32]:
    try:
        return np.frombuffer(stored, np.float32)
    except ValueError as e:
        raise sqlite3.DatabaseError(str(e)) from e


def _words(words: bytes, ends: bytes, dim: int) -> Words:
    try:
        vectors = np.frombuffer(words, np.int8).reshape(-1, dim)
        return Words(vectors, np.frombuffer(ends, np.int32))
    except ValueError as e:
        raise sqlite3.DatabaseError(str(e)) from e
