"""Exact search by meaning, on FAISS; the only module that touches it.

A generation's passages are its rows, 0..n-1, in every file of it. Vectors are of length 1, so
inner products are cosines; they are kept in 16 bits. The vectors of sentences and of words stand
beside, as `packing` makes them smaller: they are only read for the passages that are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.embedding.vectors import cut
from assistant.index.packing import (
    PackedSentences,
    PackedWords,
    kind,
    sentence_kind,
    spread,
    unpack_sentences,
    unpack_words,
    width,
)
from assistant.records.vectors import Offsets, Rows, Scores, Vector, Vectors, Words

#: For each row, whether it may be found; bool [n].
RowMask = NDArray[np.bool_]


#: The vectors of passages as they are kept, [n, dim].
Halves = NDArray[np.float16]


def write_vectors(path: Path, vectors: Halves) -> None:
    """Write the vectors of the passages, [n, dim], as an exact index. Raises OSError."""
    kind = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as e:  # what FAISS makes of a disk that refuses
        raise OSError(str(e)) from e


class PassageVectors:
    """The vectors of the passages, searched exactly."""

    def __init__(self, path: Path) -> None:
        # One thread: a question is encoded beside, and short scans gain nothing from more.
        faiss.omp_set_num_threads(1)
        # Mapped, not read: those of a million passages are 770 MB.
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)

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


class _Stream:
    """An array of one row for each part, written as its rows come.

    Through a file, not through memory: a disk that is full would end the process (SIGBUS).
    """

    def __init__(self, path: Path, kind: str, width: int) -> None:
        self._kind, self._width = kind, width
        self._rows = 0
        self._file = path.open("wb")
        self._write_header()

    def _write_header(self) -> None:
        """Write the header, which has as many bytes however many rows there are."""
        header = {"descr": self._kind, "fortran_order": False}
        shape = (self._rows, self._width)
        np.lib.format.write_array_header_1_0(self._file, {**header, "shape": shape})

    def add(self, rows: NDArray[Any]) -> None:
        """Write the next rows."""
        self._file.write(np.ascontiguousarray(rows).data)
        self._rows += len(rows)

    def finish(self) -> None:
        """Write how many rows there are."""
        self._file.seek(0)
        self._write_header()
        self._file.flush()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        try:
            self._file.close()
        except OSError:
            # What could not be written was said by `finish`, or the writing had failed before.
            self._file.raw.close()


class SentencesWriter:
    """Writes the vectors of the sentences as they come, those of each passage together."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._stream = _Stream(folder / "sentences.npy", sentence_kind(dim), dim)
        self._scales: list[Scores] = []
        self._lengths: list[Rows] = []

    def add(self, sentences: PackedSentences, lengths: Rows) -> None:
        """Write the sentences of the next passages, each of which has so many."""
        self._stream.add(sentences.values)
        self._scales.append(sentences.scales)
        self._lengths.append(lengths)

    def finish(self) -> None:
        """Write where they stand, and what they are multiplied by."""
        self._stream.finish()
        scales = np.concatenate([np.empty(0, np.float32), *self._scales])
        np.save(self._folder / "sentence_scales.npy", scales, allow_pickle=False)
        _write_starts(self._folder / "sentence_starts.npy", self._lengths)

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._stream.close()


class WordsWriter:
    """Writes the words of the passages as they come: those of 60,000 passages are 450 MB."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._stream = _Stream(folder / "words.npy", kind(dim), width(dim))
        self._scales: list[NDArray[np.float16]] = []
        self._ends: list[Offsets] = []
        self._lengths: list[Rows] = []

    def add(self, words: PackedWords, ends: Offsets, lengths: Rows) -> None:
        """Write the words of the next passages, where they end, and how many each passage has."""
        self._stream.add(words.levels)
        self._scales.append(words.scales)
        self._ends.append(ends)
        self._lengths.append(lengths)

    def finish(self) -> None:
        """Write what says where they stand, and what they are multiplied by."""
        self._stream.finish()
        scales = np.concatenate([np.empty((0, 2), np.float16), *self._scales])
        ends = np.concatenate([np.empty(0, np.int32), *self._ends])
        np.save(self._folder / "word_scales.npy", scales, allow_pickle=False)
        np.save(self._folder / "word_ends.npy", _short(ends), allow_pickle=False)
        _write_starts(self._folder / "word_starts.npy", self._lengths)

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._stream.close()


def _short(ends: Offsets) -> NDArray[np.int16] | Offsets:
    """Return offsets in 16 bits, where they all fit."""
    limits = np.iinfo(np.int16)
    fit = ends.size == 0 or (ends.min() >= limits.min and ends.max() <= limits.max)
    return ends.astype(np.int16) if fit else ends


def _write_starts(path: Path, lengths: Sequence[Rows]) -> None:
    """Write where the parts of each passage start, and where the last end."""
    starts = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]), dtype=np.int64)
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
        return self.span_of(row, row + 1)

    def span_of(self, first: int, last: int) -> slice:
        """Return where the vectors of the passages from `first` to before `last` stand."""
        return slice(int(self.starts[first]), int(self.starts[last]))

    def lengths(self, first: int, last: int) -> Rows:
        """Return how many vectors each of these passages has."""
        return np.diff(self.starts[first : last + 1])


def _parts(whole: NDArray[Any], spans: Sequence[slice]) -> list[NDArray[Any]]:
    """Return what stands for each of the spans, one after the other, in an array."""
    return cut(whole, [span.stop - span.start for span in spans])


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

    @property
    def kept_as(self) -> str:
        """The type of what is kept of a value, as numpy calls it."""
        return str(self._rows.vectors.dtype)

    def packed(self, first: int, last: int) -> tuple[PackedSentences, Rows]:
        """Return the sentences of some rows as they lie, and how many each has.

        Of the rows from `first` to before `last` of a `packed` file only.
        """
        assert self._scales is not None
        span = self._rows.span_of(first, last)
        own = PackedSentences(self._rows.vectors[span], self._scales[span])
        return own, self._rows.lengths(first, last)

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
        return [
            Words(one, self._ends[span].astype(np.int32, copy=False))
            for one, span in zip(own, spans, strict=True)
        ]

    def packed(self, first: int, last: int) -> tuple[PackedWords, Offsets, Rows]:
        """Return the words of some rows as they lie, where they end, and how many each has.

        Of the rows from `first` to before `last` of a `packed` file only.
        """
        assert self._scales is not None
        span = self._rows.span_of(first, last)
        own = PackedWords(self._rows.vectors[span], self._scales[span])
        return own, self._ends[span], self._rows.lengths(first, last)

    def comparable(self, question: Words) -> Words:
        """Return the words of a question, turned as those of passages are."""
        if self._scales is None:
            return question
        return Words(spread(question.vectors.astype(np.float32)), question.ends)
