"""Forks: work done in a process of its own that has everything imported, and may be killed.

In: a function. Out: what it returned, how it was refused, or that it was killed. A fork costs a
hundredth of a new interpreter. The process that forks must have no thread.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from assistant.errors import AssistantError

Ending = Literal["done", "refused", "stopped", "killed", "broke"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work of a fork ended: `value` is what it returned, or why it did not."""

    ending: Ending
    value: Any
    seconds: float


def apart(
    work: Callable[[], object], *, after: float | None = None, number: int = signal.SIGKILL
) -> Outcome:
    """Do work in a fork; `after` so many seconds, unless it is done, send it a signal."""
    sys.stdout.flush()
    started = perf_counter()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(work, writing)
    os.close(writing)
    try:
        if after is not None and not select.select([reading], [], [], after)[0]:
            os.kill(child, number)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
    finally:
        _, status = os.waitpid(child, 0)
    seconds = perf_counter() - started
    if not said or os.WIFSIGNALED(status):
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == number and after is not None:
            return Outcome("killed", None, seconds)
        return Outcome("broke", f"status {status}", seconds)
    ending, value = pickle.loads(said)
    return Outcome(ending, value, seconds)


def _answer(work: Callable[[], object], writing: int) -> None:
    """Do the work of a fork, say what came of it, and end."""
    said: tuple[Ending, object]
    try:
        said = "done", work()
    except KeyboardInterrupt:
        said = "stopped", None
    except AssistantError as e:
        said = "refused", (e.key, str(e))
    except BaseException:
        said = "broke", traceback.format_exc()
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(said))
    finally:
        os._exit(0)
