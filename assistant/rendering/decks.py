"""Decks as PDF files: for the pictures of their slides, by LibreOffice, in the background.

In: a deck and its content's hash. Out: the PDF kept for that content, once it is made. Each content
is tried once; what LibreOffice could not convert is remembered beside the pictures.
"""

from __future__ import annotations

import logging
import subprocess
import tempfile
from collections import deque
from pathlib import Path
from threading import Event, Lock, Thread

from assistant.errors import ReadError
from assistant.readers.formats.legacy_office import deck_as_pdf
from assistant.rendering.cache import KeptPictures

#: In bytes: a larger PDF is not kept.
_MOST_KEPT = 50_000_000
#: The names under which a deck's pages are kept, and the mark that there are none.
CONVERTED = "deck.pdf"
NOT_CONVERTED = "deck.failed"

logger = logging.getLogger(__name__)


class Decks:
    """Converts decks one after another, in a thread that lives while there are any.

    Methods may be called from several threads.
    """

    def __init__(self, kept: KeptPictures) -> None:
        self._kept = kept
        self._waiting: deque[tuple[Path, str]] = deque()
        #: Waiting, being converted, or converted in vain: keeping refused.
        self._asked: set[str] = set()
        self._stopping = Event()
        self._changing = Lock()
        self._thread: Thread | None = None

    def pdf_of(self, deck: Path, sha256: str) -> Path | None:
        """Return a deck's pages if they are there; else have them made, once."""
        found = self._kept.path(sha256, CONVERTED)
        if found or self._kept.path(sha256, NOT_CONVERTED):
            return found
        with self._changing:
            if sha256 not in self._asked and not self._stopping.is_set():
                self._asked.add(sha256)
                self._waiting.append((deck, sha256))
                if self._thread is None:
                    self._thread = Thread(target=self._convert_all, name="decks", daemon=True)
                    self._thread.start()
        return None

    def close(self) -> None:
        """End the conversion under way, and begin no other."""
        with self._changing:
            self._stopping.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _next(self) -> tuple[Path, str] | None:
        """Return the deck to convert next; None ends the thread."""
        with self._changing:
            if self._waiting and not self._stopping.is_set():
                return self._waiting.popleft()
            self._thread = None
            return None

    def _convert_all(self) -> None:
        while found := self._next():
            deck, sha256 = found
            self._convert(deck, sha256)
            if self._kept.path(sha256, CONVERTED):
                with self._changing:
                    self._asked.discard(sha256)

    def _convert(self, deck: Path, sha256: str) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="assistant-deck-") as folder:
                made = deck_as_pdf(deck, Path(folder), self._stopping)
                if made.stat().st_size > _MOST_KEPT:
                    raise ReadError("file_not_converted")
                self._kept.keep(sha256, CONVERTED, made.read_bytes())
        except ReadError as e:
            if not self._stopping.is_set():
                logger.warning("LibreOffice makes no pages of a deck: %s", e)
                self._kept.keep(sha256, NOT_CONVERTED, b"")
        except (OSError, subprocess.SubprocessError) as e:
            # The disk, or the system: another start may do better.
            logger.warning("A deck can't be converted now: %s", type(e).__name__)
