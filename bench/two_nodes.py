"""Index the demonstration on a Ray cluster of two nodes of one core, and by one process.

python -m bench.two_nodes [--rounds 2] [--corpus CORPUS] [--models MODELS]

With the small encoder. In turns, by one process and by the cluster, an index made from nothing:
the time by the clock, and of all processes' processor. After the first round on the cluster once
more, a worker, a node and what runs `sync` being killed on the way, and ended by another `sync`.
Each catalog is compared with the first one; 1 is returned where one differs. The model is converted
before.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Self

from bench.scale import ROOT
from tests.support.compared_catalogs import catalog_of, committed
from tests.support.ray_nodes import Nodes, nodes

_TICKS = os.sysconf("SC_CLK_TCK")
#: What a `sync` that found something to say of a file ends with, too.
_ENDED = (0, 4)


class Runs:
    """The indexes of a folder, each made by a `sync` of its own."""

    def __init__(self, folder: Path, corpus: Path, models: Path | None) -> None:
        self._folder = folder
        own = {"ASSISTANT_MODELS": os.fspath(models)} if models else {}
        self.environment = os.environ | own | {
            "PYTHONPATH": os.pathsep.join([os.fspath(ROOT), os.environ.get("PYTHONPATH", "")]),
            "ASSISTANT_CORPUS": os.fspath(corpus),
        }  # fmt: skip

    def start(self, index: str, *options: str) -> subprocess.Popen[str]:
        """Start a `sync`."""
        command = [sys.executable, "-m", "assistant", "--index", os.fspath(self._folder / index)]
        return subprocess.Popen(
            [*command, "sync", *options], cwd=self._folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def end(self, running: subprocess.Popen[str]) -> str:
        """Wait for a `sync`, and return what it said."""
        told, _ = running.communicate()
        if running.returncode not in _ENDED:
            raise SystemExit(told)
        return told

    def until(self, index: str, running: subprocess.Popen[str], more: int) -> int:
        """Wait until a `sync` has committed so many documents more; return how many there are."""
        wanted = committed(self._folder / index) + more
        while (found := committed(self._folder / index)) < wanted:
            if running.poll() is not None:
                raise SystemExit(running.communicate()[0])
            time.sleep(0.02)
        return found

    def differs(self, index: str) -> bool:
        """Tell whether a catalog is another than the first, and print it."""
        is_same = catalog_of(self._folder / index) == catalog_of(self._folder / "alone-0")
        print(f"{index}: {committed(self._folder / index)} documents,", end=" ")
        print("the same catalog" if is_same else "ANOTHER CATALOG", flush=True)
        return not is_same


class Watched:
    """The processor time of a cluster's processes, those that end meanwhile included."""

    def __init__(self, cluster: Nodes) -> None:
        self._cluster = cluster
        self._spent: dict[int, int] = {}
        self._ended = Event()
        self._watching = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._before = sum(self._spent.values())
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watching.join()

    def seconds(self) -> float:
        """Return how much they took since the block began: what nobody saw at the end is missed."""
        return (sum(self._spent.values()) - self._before) / _TICKS

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            self._look()

    def _look(self) -> None:
        # Ray's processes leave nothing of their children's time behind.
        for pid, _ in self._cluster.processes():
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self._spent[pid] = int(stat[11]) + int(stat[12])


def processor_of_ended() -> float:
    """Return the processor time of the children of this process that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def measured(name: str, cluster: Nodes) -> Iterator[None]:
    """Print what is spent meanwhile, by the clock and of the processor."""
    clock, processor = time.perf_counter(), processor_of_ended()
    with Watched(cluster) as watched:
        yield
    clock, processor = time.perf_counter() - clock, processor_of_ended() - processor
    print(
        f"{name}: {clock:.1f} s; of the processor {processor:.1f} s in `sync`,"
        f" {watched.seconds():.1f} s in the cluster; load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


def killed(runs: Runs, cluster: Nodes) -> str:
    """Kill a worker, a node and the driver while an index is made, and have it ended."""
    index = "killed"
    driver = runs.start(index, "--ray", cluster.address)
    runs.until(index, driver, 2)
    cluster.kill_worker("EncodingWorker")
    print("a worker is killed", flush=True)
    runs.until(index, driver, 3)
    cluster.kill(3)
    print("a node is killed", flush=True)
    had = runs.until(index, driver, 2)
    driver.kill()
    driver.communicate()
    print(f"the driver is killed, {had} documents committed", flush=True)
    told = runs.end(runs.start(index, "--ray", cluster.address))
    print(told.strip().splitlines()[-1], flush=True)
    return index


def run(options: argparse.Namespace, folder: Path) -> bool:
    """Measure and compare; tell whether all catalogs are alike."""
    runs = Runs(folder, options.corpus.resolve(), options.models)
    runs.end(runs.start("converting"))
    differing = False
    with nodes(runs.environment) as cluster:
        for number in range(options.rounds):
            with measured("one process", cluster):
                runs.end(runs.start(f"alone-{number}"))
            with measured("two nodes", cluster):
                runs.end(runs.start(f"cluster-{number}", "--ray", cluster.address))
            for name in (f"alone-{number}", f"cluster-{number}"):
                differing |= runs.differs(name)
            if number == 0:
                differing |= runs.differs(killed(runs, cluster))
                cluster.add(3)
    return not differing


def main() -> int:
    """Return 1 where a catalog differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--models", type=Path, help="where the model lies")
    options = parser.parse_args()
    if find_spec("ray") is None:
        parser.error("the extra “cluster” is missing: Ray is not installed")
    with tempfile.TemporaryDirectory() as folder:
        return 0 if run(options, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
