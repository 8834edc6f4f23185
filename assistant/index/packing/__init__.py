"""Vectors in fewer bytes: those of words in 2 bits a value, of sentences in 8. Pure.

In: vectors, float32 or int8, and for words that of their passage. Out: their bytes with what brings
these back to vectors, within .003 of the scores that ranking takes from them (docs/retrieval.md).

The words of a passage look like the passage: what is kept of each is its share of the passage's own
vector, and the rest in four levels, those that lose least of a normal distribution (Lloyd, 1982;
residuals after ColBERTv2, Santhanam et al., 2022). The rest is spread first, so that no value is
far larger than the others, by signs and a Hadamard matrix, which turn without stretching. Nothing
is learnt from other passages: a passage always has the same bytes. What is lost grows as vectors
get narrower: those of fewer values than was measured (docs/retrieval.md) stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.vectors import cut, normalized, quantized
from assistant.records.vectors import Scores, Vector, Vectors

#: The four levels of a normal distribution of deviation 1, and what parts the outer ones.
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32)
_BOUND = np.float32(0.9816)
_A_BYTE = 4
_SHIFTS = (np.arange(_A_BYTE) * 2).astype(np.uint8)
#: The narrowest vectors that are packed.
_LEAST = 384
#: Values spread over each other, at most: more of them cost time, and bring nothing.
_SPREAD = 32
#: The four levels that each byte holds; float32 [256, 4].
_UNPACKED = _LEVELS[(np.arange(256, dtype=np.uint8)[:, np.newaxis] >> _SHIFTS) & 3]


class PackedWords(NamedTuple):
    """The words of a passage: `levels` uint8 [n, dim / 4 rounded up], `scales` float16 [n, 2].

    A word is scales[0] times the passage's vector, and scales[1] times its levels. Of narrow
    vectors, `levels` are these themselves, int8 [n, dim].
    """

    levels: NDArray[np.uint8] | NDArray[np.int8]
    scales: NDArray[np.float16]


def width(dim: int) -> int:
    """Return the bytes of a word of `dim` values."""
    return -(-dim // _A_BYTE) if dim >= _LEAST else dim


def kind(dim: int) -> str:
    """Return the type of these bytes, as numpy calls it."""
    return "|u1" if dim >= _LEAST else "|i1"


def sentence_kind(dim: int) -> str:
    """Return the type of the values of sentences, as numpy calls it."""
    return "|i1" if dim >= _LEAST else "<f2"


@cache
def _signs(dim: int) -> NDArray[np.float32]:
    """Return by what values are multiplied before they are spread: 1 or -1."""
    digest = hashlib.shake_128(str(dim).encode()).digest(width(dim) * _A_BYTE)
    return np.where(np.frombuffer(digest, np.uint8)[:dim] & 1, np.float32(-1), np.float32(1))


def _turned(vectors: Vectors) -> Vectors:
    """Return vectors times a Hadamard matrix, by blocks: sums and differences, no BLAS."""
    number, dim = vectors.shape
    # One value of all vectors after the other: what is added lies together.
    found, half = np.ascontiguousarray(vectors.T), 1
    while half < _SPREAD and dim % (2 * half) == 0:
        pairs = found.reshape(dim // (2 * half), 2, half * number)
        found = np.empty_like(pairs)
        np.add(pairs[:, 0], pairs[:, 1], out=found[:, 0])
        np.subtract(pairs[:, 0], pairs[:, 1], out=found[:, 1])
        half *= 2
    turned: Vectors = np.ascontiguousarray(found.reshape(dim, number).T)
    turned /= np.float32(np.sqrt(half))
    return turned


def spread(vectors: Vectors) -> Vectors:
    """Return vectors [n, dim] turned as packed words are; narrow ones as they are.

    Cosines stay the same between vectors that are both turned.
    """
    dim = vectors.shape[1]
    return vectors if dim < _LEAST else _turned(vectors * _signs(dim))


def pack_words(vectors: NDArray[np.int8 | np.float32], passage: Vector) -> PackedWords:
    """Return words, [n, dim] of any length, beside their passage's vector of length 1."""
    number, dim = vectors.shape
    if dim < _LEAST:
        return PackedWords(vectors.astype(np.int8), np.ones((number, 2), np.float16))
    wide = normalized(vectors)
    share = wide @ passage
    rest = spread(wide - share[:, np.newaxis] * passage)
    deviation = np.sqrt(np.einsum("nd,nd->n", rest, rest) / dim)
    bound = _BOUND * deviation[:, np.newaxis]
    codes = (rest > -bound).astype(np.uint8) + (rest > 0) + (rest > bound)
    near = _LEVELS[codes]
    # The scale at which the levels come nearest to what they stand for.
    scale = np.einsum("nd,nd->n", rest, near) / np.einsum("nd,nd->n", near, near)
    padded = np.zeros((number, width(dim), _A_BYTE), np.uint8)
    padded.reshape(number, width(dim) * _A_BYTE)[:, :dim] = codes
    levels: NDArray[np.uint8] = padded[:, :, 0].copy()
    for place in range(1, _A_BYTE):
        levels |= padded[:, :, place] << _SHIFTS[place]
    return PackedWords(levels, np.stack([share, scale], axis=1).astype(np.float16))


def unpack_words(
    words: Sequence[PackedWords], passages: Vectors
) -> list[NDArray[np.int8 | np.float32]]:
    """Return the words of passages [n, dim] each, turned as `spread` does; narrow ones as they are.

    `passages` are the vectors of these, [passages, dim]. All are unpacked together, which takes a
    third of the time.
    """
    dim = passages.shape[1]
    if dim < _LEAST or not words:
        return [word.levels.astype(np.int8, copy=False) for word in words]
    levels = _levels(np.concatenate([word.levels for word in words]))[:, :dim]
    scales = np.concatenate([word.scales for word in words]).astype(np.float32)
    levels *= scales[:, 1:]
    lengths = [len(word.levels) for word in words]
    found, shares = cut(levels, lengths), cut(scales[:, :1], lengths)
    for own, share, turned in zip(found, shares, spread(passages), strict=True):
        own += share * turned
    return found


def _levels(packed: NDArray[np.uint8 | np.int8]) -> Vectors:
    """Return the four levels of each byte, float32 [n, 4 times as many]."""
    # Sixteen bytes at a time, whatever these mean.
    found: Vectors = _UNPACKED.view(np.complex128)[:, 0].take(packed).view(np.float32)
    return found


class PackedSentences(NamedTuple):
    """Sentences: `values` [n, dim], which `scales`, float32 [n], bring to length 1.

    They are int8, or float16 of narrow vectors.
    """

    values: NDArray[np.int8] | NDArray[np.float16]
    scales: Scores


def pack_sentences(vectors: Vectors) -> PackedSentences:
    """Return vectors of length 1, float32 [n, dim], in a byte a value."""
    if vectors.shape[1] < _LEAST:
        return PackedSentences(vectors.astype(np.float16), np.ones(len(vectors), np.float32))
    values = quantized(vectors)
    lengths = np.linalg.norm(values.astype(np.float32), axis=1).clip(1e-12)
    return PackedSentences(values, (1 / lengths).astype(np.float32))


def unpack_sentences(sentences: PackedSentences) -> Vectors:
    """Return sentences as vectors of length 1, float32 [n, dim]."""
    unpacked: Vectors = sentences.values * sentences.scales[:, np.newaxis]
    return unpacked
