"""Hostile files: whatever the folder holds, each file is one line, and the run goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.i18n import catalogue
from tests.conftest import ROOT
from tests.samples.hostile import HOSTILE, Hostile, write_all

#: With limits shortened to what these files need: a file is stopped after 6 s, a page after 1.
SYNC = """
import json, os, sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from assistant.index.catalog import CATALOG, Catalog
from assistant.ingest.sync import sync
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder

corpus, index = map(Path, sys.argv[1:])
os.chdir(corpus)
settings = Settings(
    corpus=corpus, index=index, models=index, reading_seconds=6, reading_megabytes=700,
    max_file_megabytes=50,
)
encoder = FakeEncoder(dim=8)

# Not getrusage's maximum: it counts what the process that started this one held, pytest here.
def most_held():
    lines = Path("/proc/self/status").read_text().splitlines()
    (most,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(most) / 1000

read, times = [], {}
began = perf_counter()

def told(step):
    global began
    if step.stage == "reading" and step.document_id:
        read.append(step.document_id)
    now = perf_counter()
    times[step.document_id] = times.get(step.document_id, 0) + now - began
    began = now

report = sync(settings, encoder, progress=told)
with Catalog(index / CATALOG, read_only=True) as catalog:
    states = [asdict(state) for state in catalog.states()]
print(json.dumps({
    "read": read,
    "states": states,
    "problems": [asdict(problem) for problem in report.problems],
    "added": report.added,
    "failed": report.failed,
    "times": times,
    "seconds": report.seconds,
    "megabytes": most_held(),
    "torch": "torch" in sys.modules,
}))
"""
GOOD = {"bon.md": "# Bien\n\nUn document sans histoire.", "bon.txt": "Un autre document."}
SESSION = "forum/atelier"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what two runs over every hostile file told, the second one right after the first."""
    site = tmp_path_factory.mktemp("hostile")
    folder = site / "corpus" / SESSION
    before = Path.cwd()
    folder.mkdir(parents=True)
    os.chdir(folder)  # a socket's path must be short
    try:
        write_all(folder)
    finally:
        os.chdir(before)
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    told = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", SYNC, str(site / "corpus"), str(site / "index")],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0, done.stderr[-5000:]
        told.append(json.loads(done.stdout))
    (folder / "interdit.md").chmod(0o600)
    return told


def id_of(hostile: Hostile) -> str:
    shown = re.sub("[\x00-\x1f\u202e\ud800-\udfff]", "\ufffd", hostile.name)
    return unicodedata.normalize("NFC", f"{SESSION}/{shown}")


def test_there_are_many_hostile_files_each_with_its_name() -> None:
    assert len(HOSTILE) >= 45
    assert len({id_of(one) for one in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("hostile", HOSTILE, ids=[ascii(one.name)[:40] for one in HOSTILE])
def test_each_hostile_file_is_one_line_that_says_what_to_do(
    runs: list[dict[str, Any]], hostile: Hostile
) -> None:
    (state,) = [one for one in runs[0]["states"] if one["id"] == id_of(hostile)]
    assert state["state"] in hostile.states
    assert "\n" not in state["id"]
    if state["state"] != "ok":
        (problem, *_) = [one for one in state["problems"] if one["state"] != "ok"]
        assert f"{problem['key']}_remedy" in catalogue()
    if state["state"] in ("ok", "partial"):
        assert state["passages"] > 0
    else:
        assert state["passages"] == 0


def test_nothing_of_the_system_is_indexed(runs: list[dict[str, Any]]) -> None:
    every = json.dumps(runs[0]["states"])
    assert "root:" not in every


def test_the_good_files_beside_them_are_indexed(runs: list[dict[str, Any]]) -> None:
    states = {one["id"]: one["state"] for one in runs[0]["states"]}
    assert {states[f"{SESSION}/{name}"] for name in GOOD} == {"ok"}


def test_no_file_is_told_twice(runs: list[dict[str, Any]]) -> None:
    for run in runs:
        assert max(Counter(one["id"] for one in run["states"]).values()) == 1


def test_the_process_that_indexes_stays_small(runs: list[dict[str, Any]]) -> None:
    assert not runs[0]["torch"]
    assert max(run["megabytes"] for run in runs) < 200


def test_a_second_run_reads_none_of_them_again_and_tells_the_same(
    runs: list[dict[str, Any]],
) -> None:
    first, second = runs
    assert len(first["read"]) > 45
    assert second["read"] == []
    assert second["states"] == first["states"]
    assert second["problems"] == first["problems"]
