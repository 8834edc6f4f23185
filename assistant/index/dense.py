"""Exact search by meaning, on FAISS; the only module that touches it.

A generation's passages are its rows, 0..n-1, in every file of it. Vectors are of length 1, so
inner products are cosines. The vectors of sentences and of words stand beside, as `packing` makes
them smaller: they are only read for the passages that are candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.index.packing import (
    PackedSentences,
    PackedWords,
    kind,
    spread,
    unpack_sentences,
    unpack_words,
    width,
)
from assistant.records.vectors import Offsets, Rows, Scores, Vector, Vectors, Words

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
        cosines: Scores = self.of(rows) @ question
        return cosines

    def of(self, rows: Rows) -> Vectors:
        """Return the vectors of the passages at `rows`, float32 [rows, dim]."""
        if len(rows) == 0:
            return np.empty((0, self._index.d), np.float32)
        vectors: Vectors = self._index.reconstruct_batch(rows)
        return vectors


def write_sentences(folder: Path, vectors: Sequence[PackedSentences], dim: int) -> None:
    """Write the vectors of the sentences, those of each passage together."""
    none = np.empty((0, dim), np.int8)
    every = np.concatenate([own.values for own in vectors] or [none])
    scales = np.concatenate([np.empty(0, np.float32), *(own.scales for own in vectors)])
    np.save(folder / "sentences.npy", every, allow_pickle=False)
    np.save(folder / "sentence_scales.npy", scales, allow_pickle=False)
    _write_starts(folder / "sentence_starts.npy", [own.scales for own in vectors])


class WordsWriter:
    """Writes the words of the passages as they come: those of 60,000 passages are 450 MB.

    Through a file, not through memory: a disk that is full would end the process (SIGBUS).
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._dim = dim
        self._file = (folder / "words.npy").open("wb")
        self._scales: list[NDArray[np.float16]] = []
        self._ends: list[Offsets] = []
        self._write_header(0)

    def _write_header(self, tokens: int) -> None:
        """Write the header, which has as many bytes however many tokens there are."""
        header = {"descr": kind(self._dim), "fortran_order": False}
        shape = (tokens, width(self._dim))
        np.lib.format.write_array_header_1_0(self._file, {**header, "shape": shape})

    def add(self, words: PackedWords, ends: Offsets) -> None:
        """Write the words of the next passage, and where they end in its text."""
        self._file.write(words.levels.tobytes())
        self._scales.append(words.scales)
        self._ends.append(ends)

    def finish(self) -> None:
        """Write what says where they stand, and what they are multiplied by."""
        self._file.seek(0)
        self._write_header(sum(map(len, self._ends)))
        self._file.flush()
        scales = np.concatenate([np.empty((0, 2), np.float16), *self._scales])
        ends = np.concatenate([np.empty(0, np.int32), *self._ends])
        np.save(self._folder / "word_scales.npy", scales, allow_pickle=False)
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
        # As a plain array: each slice of numpy's own kind looks again what it is mapped from.
        opened: NDArray[Any] = np.load(path, mmap_mode=mode, allow_pickle=False).view(np.ndarray)
        return opened

    def span(self, row: int) -> slice:
        """Return where the vectors of the passage at `row` stand."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))


def _parts(whole: NDArray[Any], spans: Sequence[slice]) -> list[NDArray[Any]]:
    """Return what stands for each of the spans, one after the other, in an array."""
    return np.split(whole, np.cumsum([span.stop - span.start for span in spans])[:-1])


class SentenceVectors:
    """The vectors of each passage's sentences; in float16 where they are not `packed`."""

    def __init__(self, folder: Path, *, packed: bool = True) -> None:
        self._rows = _Rows(folder, "sentence")
        self._scales = self._rows.load(folder / "sentence_scales.npy") if packed else None

    def cosines(self, question: Vector, rows: Rows) -> list[Scores]:
        """Return the cosines of the sentences of the passages at `rows`, in order."""
        spans = [self._rows.span(row) for row in rows.tolist()]
        return _parts(self._unpacked(spans) @ question, spans) if spans else []

    def of(self, rows: Sequence[int]) -> list[Vectors]:
        """Return the vectors of the sentences of the passages at `rows`, float32 [n, dim] each."""
        spans = [self._rows.span(row) for row in rows]
        return _parts(self._unpacked(spans), spans) if spans else []

    def packed(self, row: int) -> PackedSentences:
        """Return the sentences of the passage at `row` as they lie; of a `packed` file only."""
        assert self._scales is not None
        span = self._rows.span(row)
        return PackedSentences(self._rows.vectors[span], self._scales[span])

    def _unpacked(self, spans: Sequence[slice]) -> Vectors:
        own = np.concatenate([self._rows.vectors[span] for span in spans])
        if self._scales is not None:
            scales = np.concatenate([self._scales[span] for span in spans])
            return unpack_sentences(PackedSentences(own, scales))
        sentences: Vectors = own.astype(np.float32)
        return sentences


class WordVectors:
    """The words of each passage, where they stand; in int8 where they are not `packed`."""

    def __init__(self, folder: Path, *, packed: bool = True) -> None:
        self._rows = _Rows(folder, "word")
        self._ends = self._rows.load(folder / "word_ends.npy")
        self._scales = self._rows.load(folder / "word_scales.npy") if packed else None

    def of(self, rows: Rows, passages: Vectors) -> list[Words]:
        """Return the words of the passages at `rows`, whose vectors are given."""
        spans = [self._rows.span(row) for row in rows.tolist()]
        own: list[NDArray[Any]] = [self._rows.vectors[span] for span in spans]
        if self._scales is not None:
            scales = [self._scales[span] for span in spans]
            own = unpack_words([*map(PackedWords, own, scales)], passages)
        return [Words(one, self._ends[span]) for one, span in zip(own, spans, strict=True)]

    def packed(self, row: int) -> tuple[PackedWords, Offsets]:
        """Return the words of the passage at `row` as they lie; of a `packed` file only."""
        assert self._scales is not None
        span = self._rows.span(row)
        return PackedWords(self._rows.vectors[span], self._scales[span]), self._ends[span]

    def comparable(self, question: Words) -> Words:
        """Return the words of a question, turned as those of passages are."""
        if self._scales is None:
            return question
        return Words(spread(question.vectors.astype(np.float32)), question.ends)
