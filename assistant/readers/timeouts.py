"""Stop a step of reading when its time is over.

Only where nothing else runs: in the fork that reads one file. A limit of 0 is none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """A step took longer than it may. Not an Exception: libraries would swallow it."""


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise TooSlow


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Run a step for at most `seconds` of wall time. Raises TooSlow."""
    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    try:
        # Again each second: a bare `except` of a library may swallow one.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
