"""The files in the folder of a generation of today's format, or of an audience, opened together.

In: the folder. Out: its vectors, its terms and its tables, for who goes through them row by row:
`former` copies from them, `contents` has them kept elsewhere too. They are only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from assistant.index.dense import PassageVectors, SentenceVectors, WordVectors
from assistant.index.lexical import LexicalIndex
from assistant.records.vectors import Rows
from assistant.system.databases import open_to_read
from assistant.text.spelling import Spelling


class GenerationFiles:
    """What lies in the folder of a generation. To be closed."""

    def __init__(self, folder: Path) -> None:
        self.vectors = PassageVectors(folder / "vectors.faiss")
        self.words, self.sentences = WordVectors(folder), SentenceVectors(folder)
        #: The terms of the passages, and how long these are.
        self.lexical = LexicalIndex(folder / "lexical")
        self._db = open_to_read(folder / "passages.sqlite3", immutable=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.vectors)

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()

    def facets(self) -> Iterator[tuple[str, Rows]]:
        """Yield what passages can be filtered by, as "facet=value", with the rows that have it."""
        for facet, rows in self._db.execute("SELECT facet, rows FROM facets ORDER BY facet"):
            yield facet, np.frombuffer(rows, np.int32)

    def spellings(self) -> Iterator[Spelling]:
        """Yield the words of the passages."""
        query = "SELECT word, plain, term, documents FROM spellings ORDER BY rowid"
        yield from map(Spelling._make, self._db.execute(query))
