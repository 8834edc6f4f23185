"""An index that an earlier version made: it answers, and `sync` brings it to today's format."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant import open_assistant
from assistant.errors import IndexDamaged, IndexMismatch
from assistant.feedback import store
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.index import manifest
from assistant.index.catalog import CATALOG, Catalog, schema
from assistant.index.catalog.migrations import MIGRATIONS
from assistant.index.manifest import read_manifest
from assistant.ingest import planning
from assistant.ingest.sync import sync
from assistant.ops.backup import FORMAT, _is_readable
from assistant.ops.doctor.index_checks import generation
from assistant.readers import engines
from assistant.records import Problem
from assistant.settings import Settings
from assistant.system.databases import open_to_read, open_to_write
from tests.support.fakes import FakeEncoder
from tests.support.old_site import old_site

QUESTION = "Combien de repas sert la cuisine centrale ?"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # What its machine had beside the assistant: where something is new, files are tried again.
    monkeypatch.setattr(engines, "ocr_engine", lambda: "tesseract")
    monkeypatch.setattr(engines, "can_transcribe", lambda: True)
    monkeypatch.setattr(planning, "can_convert", lambda: True)
    return old_site(tmp_path)


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    made = FakeEncoder()
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: made)
    return made


def _found(site: Settings) -> list[str]:
    with open_assistant(site) as assistant:
        return [one.passage.text for one in assistant.search(QUESTION, 3)]


def _tables(path: Path) -> dict[str, str]:
    """Return what makes each table and index of a database, spaces aside."""
    with closing(open_to_read(path)) as db:
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.split()) for name, sql in rows}


def test_a_question_has_the_same_answer_before_and_after_the_upgrade(site: Settings) -> None:
    before = _found(site)
    assert "900 repas" in before[0]
    sync(site, FakeEncoder())
    assert _found(site) == before


def test_the_doctor_says_that_an_older_index_is_to_be_made_again(site: Settings) -> None:
    wrong = [one.message for one in generation(site.index, {}, deep=True, language="en")]
    assert any("earlier version" in one for one in wrong)
    sync(site, FakeEncoder())
    wrong = [one.message for one in generation(site.index, {}, deep=True, language="en")]
    assert not any("earlier version" in one for one in wrong)


def test_sync_encodes_nothing_again(site: Settings) -> None:
    encoder = FakeEncoder()
    report = sync(site, encoder)
    assert (report.encoded, encoder.calls) == (0, 0)
    assert (report.added, report.changed, report.removed, report.renamed) == (0, 0, 0, 0)
    assert report.passages == 12
    assert read_manifest(site.index / report.generation).format == manifest.FORMAT


def test_an_upgraded_catalog_has_the_tables_of_a_new_one(site: Settings, tmp_path: Path) -> None:
    with Catalog(tmp_path / "new.sqlite3"), Catalog(site.index / CATALOG) as upgraded:
        assert upgraded.meta("format") == str(schema.FORMAT)
    assert _tables(site.index / CATALOG) == _tables(tmp_path / "new.sqlite3")


def test_opinions_and_questions_of_an_earlier_version_stay(site: Settings) -> None:
    path = site.index / store.FILE
    today = date(2026, 11, 30)
    assert [one.word for one in store.read(path, days=9, today=today)] == ["Très clair"]
    (question,) = store.read_unanswered(path, days=9, today=today)
    assert question.question == "Où est la mairie ?"


def _whatever_is_read(problem: Problem) -> Problem:
    """Return a problem without the list of formats that are read, which grows."""
    return replace(problem, values={**problem.values, "formats": ""})


def _problems(site: Settings) -> list[Problem]:
    with open_assistant(site) as assistant:
        return list(assistant.problems())


def test_problems_kept_in_french_are_shown_in_both_languages_before_and_after(
    site: Settings,
) -> None:
    with closing(open_to_read(site.index / CATALOG)) as db:
        rows = db.execute("SELECT message, remedy FROM problems ORDER BY subject, rowid")
        written = rows.fetchall()
    before = _problems(site)
    assert len(before) == 17
    said = [(problem_in_words(one), remedy_in_words(one)) for one in before]
    # What a library said of a damaged file, in English, is no longer told.
    assert said == [(re.sub(r"( lu) \([^)]*\)\.$", r"\1.", one), two) for one, two in written]
    assert all(one.key != "reading.as_written" for one in before)
    assert not {problem_in_words(one, "en") for one in before} & {one for one, _ in written}
    with Catalog(site.index / CATALOG) as upgraded:
        assert upgraded.problems() == before
    sync(site, FakeEncoder())
    after = {one.subject: _whatever_is_read(one) for one in _problems(site)}
    # Both say the same, that the file is empty: the one that `sync` finds is of the walk.
    assert after == {one.subject: _whatever_is_read(one) for one in before}


def test_a_reader_of_an_older_catalog_changes_nothing(site: Settings) -> None:
    before = (site.index / CATALOG).read_bytes()
    with open_assistant(site) as assistant:
        states = {one.id: one.state for one in assistant.documents()}
        assert not assistant.preview().to_read
    assert (site.index / CATALOG).read_bytes() == before
    assert states["forum/plan.dwg"] == "unknown_format"
    assert states["forum/message.eml"] == "partial"
    assert states["forum/blanc.txt"] == "empty"


def test_a_reader_that_cannot_show_an_older_catalog_says_what_to_run(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalog, "_views", {})
    with pytest.raises(IndexMismatch) as caught:
        _problems(site)
    assert caught.value.key == "index_format_older"
    assert "assistant sync" in caught.value.remedy
    assert _found(site)
    sync(site, FakeEncoder())
    assert _problems(site)


def test_a_sentence_that_is_no_longer_in_the_catalogue_stays_as_it_is(site: Settings) -> None:
    with closing(open_to_write(site.index / CATALOG)) as db:
        db.execute("UPDATE problems SET message = 'Autre chose.' WHERE subject = 'forum/plan.dwg'")
    (problem,) = (one for one in _problems(site) if one.subject == "forum/plan.dwg")
    assert problem_in_words(problem) == problem_in_words(problem, "en") == "Autre chose."
    assert "Enregistrez le document" in remedy_in_words(problem, "en")


def test_an_upgrade_that_is_killed_leaves_the_catalog_as_it_was(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _tables(site.index / CATALOG)

    def broken(db: sqlite3.Connection) -> None:
        MIGRATIONS[4](db)
        raise sqlite3.OperationalError("killed")

    monkeypatch.setattr(Catalog, "_migrations", {4: broken})
    with pytest.raises(IndexDamaged), Catalog(site.index / CATALOG):
        pass
    assert _tables(site.index / CATALOG) == before
    monkeypatch.undo()
    with Catalog(site.index / CATALOG) as catalog:
        assert catalog.meta("format") == str(schema.FORMAT)


def test_a_backup_of_an_earlier_version_is_taken_up() -> None:
    assert _is_readable((FORMAT, "4", 3))
    assert not _is_readable((FORMAT, "3", manifest.FORMAT))
    assert not _is_readable((FORMAT, str(schema.FORMAT + 1), manifest.FORMAT))


def test_steps_follow_one_another_up_to_the_format_of_today() -> None:
    assert sorted(MIGRATIONS) == list(range(4, schema.FORMAT))
    assert sorted(store.MIGRATIONS) == list(range(store.FORMAT))


@pytest.mark.parametrize(("number", "key"), [(3, "index_format"), (99, "index_format_newer")])
def test_a_catalog_that_no_step_leads_from_is_refused_and_stays(
    site: Settings, number: int, key: str
) -> None:
    with closing(open_to_write(site.index / CATALOG)) as db:
        db.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(number),))
    with pytest.raises(IndexMismatch) as caught:
        sync(site, FakeEncoder())
    assert caught.value.key == key
    with closing(open_to_read(site.index / CATALOG)) as db:
        assert db.execute("SELECT value FROM meta WHERE name = 'format'").fetchone() == (
            str(number),
        )
