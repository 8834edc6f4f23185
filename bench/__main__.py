"""`make bench`: the measurements of docs/performance.md, one after another.

python -m bench        indexes the demonstration in a temporary folder and measures it
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# As a program of a town would: mypy then judges the types of the public names.
from assistant import Assistant, Settings
from bench.scale import QUESTIONS, ROOT


def run(module: str, *arguments: str) -> None:
    """Run one bench in a process of its own, so that its memory is its own."""
    print(f"\n== {module} {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{module}", *arguments], check=True, cwd=ROOT)


def main() -> None:
    """Run every bench that needs the demonstration only."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
            print(f"index of the demonstration: {assistant.sync().seconds:.0f} s")
        where = (str(QUESTIONS), "--corpus", str(ROOT / "corpus"), "--index", str(index))
        run("questions", *where)
        run("ablation", *where)
        run("page", "--index", str(index))
        run("followups", "--index", str(index))
        run("alignment", "--index", str(index))
        for passages in ("2500", "60000"):
            run("scale", "--index", str(index), "--passages", passages)
        # Last: it installs what it compares with.
        run("compare_peers", "--index", str(index))


if __name__ == "__main__":
    main()
