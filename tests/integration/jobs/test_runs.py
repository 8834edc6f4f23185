"""Runs started, followed and cancelled from another process: real ones, with a fake encoder.

Where what is indexed doesn't matter, the process loads no index and reads nothing, but is the
command in all else: a run costs seconds of a machine that has no time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.cli import main
from assistant.core import Assistant
from assistant.errors import CorpusError, IndexDamaged, IndexFault, IndexUnwritable, SyncRunning
from assistant.i18n.problems import problem_in_words
from assistant.index.lock import LOCK
from assistant.ingest.sync import sync
from assistant.jobs import own_run, runs
from assistant.jobs.own_run import exclusive_run, stoppable
from assistant.jobs.run_state import STATUS, RunState, in_words, left_in_words, read, write
from assistant.records import Problem, Progress, SyncReport
from assistant.records.messages import Message
from assistant.serialize import plain
from assistant.settings import Settings
from assistant.system import processes
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder
from tests.support.old_site import old_site
from tests.support.patient import until

#: The command, but for what it indexes: nothing, and for as long as the folder says so.
IDLE = """
import sys, time
from pathlib import Path
from assistant import cli
from assistant.cli import commands
from assistant.records import Progress, SyncReport
from assistant.jobs.own_run import exclusive_run, stoppable

FOLDER = Path(sys.argv.pop(1))

def sync(settings, options):
    with stoppable(), exclusive_run(settings.index) as status:
        status.tell(Progress("encoding", "", 0, 1))
        while (FOLDER / "slow").exists():
            time.sleep(0.02)
        status.finish(SyncReport(1, 0, 0, 0, 0, 0, 1, 1, (), "gen", 1.0))
    return 0

commands._sync = sync
sys.exit(cli.main(sys.argv[1:]))
"""
#: The command with a fake encoder, which takes its time where the folder says so.
COMMAND = """
import sys, time
from pathlib import Path
import assistant.core
from tests.support.fakes import FakeEncoder

class Slow(FakeEncoder):
    def encode_with_words(self, texts):
        while (FOLDER / "slow").exists():
            time.sleep(0.02)
        return super().encode_with_words(texts)

