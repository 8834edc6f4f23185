"""The lock of an index: one process at a time changes it.

In: the index folder. Out: it is this process's until the `with` block ends, or the process does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import IndexUnwritable, SyncRunning
from assistant.system import journal

#: The lock's name in the index folder.
LOCK = "sync.lock"


@contextmanager
def index_held(index: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the index for this process alone; the system lets go of it if the process dies.

    A restore that was interrupted is finished. Another process is waited for so long at most.
    Raises SyncRunning, and IndexUnwritable for an OSError of the `with` block too.
    """
    try:
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(index / LOCK, timeout=wait_seconds):
            journal.finish(index)
            yield
    except Timeout as e:
        raise SyncRunning("sync_running", path=index) from e
    except OSError as e:
        cause = e.strerror or str(e) or type(e).__name__
        raise IndexUnwritable("index_unwritable", path=index, cause=cause) from e
