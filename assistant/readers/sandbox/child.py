"""The reading process: `python -m assistant.readers.sandbox.child`, which `parent` starts.

In, on standard input: one request a line, as JSON. Out, on standard output: the parts of that
file, one a line as JSON, then a line that says how it ended. Each file is read in a fork under
limits of memory, time and output; a file that kills its fork leaves this process unharmed, and
the parts already written stay. What the fork started ends with it. When standard input closes,
everything ends.

`serve_with` does the same for other work on files than reading: `rendering.worker` draws their
pages.

A process of our own rather than `multiprocessing`: nothing of the caller's `__main__` is
imported again, nothing is pickled, and no fork ever happens in a process that has threads.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from assistant.errors import ReadError
from assistant.readers import load_readers, read_parts
from assistant.readers.parts import Fact, Options
from assistant.readers.sandbox.part_lines import to_json
from assistant.readers.timeouts import TooSlow, seconds_starved, waits_for_a_core

_PR_SET_PDEATHSIG = 1
#: docs/reading.md, PDF limits: a long document may take longer, up to a point.
SECONDS_PER_PAGE = 0.1
MOST_SECONDS = 600
#: A page may take this share of the time of a file: 5 s of 30.
PAGE_SHARE = 1 / 6


#: What a fork does for one request: it writes its answers, and may tell its number of pages.
Work = Callable[[dict[str, Any], Any, int], None]


def serve() -> None:
    """Read the files asked for, one after another, until standard input closes."""
    load_readers()
    serve_with(_answer)


def serve_with(work: Work) -> None:
    """Do the work asked for, one request after another, until standard input closes."""
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides when to stop
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)  # a library that prints must not write among the answers
    os.dup2(silence, 2)
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    os.dup2(silence, 0)
    while line := requests.readline():
        ended = _isolated(work, json.loads(line), answers, requests.fileno())
        # The fork may have died in the middle of a line.
        answers.write("\n" + json.dumps({"ended": ended}) + "\n")
        answers.flush()


def _isolated(work: Work, request: dict[str, Any], answers: Any, requests: int) -> str:
    """Do one work in a fork; return "done", "time", "memory" or "crash"."""
    told, tell = os.pipe()
    fork = os.fork()
    if fork == 0:
        try:
            os.setpgid(0, 0)
            os.close(told)
            _limit(request)
            work(request, answers, tell)
            answers.flush()
            os._exit(0)
        except MemoryError:
            os._exit(3)
        finally:
            os._exit(1)
    os.close(tell)
    try:
        in_time = _wait(fork, request["seconds"], told, requests)
        os.kill(fork, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(fork, signal.SIGKILL)  # what it may have started
        _, status = os.waitpid(fork, 0)
    finally:
        os.close(told)
    if not in_time:
        return "time"
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return "done"
    if code == -signal.SIGXCPU:
        return "time"
    return "memory" if code == 3 else "crash"


def _wait(fork: int, seconds: float, told: int, requests: int) -> bool:
    """Wait until a fork ends or the caller is gone; False once it is out of time.

    The fork tells on `told` how many pages it has to read, and is given the time for them. What it
    waits for a core isn't counted, up to the time that the longest document has.
    """
    started = monotonic()
    allowed = seconds
    watched = os.pidfd_open(fork)
    open_ends = [watched, requests, told]

    def left() -> float:
        most = max(allowed, min(MOST_SECONDS, allowed + seconds_starved(fork)))
        return started + most - monotonic()

    def may_wait() -> bool:
        """Tell whether it waits for a core, or has waited until now: that counts from then on."""
        return monotonic() - started < MOST_SECONDS and (waits_for_a_core(fork) or left() > 0)

    try:
        while True:
            ready, _, _ = select.select(open_ends, [], [], max(left(), 0))
            if not ready and left() <= 0 and not may_wait():
                # It may have ended while this process waited for a core itself.
                return bool(select.select([watched], [], [], 0)[0])
            if not ready:
                continue
            if watched in ready or requests in ready:
                return True
            if pages := os.read(told, 64).split():
                more = SECONDS_PER_PAGE * int(pages[-1])
                allowed = max(seconds, min(MOST_SECONDS, seconds + more))
            else:
                open_ends.remove(told)
    finally:
        os.close(watched)


def _limit(request: dict[str, Any]) -> None:
    """Bound what this process may take; the bounds can't be raised again."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    space = request["megabytes"] * 1_000_000
    # The time that passes is watched from outside; this is the second net.
    seconds = max(MOST_SECONDS, int(request["seconds"])) * request.get("threads", 1) + 1
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(request: dict[str, Any], answers: Any, tell: int) -> None:
    options = Options(
        hidden_slides=request["hidden_slides"],
        speaker_notes=request["speaker_notes"],
        page_seconds=request["seconds"] * PAGE_SHARE,
        transcriber=request.get("transcriber", ""),
        language=request.get("language", ""),
        threads=request.get("threads", 1),
        voices=request.get("voices", ""),
        scanned=tuple(request.get("scanned", ())),
    )
    error: ReadError | None = None
    try:
        for part in read_parts(Path(request["path"]), options):
            answers.write(json.dumps(to_json(part)) + "\n")
            answers.flush()
            if isinstance(part, Fact) and part.name == "pages" and part.value.isdecimal():
                os.write(tell, f"{part.value}\n".encode())
    except ReadError as e:
        error = e
    except MemoryError:
        raise
    except (TooSlow, Exception) as e:  # a hostile file makes libraries raise anything
        error = ReadError("file_damaged", cause=type(e).__name__)
    if error is not None:
        values = {name: str(value) for name, value in error.values.items()}
        answers.write(json.dumps({"error": error.key, "values": values}) + "\n")


if __name__ == "__main__":
    serve()
    sys.exit(0)
