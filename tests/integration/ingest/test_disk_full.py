"""A full disk, a real one (a small tmpfs): it is said, the index answers on, nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.curation import uploads
from assistant.curation.accepting import accept
from assistant.curation.uploads import Staging
from assistant.errors import BackupError, DepositError, FeedbackError, IndexUnwritable
from assistant.feedback import store
from assistant.index import building, publishing
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.manifest import current_name
from assistant.ingest.sync import sync
from assistant.ops.backup import back_up
from assistant.ops.doctor import examine
from assistant.records import Progress
from assistant.rendering.cache import KeptPictures
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, write_corpus

MEGABYTES = 12
ADDED = "forum/atelier-1/suite.txt"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return the root of a disk of a few megabytes, taken away in the end."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def site(disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a site whose index, with three documents in it, is on the small disk."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    write_corpus(tmp_path / "corpus")
    settings = Settings(corpus=tmp_path / "corpus", index=disk / "index", models=tmp_path)
    sync(settings, FakeEncoder())
    return settings


def fill(disk: Path, left: int = 0) -> None:
    """Fill a disk but for `left` bytes."""
    with (disk / "rempli").open("ab") as file:
        free = shutil.disk_usage(disk).free - left
        with suppress(OSError):
            file.write(bytes(max(0, free)))
            file.flush()


def free(disk: Path) -> None:
    (disk / "rempli").unlink()


def add(site: Settings, paragraphs: int = 120) -> None:
    lines = (f"Article {n} : la collecte numéro {n} passe le mardi." for n in range(paragraphs))
    (site.corpus / ADDED).write_text("\n\n".join(lines), encoding="utf-8")


def answers(site: Settings) -> bool:
    with Assistant(site) as assistant:
        found = assistant.search("Combien de repas la cantine sert-elle ?")
        return found[0].passage.document_id == CANTEEN


def finished(site: Settings) -> None:
    """Check that once there is space again, a sync brings all in."""
    report = sync(site, FakeEncoder())
    assert not report.failed
    with Assistant(site) as assistant:
        assert ADDED in assistant.view().document_ids
    with Catalog(site.index / CATALOG, read_only=True) as catalog:
        assert not catalog.fault()
    assert not list(site.index.glob(".*.building"))
    assert answers(site)


@pytest.mark.parametrize("left", [0, 60_000])
def test_a_disk_that_fills_up_during_a_sync_is_said_and_the_next_one_finishes(
    site: Settings, disk: Path, left: int
) -> None:
    before = current_name(site.index)
    add(site)
    fill(disk, left)
    with pytest.raises(IndexUnwritable) as caught:
        sync(site, FakeEncoder())
    assert "place" in caught.value.remedy
    assert current_name(site.index) == before
    assert answers(site)
    assert "disk" in {one.check for one in examine(site) if one.severity == "error"}
    free(disk)
    finished(site)


@pytest.mark.parametrize("file", ["passages.sqlite3", "vectors.faiss", "words.npy", "manifest"])
def test_a_disk_that_fills_up_while_a_generation_is_written_leaves_the_former_one(
    site: Settings, disk: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    before = current_name(site.index)
    add(site, 30)
    steps = {
        "words.npy": (building, "_in_text"),
        "vectors.faiss": (building, "write_vectors"),
        "manifest": (publishing, "_write_manifest"),
    }
    module, step = steps.get(file, (publishing, ""))
    if step:
        written = getattr(module, step)

        def full(*values: object, **named: object) -> object:
            fill(disk)
            return written(*values, **named)

        monkeypatch.setattr(module, step, full)

    def progress(at: Progress) -> None:
        if at.stage == "building" and not step:
            fill(disk)

    with pytest.raises(IndexUnwritable):
        sync(site, FakeEncoder(), progress=progress)
    monkeypatch.undo()
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    assert current_name(site.index) == before
    assert answers(site)
    free(disk)
    encoder = FakeEncoder()
    sync(site, encoder)
    # What was encoded before the disk was full is there.
    assert encoder.calls == 0
    finished(site)


def test_a_disk_that_is_full_when_the_pointer_is_written_leaves_the_former_one(
    site: Settings, disk: Path
) -> None:
    before = current_name(site.index)
    add(site, 5)

    def progress(at: Progress) -> None:
        if at.stage == "publishing":
            fill(disk)

    with pytest.raises(IndexUnwritable):
        sync(site, FakeEncoder(), progress=progress)
    assert current_name(site.index) == before
    assert answers(site)
    free(disk)
    finished(site)


def test_an_opinion_that_finds_no_space_is_refused_and_the_others_stay(
    site: Settings, disk: Path
) -> None:
    path = site.index / store.FILE
    given = store.Feedback("Combien de repas ?", "answered", True, word="mot " * 200)
    store.keep(path, given, key="avant", days=90)
    fill(disk)
    with pytest.raises(FeedbackError) as caught:
        for number in range(200):
            store.keep(path, given, key=f"plein-{number}", days=90)
    assert caught.value.key == "feedback_unwritable"
    free(disk)
    kept = len(store.read(path, days=90))
    store.keep(path, given, key="après", days=90)
    assert len(store.read(path, days=90)) == kept + 1 >= 2


def test_a_picture_that_finds_no_space_is_not_kept_and_leaves_nothing(
    site: Settings, disk: Path
) -> None:
    kept = KeptPictures(site.index)
    fill(disk)
    kept.keep("a" * 64, "1-small.webp", bytes(50_000))
    assert kept.load("a" * 64, "1-small.webp") is None
    free(disk)
    kept.keep("a" * 64, "1-small.webp", bytes(50_000))
    assert kept.load("a" * 64, "1-small.webp") == bytes(50_000)


def test_a_backup_that_finds_no_space_leaves_no_half_archive(site: Settings, disk: Path) -> None:
    fill(disk, 100_000)
    with pytest.raises(BackupError) as caught:
        back_up(site, disk / "s.zip")
    assert caught.value.key == "backup_unwritable"
    assert sorted(one.name for one in disk.iterdir()) == ["index", "rempli"]


def test_a_disk_that_fills_up_during_an_upload_keeps_what_was_there(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is kept free of a disk is more than this one holds.
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 0)
    corpus = disk / "corpus"
    write_corpus(corpus)
    settings = Settings(corpus=corpus, index=tmp_path / "index", models=tmp_path)
    sync(settings, FakeEncoder())
    before = {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    staging = Staging(settings.upload_options())

    def arriving() -> Iterator[bytes]:
        yield b"Le compte rendu. " * 10_000
        fill(disk)  # by something else, meanwhile
        yield b"La suite. " * 100_000

    with pytest.raises(DepositError) as refused:
        staging.write("compte-rendu.txt", arriving())
    assert refused.value.remedy
    assert not staging.files()
    staging.drop()
    assert {path: path.read_bytes() for path in before} == before

    free(disk)
    again = Staging(settings.upload_options())
    again.write("compte-rendu.txt", [b"Le compte rendu du conseil."])
    assert accept(again, "forum", "atelier-1").added == ("forum/atelier-1/compte-rendu.txt",)
