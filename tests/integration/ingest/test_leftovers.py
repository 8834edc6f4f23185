"""What contents that are gone, and processes that were killed, leave on disk: nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from assistant.curation.correcting import blocks_of, correct
from assistant.ingest import erasure
from assistant.ingest.leftovers import drop_leftovers
from assistant.ingest.sync import sync
from assistant.readers import sha256_of
from assistant.readers.speech import transcription_cache
from assistant.records import Block, Place
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder

NOTES, OTHER = "forum/cantine/notes.txt", "forum/voirie/propos.txt"
LEFT = (
    "index/sync.json.writing",
    "index/recus/un.json.writing",
    f"index/thumbnails/{'a' * 64}/1.webp.writing",
    f"corpus/.corrections/{'a' * 64}.json.writing",
    "corpus/forum/.programme.new.csv",
    "corpus/forum/.programme.former.csv.writing",
)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Return a site of two documents, indexed."""
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", reading_workers=1)
    for name in (NOTES, OTHER):
        write(settings.corpus / name, f"Le document {name} parle de la cantine.")
    sync(settings, FakeEncoder())
    return settings


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_sync_drops_what_was_left_half_written_an_hour_ago(site: Settings) -> None:
    folder = site.index.parent
    recent = folder / f"corpus/.corrections/{'b' * 64}.json.writing"
    document = folder / "corpus/forum/brouillon.writing"
    for path in (*(folder / one for one in LEFT), recent, document):
        write(path, "la moitié de")
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    os.utime(recent)
    sync(site, FakeEncoder())
    assert not [one for one in LEFT if (folder / one).exists()]
    assert recent.exists()  # someone may be writing it
    assert document.exists()  # it is not ours
    assert drop_leftovers(site.index, site.corpus, now=time.time() + 7200) == 1


def test_the_transcription_of_a_recording_that_is_gone_goes(site: Settings) -> None:
    said = [Block("Bonjour.", "speech", Place("second", 0, 2))]
    known = sha256_of(site.corpus / NOTES)
    for digest in (known, "a" * 64):
        transcription_cache.keep(site.index, digest, said)
    sync(site, FakeEncoder())
    assert transcription_cache.load(site.index, known) == said
    assert transcription_cache.load(site.index, "a" * 64) is None


def test_an_erased_document_takes_the_corrections_of_its_former_versions_along(
    site: Settings,
) -> None:
    folder = site.corpus / ".corrections"
    for name in (NOTES, OTHER):
        correct(
            site.reading_options(),
            name,
            {0: "Un secret corrigé."},
            blocks_of(site.reading_options(), name).version,
        )
    others = f"{sha256_of(site.corpus / OTHER)}.json"
    half = folder / f"{sha256_of(site.corpus / NOTES)}.json.writing"
    write(site.corpus / NOTES, "Une version nouvelle, qui hérite des corrections.")
    sync(site, FakeEncoder())
    write(half, "Un secret à moi")
    assert len([*folder.iterdir()]) == 3

    erasure.forget(site.index, site.corpus, [NOTES])
    assert [one.name for one in folder.iterdir()] == [others]