FOLDER = Path(sys.argv.pop(1))
assistant.core.open_encoder = lambda settings: Slow()
from assistant.cli import main
sys.exit(main(sys.argv[1:]))
"""
NOTES = "forum/cantine/notes.txt"
ADDED = "forum/voirie/propos.txt"


def put(site: Settings, name: str, text: str) -> None:
    path = site.corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Return a site of one document that is indexed, and to which one was added since."""
    # Among what whoever starts the page may have: nothing of it may reach the run.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "ailleurs"))
    (tmp_path / "assistant.toml").write_text("n'importe quoi", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(runs, "COMMAND", ("-c", IDLE, str(tmp_path), *runs.COMMAND[3:]))
    monkeypatch.setattr(runs, "_NICE", 0)  # tests share a busy machine
    monkeypatch.setattr(runs, "_START_SECONDS", 60)
    site = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    put(site, NOTES, "La cantine centrale sert neuf cents repas par jour d'école.")
    sync(site, FakeEncoder())
    put(site, ADDED, "Quarante nids-de-poule ont été signalés au mois de mars.")
    yield site
    (tmp_path / "slow").unlink(missing_ok=True)
    until(lambda: not runs.state(site.index).running)


@pytest.fixture
def real(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have runs index."""
    monkeypatch.setattr(runs, "COMMAND", ("-c", COMMAND, *runs.COMMAND[2:]))


@pytest.fixture
def slow(site: Settings, tmp_path: Path) -> Path:
    """Return a file of the site: as long as it exists, runs don't get past their encoding."""
    file = tmp_path / "slow"
    file.touch()
    return file


def started(site: Settings) -> RunState:
    """Start a run and return its state once it is encoding."""
    runs.start(site)
    until(lambda: runs.state(site.index).stage == "encoding")
    return runs.state(site.index)


def answering(site: Settings) -> set[str]:
    """Return the documents that the index answers from."""
    with Assistant(site) as assistant:
        assistant.__dict__["_encoder"] = FakeEncoder()
        return set(assistant.view().document_ids)


# --- Started and followed ----------------------------------------------------------------------


def test_before_any_run_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert runs.state(tmp_path / "index") == RunState()


def test_a_run_is_followed_while_the_page_answers_and_takes_up_what_it_publishes(
    site: Settings, real: None, slow: Path
) -> None:
    with Assistant(site) as page:
        page.__dict__["_encoder"] = FakeEncoder()
        before = page.view().generation
        now = started(site)
        assert now.running and now.pid != os.getpid()
        assert (now.document_id, now.done, now.total) == (ADDED, 0, 1)
        assert now.started_at <= time.time() and now.seconds_left is None

        page.refresh()
        assert page.search("repas de la cantine")[0].passage.document_id == NOTES
        assert page.view().generation == before

        slow.unlink()
        until(lambda: not runs.state(site.index).running)
        after = runs.state(site.index)
        assert (after.outcome, after.passages, after.fault) == ("done", 1, None)
        assert after.report is not None and after.report.added == 1
        assert in_words(after) == "1 ajouté"

        page.refresh()
        assert page.view().generation == after.report.generation != before
        assert page.search("nids-de-poule en mars")[0].passage.document_id == ADDED


def test_a_run_has_low_priority_and_a_session_of_its_own(
    site: Settings, slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_NICE", 15)
    pid = started(site).pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == 15
    assert os.getsid(pid) == pid


def test_a_run_has_exactly_the_settings_of_the_page(site: Settings, real: None) -> None:
    state = runs.run(replace(site, max_passage_tokens=100))
    assert state.outcome == "failed"
    assert "sync --rebuild" in in_words(state)


def test_files_in_error_make_it_partial_and_are_named(site: Settings, real: None) -> None:
    (site.corpus / "forum/casse.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    state = runs.run(site)
    assert state.outcome == "partial"
    assert state.report and [one.subject for one in state.report.problems] == ["forum/casse.pdf"]
    assert in_words(state) == "1 ajouté, 1 en échec : forum/casse.pdf"


def test_a_failure_is_kept_with_its_remedy_and_logged(site: Settings, real: None) -> None:
    state = runs.run(replace(site, corpus=site.corpus / "absent"))
    error = CorpusError("corpus_missing", path=site.corpus / "absent")
    assert (state.outcome, in_words(state)) == ("failed", error.in_a_line())
    assert str(error) in runs.log_lines(site.index)


def test_a_run_that_cannot_begin_says_why(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "COMMAND", ("-c", "raise SystemExit('Python est trop ancien')"))
    with pytest.raises(IndexFault, match="Python est trop ancien"):
        runs.start(site)


def test_a_run_by_hand_is_followed_too(
    site: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    monkeypatch.delenv("ASSISTANT_CORPUS")
    arguments = ["--settings", os.devnull, "--corpus", str(site.corpus), "--index"]
    assert main([*arguments, str(site.index), "sync"]) == 0
    assert "1 ajouté" in capsys.readouterr().out
    state = runs.state(site.index)
    assert (state.outcome, state.pid) == ("done", os.getpid())


# --- Two at once, dead ones, garbage -----------------------------------------------------------


def test_of_two_starts_at_once_one_runs_and_the_other_is_told(site: Settings, slow: Path) -> None:
    def start() -> str:
        try:
            runs.start(site)
        except SyncRunning:
            return "running"
        return "started"

    with ThreadPoolExecutor(2) as two:
        found = sorted(one.result() for one in [two.submit(start) for _ in range(2)])
    assert found == ["running", "started"]
    assert start() == "running"


def test_a_run_that_was_killed_is_lost_and_the_next_one_finishes(
    site: Settings, real: None, slow: Path
) -> None:
    os.kill(started(site).pid, signal.SIGKILL)
    until(lambda: runs.state(site.index).outcome == "lost")
    assert answering(site) == {NOTES}
    assert not runs.cancel(site.index)

    slow.unlink()
    assert runs.run(site).outcome == "done"
    assert answering(site) == {NOTES, ADDED}


def test_a_number_that_became_another_process_is_neither_taken_for_the_run_nor_ended(
    site: Settings,
) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        boot, since = processes.born(other.pid).split()
        write(site.index, RunState(outcome="running", pid=other.pid, born=f"{boot} {since}1"))
        assert runs.state(site.index).outcome == "lost"
        assert not runs.cancel(site.index)
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


def test_a_process_that_is_no_sync_of_this_index_is_not_ended(site: Settings) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        born = processes.born(other.pid)
        write(site.index, RunState(outcome="running", pid=other.pid, born=born))
        assert not runs.cancel(site.index)
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


def test_a_zombie_does_not_live() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    until(lambda: processes.born(ended.pid) == "")
    ended.wait()


GARBAGE = [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000]
#: What is wrong in a state that is right otherwise.
WRONG = [
    {"pid": "1"}, {"outcome": "x"}, {"pid": True}, {"x": 1}, {"report": {}},
    {"report": {"problems": [1]}}, {"ends_at": "tard"}, {"stage": 3},
    {"detail": 3}, {"detail": {"x": "y"}},
]  # fmt: skip
GARBAGE += [json.dumps({**asdict(RunState("running")), **one}).encode() for one in WRONG]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_a_status_that_is_garbage_is_none(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / STATUS).write_bytes(garbage)
    assert runs.state(tmp_path) == RunState()
    assert not runs.cancel(tmp_path)


@pytest.mark.parametrize("pid", [-1, 0, 2**22 + 1, 2**70])
def test_a_number_that_no_process_can_have_is_lost(tmp_path: Path, pid: int) -> None:
    write(tmp_path, RunState(outcome="running", pid=pid, born="x 1"))
    assert runs.state(tmp_path).outcome == "lost"
    assert not runs.cancel(tmp_path)


#: How far a long reading is.
DETAIL = Message("reading.transcribing", {"done": "3 min 00 s", "total": "9 min 00 s"})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    problem = Problem(
        "a.pdf", "error", "reading.empty", {"why": Message("reading.no_suffix")}, "empty", "3"
    )
    report = SyncReport(1, 2, 3, 4, 5, 6, 7, 8, (problem,), "gen-1", 1.5)
    state = RunState("partial", 12, "x 1", 1.5, 2, "publishing", "\udce9", DETAIL, 1, 2, 3, 4, 5.5)
    state = replace(state, report=report, fault=Message("runs.broke", {"cause": "x"}))
    write(tmp_path, state)
    assert read(tmp_path) == replace(state, document_id="?")


def test_a_reading_whose_detail_an_earlier_version_wrote_in_french_is_told_without(
    tmp_path: Path,
) -> None:
    old = {**asdict(RunState("running", document_id="a.mp3")), "detail": "3 min sur 9"}
    (tmp_path / STATUS).write_text(json.dumps(old), encoding="utf-8")
    assert read(tmp_path) == RunState("running", document_id="a.mp3")


def test_programs_read_the_detail_of_a_run_in_french() -> None:
    state = RunState("running", document_id="a.mp3", detail=DETAIL)
    assert plain(state)["detail"] == "3 min 00 s sur 9 min 00 s"
    assert plain(replace(state, detail=None))["detail"] == ""


def test_what_an_earlier_version_wrote_in_french_is_read_in_the_language_of_who_reads(
    tmp_path: Path,
) -> None:
    found = read(old_site(tmp_path).index)
    assert found and found.report
    problems = {one.subject: one for one in found.report.problems}
    assert len(problems) == 15
    assert all(one.key != "reading.as_written" for one in problems.values())
    other = problems["forum/sans-suffixe"]
    assert problem_in_words(other, "en") == "The “no extension” format is not read."
    assert other.state == "unknown_format"
    assert in_words(found, "en").startswith("8 added, 2 failed")


def test_why_a_run_of_an_earlier_version_failed_is_said_in_both_languages(tmp_path: Path) -> None:
    error = CorpusError("corpus_missing", path="/srv/documents")
    write(tmp_path, RunState("failed"))
    plain = json.loads((tmp_path / STATUS).read_text())
    del plain["fault"]
    plain |= {"message": str(error), "remedy": error.remedy}
    (tmp_path / STATUS).write_text(json.dumps(plain))
    found = read(tmp_path)
    assert found and in_words(found, "en") == error.in_a_line("en")


def test_a_run_that_says_nothing_of_itself_is_still_seen(site: Settings) -> None:
    with FileLock(site.index / LOCK):
        assert runs.state(site.index) == RunState(outcome="running")
        with pytest.raises(SyncRunning):
            runs.start(site)


# --- Cancelled ---------------------------------------------------------------------------------


def test_a_run_that_is_cancelled_leaves_the_index_whole(
    site: Settings, real: None, slow: Path
) -> None:
    children = _children(started(site).pid)
    assert children, "it reads in another process"
    assert runs.cancel(site.index)
    state = runs.state(site.index)
    assert (state.outcome, state.report) == ("cancelled", None)
    until(lambda: not any(processes.born(one) for one in children))
    assert answering(site) == {NOTES}
    assert "Interrompu" in " ".join(runs.log_lines(site.index))
    assert not runs.cancel(site.index)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        if task.name != str(pid)
        for child in (task / "children").read_text().split()
    ]


def test_a_run_that_does_not_listen_is_ended_all_the_same(site: Settings, slow: Path) -> None:
    os.kill(started(site).pid, signal.SIGSTOP)
    assert runs.cancel(site.index, wait=0.1)
    assert runs.state(site.index).outcome == "cancelled"


def test_a_command_ended_by_sigterm_says_so_and_has_its_own_status(
    site: Settings, slow: Path
) -> None:
    command = [sys.executable, *runs.COMMAND]
    environment = {**os.environ, **site.environment()}
    by_hand = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    until(lambda: runs.state(site.index).stage == "encoding")
    by_hand.terminate()
    _, errors = by_hand.communicate(timeout=300)
    assert by_hand.returncode == 143
    assert errors.startswith("Interrompu.")
    assert runs.state(site.index).outcome == "cancelled"


@pytest.mark.parametrize("is_deaf", [False, True], ids=["ends when asked", "is killed"])
def test_what_interrupts_the_wait_for_a_run_ends_it(
    site: Settings, slow: Path, monkeypatch: pytest.MonkeyPatch, *, is_deaf: bool
) -> None:
    waiting = subprocess.Popen.wait
    asked: list[float | None] = []

    def interrupted(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        asked.append(timeout)
        if len(asked) == 1:
            raise KeyboardInterrupt
        if timeout and is_deaf:
            raise subprocess.TimeoutExpired("assistant", timeout)
        return waiting(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        runs.run(site)
    assert runs.state(site.index).outcome == "cancelled"


# --- What the disk refuses, and the log --------------------------------------------------------


def test_an_index_that_cannot_be_written_is_said(site: Settings) -> None:
    blocked = replace(site, index=site.corpus / NOTES / "index")  # root may write anywhere else
    with pytest.raises(IndexUnwritable):
        runs.start(blocked)
    assert runs.state(blocked.index) == RunState()


def test_a_status_that_cannot_be_written_stops_no_run(site: Settings) -> None:
    (site.index / STATUS).mkdir()
    with exclusive_run(site.index) as status:
        status.tell(Progress("reading", NOTES, 0, 1))
        report = sync(site, FakeEncoder(), locked=True)
        status.finish(report)
    assert report.added == 1
    assert not (site.index / f"{STATUS}.writing").exists()


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        (IndexDamaged("index_damaged", path="x", cause="x"), "failed"),
        (RuntimeError("au secours"), "failed"),
        (KeyboardInterrupt(), "cancelled"),
    ],
    ids=["error", "bug", "interrupted"],
)
def test_however_a_run_ends_its_status_says_so(
    site: Settings, raised: BaseException, outcome: str
) -> None:
    with pytest.raises(type(raised)), exclusive_run(site.index):
        raise raised
    assert runs.state(site.index).outcome == outcome


def test_the_last_step_told_is_written_even_if_none_follows(site: Settings) -> None:
    with exclusive_run(site.index) as status:
        for number in range(200):
            status.tell(Progress("reading", f"{number}", number, 200))
        until(lambda: runs.state(site.index).document_id == "199")
        status.end("cancelled")


def test_a_log_that_has_grown_is_set_aside_once(site: Settings) -> None:
    log = site.index / own_run.LOG
    log.write_text("avant\n" * 100_000, encoding="utf-8")
    assert runs.run(site).outcome == "done"
    assert log.stat().st_size < 1000
    assert (site.index / "sync.log.1").stat().st_size == 600_000
    assert runs.log_lines(site.index)[-1] == "1 ajouté"


def test_sigterm_is_let_go_of_after_the_run() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(own_run.Stopped), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(5)
    assert signal.getsignal(signal.SIGTERM) == before


# --- In words ----------------------------------------------------------------------------------


def _report(problems: int = 0, **numbers: int) -> SyncReport:
    wrong = tuple(Problem(f"{n}.pdf", "error", "reading.empty") for n in range(problems))
    return replace(SyncReport(0, 0, 0, 0, 0, 0, 0, 0, wrong, "gen", 1.0), **numbers)


@pytest.mark.parametrize(
    ("found", "french", "english"),
    [
        (_report(), "rien n'a changé", "nothing has changed"),
        (_report(unchanged=7), "rien n'a changé", "nothing has changed"),
        (
            _report(added=3, removed=1),
            "3 ajoutés, 1 retiré",
            "3 added, 1 removed",
        ),
        (
            _report(5, added=3, failed=5),
            "3 ajoutés, 5 en échec : 0.pdf, 1.pdf, 2.pdf et 2 autres",
            "3 added, 5 failed: 0.pdf, 1.pdf, 2.pdf and 2 others",
        ),
        (
            _report(1),
            "1 fichier ou dossier en erreur : 0.pdf",
            "1 file or folder in error: 0.pdf",
        ),
        (RunState("running"), "indexation en cours", "indexing under way"),
        (
            RunState("failed", fault=CorpusError("corpus_missing", path="x").as_message()),
            CorpusError("corpus_missing", path="x").in_a_line(),
            CorpusError("corpus_missing", path="x").in_a_line("en"),
        ),
    ],
)
def test_a_run_is_summed_up_in_a_line(
    found: RunState | SyncReport, french: str, english: str | None
) -> None:
    assert in_words(found) == french
    if english:
        assert in_words(found, "en") == english


@pytest.mark.parametrize("outcome", ["none", "running", "cancelled", "lost"])
def test_every_outcome_without_a_report_has_its_words(outcome: runs.Outcome) -> None:
    assert all(in_words(RunState(outcome), language) for language in ("fr", "en"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "encore moins d'une minute"),
        (61, "encore 1 minute environ"),
        (12 * 60, "encore 12 minutes environ"),
        (43 * 60, "encore 45 minutes environ"),
        (7000, "encore 2 heures environ"),
    ],
)
def test_an_estimate_is_rounded(seconds: float, words: str) -> None:
    assert left_in_words(seconds) == words
