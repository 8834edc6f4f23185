"""Refused questions: kept without who, put together by likeness."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import FeedbackError
from assistant.feedback import store
from assistant.feedback.clusters import UNLIKE, Group, RegisterEntry, clusters, entries, grouped
from assistant.feedback.store import Feedback, Unanswered
from assistant.records import Filters
from assistant.records.vectors import Vectors
from assistant.state.tables import StoreTables
from tests.support.fakes import FakeEncoder

TODAY = date(2026, 3, 12)
POOL = "Quels sont les horaires de la piscine ?"
WORKSHOP = Filters(sessions=("forum/atelier-2",))
NO = Feedback(POOL, "answered", False, documents=("forum/a.pdf",), day="2026-03-12")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / store.FILE


def _keep(path: Path, one: Unanswered | str, *, days: int = 90, today: date = TODAY) -> None:
    asked = Unanswered(one) if isinstance(one, str) else one
    store.keep_unanswered(path, asked, days=days, today=today)


def _read(path: Path, *, days: int = 90, today: date = TODAY) -> list[Unanswered]:
    return store.read_unanswered(path, days=days, today=today)


# --- Keeping -----------------------------------------------------------------------------------


def test_a_refused_question_is_read_back_with_its_day_and_its_limits(path: Path) -> None:
    _keep(path, Unanswered("Et combien ?", "La piscine ouvre quand ?", WORKSHOP))
    assert _read(path) == [
        Unanswered("Et combien ?", "La piscine ouvre quand ?", WORKSHOP, "2026-03-12", 1)
    ]


def test_the_same_words_the_same_day_are_counted_and_not_repeated(path: Path) -> None:
    for typed in (POOL, "quels sont les horaires de la piscine", "  QUELS sont les Horaires… "):
        _keep(path, typed)
    _keep(path, POOL)
    _keep(path, POOL, today=TODAY + timedelta(days=1))
    kept = _read(path, today=TODAY + timedelta(days=1))
    assert [(one.question, one.times) for one in kept if "piscine" in one.question] == [
        (POOL, 3), (POOL, 1),
    ]  # fmt: skip


def test_the_same_words_elsewhere_or_after_another_question_are_another_row(path: Path) -> None:
    for one in (
        Unanswered(POOL),
        Unanswered(POOL, "Et le samedi ?"),
        Unanswered(POOL, "", WORKSHOP),
    ):
        _keep(path, one)
    assert [one.times for one in _read(path)] == [1, 1, 1]


def test_a_row_holds_a_day_and_nothing_of_who_when_or_in_what_order(path: Path) -> None:
    _keep(path, POOL)
    with sqlite3.connect(path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(unanswered)")]
        with pytest.raises(sqlite3.OperationalError):
            db.execute("SELECT rowid FROM unanswered")
    db.close()
    assert columns == ["day", "wording", "filters", "question", "subject", "times"]


def test_addresses_and_numbers_are_masked_before_they_reach_the_disk(path: Path) -> None:
    _keep(path, Unanswered("Où est a.b@ville.fr ?", "Le 06 12 34 56 78 ?"))
    store.keep(path, replace(NO, word="appelez le 0612345678"), key="k", days=9, today=TODAY)
    (kept,) = _read(path)
    assert (kept.question, kept.subject) == (
        "Où est [adresse électronique] ?", "Le [téléphone] ?",
    )  # fmt: skip
    content = b"".join(one.read_bytes() for one in path.parent.iterdir())
    for secret in (b"a.b@ville.fr", b"06 12 34 56 78", b"0612345678", b"b ville fr"):
        assert secret not in content


def test_a_flood_of_questions_is_dropped_for_the_day_but_known_ones_still_count(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_A_DAY", 2)
    for question in ("A ?", "B ?", "C ?", "A ?"):
        _keep(path, question)
    assert [(one.question, one.times) for one in _read(path)] == [("A ?", 2), ("B ?", 1)]


@pytest.mark.parametrize(("age", "left"), [(89, 2), (90, 1)])
def test_a_question_is_erased_at_the_first_write_once_it_is_old(
    path: Path, age: int, left: int
) -> None:
    _keep(path, "A ?")
    _keep(path, "B ?", today=TODAY + timedelta(days=age))
    with sqlite3.connect(path) as db:
        (rows,) = db.execute("SELECT count(*) FROM unanswered").fetchone()
    db.close()
    assert rows == left


def test_no_days_erase_all_questions_and_no_opinion(path: Path) -> None:
    store.keep(path, NO, key="k", days=90, today=TODAY)
    _keep(path, "mot-tres-reconnaissable ?")
    store.forget_unanswered(path, days=0, today=TODAY)
    assert _read(path) == []
    assert b"reconnaissable" not in b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert len(store.read(path, days=90, today=TODAY)) == 1


def test_dropping_where_nothing_was_kept_makes_no_file(path: Path) -> None:
    store.forget_unanswered(path, days=0)
    assert (_read(path), store.erase(path)) == ([], 0)
    assert not path.exists()


def test_threads_lose_no_count(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _keep(path, f"Question {number % 4} ?"), range(80)))
    assert [one.times for one in _read(path)] == [20, 20, 20, 20]


def _former(path: Path) -> None:
    """Write a file of format 1, as it was made then."""
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(
            "CREATE TABLE feedback (key TEXT PRIMARY KEY, day TEXT NOT NULL, useful INTEGER NOT"
            " NULL, word TEXT NOT NULL, question TEXT NOT NULL, subject TEXT NOT NULL, status TEXT"
            " NOT NULL, sessions TEXT NOT NULL, documents TEXT NOT NULL, generation TEXT NOT NULL)"
            " WITHOUT ROWID"
        )
        db.execute(
            "INSERT INTO feedback VALUES ('k', '2026-03-12', 0, 'mot', 'Q ?', '', 'refused',"
            " '[]', '[]', 'gen-000001')"
        )
        db.execute("PRAGMA user_version = 1")
    db.close()


def test_a_file_of_the_former_format_goes_on_with_all_its_opinions(path: Path) -> None:
    _former(path)
    (before,) = store.read(path, days=90, today=TODAY)
    assert (before.question, before.word) == ("Q ?", "mot")
    _keep(path, POOL)
    store.keep(path, NO, key="other", days=90, today=TODAY)
    assert len(store.read(path, days=90, today=TODAY)) == 2
    assert len(_read(path)) == 1


def test_a_former_file_is_taken_over_by_several_at_once(path: Path) -> None:
    _former(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _keep(path, f"Question {number} ?"), range(16)))
    assert len(_read(path)) == 16
    assert len(store.read(path, days=90, today=TODAY)) == 1


def test_a_takeover_cut_short_leaves_the_former_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _former(path)
    steps = ("CREATE TABLE half (a)", "CREATE nonsense")
    broken = {at: store._executing(step) for at, step in enumerate(steps, 1)}
    monkeypatch.setattr(store, "TABLES", StoreTables("feedback", broken))
    with pytest.raises(FeedbackError):
        _keep(path, POOL)
    monkeypatch.undo()
    with sqlite3.connect(path) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master")]
    db.close()
    assert names == ["feedback"]
    assert len(store.read(path, days=90, today=TODAY)) == 1


# --- Erasing -----------------------------------------------------------------------------------


def test_erasing_a_wording_takes_its_opinions_too_and_nothing_else(path: Path) -> None:
    _keep(path, POOL)
    _keep(path, "horaires piscine", today=TODAY - timedelta(days=1))
    store.keep(path, replace(NO, question=POOL.upper()), key="a", days=90, today=TODAY)
    store.keep(path, replace(NO, useful=True), key="b", days=90, today=TODAY)
    store.keep(path, replace(NO, question="Autre ?"), key="c", days=90, today=TODAY)
    assert store.erase(path, {store.wording(POOL)}) == 3
    assert [one.question for one in _read(path)] == ["horaires piscine"]
    assert [one.question for one in store.read(path, days=90, today=TODAY)] == ["Autre ?"]
    assert store.erase(path, {store.wording(POOL)}) == 0


def test_what_is_erased_leaves_no_word_in_the_file(path: Path) -> None:
    _keep(path, "mot-tres-reconnaissable ?")
    store.keep(path, replace(NO, word="reconnaissable"), key="a", days=90, today=TODAY)
    assert store.erase(path) == 2
    assert b"reconnaissable" not in b"".join(one.read_bytes() for one in path.parent.iterdir())


def test_erasing_what_cannot_be_opened_is_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(FeedbackError, match="n'ont pas pu être effacées"):
        store.erase(path)


# --- Entries -----------------------------------------------------------------------------------


def _refused(question: str, times: int = 1, day: str = "2026-03-12") -> Unanswered:
    return Unanswered(question, "", Filters(), day, times)


def test_ways_of_typing_the_same_words_are_one_entry() -> None:
    (one,) = entries([_refused(POOL, 2), _refused("quels sont les HORAIRES de la piscine")], [NO])
    assert (one.count, one.refused, one.useless, one.documents) == (4, 3, 1, ("forum/a.pdf",))


def test_an_opinion_on_a_refusal_counted_that_day_is_not_another_time() -> None:
    no = replace(NO, status="refused")
    (same,) = entries([_refused(POOL, 2)], [no])
    (other,) = entries([_refused(POOL, 2)], [replace(no, day="2026-03-11")])
    (alone,) = entries([], [no])
    assert [one.count for one in (same, other, alone)] == [2, 3, 1]


def test_favourable_opinions_count_beside_others_and_make_no_entry_alone() -> None:
    yes = replace(NO, useful=True)
    (one,) = entries([], [NO, yes, yes])
    assert (one.count, one.useless, one.useful) == (1, 1, 2)
    assert entries([], [yes]) == []


def test_words_days_and_limits_are_gathered_once_each() -> None:
    (one,) = entries(
        [replace(_refused(POOL, day="2026-03-10"), filters=WORKSHOP)],
        [replace(NO, word="Ah.", sessions=WORKSHOP.sessions), replace(NO, word="Ah.")],
    )
    assert (one.words, one.last, one.filters) == (("Ah.",), "2026-03-12", (WORKSHOP,))


# --- Groups ------------------------------------------------------------------------------------


def _vectors(texts: Sequence[str]) -> Vectors:
    return FakeEncoder(256, alike=0.75).encode_passages(texts)


def _groups(found: Sequence[RegisterEntry]) -> list[Group]:
    return grouped(found, _vectors([one.text for one in found]), _vectors(UNLIKE))


QUESTIONS = [
    _refused("Quels sont les horaires de la piscine municipale ?", 3),
    _refused("horaires piscine municipale", 2),
    _refused("Quel est l'horaire de la piscine municipale le samedi ?"),
    _refused("Combien gagne un équipier de collecte ?", 4),
    _refused("Qui a écrit Les Misérables ?"),
]


@pytest.mark.parametrize("by_meaning", [True, False])
def test_alike_questions_are_put_together_the_most_asked_first(by_meaning: bool) -> None:
    found = entries(QUESTIONS, [])
    groups = _groups(found) if by_meaning else grouped(found, None, None)
    assert [(one.count, len(one.entries)) for one in groups] == [(6, 3), (4, 1), (1, 1)]
    assert "horaires" in groups[0].central.question
    assert groups[0].last == "2026-03-12"


def test_vectors_bring_together_what_shares_no_word() -> None:
    found = entries([_refused("prix du kilo de pain"), _refused("tarif de la baguette")], [])
    near = np.array([[1.0, 0.0], [0.98, 0.2]], dtype=np.float32)
    unlike = np.eye(2, dtype=np.float32)
    assert len(grouped(found, near, unlike)) == 1
    assert len(grouped(found, unlike, unlike)) == 2
    assert len(grouped(found, None, None)) == 2


@given(st.permutations(range(len(QUESTIONS))))
@settings(max_examples=20)
def test_the_order_of_what_is_kept_changes_no_group(order: list[int]) -> None:
    found = entries(QUESTIONS, [])
    assert _groups([found[at] for at in order]) == _groups(found)


@given(st.lists(st.text(max_size=30), max_size=12))
@settings(max_examples=60)
def test_any_text_is_in_one_group_and_none_is_lost(texts: list[str]) -> None:
    found = entries([_refused(one) for one in texts], [])
    groups = grouped(found, None, None)
    assert sorted(one.wording for group in groups for one in group.entries) == sorted(
        one.wording for one in found
    )
    assert sum(group.count for group in groups) == len(texts)


def test_no_question_makes_no_group() -> None:
    assert grouped([], None, None) == []
    assert clusters(np.ones((1, 1), dtype=np.float32), 0.5) == [1]
