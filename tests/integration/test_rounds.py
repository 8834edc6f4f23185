"""Documents added, changed, moved and removed at random, while processes are killed at random.

`bench.rounds` does a thousand of these rounds; here are some, and what its look must notice.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.corpus import walk
from assistant.index.catalog import CATALOG
from assistant.ingest import reading_pool
from assistant.readers import second_pass
from assistant.settings import Settings
from bench.rounds_check import compare, orphans
from bench.rounds_site import Site
from tests.conftest import ROOT

#: In a process of its own, which forks: this one may have threads.
ROUNDS = """
import sys
from pathlib import Path
from bench.rounds import run
sys.exit(run(Path(sys.argv[1]), 25, 20251123, 9, documents=12))
"""


def test_after_rounds_of_changes_and_kills_the_index_is_the_one_its_documents_make(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", ROUNDS, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("equal to one made anew") == 3
    assert "sync killed" in done.stdout


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, Settings]]:
    """Return a site, and another of the same documents, both indexed."""
    for module, name in (
        (reading_pool, "ReadingProcess"),
        (walk, "can_transcribe"),
        (second_pass, "transcriber_folder"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back in the end
    site = Site(tmp_path / "site", random.Random(1), documents=6)
    site.syncing()()
    anew = site.copy(tmp_path / "anew")
    other = Site.__new__(Site)
    other.settings = anew
    other.syncing()()
    yield site.settings, anew


def test_two_indexes_of_the_same_documents_are_equal(sites: tuple[Settings, Settings]) -> None:
    site, anew = sites
    seen, differences = compare(site, anew, random.Random(1))
    assert differences == orphans(site) == []
    assert seen.documents == 6 and sum(seen.statuses.values()) == 50


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE passages SET text = text || ' Autre.' WHERE ordinal = 0",
        "UPDATE passages SET context = ''",
        "UPDATE passages SET first = first + 1",
        "UPDATE documents SET facts = '{}'",
        "UPDATE encoded SET vector = zeroblob(256)",
        "DELETE FROM vectors",
    ],
)
def test_an_index_that_is_not_the_one_its_documents_make_is_told(
    sites: tuple[Settings, Settings], change: str
) -> None:
    site, anew = sites
    with closing(sqlite3.connect(site.index / CATALOG)) as db, db:
        db.execute(change)
    assert compare(site, anew, random.Random(1))[1]


@pytest.mark.parametrize(
    "left",
    [
        f"index/thumbnails/{'a' * 64}/1.webp",
        f"index/transcriptions/{'a' * 64}.json",
        "index/.gen-000009.building/vectors.faiss",
        "index/sync.json.writing",
        "index/gen-000007/manifest.json",
        "index/notes.txt",
        "corpus/.depot/abc/00001",
        f"corpus/.corrections/{'a' * 64}.json.writing",
    ],
)
def test_what_nothing_needs_is_told(sites: tuple[Settings, Settings], left: str) -> None:
    site, _ = sites
    path = site.index.parent / left
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("rien")
    if "gen-" in left:
        (site.index / "gen-000008").mkdir()
    assert orphans(site)
