"""The run that this process is: one at a time, its status told to every other process.

In: the steps of the `sync` of this process (`exclusive_run`). Out: `index/sync.json`, which `runs`
reads from any process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import time

from assistant.errors import AssistantError
from assistant.index.lock import index_held
from assistant.ingest.eta import TimeEstimate
from assistant.jobs.run_state import Outcome, RunState, in_words, write
from assistant.records.messages import Message
from assistant.records.runs import Progress, SyncReport
from assistant.system import processes

LOG = "sync.log"
#: Between two writings of the status.
_PAUSE_SECONDS = 0.5
#: Another process that only looks whether the lock is free holds it for less than this.
_LOCK_SECONDS = 0.2
MOST_LOG_BYTES = 256_000


class Stopped(KeyboardInterrupt):
    """The process was asked to end, by SIGTERM; what ends it is what Ctrl-C does."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Have SIGTERM raise Stopped in the main thread, once, while the block lasts."""

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is ending need not be told again
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Status:
    """The status file of the run that this process is; what the disk refuses is left unsaid.

    A thread writes what was told last, at most twice a second: a long document that is told a
    moment after another doesn't stay unsaid until it ends.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self._estimate = TimeEstimate()
        self._told: RunState | None = None
        self._over = threading.Event()
        self._state = RunState(
            outcome="running",
            pid=os.getpid(),
            born=processes.born(os.getpid()),
            started_at=time(),
            stage="starting",
        )
        self._thread = threading.Thread(target=self._write_often, name="status", daemon=True)

    def begin(self) -> None:
        """Say that the run has begun, and go on saying how far it is."""
        write(self._index, self._state)
        self._told = self._state
        self._thread.start()

    def tell(self, step: Progress) -> None:
        """Take note of a step. For any thread."""
        self._state = replace(
            self._state,
            stage=step.stage,
            document_id=step.document_id,
            detail=step.detail,
            done=step.done,
            total=step.total,
            pages=step.pages,
            passages=step.passages,
            ends_at=self._estimate.ends_at(step.share),
        )

    def finish(self, report: SyncReport) -> None:
        """Take note of what the run did."""
        partial = any(problem.severity == "error" for problem in report.problems)
        self._state = replace(self._state, outcome="partial" if partial else "done", report=report)

    def end(self, outcome: Outcome, fault: Message | None = None) -> None:
        """Take note of how the run ended short of its end."""
        self._state = replace(self._state, outcome=outcome, fault=fault)

    def close(self) -> None:
        """Write the last word."""
        self._over.set()
        self._thread.join()
        self._state = replace(self._state, ended_at=time(), ends_at=None)
        write(self._index, self._state)
        if _logged_to(self._index):
            print(in_words(self._state), file=sys.stderr, flush=True)

    def _write_often(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            state = self._state
            if state != self._told:
                write(self._index, state)
                self._told = state
            if _logged_to(self._index) and os.fstat(2).st_size > 2 * MOST_LOG_BYTES:
                os.ftruncate(2, 0)  # opened to append: what comes goes on from the beginning


@contextmanager
def exclusive_run(index: Path) -> Iterator[Status]:
    """Be the one run of this index, whose status others can read, for as long as the block lasts.

    Raises SyncRunning, IndexUnwritable; the block's own errors are noted, and pass.
    """
    with index_held(index, wait_seconds=_LOCK_SECONDS):
        status = Status(index)
        status.begin()
        try:
            yield status
        except AssistantError as e:
            status.end("failed", e.as_message())
            raise
        except KeyboardInterrupt:
            status.end("cancelled")
            raise
        except BaseException as e:
            cause = type(e).__name__
            status.end("failed", Message("runs.broke", {"cause": cause}))
            raise
        finally:
            status.close()


def _logged_to(index: Path) -> bool:
    """Tell whether what this process says of errors goes to the log of runs."""
    try:
        return os.path.samestat(os.fstat(2), (index / LOG).stat())
    except OSError:
        return False
