"""A `sync` killed with -9, in a real process, at each of its stages."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.index.catalog import CATALOG
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.ingest.sync import sync
from assistant.records import Filters
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder

#: Syncs, and kills itself when the given stage of the given document begins, or once the first
#: texts are encoded; what was encoded is on standard output, for the runs that survive.
SYNC = """
import os, signal, sys
from pathlib import Path
from assistant.ingest.sync import sync
from assistant.records import Filters
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder

corpus, index, stage, document = sys.argv[1:]

class Counting(FakeEncoder):
    def encode_with_words(self, texts):
        print(*texts, sep="\\n", flush=True)
        if stage == "encoded":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_with_words(texts)

def kill(step):
    if step.stage == stage and document in step.document_id:
        os.kill(os.getpid(), signal.SIGKILL)

sync(Settings(corpus=Path(corpus), index=Path(index)), Counting(), progress=kill)
"""
FIRST = {
    "forum/cantine/notes.txt": "La cantine centrale sert neuf cents repas par jour d'école.",
    "forum/voirie/propos.txt": "Quarante nids-de-poule ont été signalés au mois de mars.",
}
ADDED = {
    "forum/dechets/bilan.txt": "La collecte du verre a progressé de huit pour cent en un an.",
    "forum/marches/seuils.txt": "Un accord-cadre de quatre ans couvre l'achat des licences.",
}


def write(corpus: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(site: Settings, stage: str = "", document: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SYNC, str(site.corpus), str(site.index), stage, document],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Return a site of two documents that is indexed, and to which two were added since."""
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    write(settings.corpus, FIRST)
    sync(settings, FakeEncoder())
    write(settings.corpus, ADDED)
    return settings


def documents(site: Settings) -> set[str]:
    index = open_generation(site.index)
    found = set(index.documents())
    index.close()
    return found


@pytest.mark.parametrize(
    ("stage", "document", "encoded"),
    [
        ("reading", "dechets", []),
        ("reading", "marches", ["dechets"]),
        ("encoding", "marches", ["dechets"]),
        ("encoded", "", []),
        ("committing", "marches", ["dechets", "marches"]),
        ("building", "", ["dechets", "marches"]),
        ("publishing", "", ["dechets", "marches"]),
    ],
)
def test_a_sync_killed_at_any_stage_leaves_the_index_answering_and_is_finished_by_the_next(
    site: Settings, stage: str, document: str, encoded: list[str]
) -> None:
    before = current_name(site.index)
    killed = run(site, stage, document)
    assert killed.returncode == -9, killed.stderr

    assert current_name(site.index) == before
    assert documents(site) == set(FIRST)

    finished = run(site)
    assert finished.returncode == 0, finished.stderr
    assert documents(site) == {*FIRST, *ADDED}
    for name, text in ADDED.items():
        # What was stored before the crash is not encoded twice; what was not, is.
        assert (text in finished.stdout) == (name.split("/")[1] not in encoded)
    assert not list(site.index.glob(".*building"))


def test_a_reader_keeps_its_generation_while_others_are_published(site: Settings) -> None:
    reader = open_generation(site.index)
    for number in range(3):
        write(site.corpus, {f"forum/suite/{number}.txt": f"Le point numéro {number}."})
        sync(site, FakeEncoder())
        (passage,) = reader.passages_of("forum/cantine/notes.txt")
        assert passage.text == FIRST["forum/cantine/notes.txt"]
    assert len(reader.dense(FakeEncoder().encode_question("cantine").vector, 5, Filters())) == 2
    reader.close()
    assert len(list(site.index.glob("gen-*"))) == site.keep_generations


def test_the_real_command_killed_while_it_encodes_is_finished_by_the_next(tmp_path: Path) -> None:
    site = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    for number in range(6):
        text = "\n\n".join(f"Article {n} du point {number} : la ville agit." for n in range(60))
        write(site.corpus, {f"forum/points/{number}.txt": text})
    command = [sys.executable, "-m", "assistant"]
    command += ["--corpus", str(site.corpus), "--index", str(site.index), "sync"]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while started.poll() is None and committed(site) < 2:
        time.sleep(0.02)
    started.kill()
    started.communicate()
    assert started.returncode == -9
    kept = committed(site)
    assert 2 <= kept < 6

    with Assistant(site) as assistant:
        report = assistant.sync()
        assert (report.added, report.unchanged) == (6 - kept, kept)
        assert assistant.search("Que fait la ville ?")


def committed(site: Settings) -> int:
    """Return the number of documents that the catalog holds, 0 before there is one."""
    path = site.index / CATALOG
    if not path.exists():
        return 0
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return int(db.execute("SELECT COUNT(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:  # not yet created, or busy
        return 0
    finally:
        db.close()
