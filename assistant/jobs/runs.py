"""Runs of `assistant sync`, started by the page, by hand or by a timer: who, how far, what came.

In: `index/sync.json`, which the process that syncs writes (`own_run`). Out: the `state` of the run
under way or of the last one, for any process; a run started (`start`) or ended (`cancel`).

A run that the page starts is a process of its own, in a session of its own: Ctrl-C on the page
leaves it going. systemd ends it along with the page (KillMode=control-group, its default), and
should: what is committed stays and the next run goes on from there, whereas a run that outlives
its service would write with the former version's code and have nobody to answer for it. A run
that must outlive restarts of the page is a service of its own (`sync --watch`, or a timer).
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep, strftime, time

from assistant.errors import IndexFault, IndexUnwritable, SyncRunning
from assistant.index.lock import LOCK, index_held
from assistant.jobs.own_run import LOG, MOST_LOG_BYTES
from assistant.jobs.run_state import RunState, read, write
from assistant.settings import Settings
from assistant.settings.loading import NO_FILE
from assistant.settings.site import ENVIRONMENT_PREFIX
from assistant.system import processes

#: What a run started from here runs; before it, the interpreter.
COMMAND = ("-P", "-m", "assistant", "--settings", str(NO_FILE), "sync")
#: A run says that it has begun within a second, but on a machine that is overwhelmed.
_START_SECONDS = 20.0
_NICE = 10
#: Begins the line that says when a run was started.
_HEADING = "--- "


def state(index: Path) -> RunState:
    """Return what is known of the run under way, or of the last one."""
    found = read(index)
    if found and processes.lives(found.pid, found.born):
        return found
    if _is_held(index):
        return RunState(outcome="running")
    # It may have ended, or another may have begun and ended, since it was read.
    found = read(index)
    if found and found.running and not processes.lives(found.pid, found.born):
        return replace(found, outcome="lost", ends_at=None)
    return found or RunState()


def start(settings: Settings, *, rebuild: bool = False, rights_only: bool = False) -> None:
    """Start a run with exactly these settings, at low priority; return once it has begun.

    `rebuild` reads everything again, `rights_only` nothing. Raises SyncRunning, IndexUnwritable,
    and IndexFault when it did not begin.
    """
    before = read(settings.index)
    asked = {"--rebuild": rebuild, "--rights-only": rights_only}
    options = [option for option, is_asked in asked.items() if is_asked]
    process = _launched(settings.index, settings.environment(), options)
    # Its end must be taken note of, or it stays a zombie for as long as the page lives.
    threading.Thread(target=process.wait, name="run", daemon=True).start()
    _wait_for_its_beginning(settings.index, process, before)


def run(settings: Settings) -> RunState:
    """Start a run as `start` does, and return its state once it has ended.

    Whatever interrupts the wait ends the run too. Raises as `start` does.
    """
    before = read(settings.index)
    process = _launched(settings.index, settings.environment())
    try:
        _wait_for_its_beginning(settings.index, process, before)
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed = read(settings.index)
                if killed and killed.pid == process.pid:
                    _note_cancelled(settings.index, killed)
    return state(settings.index)


def cancel(index: Path, *, wait: float = 10.0) -> bool:
    """End the run under way, whoever started it; return whether it has ended.

    It is asked to end, then made to after `wait` seconds. Nothing is ended but the very process
    that the status file names, while it has the lock of this index open.
    """
    found = read(index)
    if not found or not found.running or found.pid == os.getpid():
        return False
    try:
        process = os.pidfd_open(found.pid)  # from here on the number can't become another's
    except (OSError, OverflowError, ValueError):
        return False
    try:
        own = processes.lives(found.pid, found.born)
        if not own or not processes.has_open(found.pid, index / LOCK):
            return False
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(process, signal.SIGTERM)
            if not _ends(process, wait):
                signal.pidfd_send_signal(process, signal.SIGKILL)
        ended = _ends(process, 5.0)
    except PermissionError:
        return False
    finally:
        os.close(process)
    if ended:
        _note_cancelled(index, found)
    return ended


def log_lines(index: Path, most: int = 200) -> list[str]:
    """Return the last lines that runs started from here wrote of errors; no question is in it."""
    try:
        with (index / LOG).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - MOST_LOG_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[-most:]
    except OSError:
        return []


def _launched(
    index: Path, environment: Mapping[str, str], options: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start a process whose `environment` says the settings; return it."""
    if state(index).running:
        raise SyncRunning("sync_running", path=index)
    path = index / LOG
    try:
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST_LOG_BYTES:
            path.replace(path.with_name(f"{LOG}.1"))
        with path.open("ab") as log:
            log.write(f"{_HEADING}{strftime('%Y-%m-%d %H:%M:%S')}\n".encode())
            log.flush()
            process = _process(environment, log.fileno(), options)
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise IndexUnwritable("index_unwritable", path=index, cause=cause) from e
    with suppress(OSError):  # it has ended already
        # Its threads and processes, which are still to come, take it over.
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    return process


def _process(
    environment: Mapping[str, str], log: int, options: Sequence[str]
) -> subprocess.Popen[bytes]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
    # The process finds this package wherever it was found from here.
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, *COMMAND, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log,
        start_new_session=True,
        env={**inherited, **environment, "PYTHONPATH": path},
    )


def _wait_for_its_beginning(
    index: Path, process: subprocess.Popen[bytes], before: RunState | None
) -> None:
    """Return once a run's status is there, which was `before`. Raises when it won't be."""
    until = monotonic() + _START_SECONDS
    while monotonic() < until:
        status = process.poll()
        found = read(index)
        # Its number may have been that of the run before.
        if found and found != before and found.pid == process.pid:
            return
        if status is not None:
            if state(index).running:
                raise SyncRunning("sync_running", path=index)
            lines = [line for line in log_lines(index) if line.strip()]
            cause = lines[-1] if lines and not lines[-1].startswith(_HEADING) else str(status)
            raise IndexFault("run_not_begun", cause=cause)
        sleep(0.05)


def _ends(process: int, seconds: float) -> bool:
    """Wait for the process of a descriptor to end; tell whether it did."""
    return bool(select.select([process], [], [], seconds)[0])


def _note_cancelled(index: Path, found: RunState) -> None:
    """Say of a run that was killed that it was cancelled, unless it said how it ended."""
    with suppress(SyncRunning, IndexUnwritable), index_held(index):
        now = read(index)
        if now and now.running and (now.pid, now.born) == (found.pid, found.born):
            ended = replace(now, outcome="cancelled", ended_at=time(), ends_at=None)
            write(index, ended)


def _is_held(index: Path) -> bool:
    """Tell whether a process holds the index; who begins at that very moment tries again."""
    return processes.is_locked(index / LOCK)
