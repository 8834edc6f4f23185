"""A Ray cluster of several nodes on this machine, each on a loopback address of its own.

The driver's node has no core: what reads and encodes is on the others, which may be killed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Ray's least, in bytes.
_STORE = 80_000_000
_PATIENCE = 300


class Nodes:
    """Nodes of one core each; `address` is what `--ray` is given."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self._folder = folder
        self._environment = environment
        _, _, port = self.address.partition(":")
        self._start(
            1, 0, "--head", "--port", port, "--include-dashboard=false", f"--temp-dir={folder}"
        )

    def add(self, number: int) -> None:
        """Start a node of one core, 2 or more."""
        self._start(number, 1, "--address", self.address)

    def kill(self, number: int) -> None:
        """Kill a node and all that it runs, as a power cut would."""
        for pid, words in self.processes():
            if any(word.endswith(f"address=127.0.0.{number}") for word in words):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def kill_worker(self, kind: str) -> None:
        """Kill one process that runs an actor or a task of such a name."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            for pid, words in self.processes():
                if words[0].startswith(f"ray::{kind}"):
                    os.kill(pid, signal.SIGKILL)
                    return
            time.sleep(0.05)
        raise AssertionError(f"no {kind} is at work")

    def processes(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each process of the cluster, with the words of its command."""
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                words = (folder / "cmdline").read_text(errors="replace").split("\0")
                ours = os.fspath(self._folder) in " ".join(words)
                worker = words[0].startswith("ray::") and self._is_ours(folder)
                if folder.name.isdecimal() and (ours or worker):
                    yield int(folder.name), words

    def _is_ours(self, folder: Path) -> bool:
        """Tell whether a worker is one of our session's; its title may lie over its environment."""
        parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        told = (folder / "environ").read_bytes() + (Path("/proc") / parent / "cmdline").read_bytes()
        return os.fspath(self._folder).encode() in told

    def end(self) -> None:
        """End all that is left of the cluster."""
        for pid, _ in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _start(self, number: int, cores: int, *options: str) -> None:
        command = [
            sys.executable, "-m", "ray.scripts.scripts", "start", *options,
            f"--node-ip-address=127.0.0.{number}", f"--num-cpus={cores}",
            f"--object-store-memory={_STORE}", "--disable-usage-stats",
        ]  # fmt: skip
        until = time.monotonic() + _PATIENCE
        # A node whose parts were slow to start says so, and may be started again.
        while subprocess.run(
            command,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode:
            assert time.monotonic() < until, "the cluster does not start"


@contextmanager
def nodes(environment: dict[str, str]) -> Iterator[Nodes]:
    """Return a cluster with two nodes of one core, 2 and 3."""
    # Sockets lie there, whose paths are short.
    with tempfile.TemporaryDirectory(prefix="r", dir="/tmp", ignore_cleanup_errors=True) as folder:
        started = None
        try:
            started = Nodes(Path(folder), environment | {"RAY_USAGE_STATS_ENABLED": "0"})
            for number in (2, 3):
                started.add(number)
            yield started
        finally:
            if started:
                started.end()
