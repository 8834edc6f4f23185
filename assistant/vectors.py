"""Exact search by meaning, on FAISS; the only module that touches it.

A generation's passages are its rows, 0..n-1, in every file of it. Vectors are of length 1, so
inner products are cosines. The vectors of sentences (float16) and of words (int8) stand beside:
they are only read for the passages that are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.records import Rows, Scores, Vector, Vectors, Words

#: For each row, whether it may be found; bool [n].
RowMask = NDArray[np.bool_]


def write_vectors(path: Path, vectors: Vectors) -> None:
    """Write the vectors of the passages, float32 [n, dim], as an exact index."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


class PassageVectors:
    """The vectors of the passages, searched exactly."""

    def __init__(self, path: Path) -> None:
        # One thread: a question is encoded beside, and short scans gain nothing from more.
        faiss.omp_set_num_threads(1)
        self._index = faiss.read_index(str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, question: Vector, k: int, mask: RowMask | None = None) -> Rows:
        """Return the at most `k` rows nearest to the question, nearest first."""
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, rows = self._index.search(question[np.newaxis], k, params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def cosines(self, question: Vector, rows: Rows) -> Scores:
        """Return the cosine of each of `rows` with the question."""
        if len(rows) == 0:
            return np.empty(0, dtype=np.float32)
        cosines: Scores = self._index.reconstruct_batch(rows) @ question
        return cosines


def write_sentences(folder: Path, vectors: Sequence[NDArray[np.float16]], dim: int) -> None:
    """Write the vectors of the sentences, one float16 [sentences, dim] array per passage."""
    _write_rows(folder, "sentence", vectors, dim, np.float16)


class WordsWriter:
    """Writes the words of the passages as they come: those of 60,000 passages are 2 GB."""

    def __init__(self, folder: Path, tokens: int, dim: int) -> None:
        self._folder = folder
        shape = (tokens, dim)
        # An empty file can't be mapped.
        self._vectors = (
            np.lib.format.open_memmap(folder / "words.npy", "w+", np.int8, shape)
            if tokens
            else np.empty(shape, np.int8)
        )
        self._starts = [0]
        self._ends: list[NDArray[np.int32]] = []

    def add(self, words: Words) -> None:
        """Write the words of the next passage."""
        start = self._starts[-1]
        self._starts.append(start + len(words.vectors))
        self._vectors[start : self._starts[-1]] = words.vectors
        self._ends.append(words.ends)

    def finish(self) -> None:
        """Write what says where they stand."""
        if isinstance(self._vectors, np.memmap):
            self._vectors.flush()
        else:
            np.save(self._folder / "words.npy", self._vectors, allow_pickle=False)
        ends = np.concatenate(self._ends) if self._ends else np.empty(0, np.int32)
        np.save(self._folder / "word_ends.npy", ends, allow_pickle=False)
        starts = np.array(self._starts, dtype=np.int64)
        np.save(self._folder / "word_starts.npy", starts, allow_pickle=False)


def _write_rows(
    folder: Path, name: str, vectors: Sequence[NDArray[Any]], dim: int, dtype: type[Any]
) -> None:
    """Write the vectors of parts of passages, and where those of each passage start."""
    starts = np.cumsum([0, *(len(rows) for rows in vectors)], dtype=np.int64)
    every = np.concatenate(vectors) if vectors else np.empty((0, dim), dtype)
    np.save(folder / f"{name}s.npy", every, allow_pickle=False)
    np.save(folder / f"{name}_starts.npy", starts, allow_pickle=False)


class _Rows:
    """The vectors of the parts of each passage, on disk until they are asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self.starts: Rows = np.load(folder / f"{name}_starts.npy", allow_pickle=False)
        # An empty file can't be mapped.
        mode: Literal["r"] | None = "r" if self.starts[-1] else None
        self.vectors = np.load(folder / f"{name}s.npy", mmap_mode=mode, allow_pickle=False)

    def span(self, row: int) -> slice:
        """Return where the vectors of the passage at `row` stand."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))


class SentenceVectors:
    """The vectors of each passage's sentences."""

    def __init__(self, folder: Path) -> None:
        self._rows = _Rows(folder, "sentence")

    def cosines(self, question: Vector, row: int) -> Scores:
        """Return the cosine of each sentence of the passage at `row`, in order."""
        sentences = self._rows.vectors[self._rows.span(row)]
        cosines: Scores = sentences.astype(np.float32) @ question
        return cosines


class WordVectors:
    """The words of each passage, where they stand."""

    def __init__(self, folder: Path) -> None:
        self._rows = _Rows(folder, "word")
        mode: Literal["r"] | None = "r" if self._rows.starts[-1] else None
        self._ends = np.load(folder / "word_ends.npy", mmap_mode=mode, allow_pickle=False)

    def of(self, row: int) -> Words:
        """Return the words of the passage at `row`."""
        span = self._rows.span(row)
        return Words(self._rows.vectors[span], self._ends[span])
