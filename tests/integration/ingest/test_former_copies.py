"""Copies that a restore or an edit of the programme keeps: erased too, and by themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.corpus.programme import FORMER_NAME
from assistant.curation.forgetting_speakers import find_speaker, forget_speaker
from assistant.errors import CorpusError
from assistant.feedback import store
from assistant.index.catalog import CATALOG
from assistant.ingest.erasure import forget, former_copies_of
from assistant.ingest.former_copies import KEPT_DAYS, drop_old, former_folders
from assistant.ingest.receipts import receipt_lines, receipts
from assistant.ingest.sync import sync
from assistant.ops.backup import back_up
from assistant.ops.restore import restore
from assistant.settings import Settings
from assistant.system.journal import FORMER
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, ROADS, write_corpus

TALK = "forum/atelier-1/débat.vtt"
SPEECH = (
    "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Une agente>La cantine ferme à midi.\n\n"
    "00:06.000 --> 00:09.000\n<v Un agent>Le pain est livré à six heures.\n"
)
MARKS = ("repas", "La cantine ferme à midi", "Une agente")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a site that was restored: what stood there before is beside it."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    site = Settings(corpus=corpus, index=index, accounts=tmp_path / "comptes.json")
    for name, value in site.environment().items():
        monkeypatch.setenv(name, value)
    write_corpus(corpus)
    (corpus / TALK).write_text(SPEECH, encoding="utf-8")
    (corpus / "forum" / FORMER_NAME).write_text("seance;intervenants\natelier-1;UNE  AGENTE\n")
    sync(site, FakeEncoder())
    given = store.Feedback("Combien de repas ?", "answered", True)
    store.keep(index / store.FILE, given, key="a", days=90)
    back_up(site, tmp_path / "s.zip")
    restore(site, tmp_path / "s.zip")
    return site


def holding(site: Settings, words: str) -> list[str]:
    """Return the files of the site that hold words, those of agents' opinions apart."""
    found = [
        path.relative_to(site.corpus.parent).as_posix()
        for place in (site.corpus, site.index)
        for path in place.rglob("*")
        if path.is_file() and path.name != store.FILE
        if words.encode() in path.read_bytes()
    ]
    return sorted(found)


def test_a_document_goes_from_what_a_restore_put_aside(
    site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert any(FORMER in path for path in holding(site, "repas"))
    told = former_copies_of(site.index, site.corpus, [CANTEEN])
    assert sorted(Path(path).name for path in told) == [Path(CANTEEN).name, CATALOG]
    assert main(["forget", "--document", CANTEEN, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert all(path in said for path in told)
    assert any(FORMER in path for path in holding(site, "repas"))

    (receipt,) = forget(site.index, site.corpus, [CANTEEN])
    assert holding(site, "repas") == []
    assert set(receipt.former) == set(told)
    assert receipt.what.former == 2
    assert receipts(site.index)[0] == receipt
    assert all(any(path in line for line in receipt_lines(receipt)) for path in told)
    (folder,) = former_folders(site.corpus)
    assert (folder / ROADS).exists()


def test_a_former_version_and_a_copy_under_another_name_go_too(site: Settings) -> None:
    (folder,) = former_folders(site.corpus)
    content = (folder / CANTEEN).read_bytes()
    (folder / "forum/copie.txt").write_bytes(content)
    (folder / CANTEEN).write_text("Une version d'avant, sur les repas.")
    forget(site.index, site.corpus, [CANTEEN])
    assert holding(site, "repas") == []


def test_an_unreadable_former_catalog_goes_as_well(site: Settings) -> None:
    (folder,) = former_folders(site.index)
    (folder / CATALOG).write_bytes(b"repas" * 1000)
    forget(site.index, site.corpus, [CANTEEN])
    assert not (folder / CATALOG).exists()


def test_a_speaker_goes_from_them_and_from_the_former_programme(
    site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    told = find_speaker(site.reading_options(), "Une agente").copies
    assert {Path(path).name for path in told} == {Path(TALK).name, CATALOG, FORMER_NAME}
    assert main(["forget", "--speaker", "Une agente", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert all(path in said for path in told)
    assert main(["forget", "--speaker", "Une agente", "--yes"]) == 0
    said = capsys.readouterr().out
    assert all(path in said for path in told)
    # The source is staff's, as it was.
    assert holding(site, "La cantine ferme à midi") == [f"corpus/{TALK}"]
    assert holding(site, "UNE  AGENTE") == []


def test_who_is_named_in_a_former_programme_only_is_found_there(site: Settings) -> None:
    (site.corpus / "forum" / FORMER_NAME).write_text("seance;intervenants\nx;La régie\n")
    assert len(find_speaker(site.reading_options(), "la regie").copies) == 1
    forget_speaker(site.reading_options(), "la regie")
    with pytest.raises(CorpusError):
        find_speaker(site.reading_options(), "la regie")


def test_they_go_by_themselves(site: Settings) -> None:
    programme = site.corpus / "forum" / FORMER_NAME
    made = programme.stat().st_mtime
    assert drop_old(site.index, site.corpus, now=made + 86_400 * (KEPT_DAYS - 1)) == 0
    os.utime(programme, (made - 86_400 * (KEPT_DAYS + 1),) * 2)
    for place in (site.index, site.corpus):
        (folder,) = former_folders(place)
        folder.rename(place / f"{FORMER}20200101-000000")
    sync(site, FakeEncoder())
    assert not programme.exists()
    assert former_folders(site.index) == former_folders(site.corpus) == []


def test_what_agents_asked_before_a_day_goes_from_them(site: Settings) -> None:
    (folder,) = former_folders(site.index)
    assert len(store.read(folder / store.FILE, days=90)) == 1
    assert main(["forget", "--before", "2999-01-01", "--yes"]) == 0
    assert store.read(folder / store.FILE, days=90) == []
