"""What was packed for the current generation, copied into the next one where nothing changed.

In: a passage as the catalog holds it. Out: its words and sentences as the current generation has
them, found by a hash of what they were made of: packing takes most of publishing, and an edited
slide leaves all other passages as they were.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.index.catalog.vectors import StoredPassage
from assistant.index.dense import SentenceVectors, WordVectors
from assistant.index.manifest import FORMAT, check_files, current_name, read_manifest
from assistant.index.packing import PackedSentences, PackedWords
from assistant.records.vectors import Offsets

#: The hash of each row, uint8 [n, 16].
MADE_OF = "made_of.npy"
_BYTES = 16


class Packed(NamedTuple):
    """The words of a passage, where they end in its text, and its sentences."""

    words: PackedWords
    ends: Offsets
    sentences: PackedSentences


def made_of(stored: StoredPassage) -> bytes:
    """Return the hash of what the words and the sentences of a passage are packed from."""
    before = len(stored.passage.encoded_text) - len(stored.passage.text)
    digest = blake2b(f"{before} ".encode(), digest_size=_BYTES)
    for part in (stored.key, stored.vector.tobytes(), *stored.sentence_keys):
        digest.update(part)
    return digest.digest()


def write_made_of(folder: Path, digests: list[bytes]) -> None:
    """Write the hashes of the rows of a generation, in order."""
    every = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _BYTES)
    np.save(folder / MADE_OF, every, allow_pickle=False)


class Former:
    """A generation that passages are copied from."""

    def __init__(self, folder: Path) -> None:
        digests = np.load(folder / MADE_OF, allow_pickle=False)
        self._rows = {digest.tobytes(): row for row, digest in enumerate(digests)}
        self._words, self._sentences = WordVectors(folder), SentenceVectors(folder)

    def find(self, digest: bytes) -> Packed | None:
        """Return what was packed from what has this hash; None where nothing was."""
        row = self._rows.get(digest)
        if row is None:
            return None
        return Packed(*self._words.packed(row), self._sentences.packed(row))


def open_former(index: Path, identity: str) -> Former | None:
    """Return the current generation to copy from; None where it is of no use, or damaged."""
    with suppress(IndexMismatch, IndexDamaged, OSError, ValueError):
        if name := current_name(index):
            manifest = read_manifest(index / name)
            check_files(index / name, manifest)
            is_alike = (manifest.format, manifest.identity) == (FORMAT, identity)
            if is_alike and MADE_OF in manifest.files:
                return Former(index / name)
    return None
