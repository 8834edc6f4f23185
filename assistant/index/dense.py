"""Exact search by meaning, on FAISS; the only module that touches it.

A generation's passages are its rows, 0..n-1, in every file of it. Vectors are of length 1, so
inner products are cosines. The vectors of sentences (float16) and of words (int8) stand beside:
they are only read for the passages that are candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.records import Offsets, Rows, Scores, Vector, Vectors, Words

#: For each row, whether it may be found; bool [n].
RowMask = NDArray[np.bool_]


def write_vectors(path: Path, vectors: Vectors) -> None:
    """Write the vectors of the passages, float32 [n, dim], as an exact index. Raises OSError."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as e:  # what FAISS makes of a disk that refuses
        raise OSError(str(e)) from e


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
    every = np.concatenate(vectors) if vectors else np.empty((0, dim), dtype=np.float16)
    np.save(folder / "sentences.npy", every, allow_pickle=False)
    _write_starts(folder / "sentence_starts.npy", vectors)


class WordsWriter:
    """Writes the words of the passages as they come: those of 60,000 passages are 2 GB.

    Through a file, not through memory: a disk that is full would end the process (SIGBUS).
    """

    def __init__(self, folder: Path, tokens: int, dim: int) -> None:
        self._folder = folder
        self._file = (folder / "words.npy").open("wb")
        header = {"descr": "|i1", "fortran_order": False, "shape": (tokens, dim)}
        np.lib.format.write_array_header_1_0(self._file, header)
        self._ends: list[Offsets] = []

    def add(self, words: Words) -> None:
        """Write the words of the next passage."""
        self._file.write(words.vectors.tobytes())
        self._ends.append(words.ends)

    def finish(self) -> None:
        """Write what says where they stand."""
        self._file.flush()
        ends = np.concatenate(self._ends) if self._ends else np.empty(0, np.int32)
        np.save(self._folder / "word_ends.npy", ends, allow_pickle=False)
        _write_starts(self._folder / "word_starts.npy", self._ends)

    def close(self) -> None:
        """Let go of the file, finished or not."""
        try:
            self._file.close()
        except OSError:
            # What could not be written was said by `finish`, or the writing had failed before.
            self._file.raw.close()


def _write_starts(path: Path, parts: Iterable[Sized]) -> None:
    """Write where the parts of each passage start, and where the last end."""
    starts = np.cumsum([0, *(len(own) for own in parts)], dtype=np.int64)
    np.save(path, starts, allow_pickle=False)


class _Rows:
    """The vectors of the parts of each passage, on disk until they are asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self.starts: Rows = np.load(folder / f"{name}_starts.npy", allow_pickle=False)
        self.vectors = self.load(folder / f"{name}s.npy")

    def load(self, path: Path) -> NDArray[Any]:
        """Open an array that has one row for each part."""
        # An empty file can't be mapped.
        mode: Literal["r"] | None = "r" if self.starts[-1] else None
        opened: NDArray[Any] = np.load(path, mmap_mode=mode, allow_pickle=False)
        return opened

    def span(self, row: int) -> slice:
        """Return where the vectors of the passage at `row` stand."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))


class SentenceVectors:
    """The vectors of each passage's sentences."""

    def __init__(self, folder: Path) -> None:
        self._rows = _Rows(folder, "sentence")

    def cosines(self, question: Vector, row: int) -> Scores:
        """Return the cosine of each sentence of the passage at `row`, in order."""
        cosines: Scores = self.of(row) @ question
        return cosines

    def of(self, row: int) -> Vectors:
        """Return the vectors of the sentences of the passage at `row`, float32 [sentences, dim]."""
        sentences: Vectors = self._rows.vectors[self._rows.span(row)].astype(np.float32)
        return sentences


class WordVectors:
    """The words of each passage, where they stand."""

    def __init__(self, folder: Path) -> None:
        self._rows = _Rows(folder, "word")
        self._ends = self._rows.load(folder / "word_ends.npy")

    def of(self, row: int) -> Words:
        """Return the words of the passage at `row`."""
        span = self._rows.span(row)
        return Words(self._rows.vectors[span], self._ends[span])
