"""What importing the package costs: nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "sentence_transformers", "faiss", "gradio", "sklearn", "pandas"}
HEAVY |= {"scipy", "ir_measures"}
#: What only a site with a provider or a directory needs.
HEAVY |= {"authlib", "joserfc", "ldap3"}
#: What only a site on a search server needs.
HEAVY |= {"pymilvus", "grpc"}
#: What only a site of several web servers needs.
HEAVY |= {"psycopg"}
#: What only a `sync` on a cluster needs.
HEAVY |= {"ray"}

RUN = """
import contextlib, runpy
sys.argv = ["assistant", {option!r}]
with contextlib.suppress(SystemExit):
    runpy.run_module("assistant", run_name="__main__")
"""
STARTS = {
    "import": "import assistant",
    "version": "import assistant; assert assistant.__version__",
    "--help": RUN.format(option="--help"),
    "--version": RUN.format(option="--version"),
}


@pytest.mark.parametrize("code", STARTS.values(), ids=STARTS)
def test_starting_loads_no_heavy_library(code: str) -> None:
    report = f"\nprint('loaded:', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}{report}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded:"
