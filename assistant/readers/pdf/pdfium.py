"""PDFium: the second reader of PDF pages, and the only module that touches it.

In: a path. Out: what PDFium sees of each page, or None where it sees nothing. PDFium can abort
its process (docs/reading.md, PDF limits) or never end: for a file that is not trusted it runs in a
fork of its own, under the limits of the process that reads the file, and is started again after
the page that killed it.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

import pypdfium2

from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Source

T = TypeVar("T")

#: The left, bottom, right and top edges of something on a page, in points from below.
Rectangle = tuple[float, float, float, float]
#: Looked at on a page.
MAX_OBJECTS = 5_000

PR_SET_PDEATHSIG = 1
#: A file that killed PDFium so many times is read without it from then on.
_MAX_STARTS = 4
UNOPENED = -1
#: Running headers and footers stand within this share of a page's height: 3 cm of an A4 page.
MARGIN = 0.1
_MOST_KEPT = 5_000


class Pdfium(Protocol):
    """A PDF as PDFium sees it; pages are counted from 0. No method raises."""

    @property
    def pages(self) -> int:
        """The number of pages; 0 when PDFium can't open the file."""

    @property
    def stopped(self) -> set[int]:
        """The pages that it did not read since it died; `UNOPENED`: it died before the first."""

    def text(self, at: int) -> str | None:
        """Return a page's text."""

    def margins(self, at: int) -> str | None:
        """Return the text of a page's top and bottom margins, a tenth of its height each."""

    def cropped(self, at: int, outside: bool = False) -> str | None:
        """Return the text within what a page shows; None where it shows all of its sheet.

        `outside`: the page has text beside its sheet too.
        """

    def size(self, at: int) -> tuple[float, float] | None:
        """Return a page's width and height in points, as one sees it."""

    def picture(self, at: int) -> tuple[float, bool] | None:
        """Return the share of a page that its largest image covers, and whether it shows any."""

    def images(self, at: int) -> list[Rectangle]:
        """Return where the images of a page stand."""

    def close(self) -> None:
        """Let go of the file."""


def open_pdfium(path: Source, seconds: float) -> Pdfium:
    """Open a PDF: here if `seconds` is 0, else in a fork, each call lasting so long at most."""
    return _Apart(path, seconds) if seconds else _Here(path)


class _Here:
    """PDFium in this process."""

    def __init__(self, path: Source) -> None:
        self._pdf: Any = None
        #: The margins of pages whose text was asked for.
        self._kept: dict[int, str] = {}
        self.stopped: set[int] = set()  # it would be this process that died
        with suppress(pypdfium2.PdfiumError):
            held = path if isinstance(path, Path) else path.read_bytes()
            self._pdf = pypdfium2.PdfDocument(held)
        self.pages = len(self._pdf) if self._pdf is not None else 0

    def text(self, at: int) -> str | None:
        def read(page: Any) -> str:
            with closing(page.get_textpage()) as text:
                # Asked for next of nearly every page, and most of the time is to find the letters.
                if len(margins := _margins(page, text)) <= _MOST_KEPT:
                    self._kept[at] = margins
                return str(text.get_text_range())[:MAX_BLOCK_CHARACTERS]

        return self._of_page(at, read)

    def margins(self, at: int) -> str | None:
        def read(page: Any) -> str:
            with closing(page.get_textpage()) as text:
                return _margins(page, text)

        kept = self._kept.pop(at, None)
        return self._of_page(at, read) if kept is None else kept

    def cropped(self, at: int, outside: bool = False) -> str | None:
        def read(page: Any) -> str | None:
            if not outside and page.get_cropbox() == page.get_mediabox():
                return None
            with closing(page.get_textpage()) as text:
                return str(text.get_text_bounded())[:MAX_BLOCK_CHARACTERS]

        return self._of_page(at, read)

    def size(self, at: int) -> tuple[float, float] | None:
        # Without what the page shows, which takes most of the time to open one.
        with suppress(pypdfium2.PdfiumError, ValueError, IndexError):
            width, height = self._pdf.get_page_size(at) if at < self.pages else (0.0, 0.0)
            return (width, height) if width else None
        return None

    def picture(self, at: int) -> tuple[float, bool] | None:
        def look(page: Any) -> tuple[float, bool]:
            width, height = page.get_size()
            largest, anything = 0.0, False
            for shown in page.get_objects(max_depth=2):
                anything = True
                if shown.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                    left, bottom, right, top = shown.get_bounds()
                    largest = max(largest, (right - left) * (top - bottom))
            return largest / max(1.0, width * height), anything

        return self._of_page(at, look)

    def images(self, at: int) -> list[Rectangle]:
        def look(page: Any) -> list[Rectangle]:
            shown = islice(page.get_objects(max_depth=2), MAX_OBJECTS)
            return [one.get_bounds() for one in shown
                    if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]  # fmt: skip

        return self._of_page(at, look) or []

    def _of_page(self, at: int, look: Callable[[Any], T]) -> T | None:
        if at >= self.pages:
            return None
        try:
            with closing(self._pdf[at]) as page:
                return look(page)
        except (pypdfium2.PdfiumError, ValueError):
            return None

    def close(self) -> None:
        if self._pdf is not None:
            self._pdf.close()


