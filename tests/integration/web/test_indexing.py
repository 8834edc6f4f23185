"""The staff page of the indexing: started, followed and cancelled from the page, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from time import time

import pytest

from assistant.jobs import runs
from assistant.jobs.run_state import RunState, write
from assistant.records import SyncReport
from assistant.records.messages import Message
from assistant.settings import Settings
from assistant.system import processes
from assistant.web.staff.indexing import FOLLOWED, HERE, indexing_routes
from tests.integration.jobs.test_runs import COMMAND, IDLE, until
from tests.support.problems import as_written
from tests.support.staffed import Staff, assistant_over, staffed


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a site of two documents, one of which is indexed; runs do nothing while `slow`."""
    monkeypatch.setattr(runs, "COMMAND", ("-c", IDLE, str(tmp_path), *runs.COMMAND[3:]))
    monkeypatch.setattr(runs, "_NICE", 0)
    monkeypatch.setattr(runs, "_START_SECONDS", 60)
    site = Settings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", accounts=tmp_path / "comptes.json"
    )
    _write(site, "forum/cantine/notes.txt", "La cantine sert neuf cents repas.")
    assistant = assistant_over(site)
    assistant.sync()
    _write(site, "forum/voirie/propos.txt", "Quarante trous ont été signalés.")
    return site


def _write(site: Settings, name: str, text: str) -> None:
    path = site.corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def staff(site: Settings) -> Iterator[Staff]:
    with staffed(site, indexing_routes(assistant_over(site))) as browser:
        yield browser


def test_what_the_next_run_would_do_is_said(staff: Staff) -> None:
    page = staff.read(HERE)
    assert "1 document à ajouter" in page
    assert "forum/voirie/propos.txt" in page
    assert "Réindexer maintenant" in page


def test_an_index_in_step_is_said(staff: Staff, site: Settings) -> None:
    assistant_over(site).sync()
    assert "l'index correspond aux documents" in staff.read(HERE)


def test_a_run_is_started_followed_and_cancelled(
    staff: Staff, site: Settings, tmp_path: Path
) -> None:
    (tmp_path / "slow").touch()
    page = staff.sent(HERE, {"geste": "lancer"})
    assert "L'indexation est lancée" in page
    assert "Interrompre" in page
    until(lambda: "Calcul des vecteurs" in staff.read(FOLLOWED))
    assert "fichier 0 sur 1" in staff.read(FOLLOWED)
    # What was said once is not said again.
    assert "L'indexation est lancée" not in staff.read(HERE)

    assert "déjà en cours" in staff.sent(HERE, {"geste": "lancer"})

    page = staff.sent(HERE, {"geste": "arreter"})
    assert "L'indexation est interrompue" in page
    assert staff.read(FOLLOWED) == ""
    assert not runs.state(site.index).running


def test_everything_is_read_again_where_that_is_asked(
    staff: Staff, site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COMMAND", ("-c", COMMAND, str(tmp_path), *runs.COMMAND[3:]))
    assistant_over(site).sync()
    staff.sent(HERE, {"geste": "lancer"})
    until(lambda: not runs.state(site.index).running)
    report = runs.state(site.index).report
    assert report is not None
    assert (report.unchanged, report.changed) == (2, 0)

    assert "Tout relire depuis le début" in staff.read(HERE)
    assert "L'indexation est lancée" in staff.sent(HERE, {"geste": "relire"})
    until(lambda: not runs.state(site.index).running)
    report = runs.state(site.index).report
    assert report is not None
    assert (report.unchanged, report.added + report.changed) == (0, 2)


def test_a_run_that_ends_says_what_it_did(staff: Staff, site: Settings) -> None:
    staff.sent(HERE, {"geste": "lancer"})
    until(lambda: not runs.state(site.index).running)
    page = staff.read(HERE)
    assert "Dernière indexation" in page
    assert "1 ajouté" in page


def test_how_far_a_run_is_is_said_with_the_minutes_left(staff: Staff, site: Settings) -> None:
    detail = Message("reading.transcribing", {"done": "3 min 00 s", "total": "1 h 00 min 00 s"})
    state = RunState(
        outcome="running", pid=os.getpid(), born=processes.born(os.getpid()), stage="reading",
        document_id="forum/<b>.mp3", detail=detail, done=4, total=10, pages=31,
        passages=75, ends_at=time() + 240,
    )  # fmt: skip
    write(site.index, state)
    page = staff.read(FOLLOWED)
    assert "fichier 4 sur 10 – 31 pages lues – 75 passages – encore 4 minutes" in page
    assert "forum/<b>.mp3 (3 min 00 s sur 1 h 00 min 00 s)" in page
    in_english = staff.read(f"{FOLLOWED}?langue=en")
    assert "forum/<b>.mp3 (3 min 00 s of 1 h 00 min 00 s)" in in_english
    assert "<b>" not in staff.get(FOLLOWED).text


def test_files_that_could_not_be_read_are_said_with_what_to_do(
    staff: Staff, site: Settings
) -> None:
    problem = as_written("forum/scan.pdf", "error", "Ce sont des images.", "Installez Tesseract.")
    report = SyncReport(3, 0, 0, 0, 0, 1, 9, 9, (problem,), "gen-000002", 3.0)
    write(site.index, RunState(outcome="partial", ended_at=1_742_292_000.0, report=report))
    page = staff.read(HERE)
    assert "3 ajoutés, 1 en échec : forum/scan.pdf" in page
    assert "Installez Tesseract." in page
    assert "18 mars 2025" in page


def test_a_corpus_that_is_gone_is_said_and_nothing_breaks(staff: Staff, site: Settings) -> None:
    site.corpus.rename(site.corpus.with_name("ailleurs"))
    assert "introuvable" in staff.read(HERE)
