"""Pictures of pages: a file of the corpus and a page → what it looks like, or None.

`rendering.worker` draws them in a process apart; what it gives is kept (`rendering.cache`). A deck
has the pages of the PDF beside it, or else of what LibreOffice makes of it once, in the background.
Nothing here raises for what a file holds, nor makes anyone wait long: without picture the page
shows words.
"""

from __future__ import annotations

import json
import logging
import os
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, Literal

from assistant.readers.formats.legacy_office import can_convert
from assistant.readers.parts import IMAGE_SUFFIXES
from assistant.readers.sandbox.parent import ProcessApart, answers_of
from assistant.rendering.cache import KeptPictures
from assistant.rendering.decks import Decks
from assistant.rendering.highlights import HighlightedWords
from assistant.system.files import sha256_of

DRAWING_PROCESS = ("-m", "assistant.rendering.worker")
DECKS = frozenset({".pptx", ".pptm", ".ppsx", ".potx", ".ppt", ".odp"})
SHOWN = DECKS | {*IMAGE_SUFFIXES, ".pdf"}

#: In bytes: beyond them a file is not drawn, copied, converted.
MOST_DRAWN = 200_000_000
MOST_COPIED = 20_000_000
MOST_CONVERTED = 50_000_000
#: What a drawing may take: a page takes 0.02 s, and 0.2 GB of address space.
SECONDS = 8
MEGABYTES = 1_000
#: How many may wait for the process, and how long; beyond, they go without picture.
_MOST_WAITING = 8
_WAIT_SECONDS = 5.0
#: A page that could not be drawn is not tried again for so long.
_RETRY_SECONDS = 600.0
_MOST_REMEMBERED = 2_000
_LONGEST_ANSWER = 4 * MOST_COPIED // 3 + 2_000_000

