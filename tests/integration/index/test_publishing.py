"""Generations: published whole, opened whole, and damage is noticed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged, IndexMismatch, IndexMissing
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name, read_manifest, write_manifest
from assistant.index.publishing import facets_of, in_step, sha256_of
from assistant.ingest.sync import sync
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Return a site of one document, indexed."""
    note = tmp_path / "corpus" / "forum" / "voirie" / "note.txt"
    note.parent.mkdir(parents=True)
    note.write_text("Quarante nids-de-poule.", encoding="utf-8")
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", models=tmp_path)
    sync(settings, FakeEncoder())
    return settings


def generation(site: Settings) -> Path:
    return site.index / (current_name(site.index) or "")


def test_the_manifest_gives_the_size_and_the_hash_of_every_file(site: Settings) -> None:
    folder = generation(site)
    manifest = read_manifest(folder)
    on_disk = {
        path.relative_to(folder).as_posix(): (path.stat().st_size, sha256_of(path))
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert manifest.files == on_disk
    assert (manifest.documents, manifest.passages) == (1, 1)


def test_nothing_indexed_is_said_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as caught:
        open_generation(tmp_path)
    assert "assistant sync" in caught.value.remedy


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "sentences.npy", "words.npy", "word_ends.npy", "passages.sqlite3"]
)
def test_a_file_cut_short_is_noticed(site: Settings, name: str) -> None:
    path = generation(site) / name
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(IndexDamaged):
        open_generation(site.index)


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "words.npy", "lexical/meta.json", "manifest.json"]
)
def test_a_file_that_is_gone_is_noticed(site: Settings, name: str) -> None:
    (generation(site) / name).unlink()
    with pytest.raises(IndexDamaged):
        open_generation(site.index)


@pytest.mark.parametrize("content", [b"gen-999999\n", b"", b"\xff\xfe", b"../corpus\n"])
def test_a_pointer_to_nothing_is_noticed(site: Settings, content: bytes) -> None:
    (site.index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged):
        open_generation(site.index)


def test_another_format_is_refused(site: Settings) -> None:
    folder = generation(site)
    write_manifest(folder, replace(read_manifest(folder), format=99))
    with pytest.raises(IndexMismatch):
        open_generation(site.index)


@pytest.mark.parametrize("what", ["vectors", "pointer"])
def test_a_damaged_generation_is_made_again_by_the_next_sync(site: Settings, what: str) -> None:
    damaged = generation(site)
    if what == "vectors":
        os.truncate(damaged / "vectors.faiss", 10)
    else:
        (site.index / "CURRENT").write_bytes(b"\xff\xfe")
    encoder = FakeEncoder()
    report = sync(site, encoder)
    assert report.generation != damaged.name
    assert encoder.calls == 0
    assert len(open_generation(site.index)) == 1


def test_a_catalog_that_moved_on_is_out_of_step(site: Settings) -> None:
    with Catalog(site.index / CATALOG) as catalog:
        assert in_step(catalog, site.index)
        catalog.remove("forum/voirie/note.txt")
        assert not in_step(catalog, site.index)


def test_a_passage_that_is_spoken_has_its_own_speaker_as_facet() -> None:
    facts = {"event": "forum", "session": "forum/a", "speakers": "Une élue / Un agent"}
    assert facets_of(facts, "Un agent") == ["event=forum", "session=forum/a", "speaker=Un agent"]
    assert facets_of(facts, "")[2:] == ["speaker=Une élue", "speaker=Un agent"]
