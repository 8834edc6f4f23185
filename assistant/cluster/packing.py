"""Packed vectors and passages as strings, since Milvus keeps no bytes. Pure.

In: what `index.packing` made of a passage's words and sentences, and the passage. Out: strings in
pieces, and back.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence

import numpy as np

from assistant.cluster.layout import PACKED_PIECE, pieces
from assistant.index.catalog.rows import from_row, to_row
from assistant.index.packing import PackedSentences, PackedWords, kind, width
from assistant.records.documents import Passage
from assistant.records.vectors import Offsets

_SCALES = 2 * np.dtype(np.float16).itemsize
_ENDS = np.dtype(np.int32).itemsize
_SCALE = np.dtype(np.float32).itemsize


def words_to_text(words: PackedWords, ends: Offsets) -> list[str]:
    """Return the words of a passage and where they end."""
    return _text(words.levels.tobytes() + words.scales.tobytes() + ends.tobytes())


def words_from_text(text: Sequence[str], dim: int) -> tuple[PackedWords, Offsets]:
    """Return the words of a passage, whose vectors have `dim` values, and where they end."""
    written = b64decode("".join(text))
    number = len(written) // (width(dim) + _SCALES + _ENDS)
    scales_at = number * width(dim)
    ends_at = scales_at + number * _SCALES
    levels = np.frombuffer(written[:scales_at], kind(dim)).reshape(number, width(dim))
    scales = np.frombuffer(written[scales_at:ends_at], np.float16).reshape(number, 2)
    return PackedWords(levels, scales), np.frombuffer(written[ends_at:], np.int32)


def sentences_to_text(sentences: PackedSentences) -> list[str]:
    """Return the sentences of a passage."""
    return _text(sentences.values.tobytes() + sentences.scales.tobytes())


def sentences_from_text(text: Sequence[str], dim: int, kept_as: str) -> PackedSentences:
    """Return the sentences of a passage, of `dim` values each, which are `kept_as` numpy says."""
    written = b64decode("".join(text))
    size = dim * np.dtype(kept_as).itemsize
    number = len(written) // (size + _SCALE)
    values = np.frombuffer(written[: number * size], kept_as).reshape(number, dim)
    return PackedSentences(values, np.frombuffer(written[number * size :], np.float32))


def passage_to_text(passage: Passage) -> list[str]:
    """Return a passage."""
    return pieces(json.dumps(to_row(passage), ensure_ascii=False))


def passage_from_text(text: Sequence[str]) -> Passage:
    """Return the passage that was written so."""
    return from_row(tuple(json.loads("".join(text))))


def _text(written: bytes) -> list[str]:
    return pieces(b64encode(written).decode(), PACKED_PIECE)
