"""Vectors and scores as arrays, and a text as an encoder gives it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: One vector, float32 [dim], of length 1.
Vector = NDArray[np.float32]
#: Vectors in rows, float32 [n, dim], each of length 1.
Vectors = NDArray[np.float32]
#: Numbers of rows of an opened index, int64 [n].
Rows = NDArray[np.int64]
#: One score for each of some rows, float32 [n].
Scores = NDArray[np.float32]
#: Offsets of characters in a text, int32 [n].
Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a text's telling words (`text.analysis.telling_spans`), where they stand.

    A vector says what the token means in its sentence. `vectors` are directions [n, dim], their
    length meaning nothing: int8 as an encoder gives them, float32 as a generation gives them back.
    `ends` says where each token ends in the text.
    """

    vectors: NDArray[np.int8 | np.float32]
    ends: Offsets


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as the encoder sees it: as a whole, and word by word."""

    vector: Vector
    words: Words
