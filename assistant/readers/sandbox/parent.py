"""The reading process, as the process that indexes sees it.

In: a path. Out: the parts of the file and how its reading ended, whatever the file does to its
reader. `child` is the other end of the pipes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Any, Literal, cast

from assistant.errors import ReadError
from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Part
from assistant.readers.sandbox.part_lines import from_json
from assistant.settings.options import ReadingOptions

#: What the reading process runs.
READING_PROCESS = ("-m", "assistant.readers.sandbox.child")
#: The longest line a reader may write, each character escaped in two halves. Beyond it, and
#: beyond so many parts, it is not our reader that writes.
_MAX_LINE = 12 * MAX_BLOCK_CHARACTERS + 100_000
_MAX_PARTS = 200_000

Ending = Literal["done", "time", "memory", "crash"]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file gave, and how its reading ended."""

    parts: list[Part]
    ending: Ending


class ProcessApart:
    """A process that does work on files, each under limits, at the other end of two pipes.

    The process starts with the first file, and again after a file that ended it. It ends with
    `close`, or with this process. `close` is for any thread, all else for one at a time;
    `closed` tells what waits for something else that it is over.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = Lock()
        self.closed = Event()

    def close(self) -> None:
        """End the process and the reading under way, for good."""
        with self._changing:
            self.closed.set()
            if self._process is not None:
                self._process.kill()  # its fork dies with it
        self._forget()

    def _command(self) -> Sequence[str]:
        """Return what the process runs."""
        raise NotImplementedError

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Return a process that waits for a file; None once closed."""
        if self._process is not None and self._process.poll() is not None:
            self._forget()
        with self._changing:
            if self._process is None and not self.closed.is_set():
                # The process finds this package wherever it was found from here.
                package = str(Path(__file__).resolve().parents[3])
                path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
                self._process = subprocess.Popen(
                    [sys.executable, "-P", *self._command()],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "PYTHONPATH": path},
                )
            return self._process

    def _forget(self) -> None:
        with self._changing:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # a request that nobody will read
                        pipe.close()
            process.wait()


class ReadingProcess(ProcessApart):
    """Reads files one after another in a process apart. `read` is for one thread at a time."""

    def __init__(self, options: ReadingOptions) -> None:
        super().__init__()
        self._options = options

    def _command(self) -> Sequence[str]:
        return READING_PROCESS

    def read(
        self, path: Path, *, on_part: Callable[[Part], None] | None = None, **asked: object
    ) -> FileReading:
        """Read a file. Raises ReadError when it must not be read, or can't be.

        `on_part` sees each part as it comes. `asked` are other limits than those of the
        options, and the `Options` of a second reading.
        """
        process = self._started()
        if process is None:
            return FileReading([], "crash")
        assert process.stdin is not None and process.stdout is not None
        request = {
            "path": os.fspath(path),
            "seconds": self._options.reading_seconds,
            "megabytes": self._options.reading_megabytes,
            "hidden_slides": self._options.hidden_slides,
            "speaker_notes": self._options.speaker_notes,
            **asked,
        }
        parts: list[Part] = []
        refused: ReadError | None = None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            for answer in answers_of(process):
                if "ended" in answer:
                    if refused:
                        raise refused
                    return FileReading(parts, cast("Ending", answer["ended"]))
                if "error" in answer:
                    refused = ReadError(answer["error"], **answer["values"])
                else:
                    parts.append(from_json(answer))
                    if on_part:
                        on_part(parts[-1])
        except ReadError:
            raise
        except (BrokenPipeError, ValueError, TypeError, KeyError):
            pass  # the process is gone, or writes nonsense: what it sent stands
        except BaseException:
            self._forget()  # what it still has to say is not for the next file
            raise
        self._forget()
        return FileReading(parts, "crash")


def answers_of(
    process: subprocess.Popen[bytes], longest: int = _MAX_LINE
) -> Iterator[dict[str, Any]]:
    """Yield what a process answers. Raises ValueError when it writes more than it may."""
    assert process.stdout is not None
    for _ in range(2 * _MAX_PARTS):
        line = process.stdout.readline(longest)
        if not line:
            return
        if not line.endswith(b"\n"):
            raise ValueError("a line without end")
        answer = _parsed(line)
        if answer:
            yield answer
    raise ValueError("answers without end")


def _parsed(line: bytes) -> dict[str, Any]:
    """Return an answer; nothing for a line that a dying process left unfinished."""
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
