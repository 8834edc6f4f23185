"""Look at the corpus folder again and again, and index it when it has changed.

In: how the files look (`look`). Out: a run for each change that has settled, one line for each.

The folder is polled: network shares tell nobody of what others write on them. A run is a process
of its own, as when the page starts one: cancelling it or its crash leaves the watch, and between
two runs no model stays in memory. Where documents are brought from elsewhere (`sources`), nothing
here says that they changed there: a run asks every ten minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic, sleep

from assistant.corpus.corrections_store import FOLDER
from assistant.errors import AssistantError, SyncRunning
from assistant.jobs import runs
from assistant.jobs.run_state import RunState
from assistant.records.messages import Message
from assistant.settings import Settings

#: Looks after which what never settles (an endless copy) is indexed as it is: 10 minutes.
_PATIENCE = 60
#: Looks after which a run that failed is tried again, though nothing changed: 5 minutes.
_RETRY = 30
#: How often the sources of a site are asked, whatever the folder looks like.
ASK_SECONDS = 600
#: Looking takes no more than this share of the time, on a share that is slow to answer.
_MOST_TIME = 0.1

#: How each file looks, by its path: its size and the time of its last change.
Look = Mapping[str, tuple[int, int]]
#: Told each run's state as it ends, and what else there is to know.
Tell = Callable[[Message | RunState], None]


def look(corpus: Path) -> Look:
    """Return how the files of a corpus look; none where the folder is gone."""
    seen = {}
    for folder, names, leaves in os.walk(corpus):
        # What staff correct counts as much as what they add.
        names[:] = [name for name in names if not name.startswith(".") or name == FOLDER]
        for name in leaves:
            if name.startswith((".", "~$")):
                continue
            path = os.path.join(folder, name)
            try:
                status = os.stat(path)
            except OSError:
                continue  # gone meanwhile, or a broken link
            seen[path] = (status.st_size, status.st_mtime_ns)
    return seen


class Watcher:
    """Decides at each look whether to run, and runs. It reads no clock: looks are its time."""

    def __init__(
        self, corpus: Path, tell: Tell, run: Callable[[], RunState], ask_every: int = 0
    ) -> None:
        """`ask_every` is after how many looks the sources are asked; 0: there are none."""
        self._corpus = corpus
        self._ask_every = ask_every
        self._until_asked = 0
        self._tell = tell
        self._run = run
        self._indexed: Look | None = None
        self._before: Look = {}
        self._restless = 0
        self._absent = False
        self._until_retry: int | None = None

    def take(self, seen: Look) -> None:
        """Take note of a look at the corpus, and run if a change has settled since.

        A change has settled when two looks agree: a file that grows, or that was changed since
        the last look, is waited for.
        """
        before, self._before = self._before, seen
        self._until_asked = max(0, self._until_asked - 1)
        is_due = bool(self._ask_every) and not self._until_asked
        # A folder may be empty until its sources fill it.
        if not seen and not (is_due and self._corpus.is_dir()):
            self._say_once_absent()
            return
        if self._absent:
            self._absent = False
            self._tell(Message("runs.watch_back", {"path": str(self._corpus)}))
        if self._until_retry is not None:
            self._until_retry = max(0, self._until_retry - 1)
        # Sources can wait until what somebody copies here has settled.
        if is_due and (seen == before or self._indexed is None):
            self._index(seen)
            return
        if seen == self._indexed and self._until_retry != 0:
            self._restless = 0
            return
        if seen != before and self._indexed is not None:
            self._restless += 1
            if self._restless < _PATIENCE:
                return
        self._restless = 0
        self._index(seen)

    def _index(self, seen: Look) -> None:
        try:
            state = self._run()
        except SyncRunning:
            return  # somebody else's run, which may have begun before the change: look again
        except AssistantError as e:
            state = RunState(outcome="failed", fault=e.as_message())
        self._indexed = seen
        self._until_asked = self._ask_every
        self._until_retry = _RETRY if state.outcome in ("failed", "lost") else None
        if not (self._ask_every and _changed_nothing(state)):
            self._tell(state)

    def _say_once_absent(self) -> None:
        if not self._absent:
            self._absent = True
            self._tell(Message("runs.watch_absent", {"path": str(self._corpus)}))


def _changed_nothing(state: RunState) -> bool:
    """Tell whether a run ended well and found all as it was: not worth a line at each asking."""
    report = state.report
    return (
        state.outcome == "done"
        and report is not None
        and not (report.added or report.changed or report.renamed or report.removed)
    )


def watch(settings: Settings, tell: Tell) -> None:
    """Index the corpus, then again at each change, until interrupted.

    Raises what interrupts it; a run under way is ended first.
    """
    ask_every = max(1, ASK_SECONDS // settings.watch_seconds) if settings.sources else 0
    watcher = Watcher(settings.corpus, tell, lambda: runs.run(settings), ask_every)
    values = {"path": str(settings.corpus), "seconds": str(settings.watch_seconds)}
    tell(Message("runs.watch_begun", values))
    while True:
        started = monotonic()
        seen = look(settings.corpus)
        spent = monotonic() - started
        watcher.take(seen)
        sleep(max(settings.watch_seconds, spent / _MOST_TIME))
