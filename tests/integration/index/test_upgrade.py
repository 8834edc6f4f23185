"""An index that an earlier version made: it answers, and `sync` brings it to today's format."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant import open_assistant
from assistant.errors import IndexMismatch
from assistant.feedback import store
from assistant.index.catalog import CATALOG, Catalog, schema
from assistant.index.catalog.migrations import MIGRATIONS
from assistant.ingest.sync import sync
from assistant.settings import Settings
from assistant.system.databases import open_to_read, open_to_write
from tests.support.fakes import FakeEncoder
from tests.support.old_site import old_site

QUESTION = "Combien de repas sert la cuisine centrale ?"


@pytest.fixture
def site(tmp_path: Path) -> Settings:
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


def test_sync_encodes_nothing_again(site: Settings) -> None:
    encoder = FakeEncoder()
    report = sync(site, encoder)
    assert (report.encoded, encoder.calls) == (0, 0)
    assert (report.added, report.changed, report.removed, report.renamed) == (0, 0, 0, 0)
    assert report.passages == 12


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
