"""A `sync` killed with -9 at each of its stages, in a real process, with the real encoder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.generation import open_generation
from assistant.settings import Settings
from assistant.snapshot import current_name

#: Syncs, and kills itself when the given stage of the given document begins; the number of texts
#: that were encoded is on standard output, for the runs that survive.
SYNC = """
import os, signal, sys
from pathlib import Path
from assistant.core import Assistant
from assistant.models import SentenceTransformerEncoder
from assistant.settings import Settings

corpus, index, stage, document = sys.argv[1:]
encoded = []
encode = SentenceTransformerEncoder.encode_passages
def counting(self, texts):
    encoded.extend(texts)
    vectors = encode(self, texts)
    if stage == "encoded":
        os.kill(os.getpid(), signal.SIGKILL)
    return vectors
SentenceTransformerEncoder.encode_passages = counting

def kill(step):
    if step.stage == stage and document in step.document_id:
        os.kill(os.getpid(), signal.SIGKILL)

with Assistant(Settings(corpus=Path(corpus), index=Path(index))) as assistant:
    report = assistant.sync(progress=kill)
print("\\n".join(encoded))
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
    )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Settings]:
    """Return a site of two documents that is indexed, and to which two were added since."""
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    write(settings.corpus, FIRST)
    with Assistant(settings) as assistant:
        assistant.sync()
    write(settings.corpus, ADDED)
    yield settings


def documents(site: Settings) -> set[str]:
    index = open_generation(site.index)
    found = set(index.documents())
    index.close()
    return found


@pytest.mark.parametrize(
    ("stage", "document", "committed"),
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
    site: Settings, stage: str, document: str, committed: list[str]
) -> None:
    before = current_name(site.index)
    assert run(site, stage, document).returncode == -9

    assert current_name(site.index) == before
    assert documents(site) == set(FIRST)

    finished = run(site)
    assert finished.returncode == 0, finished.stderr
    assert documents(site) == {*FIRST, *ADDED}
    again = finished.stdout
    for name, text in ADDED.items():
        session = name.split("/")[1]
        # What was committed before the crash is not encoded twice; what was not, is.
        assert (text in again) == (session not in committed)
    assert not list(site.index.glob(".*building"))


def test_after_a_crash_questions_are_answered_from_the_former_index(site: Settings) -> None:
    run(site, "publishing")
    with Assistant(site) as assistant:
        (best, *_) = assistant.search("Combien de repas sert la cantine ?")
    assert best.passage.document_id == "forum/cantine/notes.txt"


def test_a_reader_keeps_its_generation_while_two_others_are_published(site: Settings) -> None:
    with Assistant(site) as reader:
        reader.search("cantine")
        for number in range(3):
            write(site.corpus, {f"forum/suite/{number}.txt": f"Le point numéro {number}."})
            with Assistant(site) as writer:
                writer.sync()
            assert reader.search("Combien de repas sert la cantine ?")
        assert reader.refresh()
        assert reader.passages("forum/suite/2.txt")
    assert len(list(site.index.glob("gen-*"))) == site.keep_generations
