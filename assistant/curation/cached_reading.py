"""Reading a document again, to be corrected: its file → the `Document` as the source has it.

A page asks for the same document again and again, and reading takes a process of its own: the
last one read is remembered, for a while.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

from assistant.corpus.corrections import FACT
from assistant.corpus.walk import FileOnDisk
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers.speech import transcription_cache
from assistant.records.documents import Document
from assistant.settings.options import ReadingOptions

#: In characters; a talk of three hours has 200,000. A larger document is read each time.
_MOST_CHARACTERS = 5_000_000
#: What reads may change (OCR is installed): not for ever.
_SECONDS = 900.0

_Key = tuple[str, str, int, tuple[bool, bool], frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _CachedDocument:
    key: _Key
    document: Document
    at: float


class LastRead:
    """The last document read, until its file, what is known of it or its transcription changes.

    May be used by several threads: one of them reads at a time.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._last: _CachedDocument | None = None

    def document(
        self, options: ReadingOptions, file: FileOnDisk, sha256: str, facts: Mapping[str, str]
    ) -> Document:
        """Return a document as its source has it, read in a process apart. Raises ReadError."""
        key = _key(options, file, sha256, facts)
        with self._reading:
            last = self._last
            if last and last.key == key and monotonic() - last.at < _SECONDS:
                return last.document
            self._last = None
            document = read_apart(options, file, facts)
            size = sum(len(block.text) for block in document.blocks)
            # Replaced since it was looked at, the file isn't the one of this key.
            if document.sha256 == sha256 and size <= _MOST_CHARACTERS:
                self._last = _CachedDocument(key, document, monotonic())
            return document


def read_apart(options: ReadingOptions, file: FileOnDisk, facts: Mapping[str, str]) -> Document:
    """Return a document as its source has it, read in a process apart. Raises ReadError."""
    # A page waits for no voices: `sync` tells them apart, and what it kept is read here.
    with ReadingPool(replace(options, reading_workers=1, voices=False)) as pool:
        # Read from the open file's content, whatever it became since it was hashed.
        return pool.read(file, facts=facts)


def _key(options: ReadingOptions, file: FileOnDisk, sha256: str, facts: Mapping[str, str]) -> _Key:
    transcribed = 0
    with suppress(OSError):
        path = options.index / transcription_cache.FOLDER / f"{sha256}.json"
        transcribed = path.stat().st_mtime_ns
    known = frozenset((name, value) for name, value in facts.items() if name != FACT)
    return file.id, sha256, transcribed, (options.hidden_slides, options.speaker_notes), known
