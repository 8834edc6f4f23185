"""Small parts that really work, for tests that need no neural network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import Stemmer

from assistant.records import Vector, Vectors

_WORD = re.compile(r"\w+")


class FakeEncoder:
    """An encoder of hashed French stems: texts that share words are near, others are not.

    `calls` counts the texts encoded as passages, for tests about what is not encoded again.
    """

    def __init__(self, dim: int = 64, name: str = "fake") -> None:
        self.dim = dim
        self.identity = f"{name}-{dim}"
        self.calls = 0
        self._stemmer = Stemmer.Stemmer("french")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of words."""
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts."""
        self.calls += len(texts)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for number, text in enumerate(texts):
            vectors[number] = self._encode(text)
        return vectors

    def encode_question(self, text: str) -> Vector:
        """Return the vector, of length 1, to compare with those of passages."""
        return self._encode(text)

    def _encode(self, text: str) -> Vector:
        # A little of every text on the first axis, so that an empty one has a direction too.
        vector = np.zeros(self.dim, dtype=np.float32)
        vector[0] = 0.1
        for word in _WORD.findall(text.casefold()):
            stem = self._stemmer.stemWord(word.encode("utf-8", "replace").decode())
            plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore")
            digest = hashlib.blake2b(plain or stem.encode(), digest_size=8).digest()
            # Common words say little: short ones weigh less, as inverse frequencies would have it.
            weight = 1.0 if len(word) > 3 else 0.2
            axis = int.from_bytes(digest[:7], "big") % self.dim
            vector[axis] += weight if digest[7] % 2 else -weight
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0
        return (vector / np.float32(length)).astype(np.float32)
