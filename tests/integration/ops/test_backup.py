"""Backups: whole or not there, taken while serving; restored to the end, or nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.audit import AuditQuery, Trail
from assistant.cli import main
from assistant.core import Assistant
from assistant.curation.forgetting_speakers import forget_speaker
from assistant.errors import BackupError, IndexDamaged, SyncRunning
from assistant.feedback import store
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.ingest.erasure import forget
from assistant.ingest.planning import preview
from assistant.ingest.sync import sync
from assistant.ops.archive_checks import is_safe, mode_of
from assistant.ops.backup import CONTENTS, back_up
from assistant.ops.doctor import examine
from assistant.ops.restore import restore
from assistant.serving import take_up_newest
from assistant.settings import Settings
from assistant.system import journal
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, ROADS, WASTE, write_corpus

NEW = "forum/atelier-1/nouveau.txt"
TALK = "forum/atelier-1/débat.vtt"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a site that is indexed, made once."""
    folder = tmp_path_factory.mktemp("made")
    make(folder)
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a copy of it: with an opinion, a receipt, a transcription, accounts."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return site_in(tmp_path)


def site_in(folder: Path) -> Settings:
    return Settings(
        corpus=folder / "corpus",
        index=folder / "index",
        models=folder / "models",
        accounts=folder / "comptes.json",
    )


def make(folder: Path) -> Settings:
    write_corpus(folder / "corpus")
    settings = site_in(folder)
    sync(settings, FakeEncoder())
    opinion(settings, "a")
    for name in ("recus/2026-11-01.json", "transcriptions/" + "a" * 64 + ".json"):
        (settings.index / name).parent.mkdir(exist_ok=True)
        (settings.index / name).write_text("{}")
    (settings.corpus / "forum/atelier-1/.corrections.json").write_text("{}")
    (settings.corpus / ".depot").mkdir()
    (settings.corpus / ".depot/attente.pdf").write_text("en attente")
    (settings.index / "sessions.sqlite3").write_text("secret")
    settings.accounts.write_text("{}")
    settings.accounts.chmod(0o600)
    return settings


def opinion(site: Settings, key: str) -> None:
    given = store.Feedback("Combien de repas ?", "answered", True)
    store.keep(site.index / store.FILE, given, key=key, days=90)


def opinions(site: Settings) -> int:
    return len(store.read(site.index / store.FILE, days=90, today=date.today()))


def move_on(site: Settings) -> None:
    """Change all that a backup holds."""
    (site.corpus / CANTEEN).write_text("La cantine est fermée.", encoding="utf-8")
    (site.corpus / ROADS).unlink()
    (site.corpus / NEW).write_text("Du nouveau à la cantine.", encoding="utf-8")
    sync(site, FakeEncoder())
    opinion(site, "b")


def documents(site: Settings) -> list[str]:
    opened = open_generation(site.index)
    found = list(opened.documents())
    opened.close()
    return found


def state(site: Settings) -> dict[str, str]:
    """Return the documents on disk, and what the catalog and the generation know of them."""
    with Catalog(site.index / CATALOG, read_only=True) as catalog:
        known = {one.id: one.sha256 for one in catalog.states()}
    planned = preview(site.reading_options())
    return {
        "corpus": (site.corpus / CANTEEN).read_text(encoding="utf-8")[:22],
        "catalog": ",".join(sorted(known)),
        "generation": ",".join(documents(site)),
        "plan": str(planned.to_read + planned.to_remove),
        "opinions": str(opinions(site)),
    }


