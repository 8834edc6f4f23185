"""Exact search by meaning, on FAISS; the only module that touches it.

A generation's passages are its rows, 0..n-1, in every file of it. Vectors are of length 1, so
inner products are cosines. Sentence vectors stand beside, in float16: they are only read for
the passages that are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.records import Rows, Scores, Vector, Vectors

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
    starts = np.cumsum([0, *(len(rows) for rows in vectors)], dtype=np.int64)
    every = np.concatenate(vectors) if vectors else np.empty((0, dim), dtype=np.float16)
    np.save(folder / "sentences.npy", every, allow_pickle=False)
    np.save(folder / "sentence_starts.npy", starts, allow_pickle=False)


class SentenceVectors:
    """The vectors of each passage's sentences, on disk until they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._starts: Rows = np.load(folder / "sentence_starts.npy", allow_pickle=False)
        # An empty file can't be mapped.
        self._vectors = np.load(
            folder / "sentences.npy",
            mmap_mode="r" if self._starts[-1] else None,
            allow_pickle=False,
        )

    def cosines(self, question: Vector, row: int) -> Scores:
        """Return the cosine of each sentence of the passage at `row`, in order."""
        sentences = self._vectors[self._starts[row] : self._starts[row + 1]]
        cosines: Scores = sentences.astype(np.float32) @ question
        return cosines
