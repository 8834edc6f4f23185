"""Following the corpus: when a run is due, look by look, and what is said of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.errors import IndexUnwritable, SyncRunning
from assistant.i18n import in_words as say_message
from assistant.ingest.sync import sync
from assistant.jobs.run_state import RunState, in_words
from assistant.jobs.watch import _PATIENCE, _RETRY, Look, Watcher, look
from assistant.records.messages import Message
from assistant.records.runs import SyncReport
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder

A: Look = {"a": (1, 1)}
GROWING = [{"a": (1, 1), "b": (size, size)} for size in range(100, 300)]


class Watch:
    """A Watcher whose runs do nothing but be noted, and end as they are told to."""

    def __init__(self, corpus: Path = Path("docs"), ask_every: int = 0) -> None:
        self.said: list[str] = []
        self.runs = 0
        self.outcomes: list[RunState | Exception] = []
        self._watcher = Watcher(corpus, self._tell, self._run, ask_every)

    def _tell(self, event: Message | RunState) -> None:
        self.said.append(event.outcome if isinstance(event, RunState) else say_message(event))

    def _run(self) -> RunState:
        self.runs += 1
        outcome = self.outcomes.pop(0) if self.outcomes else RunState(outcome="done")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def take(self, *looks: Look) -> int:
        """Return the number of runs that these looks make."""
        before = self.runs
        for one in looks:
            self._watcher.take(one)
        return self.runs - before


def test_it_indexes_at_once_then_only_when_something_has_changed() -> None:
    watch = Watch()
    assert watch.take(A) == 1
    assert watch.take(A, A, A) == 0
    assert watch.take(GROWING[0], GROWING[0]) == 1
    assert watch.take(GROWING[0]) == 0
    assert watch.take(A, A) == 1, "a file that is gone is a change"
    assert watch.said == ["done"] * 3


def test_sources_are_asked_whatever_the_folder_looks_like(tmp_path: Path) -> None:
    watch = Watch(tmp_path, ask_every=5)
    unchanged = RunState(outcome="done", report=SyncReport(0, 0, 0, 0, 9, 0, 9, 0, (), "", 0.0))
    watch.outcomes = [unchanged] * 4
    # An empty folder is one that sources fill.
    assert watch.take({}) == 1
    assert watch.take(A, A, A) == 1
    assert watch.take(A, A, A) == 0
    assert watch.take(A) == 1
    assert watch.said[1:] == []


def test_a_file_that_grows_is_waited_for() -> None:
    watch = Watch()
    watch.take(A)
    assert watch.take(*GROWING[:30]) == 0
    assert watch.take(GROWING[29]) == 1


def test_what_never_settles_is_indexed_all_the_same() -> None:
    watch = Watch()
    watch.take(A)
    assert watch.take(*GROWING[: _PATIENCE - 1]) == 0
    assert watch.take(GROWING[_PATIENCE]) == 1


def test_a_folder_that_is_gone_is_said_once_and_waited_for() -> None:
    watch = Watch()
    watch.take(A)
    assert watch.take({}, {}, {}, A, A) == 0
    assert [one.split(" : ")[0] for one in watch.said[1:]] == [
        "Le dossier docs est absent ou vide",
        "Le dossier docs est revenu.",
    ]


@pytest.mark.parametrize(
    "bad", [RunState(outcome="failed"), RunState(outcome="lost"), IndexUnwritable(
        "index_unwritable", path="index", cause="plus de place")],
    ids=["failed", "lost", "not started"],
)  # fmt: skip
def test_a_bad_run_is_said_and_tried_again_later(bad: RunState | Exception) -> None:
    watch = Watch()
    watch.outcomes = [bad]
    assert watch.take(A) == 1
    assert len(watch.said) == 1
    assert watch.take(*[A] * (_RETRY - 1)) == 0
    assert watch.take(A) == 1
    assert watch.take(*[A] * 2 * _RETRY) == 0, "it went well"


def test_a_run_that_is_cancelled_is_not_begun_again_before_a_change() -> None:
    watch = Watch()
    watch.outcomes = [RunState(outcome="cancelled")]
    watch.take(A)
    assert watch.take(*[A] * 2 * _RETRY) == 0
    assert watch.take(GROWING[0], GROWING[0]) == 1


def test_after_a_run_of_somebody_else_it_looks_again() -> None:
    watch = Watch()
    watch.outcomes = [SyncRunning("sync_running", path="index")]
    assert watch.take(A, A) == 2
    assert watch.said == ["done"]


def test_a_real_folder_is_indexed_as_it_changes(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    said: list[str] = []

    def run() -> RunState:
        return RunState(outcome="done", report=sync(settings, FakeEncoder()))

    def tell(event: Message | RunState) -> None:
        said.append(in_words(event) if isinstance(event, RunState) else say_message(event))

    watcher = Watcher(settings.corpus, tell, run)
    folder = settings.corpus / "forum/cantine"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("La cantine sert neuf cents repas.", encoding="utf-8")
    (folder / ".notes.txt.swp").write_text("x", encoding="utf-8")
    watcher.take(look(settings.corpus))
    (settings.corpus / "forum/programme.csv").write_text(
        "seance;titre\ncantine;Le bilan de la cantine\n", encoding="utf-8"
    )
    for _ in range(2):
        watcher.take(look(settings.corpus))
    settings.corpus.rename(tmp_path / "débranché")
    watcher.take(look(settings.corpus))
    assert said[:2] == ["1 ajouté", "1 modifié"]
    with Assistant(settings) as assistant:
        assert len(assistant.documents()) == 1
    assert len(look(tmp_path / "débranché")) == 2


def test_sigterm_ends_the_watch_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "--corpus", str(tmp_path / "rien")]
    command += ["--index", str(tmp_path / "index"), "sync", "--watch"]
    watching = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert watching.stdout is not None
    lines = [watching.stdout.readline(), watching.stdout.readline()]
    watching.send_signal(signal.SIGTERM)
    rest, errors = watching.communicate(timeout=300)
    assert watching.returncode == 0
    assert "est suivi" in lines[0] and "absent ou vide" in lines[1]
    assert "n'est plus suivi" in rest
    assert errors == ""