def _margins(page: Any, text: Any) -> str:
    left, bottom, right, top = page.get_cropbox()
    high = MARGIN * (top - bottom)
    above = text.get_text_bounded(left, top - high, right, top)
    below = text.get_text_bounded(left, bottom, right, bottom + high)
    return f"{above}\n{below}"[:MAX_BLOCK_CHARACTERS]


class _Apart:
    """PDFium in a fork, asked one thing at a time by a line of JSON, answering by another."""

    def __init__(self, path: Source, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._fork = 0
        self._starts = 0
        self._died = False
        self.stopped: set[int] = set()
        self.pages = int(self._ask("pages") or 0)

    def text(self, at: int) -> str | None:
        return self._words("text", at)

    def margins(self, at: int) -> str | None:
        return self._words("margins", at)

    def cropped(self, at: int, outside: bool = False) -> str | None:
        return self._words("cropped", at, outside)

    def size(self, at: int) -> tuple[float, float] | None:
        found = self._ask("size", at)
        return (float(found[0]), float(found[1])) if found else None

    def picture(self, at: int) -> tuple[float, bool] | None:
        found = self._ask("picture", at)
        return (float(found[0]), bool(found[1])) if found else None

    def images(self, at: int) -> list[Rectangle]:
        found = self._ask("images", at) or []
        return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]

    def _words(self, what: str, at: int, *more: bool) -> str | None:
        found = self._ask(what, at, *more)
        return found if isinstance(found, str) else None

    def _ask(self, *question: Any) -> Any:
        """Return PDFium's answer; None when there is none in time."""
        if not self._fork and not self._start():
            self._not_read(*question)
            return None
        self._died = False
        line = b""
        try:
            os.write(self._questions, json.dumps(question).encode() + b"\n")
            until = monotonic() + self._seconds
            while not line.endswith(b"\n"):
                left = max(0.0, until - monotonic())
                if not select.select([self._answers], [], [], left)[0]:
                    break
                if not (more := os.read(self._answers, 1 << 16)):
                    self._died = True
                    break
                line += more
        except BrokenPipeError:
            self._died = True
        if not line.endswith(b"\n"):
            self.close()
            self._not_read(*question)
            return None
        return json.loads(line)

    def _not_read(self, what: str, at: int = UNOPENED, *more: bool) -> None:
        """Keep which page has no text of PDFium's since it died, not since it was too slow."""
        if self._died and what in ("pages", "text"):
            self.stopped.add(at)

    def _start(self) -> bool:
        if self._starts == _MAX_STARTS:
            return False
        self._starts += 1
        asked, self._questions = os.pipe()
        self._answers, answered = os.pipe()
        parent = os.getpid()
        fork = os.fork()
        if fork == 0:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0)
                ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
                if os.getppid() == parent:
                    os.close(self._questions)
                    os.close(self._answers)
                    _serve(self._path, asked, answered)
            finally:
                os._exit(0)
        os.close(asked)
        os.close(answered)
        self._fork = fork
        return True

    def close(self) -> None:
        if not self._fork:
            return
        fork, self._fork = self._fork, 0
        os.close(self._questions)
        os.close(self._answers)
        os.kill(fork, signal.SIGKILL)
        os.waitpid(fork, 0)


def _serve(path: Source, asked: int, answered: int) -> None:
    """Answer questions about one file until nobody asks any more."""
    pdf = _Here(path)
    with os.fdopen(asked, "rb") as questions, os.fdopen(answered, "wb") as answers:
        while line := questions.readline():
            what, *which = json.loads(line)
            answer = pdf.pages if what == "pages" else getattr(pdf, what)(*which)
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
