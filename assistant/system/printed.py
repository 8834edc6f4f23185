"""What libraries print → a line of the log that says who printed, and never what.

In: standard output and standard error while a service runs. Out: of what anybody but the log writes
there, the place in the code, and of an error under way its kinds and where they were raised. A
library may print what it was given, and that may be somebody's question.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType
from typing import TextIO

from assistant.system.logs import error_kinds

#: How long the same thing is not told again, in seconds: a print in a loop would fill a disk.
PAUSE_SECONDS = 60.0
#: What prints for others: who called it is told.
_CARRIERS = ("contextlib", "logging", "threading", "traceback", "warnings")

logger = logging.getLogger("assistant.printed")


@contextmanager
def unheard() -> Iterator[None]:
    """Let nothing that is printed pass as it is; the log, configured before, still writes."""
    heard = Unheard(sys.stderr)
    with redirect_stdout(heard), redirect_stderr(heard):
        yield


class Unheard(io.TextIOBase):
    """A stream whose words are left out: the log says where they were printed."""

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._told: dict[str, float] = {}
        self._here = threading.local()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Name the encoding of the stream in whose place this one is."""
        return self._real.encoding

    def fileno(self) -> int:
        """Return the descriptor of the stream in whose place this one is, for processes."""
        return self._real.fileno()

    def writable(self) -> bool:
        """Tell that anybody may write."""
        return True

    def write(self, text: str) -> int:
        """Leave a text out, and tell where it was printed."""
        if text.strip() and not getattr(self._here, "is_telling", False):
            self._here.is_telling = True
            try:
                self._tell(_place(sys._getframe(1)), sys.exc_info()[1])
            finally:
                self._here.is_telling = False
        return len(text)

    def _tell(self, place: str, error: BaseException | None) -> None:
        told = f"{place}\n{error_kinds(error)}" if error else place
        now = time.monotonic()
        if now - self._told.get(told, -PAUSE_SECONDS) >= PAUSE_SECONDS:
            self._told = {one: at for one, at in self._told.items() if now - at < PAUSE_SECONDS}
            self._told[told] = now
            logger.warning("Something was printed, and is left out: %s", told)


def _place(frame: FrameType) -> str:
    """Return who prints: a module, a line and a function."""
    here: FrameType | None = frame
    while here and str(here.f_globals.get("__name__", "")).partition(".")[0] in _CARRIERS:
        here = here.f_back
    if here is None:  # a thread's end, told by the interpreter
        return "a thread"
    return f"{here.f_globals.get('__name__', '?')}:{here.f_lineno} {here.f_code.co_name}"
