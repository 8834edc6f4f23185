"""Which process is which, from /proc: a number alone may have become another's; and its cores.

In: a process's number. Out: when it was born, whether it lives, and what it has open.
"""

from __future__ import annotations

import fcntl
import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def born(pid: int) -> str:
    """Return what tells a process from any other of its number, empty when there is none.

    That is this start of the machine, and the moment since at which the process started.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    # After the name, which may hold anything: the state first, the start as the 22nd of all.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else f"{boot} {fields[19]}"


def lives(pid: int, when: str) -> bool:
    """Tell whether the process of this number that was `born` so still runs."""
    return pid > 0 and bool(when) and born(pid) == when


def has_open(pid: int, path: Path) -> bool:
    """Tell whether a process has a file open; False too when it is not ours to look at."""
    with suppress(OSError):
        wanted = path.stat()
        folder = _PROC / str(pid) / "fd"
        for name in os.listdir(folder):
            with suppress(OSError):  # closed meanwhile
                if os.path.samestat((folder / name).stat(), wanted):
                    return True
    return False


def is_locked(path: Path) -> bool:
    """Tell whether a process holds a file's lock; it is taken for a moment to know."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def available_cores(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Return how many cores this process may use: by its affinity, and by its container's quota.

    A share of a core counts as one.
    """
    allowed = len(os.sched_getaffinity(0))
    for quota, period in _quotas(cgroup):
        with suppress(ValueError, ZeroDivisionError):  # "max", or -1: none
            if (cores := int(quota) / int(period)) > 0:
                allowed = min(allowed, math.ceil(cores))
    return max(1, allowed)


def _quotas(cgroup: Path) -> Iterator[tuple[str, str]]:
    """Yield the processor quotas of a container, as its group says them: versions 2 and 1."""
    with suppress(OSError, ValueError):
        quota, period = (cgroup / "cpu.max").read_text(encoding="ascii").split()
        yield quota, period
    with suppress(OSError):
        names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
        quota, period = ((cgroup / "cpu" / name).read_text(encoding="ascii") for name in names)
        yield quota, period
