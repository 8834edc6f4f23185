"""Generations: published whole, opened whole, and damage is noticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged, IndexMismatch, IndexMissing
from assistant.index.building import facets_of
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.catalog.vectors import StoredPassage
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name, read_manifest, write_manifest
from assistant.index.publishing import in_step, sha256_of
from assistant.ingest.sync import sync
from assistant.settings import Settings
from assistant.system.databases import open_to_read
from tests.integration.index.test_slides import TOPICS, write_deck, write_speech
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
    "name", ["vectors.faiss", "words.npy", "lexical/posting_rows.npy", "manifest.json"]
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


def _made_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which the documents that are made anew, not copied, are added."""
    documents: list[str] = []
    stored = Catalog.stored

    def told(catalog: Catalog, document_id: str) -> Iterator[StoredPassage]:
        documents.append(document_id)
        return stored(catalog, document_id)

    monkeypatch.setattr(Catalog, "stored", told)
    return documents


def _content(folder: Path) -> dict[str, object]:
    """Return what is in a generation: the bytes of its arrays, the rows of its tables."""
    found: dict[str, object] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".npy", ".faiss")
    }
    with closing(open_to_read(folder / "passages.sqlite3")) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            found[table] = db.execute(f"SELECT * FROM {table}").fetchall()
    return found


def _session(site: Settings, name: str) -> Path:
    """Write a session where a deck is spoken about; return its folder."""
    folder = site.corpus / "forum" / name
    write_deck(folder / "support.pptx", TOPICS)
    write_speech(folder / "conference.vtt")
    return folder


def test_what_did_not_change_is_copied_and_is_what_it_would_be_made_anew(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voirie = site.corpus / "forum" / "voirie"
    for name in ("avis", "plan", "zones"):
        (voirie / f"{name}.txt").write_text(f"Le {name} de Lavau est prêt. Il sort.", "utf-8")
    stays, changes = _session(site, "atelier-1"), _session(site, "atelier-2")
    sync(site, FakeEncoder())
    made = _made_anew(monkeypatch)
    (voirie / "avis.txt").write_text("L'avis est prêt.\n\n# Suite\n\nIl sort en juin.", "utf-8")
    (voirie / "plan.txt").rename(voirie / "a-plan.txt")
    (voirie / "zones.txt").unlink()
    write_speech(changes / "conference.vtt", TOPICS[1:])
    (voirie / "nouveau.txt").write_text("Quarante zones de plus.", encoding="utf-8")
    sync(site, FakeEncoder())
    renewed = {"voirie/avis.txt", "voirie/a-plan.txt", "voirie/nouveau.txt"}
    assert set(made) == {f"forum/{one}" for one in (*renewed, "atelier-2/conference.vtt")}
    anew = replace(site, index=tmp_path / "anew")
    sync(anew, FakeEncoder())
    assert f"forum/{stays.name}/support.pptx" in made
    copied, whole = _content(generation(site)), _content(generation(anew))
    assert len(whole["said"]) > 0  # type: ignore[arg-type]
    for name in whole.keys() | copied.keys():
        assert copied.get(name) == whole.get(name), name


def test_what_is_left_of_few_documents_is_what_they_make_alone(
    site: Settings, tmp_path: Path
) -> None:
    voirie = site.corpus / "forum" / "voirie"
    for name in ("avis", "plan", "zones"):
        (voirie / f"{name}.txt").write_text(f"Le {name} de Lavau est prêt. Il sort.", "utf-8")
    sync(site, FakeEncoder())
    for name in ("avis", "plan", "zones"):
        (voirie / f"{name}.txt").unlink()
    sync(site, FakeEncoder(), accept_removals=True)
    anew = replace(site, index=tmp_path / "anew")
    sync(anew, FakeEncoder())
    assert _content(generation(site)) == _content(generation(anew))


@pytest.mark.parametrize("what", ["words.npy", "lexical/lengths.npy", "manifest.json"])
def test_nothing_is_copied_from_a_generation_that_is_damaged(
    site: Settings, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    made = _made_anew(monkeypatch)
    path = generation(site) / what
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    sync(site, FakeEncoder())
    assert made == ["forum/voirie/note.txt"]
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


def test_a_voice_by_its_number_is_no_speaker_to_filter_by() -> None:
    facts = {"event": "forum", "speakers": "Une élue / Un agent"}
    assert facets_of(facts, "Voix 2") == facets_of(facts, "")
