"""The reading process: `python -m assistant.readers.child`, started by `intake.ReadingPool`.

In, on standard input: one request a line, as JSON. Out, on standard output: the parts of that
file, one a line as JSON, then a line that says how it ended. Each file is read in a fork under
limits of memory, time and output; a file that kills its fork leaves this process unharmed, and
the parts already written stay. When standard input closes, everything ends.

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
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import ReadError
from assistant.readers import read_parts
from assistant.readers.parts import Defect, Fact, Options, Part
from assistant.records import Block, Place

_PR_SET_PDEATHSIG = 1


def to_json(part: Part) -> dict[str, Any]:
    """Return a part as JSON can carry it."""
    return {"part": type(part).__name__, **asdict(part)}


def from_json(carried: dict[str, Any]) -> Part:
    """Return the part that `to_json` carried. Raises KeyError or TypeError for anything else."""
    fields = {name: value for name, value in carried.items() if name != "part"}
    match carried["part"]:
        case "Block":
            return Block(**{**fields, "place": Place(**fields["place"])})
        case "Fact":
            return Fact(**fields)
        case "Defect":
            return Defect(**fields)
        case other:
            raise KeyError(other)


def serve() -> None:
    """Read the files asked for, one after another, until standard input closes."""
    for module in ("pdf", "slides", "office", "markup", "plaintext", "captions"):
        __import__(f"assistant.readers.{module}")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides when to stop
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)  # a library that prints must not write among the answers
    os.dup2(silence, 2)
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    os.dup2(silence, 0)
    while line := requests.readline():
        ended = _isolated(json.loads(line), answers, requests.fileno())
        # The fork may have died in the middle of a line.
        answers.write("\n" + json.dumps({"ended": ended}) + "\n")
        answers.flush()


def _isolated(request: dict[str, Any], answers: Any, requests: int) -> str:
    """Read one file in a fork; return "done", "time", "memory" or "crash"."""
    fork = os.fork()
    if fork == 0:
        try:
            _limit(request)
            _answer(request, answers)
            answers.flush()
            os._exit(0)
        except MemoryError:
            os._exit(3)
        finally:
            os._exit(1)
    watched = os.pidfd_open(fork)
    try:
        ready, _, _ = select.select([watched, requests], [], [], request["seconds"])
        if watched not in ready:  # out of time, or the caller is gone
            os.kill(fork, signal.SIGKILL)
        _, status = os.waitpid(fork, 0)
    finally:
        os.close(watched)
    if not ready:
        return "time"
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return "done"
    if code == -signal.SIGXCPU:
        return "time"
    return "memory" if code == 3 else "crash"


def _limit(request: dict[str, Any]) -> None:
    """Bound what this process may take; the bounds can't be raised again."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    space = request["megabytes"] * 1_000_000
    seconds = int(request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(request: dict[str, Any], answers: Any) -> None:
    options = Options(
        hidden_slides=request["hidden_slides"], second_reader=request["second_reader"]
    )
    error: ReadError | None = None
    try:
        for part in read_parts(Path(request["path"]), options):
            answers.write(json.dumps(to_json(part)) + "\n")
            answers.flush()
    except ReadError as e:
        error = e
    except MemoryError:
        raise
    except Exception as e:  # a hostile file makes libraries raise anything; it is then damaged
        error = ReadError("file_damaged", cause=type(e).__name__)
    if error is not None:
        values = {name: str(value) for name, value in error.values.items()}
        answers.write(json.dumps({"error": error.key, "values": values}) + "\n")


if __name__ == "__main__":
    serve()
    sys.exit(0)