Shape = Literal["page", "slide"]
Size = Literal["small", "large"]
#: In pixels: the frames of an A4 page and of a 16:9 slide.
FRAMES: dict[tuple[Size, Shape], tuple[int, int]] = {
    ("small", "page"): (320, 452),
    ("small", "slide"): (320, 180),
    ("large", "page"): (1100, 1556),
    ("large", "slide"): (1100, 619),
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Drawable:
    """A file that can be drawn, and the content under which its pictures are kept."""

    path: Path
    sha256: str
    pages: int = 0


class _DrawingProcess(ProcessApart):
    """Draws in a process apart. `ask` is for one thread at a time."""

    def _command(self) -> Sequence[str]:
        return DRAWING_PROCESS

    def ask(self, request: dict[str, Any]) -> tuple[bytes | None, bool]:
        """Return what was drawn, and whether the same would come of asking again."""
        try:
            process = self._started()
            if process is None:
                return None, False
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            content: bytes | None = None
            for answer in answers_of(process, _LONGEST_ANSWER):
                if "ended" in answer:
                    return content, True
                content = b64decode(answer["content"])
        except (OSError, ValueError, TypeError, KeyError) as e:
            logger.debug("The drawing process is gone: %s", type(e).__name__)
        self._forget()
        return None, False


class Pictures:
    """Pictures of the pages of corpus files. Methods may be called from several threads.

    Opening starts nothing: processes start when something is first drawn, and end with `close`.
    """

    def __init__(self, index: Path) -> None:
        """`index` is the folder where pictures are kept."""
        self._kept = KeptPictures(index)
        self._process = _DrawingProcess()
        self._drawing = Lock()
        self._places = BoundedSemaphore(_MOST_WAITING + 1)
        self._failed: dict[tuple[object, ...], float] = {}
        self._digests: dict[tuple[Path, int, int], str] = {}
        self._decks = Decks(self._kept)

    def close(self) -> None:
        """End the processes, for good."""
        self._decks.close()
        self._process.close()

    def thumbnail(self, file: Path, number: int, shape: Shape, pages: int = 0) -> bytes | None:
        """Return a page or slide as WEBP, in the small frame of its shape.

        `pages` is how many the document has, 0 if not known: a PDF beside a deck that has another
        number of them is not that deck.
        """
        width, height = FRAMES["small", shape]
        for sheet in self._sheets(file, pages):
            name = f"{number}-{shape}-{sheet.pages}.webp"
            picture = self._kept.load(sheet.sha256, name)
            if picture:
                return picture
            picture = self._ask(sheet, MOST_DRAWN, "page", number, (width, height))
            if picture:
                self._kept.keep(sheet.sha256, name, picture)
                return picture
        return None

    def page(
        self,
        file: Path,
        number: int,
        shape: Shape,
        quote: HighlightedWords | None = None,
        pages: int = 0,
    ) -> bytes | None:
        """Return a page or slide as WEBP, in the large frame, the words of a quote highlighted."""
        size = FRAMES["large", shape]
        drawn = (
            self._ask(sheet, MOST_DRAWN, "page", number, size, quote)
            for sheet in self._sheets(file, pages)
        )
        return next((picture for picture in drawn if picture), None)

    def highlighted(self, file: Path, number: int, quote: HighlightedWords) -> bytes | None:
        """Return a copy of a PDF file with the words highlighted; None where it can't be made."""
        if file.suffix.lower() != ".pdf":
            return None
        return next(
            (
                self._ask(sheet, MOST_COPIED, "copy", number, (0, 0), quote)
                for sheet in self._sheets(file, 0)
            ),
            None,
        )

    def prepare(self, files: Iterable[Path]) -> None:
        """Have decks that have no PDF beside them converted, in the background."""
        for file in files:
            if file.suffix.lower() in DECKS and beside(file) is None:
                for _ in self._sheets(file, 0):
                    break

    def _sheets(self, file: Path, pages: int) -> Iterator[_Drawable]:
        """Yield what can be drawn in the place of a file: itself, or a deck as PDF."""
        suffix = file.suffix.lower()
        if suffix not in SHOWN:
            return
        own = file if suffix not in DECKS else beside(file)
        if own and (digest := self._digest(own)):
            yield _Drawable(own, digest, 0 if own is file else pages)
        if suffix in DECKS and can_convert() and (digest := self._digest(file, MOST_CONVERTED)):
            converted = self._decks.pdf_of(file, digest)
            if converted:
                yield _Drawable(converted, digest, pages)

    def _digest(self, file: Path, most: int = MOST_DRAWN) -> str:
        """Return a file's sha256, computed once; empty for one too large, or gone."""
        try:
            status = file.stat()
            if status.st_size > most:
                return ""
            key = (file, status.st_size, status.st_mtime_ns)
            if key not in self._digests:
                self._digests[key] = sha256_of(file)
            return self._digests[key]
        except OSError:
            return ""

    def _ask(
        self,
        sheet: _Drawable,
        most: int,
        what: Literal["page", "copy"],
        number: int,
        size: tuple[int, int],
        quote: HighlightedWords | None = None,
    ) -> bytes | None:
        """Have something drawn, unless it has just failed, or too many are waiting."""
        asked = (sheet, what, number, size, quote)
        if monotonic() < self._failed.get(asked, 0.0) or self._is_larger(sheet.path, most):
            return None
        if not self._places.acquire(blocking=False):
            return None
        try:
            if not self._drawing.acquire(timeout=_WAIT_SECONDS):
                return None
            try:
                drawn, lasting = self._process.ask(
                    {
                        "what": what,
                        "path": os.fspath(sheet.path),
                        "pages": sheet.pages,
                        "number": number,
                        "width": size[0],
                        "height": size[1],
                        "quote": asdict(quote) if quote else None,
                        "seconds": SECONDS,
                        "megabytes": MEGABYTES,
                    }
                )
                if drawn is None and lasting:
                    self._remember(asked)
                return drawn
            finally:
                self._drawing.release()
        finally:
            self._places.release()

    def _remember(self, asked: tuple[object, ...]) -> None:
        while len(self._failed) >= _MOST_REMEMBERED:
            self._failed.pop(next(iter(self._failed)))
        self._failed[asked] = monotonic() + _RETRY_SECONDS

    @staticmethod
    def _is_larger(file: Path, most: int) -> bool:
        try:
            return file.stat().st_size > most
        except OSError:
            return True


def beside(deck: Path) -> Path | None:
    """Return the PDF of the same name beside a deck, or None."""
    for suffix in (".pdf", ".PDF"):
        found = deck.with_suffix(suffix)
        if found.is_file() and not found.is_symlink():
            return found
    return None


def may_show(file: Path) -> bool:
    """Tell whether there is anything that could draw a file's pages."""
    suffix = file.suffix.lower()
    if suffix in DECKS:
        return beside(file) is not None or can_convert()
    return suffix in SHOWN