def rewritten(source: Path, target: Path, **changes: object) -> Path:
    """Copy an archive with other contents: `add` names→bytes, `contents` fields."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == CONTENTS:
                content = json.dumps(json.loads(content) | changes).encode()
            new.writestr(name, content)
    return target


# --- Backing up --------------------------------------------------------------------------------


def test_a_backup_holds_all_that_cannot_be_made_again_and_nothing_that_passes(
    site: Settings, tmp_path: Path
) -> None:
    made = back_up(site, tmp_path / "s.zip")
    with zipfile.ZipFile(made.path) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
        said = json.loads(archive.read(CONTENTS))
    assert set(said["files"]) | {CONTENTS} == names
    generation = current_name(site.index)
    wanted = {f"index/{CATALOG}", "index/retours.sqlite3", "index/recus/2026-11-01.json"}
    wanted |= {f"index/{generation}/vectors.faiss", f"corpus/{CANTEEN}", "comptes.json"}
    assert wanted | {"corpus/forum/atelier-1/.corrections.json"} <= names
    assert not [one for one in names if "sessions" in one or ".depot" in one or "sync.lock" in one]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.writing*"))


def test_documents_can_be_left_out_and_are_then_left_alone(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip", with_corpus=False)
    move_on(site)
    restore(site, tmp_path / "s.zip")
    assert (site.corpus / NEW).exists()
    assert documents(site) == [CANTEEN, ROADS, WASTE]


def test_a_file_is_replaced_only_when_that_is_asked(site: Settings, tmp_path: Path) -> None:
    target = tmp_path / "s.zip"
    target.write_text("autre chose")
    with pytest.raises(BackupError) as caught:
        back_up(site, target)
    assert "--force" in caught.value.remedy
    assert target.read_text() == "autre chose"
    back_up(site, target, force=True)
    assert zipfile.is_zipfile(target)


@pytest.mark.parametrize("folder", ["corpus", "index"])
def test_a_backup_is_not_written_into_what_it_backs_up(site: Settings, folder: str) -> None:
    with pytest.raises(BackupError):
        back_up(site, site.corpus.parent / folder / "s.zip")


def test_a_backup_is_taken_while_a_sync_holds_and_writes_the_catalog(
    site: Settings, tmp_path: Path
) -> None:
    with (
        FileLock(site.index / "sync.lock"),
        closing(sqlite3.connect(site.index / CATALOG, isolation_level=None)) as db,
    ):
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM documents")
        back_up(site, tmp_path / "s.zip")
        db.execute("ROLLBACK")
    other = replace(site, corpus=tmp_path / "c2", index=tmp_path / "i2")
    restore(other, tmp_path / "s.zip")
    with Catalog(other.index / CATALOG, read_only=True) as catalog:
        assert len(catalog.states()) == 3


def test_a_damaged_catalog_takes_the_place_of_no_backup(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    before = (tmp_path / "s.zip").read_bytes()
    (site.index / CATALOG).write_bytes(b"rien" * 5000)
    with pytest.raises(IndexDamaged):
        back_up(site, tmp_path / "s.zip", force=True)
    assert (tmp_path / "s.zip").read_bytes() == before
    assert not list(tmp_path.glob("*.writing*"))


# --- Restoring ---------------------------------------------------------------------------------


def test_a_site_is_put_back_as_it_was_and_what_it_became_is_kept(
    site: Settings, tmp_path: Path
) -> None:
    before = state(site)
    back_up(site, tmp_path / "s.zip")
    move_on(site)
    (site.index / "recus/2026-11-20.json").write_text("{}")
    done = restore(site, tmp_path / "s.zip")

    assert state(site) == before
    assert done.receipts == ("2026-11-20.json",)
    assert (site.index / "recus/2026-11-20.json").exists()
    index, corpus = done.former
    assert (corpus / NEW).exists()
    assert (corpus / CANTEEN).read_text(encoding="utf-8") == "La cantine est fermée."
    with Catalog(index / CATALOG, read_only=True) as catalog:
        assert NEW in {one.id for one in catalog.states()}
    assert len(store.read(index / store.FILE, days=90)) == 2
    encoder = FakeEncoder()
    report = sync(site, encoder)
    assert (report.unchanged, encoder.calls) == (3, 0)


RENAMED = "forum/atelier-1/cantine (version finale).txt"


@pytest.mark.parametrize("with_corpus", [True, False], ids=["with documents", "without"])
def test_a_document_erased_since_does_not_come_back(
    site: Settings, tmp_path: Path, with_corpus: bool
) -> None:
    back_up(site, tmp_path / "s.zip", with_corpus=with_corpus)
    (receipt,) = forget(site.index, site.corpus, [CANTEEN], asked_by="archiviste")
    before = set(os.listdir(site.index))
    done = restore(site, tmp_path / "s.zip")
    assert (done.erased, done.receipts) == ((CANTEEN,), ())
    assert CANTEEN not in documents(site)
    assert not (site.corpus / CANTEEN).exists()
    with Catalog(site.index / CATALOG, read_only=True) as catalog:
        assert CANTEEN not in {one.id for one in catalog.states()}
    for path in (site.index / CATALOG, *(site.index / done.generation).rglob("*")):
        assert path.is_dir() or b"repas" not in path.read_bytes(), path
    assert {ROADS, WASTE} == set(documents(site))
    # Both erasures are proved, beside the receipt that was there.
    assert len([*(site.index / "recus").iterdir()]) == 3
    assert not {"CURRENT", "sync.lock", "corrections.lock"} & set(os.listdir(site.index)) - before
    report = sync(site, FakeEncoder())
    assert (report.added, report.removed) == (0, 0)
    assert receipt.document_id == CANTEEN


def test_a_document_renamed_before_it_was_erased_does_not_come_back_under_its_old_name(
    site: Settings, tmp_path: Path
) -> None:
    back_up(site, tmp_path / "s.zip")
    (site.corpus / CANTEEN).rename(site.corpus / RENAMED)
    sync(site, FakeEncoder())
    forget(site.index, site.corpus, [RENAMED])
    done = restore(site, tmp_path / "s.zip")
    assert done.erased == (CANTEEN,)
    assert CANTEEN not in documents(site)
    assert not (site.corpus / CANTEEN).exists()


def test_what_was_erased_since_comes_back_where_that_is_asked(
    site: Settings, tmp_path: Path
) -> None:
    back_up(site, tmp_path / "s.zip")
    forget(site.index, site.corpus, [CANTEEN])
    done = restore(site, tmp_path / "s.zip", with_erased=True)
    assert done.erased == ()
    assert len(done.receipts) == 1
    assert CANTEEN in documents(site)


def test_a_speaker_forgotten_since_stays_so(
    site: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in site.environment().items():
        monkeypatch.setenv(name, value)
    (site.corpus / TALK).write_text(
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Une agente>La cantine ferme à midi.\n\n"
        "00:06.000 --> 00:09.000\n<v Un agent>Le pain est livré à six heures.\n",
        encoding="utf-8",
    )
    sync(site, FakeEncoder())
    back_up(site, tmp_path / "s.zip")
    forget_speaker(site.reading_options(), "Une agente")
    name = "20261120T101500-intervenant.txt"
    (site.index / "recus" / name).write_text("Reçu", encoding="utf-8")
    assert main(["restore", str(tmp_path / "s.zip")]) == 0
    said = capsys.readouterr().out
    assert "lancez « assistant sync » avant d'ouvrir la page" in said
    assert name not in said  # it doesn't say whom to forget again
    assert TALK not in documents(site)  # until then
    sync(site, FakeEncoder())
    opened = open_generation(site.index)
    texts = [one.text for one in opened.passages_of(TALK)]
    opened.close()
    assert texts == ["Le pain est livré à six heures."]


def test_a_bare_server_is_filled(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    bare = replace(
        site, corpus=tmp_path / "b/c", index=tmp_path / "b/i", accounts=tmp_path / "b/k.json"
    )
    done = restore(bare, tmp_path / "s.zip")
    assert state(bare) == state(site)
    assert not done.former
    assert stat.S_IMODE(bare.accounts.stat().st_mode) == 0o600
    assert not {one.check for one in examine(bare) if one.severity == "error"} - {"egress", "model"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_only_this_user_could_read_stays_so(site: Settings, tmp_path: Path) -> None:
    private = {store.FILE, CATALOG, "recus/2026-11-01.json"}
    for name in private:
        (site.index / name).chmod(0o600)
    (site.corpus / CANTEEN).chmod(0o640)
    back_up(site, tmp_path / "s.zip")
    bare = replace(site, corpus=tmp_path / "b/c", index=tmp_path / "b/i")
    for there in (bare, site):
        restore(there, tmp_path / "s.zip")
        assert {mode(there.index / name) for name in private} == {0o600}
        assert mode(there.corpus / CANTEEN) == 0o640
        assert mode(there.corpus / ROADS) == mode(site.corpus / ROADS) == 0o644
    assert mode(bare.index) == 0o700
    (kept,) = site.index.glob(f"{journal.FORMER}*")
    assert (mode(kept), mode(kept / store.FILE)) == (0o700, 0o600)


def test_of_an_archive_that_kept_no_modes_the_index_is_for_this_user_only() -> None:
    entry = zipfile.ZipInfo(f"index/{store.FILE}")
    entry.external_attr = 0o600 << 16
    assert mode_of(entry) == 0o600
    entry.filename = "corpus/forum/notes.txt"
    assert mode_of(entry) == 0o666


def test_a_password_changed_since_stays_so(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    site.accounts.write_text('{"autre": 1}')
    assert restore(site, tmp_path / "s.zip").accounts_kept
    assert site.accounts.read_text() == '{"autre": 1}'


def test_who_did_what_since_is_not_taken_back(site: Settings, tmp_path: Path) -> None:
    trail = Trail(site.index, 365)
    trail.record("deposit.added", "a", [CANTEEN])
    back_up(site, tmp_path / "site.zip")
    trail.record("deposit.added", "a", [NEW])
    restore(site, tmp_path / "site.zip")
    assert [one.subject for one in trail.read(AuditQuery(), most=9)] == [NEW, CANTEEN]
    # Where it was lost with its server, the backup's comes back.
    trail.path.unlink()
    restore(site, tmp_path / "site.zip")
    assert [one.subject for one in trail.read(AuditQuery(), most=9)] == [CANTEEN]


def test_a_page_that_serves_goes_on_and_takes_up_what_is_restored(
    site: Settings, tmp_path: Path
) -> None:
    back_up(site, tmp_path / "s.zip")
    # The same number, another content: the index was made anew since.
    name = current_name(site.index)
    shutil.rmtree(site.index)
    (site.corpus / CANTEEN).write_text("La cantine est fermée.", encoding="utf-8")
    sync(site, FakeEncoder())
    assert current_name(site.index) == name
    with Assistant(site) as page:
        assert "fermée" in page.view().document(CANTEEN).passages[0].text
        restore(site, tmp_path / "s.zip")
        assert "fermée" in page.view().document(CANTEEN).passages[0].text
        take_up_newest(page)
        assert "2 300" in page.view().document(CANTEEN).passages[0].text
        assert page.search("Combien de repas ?")


def test_a_damaged_site_is_put_back_too(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    for name in (CATALOG, store.FILE):
        (site.index / name).write_bytes(b"rien" * 5000)
    (site.index / "CURRENT").write_bytes(b"\xff")
    restore(site, tmp_path / "s.zip")
    assert documents(site) == [CANTEEN, ROADS, WASTE]
    assert opinions(site) == 1


def test_nothing_is_restored_while_a_sync_runs(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    with FileLock(site.index / "sync.lock"), pytest.raises(SyncRunning):
        restore(site, tmp_path / "s.zip")


def _broken(source: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    whole = source.read_bytes()
    half = folder / "half.zip"
    half.write_bytes(whole[: len(whole) // 2])
    yield "half", half
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    (folder / "flipped.zip").write_bytes(flipped)
    yield "flipped", folder / "flipped.zip"
    (folder / "text.zip").write_text("pas une archive")
    yield "text", folder / "text.zip"
    yield "missing", folder / "absent.zip"
    yield "newer", rewritten(source, folder / "newer.zip", generation_format=99, version="9.0")
    yield "format", rewritten(source, folder / "format.zip", format=2)
    extra = shutil.copy(source, folder / "extra.zip")
    with zipfile.ZipFile(extra, "a") as archive:
        archive.writestr("../dehors.txt", "dehors")
    yield "extra", Path(extra)


def test_a_backup_that_is_not_as_it_was_written_changes_nothing(
    site: Settings, tmp_path: Path
) -> None:
    back_up(site, tmp_path / "s.zip")
    move_on(site)
    before = state(site)
    for name, path in _broken(tmp_path / "s.zip", tmp_path):
        with pytest.raises(BackupError) as caught:
            restore(site, path)
        assert caught.value.remedy, name
        assert state(site) == before, name
        assert not (site.index / ".restauration").exists(), name
    assert not (tmp_path.parent / "dehors.txt").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../x", "/etc/passwd", "corpus/../../x", "corpus//x", "corpus/./x", "index/CURRENT",
        "index/../comptes.json", "index/sync.lock", "corpus", "corpus/", "autre/x", "x\0y",
        "corpus/.restauration/x", "index/gen-000001/../../x", "index\\x", "",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert not is_safe(name)


def test_a_link_in_an_archive_is_refused(site: Settings, tmp_path: Path) -> None:
    back_up(site, tmp_path / "s.zip")
    with (
        zipfile.ZipFile(tmp_path / "s.zip") as old,
        zipfile.ZipFile(tmp_path / "l.zip", "w") as new,
    ):
        for entry in old.infolist():
            if entry.filename == f"corpus/{CANTEEN}":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(entry, old.read(entry.filename))
    with pytest.raises(BackupError):
        restore(site, tmp_path / "l.zip")


def test_a_restore_that_finds_too_little_space_changes_nothing(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(site, tmp_path / "s.zip")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(BackupError) as caught:
        restore(site, tmp_path / "s.zip")
    assert caught.value.key == "backup_no_space"


def killed_restoring(site: Settings, source: Path, left: int) -> bool:
    """Restore in a process that kills itself before the n-th change of a name or database.

    Return whether it was killed: it ends well when there are fewer.
    """
    child = os.fork()
    if child == 0:
        count = left

        def killing(function: Callable[..., object]) -> Callable[..., object]:
            def killed(*values: object, **named: object) -> object:
                nonlocal count
                count -= 1
                if count == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*values, **named)

            return killed

        try:
            for name in ("rename", "replace", "unlink"):
                setattr(Path, name, killing(getattr(Path, name)))
            journal.copy_database = killing(journal.copy_database)  # type: ignore[assignment]
            restore(site, source)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def test_a_restore_killed_anywhere_changes_nothing_or_is_finished_by_the_next_sync(
    site: Settings, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path, tmp_path / "first", ignore=shutil.ignore_patterns("first"))
    first = site_in(tmp_path / "first")
    restored = state(first)
    back_up(first, tmp_path / "first/s.zip")
    move_on(first)
    moved_on = state(first)
    seen: set[str] = set()
    for left in range(1, 60):
        folder = tmp_path / str(left)
        shutil.copytree(tmp_path / "first", folder)
        site = site_in(folder)
        killed = killed_restoring(site, folder / "s.zip", left)
        # What answers is one of the two, whole, whatever is half moved.
        assert ",".join(documents(site)) in (restored["generation"], moved_on["generation"])
        if journal.is_pending(site.index):
            assert "leftovers" in {o.check for o in examine(site) if o.severity == "error"}
        sync(site, FakeEncoder())
        after = state(site)
        assert after in (restored, moved_on), left
        seen.add(after["generation"])
        shutil.rmtree(folder)
        if not killed:
            break
    assert not killed
    assert seen == {restored["generation"], moved_on["generation"]}


def nightly(site: Settings, folder: Path, *more: str) -> int:
    environment = {
        "ASSISTANT_CORPUS": site.corpus, "ASSISTANT_INDEX": site.index,
        "ASSISTANT_ACCOUNTS": site.accounts, "ASSISTANT_MODELS": site.models,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, str(value))
        return main(["backup", "--keep", "2", *more, str(folder)])


def test_the_last_backups_are_kept_each_tried_and_no_other_file_goes(
    site: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    former = [f"assistant-2026110{day}-013000.zip" for day in (1, 2)]
    for name in (*former, "assistant.zip", "notes.txt"):
        (folder / name).write_text("x")
    assert nightly(site, folder, "--drill") == 0
    assert "Restauration d'essai réussie : 3 documents répondent." in capsys.readouterr().out
    there = sorted(one.name for one in folder.iterdir())
    assert len(there) == 4
    assert former[0] not in there
    assert {former[1], "assistant.zip", "notes.txt"} < set(there)
    trail = Trail(site.index, 365)
    assert trail.last("backup.made")
    assert trail.last("backup.drilled")


def test_a_backup_that_does_not_come_back_drops_no_former_one(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"assistant-2026110{day}-013000.zip").write_text("x")
    monkeypatch.setattr(
        "assistant.ops.restore.check_files",
        lambda *_: (_ for _ in ()).throw(IndexDamaged("index_damaged", path="x", cause="y")),
    )
    assert nightly(site, folder, "--drill") != 0
    assert len(list(folder.iterdir())) == 4
    assert Trail(site.index, 365).last("backup.failed")
