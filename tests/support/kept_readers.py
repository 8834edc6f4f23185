"""Reading processes that tests of one process share: starting one takes longer than most tests.

Each file is still read in a fork of its own, under the limits of who asks. What is shared is only
the process that has imported the readers and waits; `ingest/test_reading_pool.py` starts its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from assistant.errors import ReadError
from assistant.ingest import reading_pool
from assistant.readers.parts import Part
from assistant.readers.sandbox.parent import READING_PROCESS, FileReading, ReadingProcess

#: Variables that a reader asks nothing of.
_UNREAD = ("PYTEST_CURRENT_TEST", "PYTHONPATH", "ASSISTANT_")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_UNREAD)}


class KeptReader(ReadingProcess):
    """Reads in a process that another one left idle, and leaves its own idle in the end.

    A process that died, that is in the middle of a file, or that some test started otherwise is
    ended as ever.
    """

    environment: ClassVar[dict[str, str]]
    idle: ClassVar[list[subprocess.Popen[bytes]]] = []
    _is_reading = False

    def read(
        self, path: Path, *, on_part: Callable[[Part], None] | None = None, **asked: object
    ) -> FileReading:
        self._is_reading = True
        try:
            # The process may stand in another folder than this one.
            reading = super().read(Path(os.path.abspath(path)), on_part=on_part, **asked)
        except ReadError:
            self._is_reading = False
            raise
        self._is_reading = False
        return reading

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._changing:
            if self._process is None and not self.closed.is_set() and self._is_usual:
                self._process = self.idle.pop() if self.idle else None
        return super()._started()

    def close(self) -> None:
        with self._changing:
            self.closed.set()
            if self._process is not None and not self._is_reading and self._is_usual:
                self.idle.append(self._process)
                self._process = None
        super().close()

    @property
    def _is_usual(self) -> bool:
        return self._command() == READING_PROCESS and _environment() == self.environment


@contextmanager
def kept_readers() -> Iterator[None]:
    """Have `sync` read in processes that stay until the end of the block."""
    KeptReader.environment = _environment()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_pool, "ReadingProcess", KeptReader)
        yield
    while KeptReader.idle:
        left = KeptReader.idle.pop()
        left.kill()
        left.communicate()
