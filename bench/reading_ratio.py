"""How long reading a file takes beside an earlier tree: processor time, in turns, as ratios.

git worktree add /tmp/before 620d34a
python -m bench.reading_ratio --before /tmp/before FILE... [--rounds 7]

One process per tree reads each file after the other has; what else the machine does slows both
alike. Prints the medians of each file in thousandths of a second, and the ratio per format.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

#: Reads the files named on its input, and says how long each took.
_READ = """
import logging, sys, warnings
from pathlib import Path
from time import process_time
warnings.simplefilter("ignore"), logging.disable(logging.CRITICAL)
from assistant.readers import read
for line in sys.stdin:
    path, begun = Path(line.strip()), process_time()
    try:
        read(path, f"e/s/{path.name}")
    except Exception:  # an earlier tree may fail at what this one reads
        pass
    print(process_time() - begun, flush=True)
"""


def _reader(tree: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _READ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _seconds(reader: subprocess.Popen[str], path: Path) -> float:
    assert reader.stdin is not None and reader.stdout is not None
    print(path, file=reader.stdin, flush=True)
    return float(reader.stdout.readline())


def main() -> None:
    """Read the files in both trees, in turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    readers = _reader(options.before.resolve()), _reader(Path(__file__).resolve().parents[1])
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for path in (one.resolve() for one in options.files):
        times: tuple[list[float], list[float]] = [], []
        for at in range(options.rounds + 1):
            for which in (0, 1) if at % 2 else (1, 0):
                spent = _seconds(readers[which], path)
                if at:  # the first time, its libraries were imported
                    times[which].append(spent)
        before, now = map(median, times)
        totals[path.suffix][0] += before
        totals[path.suffix][1] += now
        print(f"{path.name[:50]:50} {1000 * before:8.1f} {1000 * now:8.1f} {now / before:6.2f}")
    for suffix, (before, now) in totals.items():
        print(f"{suffix:50} {1000 * before:8.1f} {1000 * now:8.1f} {now / before:6.2f}")
    for reader in readers:
        reader.communicate()


if __name__ == "__main__":
    main()
