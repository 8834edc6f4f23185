"""The audit trail: what it keeps, for how long, what can't be changed, what erasing takes out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.audit import (
    ERASED,
    KINDS,
    UNWRITTEN,
    AuditQuery,
    Trail,
    forget_documents,
    forget_name,
)
from assistant.audit import trail as writing
from assistant.i18n import say
from assistant.settings import Settings

NOTE = "forum/atelier-1/note.pdf"


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path / "index", 365)


def subjects(trail: Trail, **query: str) -> list[tuple[str, str]]:
    return [(one.action, one.subject) for one in trail.read(AuditQuery(**query), most=100)]


def test_what_was_done_is_told_newest_first_with_account_and_moment(trail: Trail) -> None:
    trail.record("deposit.added", "archiviste", [NOTE, "forum/plan.odt"])
    trail.record("rights.groups", "dsi")
    newest, *_ = entries = trail.read(AuditQuery(), most=10)
    assert [one.action for one in entries] == ["rights.groups", "deposit.added", "deposit.added"]
    assert (newest.account, newest.origin, newest.subject) == ("dsi", "page", "")
    moment = datetime.fromisoformat(newest.at)
    assert moment.utcoffset() == timedelta(0)
    assert datetime.now(UTC) - moment < timedelta(minutes=1)


def test_a_kind_an_account_and_days_can_be_asked_for(trail: Trail) -> None:
    trail.record("deposit.added", "archiviste", [NOTE])
    trail.record("document.replaced", "accueil", [NOTE])
    assert subjects(trail, kind="deposit") == [("deposit.added", NOTE)]
    assert subjects(trail, account="accueil") == [("document.replaced", NOTE)]
    assert subjects(trail, until="2001-01-01") == []
    assert len(subjects(trail, since="2001-01-01")) == trail.number(AuditQuery()) == 2
    assert trail.accounts() == ["accueil", "archiviste"]


def test_only_this_user_reads_it(trail: Trail) -> None:
    trail.record("run.started", "archiviste")
    assert trail.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries",
        "UPDATE entries SET account = 'autre'",
        "UPDATE entries SET at = '2001-01-01'",
        "UPDATE entries SET subject = 'autre.pdf'",
    ],
)
def test_what_was_kept_can_be_neither_changed_nor_deleted(trail: Trail, statement: str) -> None:
    trail.record("deposit.added", "archiviste", [NOTE])
    with closing(sqlite3.connect(trail.path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)
    assert subjects(trail) == [("deposit.added", NOTE)]


def test_what_is_older_than_the_retention_goes_and_nothing_else(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = writing._now
    monkeypatch.setattr(writing, "_now", lambda ago=timedelta(): now(ago=ago + timedelta(days=366)))
    trail.record("deposit.added", "archiviste", ["vieux.pdf"])
    monkeypatch.setattr(writing, "_now", now)
    trail.record("deposit.added", "archiviste", [NOTE])
    assert trail.drop_old() == 1
    assert subjects(trail) == [("deposit.added", NOTE)]
    assert b"vieux.pdf" not in trail.path.read_bytes()
    assert Trail(trail.path.parent, 0).drop_old() == 1
    assert subjects(trail) == []


def test_nothing_is_kept_where_the_site_says_so(tmp_path: Path) -> None:
    trail = Trail(tmp_path, Settings(audit_days=0).audit_days)
    trail.record("deposit.added", "archiviste", [NOTE])
    assert not trail.path.exists()
    assert trail.read(AuditQuery(), most=10) == []


def on_disk(trail: Trail) -> bytes:
    return b"".join(one.read_bytes() for one in trail.path.parent.glob("historique*"))


def test_an_erased_document_s_name_is_nowhere_nor_those_it_had(trail: Trail) -> None:
    trail.record("deposit.added", "a", ["forum/brouillon.pdf", "forum/plan.odt"])
    trail.record("document.renamed", "a", [NOTE], former={NOTE: "forum/brouillon.pdf"})
    trail.record("correction.saved", "a", [NOTE])
    # Another document took the name that it left.
    trail.record("deposit.added", "a", ["forum/brouillon.pdf"])
    forget_documents(trail.path.parent, {NOTE: "20261130T101500.000-ab12"})
    mark = f"{ERASED}20261130T101500.000-ab12"
    assert subjects(trail) == [
        ("deposit.added", "forum/brouillon.pdf"),
        ("correction.saved", mark),
        ("document.renamed", mark),
        ("deposit.added", "forum/plan.odt"),
        ("deposit.added", mark),
    ]
    assert b"note.pdf" not in on_disk(trail)


def test_a_name_that_left_its_document_stays_with_that_document(trail: Trail) -> None:
    trail.record("deposit.added", "a", ["a.pdf"])
    trail.record("document.renamed", "a", ["b.pdf"], former={"b.pdf": "a.pdf"})
    trail.record("deposit.added", "a", ["a.pdf"])
    forget_documents(trail.path.parent, {"a.pdf": "r"})
    assert [one for _, one in subjects(trail)] == [f"{ERASED}r", "b.pdf", "a.pdf"]


def test_somebody_s_name_goes_out_of_what_has_it(trail: Trail) -> None:
    trail.record("deposit.added", "a", ["forum/entretien-élue-aux-sports.odt", "forum/sports.odt"])
    forget_name(trail.path.parent, "Elue aux sports")
    assert [one for _, one in subjects(trail)] == ["forum/sports.odt", ERASED]


def test_a_refused_sign_in_is_kept_and_those_who_try_do_not_fill_the_disk(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_SIGN_INS_A_DAY", 3)
    for _ in range(5):
        trail.refused("")
    assert trail.number(AuditQuery(kind="access")) == 3
    assert trail.counts["access.refused"] == 5


def test_settings_that_changed_are_named_without_their_values(trail: Trail) -> None:
    trail.see_settings({"title": "Forum", "port": "7860"})
    assert subjects(trail) == []
    trail.see_settings({"title": "Assises", "port": "7860"})
    assert subjects(trail) == [("settings.changed", "title")]
    assert b"Assises" not in on_disk(trail)


def test_a_full_disk_does_not_undo_what_was_done(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("no folder")
    trail = Trail(tmp_path / "index", 365)
    trail.record("deposit.added", "archiviste", [NOTE])
    assert trail.counts[UNWRITTEN] == 1


def codes() -> Iterator[tuple[str, str]]:
    for kind, whats in KINDS.items():
        yield from ((kind, what) for what in whats)


@pytest.mark.parametrize(("kind", "what"), [*codes()])
def test_each_action_has_its_words(kind: str, what: str) -> None:
    assert say(f"audit.kind_{kind}")
    assert say(f"audit.{kind}_{what}")
