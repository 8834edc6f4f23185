"""Stop a step of reading when its time is over.

Only where nothing else runs: in the fork that reads one file. A limit of 0 is none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType


class TooSlow(BaseException):
    """A step took longer than it may. Not an Exception: libraries would swallow it."""


def seconds_starved(process: int | str = "self") -> float:
    """Return how long a process was ready to run while others had every core; 0 if unknown.

    Of its first thread, as Linux counts it. What takes long because the machine is busy is no
    fault of a file: it would be told to be too slow, and not read again until it changes.
    """
    try:
        words = Path(f"/proc/{process}/schedstat").read_text("ascii").split()
        return int(words[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Run a step for at most `seconds`, those that it waited for a core aside. Raises TooSlow."""
    if not seconds:
        yield
        return
    end = monotonic() + seconds - seconds_starved()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        if monotonic() >= end + seconds_starved():
            raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    try:
        # Again each second: a bare `except` of a library may swallow one.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
