"""Opinions: kept without who, for as long as a site says, whatever else happens."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.errors import FeedbackError
from assistant.feedback import store
from assistant.feedback.store import Feedback
from assistant.state import opening
from assistant.system.databases import open_to_write

TODAY = date(2026, 3, 12)
NO = Feedback(
    question="Combien de pain est jeté ?",
    status="refused",
    useful=False,
    word="C'était dans l'atelier 2.",
    subject="Et les cantines ?",
    sessions=("forum/atelier-2", "forum/atelier-3"),
    documents=("forum/atelier-2/a.pdf",),
    generation="gen-000042",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / store.FILE


def _keep(path: Path, one: Feedback, key: str, *, days: int = 90, today: date = TODAY) -> None:
    store.keep(path, one, key=key, days=days, today=today)


def test_an_opinion_is_read_back_with_its_day(path: Path) -> None:
    _keep(path, NO, "a")
    assert store.read(path, days=90, today=TODAY) == [replace(NO, day="2026-03-12")]


def test_nothing_is_read_where_nothing_was_kept(path: Path) -> None:
    assert store.read(path, days=90, today=TODAY) == []
    store.forget(path, days=0)
    assert not path.exists()


def test_an_opinion_changed_is_one_opinion(path: Path) -> None:
    _keep(path, NO, "a")
    _keep(path, replace(NO, useful=True, word=""), "a")
    (kept,) = store.read(path, days=90, today=TODAY)
    assert (kept.useful, kept.word) == (True, "")


def test_a_row_holds_a_day_and_nothing_of_who_or_when(path: Path) -> None:
    _keep(path, NO, "a")
    with sqlite3.connect(path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(feedback)")]
        (row,) = db.execute("SELECT * FROM feedback")
        with pytest.raises(sqlite3.OperationalError):
            db.execute("SELECT rowid FROM feedback")
    db.close()
    assert columns == [
        "key", "day", "useful", "word", "question", "subject", "status", "sessions", "documents",
        "generation",
    ]  # fmt: skip
    assert row[1] == "2026-03-12"


def test_opinions_are_read_in_no_order_of_arrival(path: Path) -> None:
    for key, question in (("z", "B ?"), ("y", "A ?"), ("x", "C ?")):
        _keep(path, replace(NO, question=question), key)
    kept = [one.question for one in store.read(path, days=90, today=TODAY)]
    assert kept == ["A ?", "B ?", "C ?"]


@pytest.mark.parametrize(("age", "left"), [(89, 2), (90, 1)])
def test_an_opinion_is_erased_at_the_first_write_once_it_is_old(
    path: Path, age: int, left: int
) -> None:
    _keep(path, NO, "old")
    _keep(path, NO, "new", today=TODAY + timedelta(days=age))
    with sqlite3.connect(path) as db:
        (rows,) = db.execute("SELECT count(*) FROM feedback").fetchone()
    db.close()
    assert rows == left


def test_an_old_opinion_is_not_read_even_where_nothing_was_written_since(path: Path) -> None:
    _keep(path, NO, "a")
    assert store.read(path, days=90, today=TODAY + timedelta(days=90)) == []


def test_what_is_erased_leaves_no_word_in_the_file(path: Path) -> None:
    _keep(path, replace(NO, word="mot-tres-reconnaissable"), "a")
    assert b"mot-tres-reconnaissable" in path.read_bytes()
    store.forget(path, days=0, today=TODAY)
    left = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"mot-tres-reconnaissable" not in left
    assert store.read(path, days=90, today=TODAY) == []


def test_forgetting_leaves_what_is_recent(path: Path) -> None:
    _keep(path, NO, "a")
    store.forget(path, days=90, today=TODAY + timedelta(days=89))
    assert len(store.read(path, days=90, today=TODAY)) == 1


def test_more_days_than_there_were_keep_all(path: Path) -> None:
    _keep(path, NO, "a", days=10**9)
    assert len(store.read(path, days=10**9, today=TODAY)) == 1


def test_a_flood_is_stopped_for_the_day_but_what_is_kept_may_change(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_A_DAY", 2)
    _keep(path, NO, "a")
    _keep(path, NO, "b")
    with pytest.raises(FeedbackError, match="trop d'avis"):
        _keep(path, NO, "c")
    _keep(path, replace(NO, useful=True), "b")
    assert [one.useful for one in store.read(path, days=9, today=TODAY)] == [False, True]
    _keep(path, NO, "c", today=TODAY + timedelta(days=1))


def test_old_opinions_go_even_where_the_day_is_full(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(path, NO, "a")
    monkeypatch.setattr(store, "MOST_A_DAY", 0)
    with pytest.raises(FeedbackError):
        _keep(path, NO, "b", today=TODAY + timedelta(days=90))
    assert store.read(path, days=10_000, today=TODAY) == []


def test_threads_lose_nothing(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _keep(path, NO, f"key-{number}"), range(80)))
    assert len(store.read(path, days=90, today=TODAY)) == 80


def test_processes_lose_nothing_even_where_the_database_is_not_there_yet(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.feedback import store as feedback\n"
        "for number in range(20):\n"
        "    one = feedback.Feedback('q', 'refused', False)\n"
        "    feedback.keep(Path(sys.argv[1]), one, key=f'{sys.argv[2]}-{number}', days=9)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(number)])
        for number in range(4)
    ]
    assert [one.wait(timeout=300) for one in writers] == [0, 0, 0, 0]
    assert len(store.read(path, days=9)) == 80


def test_a_database_that_is_none_is_said_with_what_to_do(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all, whatever its name says" * 100)
    with pytest.raises(FeedbackError, match="n'a pas pu être enregistré"):
        _keep(path, NO, "a")
    with pytest.raises(FeedbackError, match="ne peuvent pas être lus") as caught:
        store.read(path, days=9)
    assert store.FILE in caught.value.remedy


def test_a_disk_that_cannot_be_written_is_said_without_the_words_of_the_opinion(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    with pytest.raises(FeedbackError, match="n'a pas pu être enregistré"):
        _keep(tmp_path / "index" / store.FILE, NO, "a")
    assert "pain" not in caplog.text


def test_a_full_disk_is_said_and_leaves_what_was_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(path, NO, "a")

    def full(path: Path) -> sqlite3.Connection:
        db = open_to_write(path)
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    monkeypatch.setattr(opening, "open_to_write", full)
    with pytest.raises(FeedbackError, match="n'a pas pu être enregistré"):
        _keep(path, replace(NO, word="x" * 100_000), "b")
    monkeypatch.undo()
    assert len(store.read(path, days=90, today=TODAY)) == 1


def test_a_database_of_another_format_is_refused(path: Path) -> None:
    _keep(path, NO, "a")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(FeedbackError):
        _keep(path, NO, "b")
