"""Stop a step of reading when its time is over.

Only where nothing else runs: in the fork that reads one file. A limit of 0 is none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

#: A running process's time on its core is written anew at each tick, ten milliseconds at most.
_LOOK_SECONDS = 0.03


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


def waits_for_a_core(process: int) -> bool:
    """Tell whether a process is ready to run, and others have every core just now.

    `seconds_starved` counts such a wait only once it is over. Of its first thread too; it looks for
    as long as a core's clock ticks.
    """
    before = _seconds_run(process)
    sleep(_LOOK_SECONDS)
    return _is_ready(process) and _seconds_run(process) == before


def _seconds_run(process: int) -> str:
    try:
        return Path(f"/proc/{process}/schedstat").read_text("ascii").split()[0]
    except (OSError, ValueError, IndexError):
        return ""


def _is_ready(process: int) -> bool:
    """Tell whether a process runs or would, by its state: it doesn't sleep and has not ended."""
    try:
        words = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return words[:1] == [b"R"]
    except OSError:
        return False


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
