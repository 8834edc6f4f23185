"""Damage: whatever happens to a file of the index, it is noticed, said, and mended."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.errors import AssistantError, IndexDamaged
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.ingest.sync import sync
from assistant.ops.doctor import examine
from assistant.serving import take_up_newest
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, write_corpus

QUESTION = "Combien de repas la cantine sert-elle ?"
FILES = (
    "manifest.json",
    "passages.sqlite3",
    "vectors.faiss",
    "sentences.npy",
    "sentence_starts.npy",
    "words.npy",
    "word_scales.npy",
    "word_starts.npy",
    "word_ends.npy",
    "lexical/posting_rows.npy",
)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small site, indexed once: `corpus` and `index` in a folder."""
    folder = tmp_path_factory.mktemp("indexed")
    write_corpus(folder / "corpus")
    sync(Settings(corpus=folder / "corpus", index=folder / "index"), FakeEncoder())
    return folder


@pytest.fixture
def site(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a copy of the small site, to damage."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    shutil.copytree(indexed, tmp_path / "site")
    return Settings(
        corpus=tmp_path / "site/corpus", index=tmp_path / "site/index", models=tmp_path / "models"
    )


def flip(path: Path) -> None:
    """Change some bytes in the middle, and leave the size."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    for at in range(middle, min(middle + 4, len(content))):
        content[at] ^= 0xFF
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def errors_of(site: Settings) -> set[str]:
    return {one.check for one in examine(site) if one.severity == "error"} - {"model", "egress"}


@pytest.mark.parametrize("damage", [flip, cut, zero, Path.unlink], ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_of_the_generation_is_noticed_and_the_next_sync_mends_it(
    site: Settings, name: str, damage: Callable[[Path], None]
) -> None:
    damage(site.index / (current_name(site.index) or "") / name)
    with pytest.raises(IndexDamaged) as caught:
        open_generation(site.index)
    assert "assistant sync" in caught.value.remedy
    assert errors_of(site) == {"generation"}

    encoder = FakeEncoder()
    sync(site, encoder)
    assert encoder.calls == 0
    assert not errors_of(site)
    with Assistant(site) as assistant:
        assert assistant.search(QUESTION)[0].passage.document_id == CANTEEN


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"gen-999999\n", b"../x\n", b"/etc\n", b".\n", b"gen-000001/..\n", b"\0"],
)
def test_a_damaged_pointer_is_noticed_and_the_next_sync_mends_it(
    site: Settings, content: bytes
) -> None:
    (site.index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged):
        open_generation(site.index)
    assert errors_of(site) == {"generation"}
    sync(site, FakeEncoder())
    assert not errors_of(site)


def test_a_pointer_out_of_the_index_opens_nothing_even_where_a_generation_stands(
    site: Settings,
) -> None:
    shutil.copytree(site.index / (current_name(site.index) or ""), site.index.parent / "x")
    (site.index / "CURRENT").write_text("../x\n")
    with pytest.raises(IndexDamaged):
        open_generation(site.index)


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other (name TEXT)")
    db.close()


def header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:16] = b"no SQLite at all"
    path.write_bytes(content)


def text(path: Path) -> None:
    path.write_text("Ceci n'est pas un catalogue.\n" * 1000, encoding="utf-8")


@pytest.mark.parametrize("damage", [cut, zero, foreign, header, text], ids=lambda one: one.__name__)
def test_a_damaged_catalog_is_noticed_and_the_index_answers_on(
    site: Settings, damage: Callable[[Path], None]
) -> None:
    damage(site.index / CATALOG)
    with pytest.raises(IndexDamaged) as caught:
        sync(site, FakeEncoder())
    assert "assistant restore" in caught.value.remedy
    with Assistant(site) as assistant:
        with pytest.raises(IndexDamaged):
            assistant.documents()
        assert assistant.ask(QUESTION).citations or assistant.search(QUESTION)
    assert "catalog" in errors_of(site)


def test_a_catalog_deleted_as_the_remedy_says_is_made_again(site: Settings) -> None:
    header(site.index / CATALOG)
    (site.corpus / CANTEEN).write_text("La cantine sert désormais 3 000 repas.", encoding="utf-8")
    (site.index / CATALOG).unlink()
    before = current_name(site.index)
    sync(site, FakeEncoder())
    # Another generation, though as many documents were added as the former catalog had.
    assert current_name(site.index) != before
    with Assistant(site) as assistant:
        assert "3 000" in assistant.view().document(CANTEEN).passages[0].text
    assert not errors_of(site)


def test_bytes_flipped_anywhere_in_the_catalog_never_end_in_a_traceback(site: Settings) -> None:
    path = site.index / CATALOG
    whole = path.read_bytes()
    drawn = random.Random(6)
    for _ in range(40):
        content = bytearray(whole)
        at = drawn.randrange(len(content))
        content[at : at + 8] = drawn.randbytes(len(content[at : at + 8]))
        path.write_bytes(content)
        for look in (lambda: list(Assistant(site).documents()), lambda: examine(site, deep=True)):
            try:
                look()
            except AssistantError as e:
                assert e.remedy
        path.write_bytes(whole)


def test_a_passage_altered_in_the_catalog_is_found_by_looking_deep(site: Settings) -> None:
    with sqlite3.connect(site.index / CATALOG) as db:
        db.execute("UPDATE passages SET text = REPLACE(text, '2 300', '9 300')")
    db.close()
    assert "catalog" not in errors_of(site)
    deep = examine(site, deep=True)
    assert [one.severity for one in deep if one.check == "catalog"] == ["error"]


def test_who_has_an_older_generation_open_goes_on_and_takes_up_the_mended_one(
    site: Settings,
) -> None:
    with Assistant(site) as assistant:
        assert assistant.search(QUESTION)
        first = assistant.view().generation
        (site.corpus / "forum/atelier-1/suite.txt").write_text("Le pain est bio.", encoding="utf-8")
        sync(site, FakeEncoder())
        flip(site.index / (current_name(site.index) or "") / "vectors.faiss")
        take_up_newest(assistant)
        assert assistant.view().generation == first
        assert assistant.search(QUESTION)[0].passage.document_id == CANTEEN
        sync(site, FakeEncoder())
        take_up_newest(assistant)
        assert assistant.view().generation == current_name(site.index) != first


def test_a_catalog_that_cannot_be_opened_for_want_of_rights_is_not_called_damaged(
    site: Settings,
) -> None:
    (site.index / CATALOG).unlink()
    (site.index / CATALOG).mkdir()
    with pytest.raises(AssistantError) as caught, Catalog(site.index / CATALOG):
        pass
    assert caught.value.key == "index_unwritable"
