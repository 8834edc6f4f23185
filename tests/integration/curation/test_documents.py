"""Documents renamed, moved, replaced, removed, and erased for good: with real files and kills."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from datetime import date, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import cli
from assistant.core import Assistant
from assistant.corpus import corrections_store
from assistant.corpus.corrections import Corrections
from assistant.corpus.paths import move_new
from assistant.curation import documents
from assistant.curation.uploads import Staging
from assistant.errors import CorpusError, DepositError, IndexMismatch, SyncRunning
from assistant.feedback import store
from assistant.index.catalog import CATALOG
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.index.publishing import generations
from assistant.ingest import erasure, receipts
from assistant.ingest.erasure_requests import pending
from assistant.ingest.sync import sync
from assistant.readers.speech import transcription_cache
from assistant.records import Block, Place
from assistant.rendering import cache
from assistant.settings import Settings
from assistant.system.files import sha256_of
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder

SECRET = "Le zébulon cramoisi du quai a coûté dix-sept mille écus à la commune."
FILES = {
    "forum/cantine/notes.txt": "La cantine centrale sert neuf cents repas par jour d'école.",
    "forum/voirie/propos.txt": SECRET,
}
GONE = "forum/voirie/propos.txt"
#: Erases a document, and kills itself at the n-th call of one of the functions that write.
FORGET = """
import os, signal, sys
from pathlib import Path
from assistant.ingest import erasure

corpus, index, where, document = sys.argv[1:]

def kill_before(owner, name):
    def killed(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, killed)

if where:
    owner, _, name = where.rpartition(".")
    kill_before(getattr(erasure, owner) if owner else erasure, name)
erasure.forget(Path(index), Path(corpus), [document], asked_by="accueil")
print("torch" in sys.modules)
"""


def write(corpus: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an indexed site of two documents, of which two generations are kept."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(corpus=folder / "corpus", index=folder / "index")
    write(settings.corpus, {GONE: f"{SECRET} Autrefois."})
    sync(settings, FakeEncoder())
    write(settings.corpus, FILES)
    sync(settings, FakeEncoder())
    assert generations(settings.index) == 2
    return folder


@pytest.fixture
def site(indexed: Path, tmp_path: Path) -> Settings:
    """Return a copy of that site."""
    for name in ("corpus", "index"):
        shutil.copytree(indexed / name, tmp_path / name)
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def answering(site: Settings) -> set[str]:
    index = open_generation(site.index)
    found = set(index.documents())
    index.close()
    return found


def holding(site: Settings, words: str) -> list[str]:
    """Return the files of the index and of the corpus whose bytes hold one of the words."""
    needles = [word.encode() for word in words.split() if len(word) > 6]
    return [
        path.name
        for folder in (site.index, site.corpus)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def forget(site: Settings, where: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FORGET, str(site.corpus), str(site.index), where, GONE],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


# --- Erasing -----------------------------------------------------------------------------------


def test_an_erased_document_leaves_no_word_of_it_on_disk(site: Settings) -> None:
    digest = next(
        one.sha256 for one in open_generation(site.index).documents().values() if one.id == GONE
    )
    cache.KeptPictures(site.index).keep(digest, "1-page-1.webp", SECRET.encode())
    transcription_cache.keep(site.index, digest, [Block(SECRET, "speech", Place("second", 0, 2))])
    assert {"catalog.sqlite3", "passages.sqlite3", "propos.txt"} <= set(holding(site, "cramoisi"))

    (receipt,) = documents.remove(site.index, site.corpus, [GONE], asked_by="accueil")

    # "commune" is a word of everybody's; these are of that document alone.
    assert holding(site, "zébulon cramoisi") == []
    assert answering(site) == {"forum/cantine/notes.txt"}
    assert receipt.what == receipts.Erased(
        files=1, passages=1, sentences=1, pictures=1, transcriptions=1, generations=2
    )


def test_what_was_removed_before_and_is_left_in_free_pages_goes_too(site: Settings) -> None:
    db = sqlite3.connect(site.index / CATALOG)
    db.execute("PRAGMA secure_delete = OFF")
    problem = (GONE, "error", f"{SECRET} turlupin " * 20, "", "ok", "", 0)
    with db:
        db.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", problem)
    with db:
        db.execute("DELETE FROM problems")
    db.close()
    assert holding(site, "turlupin") == ["catalog.sqlite3"]
    erasure.forget(site.index, site.corpus, [GONE])
    assert holding(site, "turlupin zébulon cramoisi") == []


def test_a_receipt_says_what_when_and_for_whom_and_nothing_of_the_content(site: Settings) -> None:
    before = datetime.now().astimezone()
    size = (site.corpus / GONE).stat().st_size
    (receipt,) = erasure.forget(site.index, site.corpus, [GONE], asked_by="accueil")
    assert (receipt.document_id, receipt.title, receipt.bytes) == (GONE, "Propos", size)
    assert (receipt.asked_by, len(receipt.sha256)) == ("accueil", 64)
    erased = datetime.fromisoformat(receipt.erased)
    assert (erased - before).total_seconds() > -1
    assert erased == datetime.fromisoformat(receipt.erased_local)
    assert receipts.receipts(site.index) == [receipt]
    (file,) = (site.index / "recus").iterdir()
    assert "cramoisi" not in file.read_text(encoding="utf-8")
    lines = "\n".join(receipts.receipt_lines(receipt))
    assert f"Document : {GONE}" in lines and "Demandé par : accueil" in lines
    assert "le fichier, 1 passage et son vecteur, 1 phrase et son vecteur" in lines
    assert "Erased" in "\n".join(receipts.receipt_lines(receipt, "en"))


@pytest.mark.parametrize(
    "where",
    [
        "write_whole", "Catalog.erase", "Catalog.drop_unused_vectors", "drop_former",
        "bring_in_step", "_erase_kept", "_delete", "sync_to_disk", "Catalog.compact",
        "keep_receipts",
    ],
)  # fmt: skip
def test_an_erasure_killed_anywhere_is_ended_by_the_next_sync(site: Settings, where: str) -> None:
    killed = forget(site, where)
    assert killed.returncode == -9, killed.stderr

    file_is_there = (site.corpus / GONE).exists()
    # While it answers its file is there; what was written down says the rest.
    assert file_is_there or GONE not in answering(site)
    begun = where != "write_whole"
    assert pending(site.index) == ((GONE,) if begun else ())

    sync(site, FakeEncoder())
    assert pending(site.index) == ()
    assert (site.corpus / GONE).exists() == (not begun)
    if begun:
        assert answering(site) == {"forum/cantine/notes.txt"}
        assert holding(site, "zébulon cramoisi") == []
        (receipt,) = receipts.receipts(site.index)
        assert (receipt.document_id, receipt.asked_by) == (GONE, "accueil")


def test_a_killed_erasure_is_ended_by_the_next_one_too(site: Settings) -> None:
    assert forget(site, "bring_in_step").returncode == -9
    erasure.forget(site.index, site.corpus, ["forum/cantine/notes.txt"])
    assert {one.document_id for one in receipts.receipts(site.index)} == set(FILES)
    assert answering(site) == set()


def test_erasing_loads_no_model(site: Settings) -> None:
    done = forget(site)
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_the_last_document_can_be_erased_and_questions_are_refused(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    with Assistant(site) as assistant:
        assert assistant.search("Que coûte le zébulon cramoisi ?")
        erasure.forget(site.index, site.corpus, list(FILES))
        assert assistant.refresh()
        assert assistant.search("Que coûte le zébulon cramoisi ?") == []
        answer = assistant.ask("Que coûte le zébulon cramoisi ?")
        assert (answer.status, answer.hits) == ("refused", ())
        assert assistant.view().sessions == ()
        # A corpus without any document may be a share that is not there.
        with pytest.raises(CorpusError, match="aucun document lisible"):
            assistant.sync()
        write(site.corpus, FILES)
        assistant.sync()
        assert assistant.search("Que coûte le zébulon cramoisi ?")


def test_a_sync_under_way_is_waited_for_and_then_refused(site: Settings) -> None:
    with FileLock(site.index / "sync.lock"), pytest.raises(SyncRunning):
        erasure.forget(site.index, site.corpus, [GONE], wait_seconds=0.1)
    assert GONE in answering(site) and (site.corpus / GONE).exists()
    assert pending(site.index) == ()


def test_an_erasure_waits_for_who_reads_the_catalog_and_is_ended_later(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = sqlite3.connect(f"{(site.index / CATALOG).as_uri()}?mode=ro", uri=True)
    reader.execute("BEGIN")
    reader.execute("SELECT text FROM passages").fetchone()
    prepare = erasure.Catalog._prepare

    def impatient(catalog: erasure.Catalog, read_only: bool) -> None:
        prepare(catalog, read_only)
        catalog._db.execute("PRAGMA busy_timeout = 100")

    monkeypatch.setattr(erasure.Catalog, "_prepare", impatient)
    with pytest.raises(SyncRunning, match="n'est plus dans les réponses"):
        erasure.forget(site.index, site.corpus, [GONE])
    assert answering(site) == {"forum/cantine/notes.txt"}
    reader.close()
    (receipt,) = erasure.finish(site.index, site.corpus)
    assert receipt.document_id == GONE
    assert holding(site, "zébulon cramoisi") == []


def test_what_a_copy_still_has_is_kept_and_named(site: Settings) -> None:
    write(site.corpus, {"forum/voirie/copie.txt": SECRET})
    sync(site, FakeEncoder())
    digest = open_generation(site.index).documents()[GONE].sha256
    cache.KeptPictures(site.index).keep(digest, "1-page-1.webp", b"picture")
    (receipt,) = erasure.forget(site.index, site.corpus, [GONE])
    assert receipt.copies == ("forum/voirie/copie.txt",)
    assert receipt.what.pictures == 0
    assert cache.KeptPictures(site.index).load(digest, "1-page-1.webp") == b"picture"
    assert "forum/voirie/copie.txt" in "\n".join(receipts.receipt_lines(receipt))


def test_a_file_that_was_never_indexed_and_one_that_is_gone_can_be_erased(site: Settings) -> None:
    write(site.corpus, {"forum/voirie/plan.dwg": "un format qui n'est pas lu"})
    sync(site, FakeEncoder())
    (site.corpus / GONE).unlink()
    unread, gone = erasure.forget(site.index, site.corpus, ["forum/voirie/plan.dwg", GONE])
    assert (unread.what.files, unread.what.passages) == (1, 0)
    assert (gone.what.files, gone.what.passages, len(gone.sha256)) == (0, 1, 64)
    with Assistant(site) as assistant:
        assert [one.id for one in assistant.documents()] == ["forum/cantine/notes.txt"]
        assert assistant.problems() == ()


def test_a_site_without_index_loses_the_file_and_gets_a_receipt(tmp_path: Path) -> None:
    site = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    write(site.corpus, FILES)
    (receipt,) = erasure.forget(site.index, site.corpus, [GONE])
    assert not (site.corpus / GONE).exists()
    assert receipt.what == receipts.Erased(files=1)


def test_an_accent_written_in_two_characters_is_no_hindrance(site: Settings) -> None:
    name = "forum/été/séance réussie.txt"
    on_disk = unicodedata.normalize("NFD", name)
    write(site.corpus, {on_disk: "Un propos tout à fait distinct sur les ruches municipales."})
    sync(site, FakeEncoder())
    erasure.forget(site.index, site.corpus, [unicodedata.normalize("NFC", name)])
    assert not (site.corpus / on_disk).exists()
    assert answering(site) == set(FILES)


@pytest.mark.parametrize(
    "id_", ["", "forum", "forum/rien.txt", "../secret.txt", "/etc/passwd", "forum/../../secret.txt",
            ".depot/x", "a\0b", "lien/secret.txt"],
)  # fmt: skip
def test_what_is_no_document_is_never_touched(site: Settings, tmp_path: Path, id_: str) -> None:
    (tmp_path / "secret.txt").write_text("hors du corpus", encoding="utf-8")
    (site.corpus / "lien").symlink_to(tmp_path)
    for act in (
        lambda: erasure.forget(site.index, site.corpus, [GONE, id_]),
        lambda: documents.rename(site.corpus, id_, "autre.txt"),
        lambda: documents.move(site.corpus, [id_], "forum", "cantine"),
        lambda: documents.companions(site.corpus, id_),
    ):
        with pytest.raises(CorpusError):
            act()
    assert (tmp_path / "secret.txt").exists() and (site.corpus / GONE).exists()
    assert answering(site) == set(FILES)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_refuses_before_anything_is_done(site: Settings) -> None:
    folder = (site.corpus / GONE).parent
    folder.chmod(0o500)
    try:
        with pytest.raises(CorpusError, match="lecture seule"):
            erasure.forget(site.index, site.corpus, [GONE])
    finally:
        folder.chmod(0o700)
    assert answering(site) == set(FILES) and pending(site.index) == ()


def test_a_new_file_of_that_name_is_not_taken_for_the_erased_one(site: Settings) -> None:
    assert forget(site, "_delete").returncode == -9
    write(site.corpus, {GONE: "Une version nouvelle, sans rien de personnel."})
    sync(site, FakeEncoder())
    assert answering(site) == set(FILES)
    assert holding(site, "zébulon cramoisi") == []


def test_an_index_half_rebuilt_with_another_model_is_not_published(site: Settings) -> None:
    with erasure.Catalog(site.index / CATALOG) as catalog:
        catalog.start_anew(identity="other-64", dim="64")
    with pytest.raises(IndexMismatch, match="reconstruction"):
        erasure.forget(site.index, site.corpus, [GONE])
    assert answering(site) == set(FILES) and (site.corpus / GONE).exists()


# --- The command -------------------------------------------------------------------------------


def command(site: Settings, *arguments: str) -> int:
    return cli.main(["--corpus", str(site.corpus), "--index", str(site.index), *arguments])


def test_the_command_wants_a_confirmation(
    site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(site, "forget", "--document", GONE) == 1
    assert "n'a pas été confirmé" in capsys.readouterr().err
    assert command(site, "forget", "--document", GONE, "--dry-run") == 0
    assert capsys.readouterr().out == f"- {GONE}\n"
    assert GONE in answering(site)
    assert command(site, "forget", "--document", GONE, "--yes") == 0
    assert f"Document : {GONE}" in capsys.readouterr().out
    assert GONE not in answering(site)


def test_the_command_erases_sessions_and_opinions_from_before_a_day(
    site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    programme = "seance;titre;date\nvoirie;La voirie;2024-03-18\ncantine;La cantine;18/03/2025\n"
    (site.corpus / "forum/programme.csv").write_text(programme, encoding="utf-8")
    sync(site, FakeEncoder())
    opinions = site.index / store.FILE
    for number, day in enumerate((date(2024, 12, 31), date(2025, 1, 1))):
        one = store.Feedback(f"Question {day}", "answered", True)
        store.keep(opinions, one, key=str(number), days=9999, today=day)
    assert command(site, "forget", "--before", "2025-01-01", "--yes", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert [one["document_id"] for one in done["receipts"]] == [GONE]
    assert done["opinions"] == 1
    (left,) = store.read(opinions, days=9999)
    assert left.day == "2025-01-01"
    assert answering(site) == {"forum/cantine/notes.txt"}
    assert command(site, "forget", "--before", "2025-01-01") == 0
    assert capsys.readouterr().out == "Rien à effacer.\n"


def test_a_day_that_is_none_is_refused(site: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command(site, "forget", "--before", "hier")
    assert "--before" in capsys.readouterr().err


# --- Renaming, moving, replacing ---------------------------------------------------------------


def test_a_renamed_document_keeps_its_suffix_and_is_not_encoded_again(site: Settings) -> None:
    new = documents.rename(site.corpus, GONE, "Réunion : quai/mars")
    assert new == {GONE: "forum/voirie/Réunion - quai-mars.txt"}
    report = sync(site, FakeEncoder())
    assert (report.renamed, report.added, report.encoded) == (1, 0, 0)


def test_a_transcript_s_recording_goes_with_it(site: Settings) -> None:
    write(site.corpus, {"forum/voirie/propos.mp4": "x", "forum/voirie/propos.fr.vtt": "y",
                        "forum/voirie/autre.mp4": "z"})  # fmt: skip
    assert documents.companions(site.corpus, GONE) == (
        documents.Companion("forum/voirie/propos.fr.vtt", "transcript"),
        documents.Companion("forum/voirie/propos.mp4", "recording"),
    )
    together = [one.id for one in documents.companions(site.corpus, GONE)]
    documents.rename(site.corpus, GONE, "quai", together=together)
    there = {one.name for one in (site.corpus / "forum/voirie").iterdir()}
    assert there == {"quai.txt", "quai.mp4", "quai.fr.vtt", "autre.mp4"}


def test_documents_move_to_a_session_made_for_them(site: Settings) -> None:
    new = documents.move(site.corpus, [GONE], "forum", "  Atelier 3 : l'eau ")
    assert new == {GONE: "forum/Atelier 3 - l'eau/propos.txt"}
    assert (site.corpus / new[GONE]).read_text(encoding="utf-8") == SECRET
    # Case and accents written otherwise mean the folder that is there.
    documents.move(site.corpus, ["forum/cantine/notes.txt"], "FORUM", "atelier 3 - l'eau")
    assert len(list((site.corpus / "forum/Atelier 3 - l'eau").iterdir())) == 2


@pytest.mark.parametrize("name", ["notes.txt", "NOTES.TXT", unicodedata.normalize("NFD", "notés")])
def test_nothing_is_moved_over_a_file(site: Settings, name: str) -> None:
    write(site.corpus, {"forum/voirie/notes.txt": "déjà là", "forum/voirie/notés.txt": "aussi"})
    for act in (
        lambda: documents.rename(site.corpus, GONE, name),
        lambda: documents.move(site.corpus, ["forum/cantine/notes.txt"], "forum", "voirie"),
    ):
        with pytest.raises(CorpusError, match="déjà un fichier"):
            act()
    assert (site.corpus / "forum/voirie/notes.txt").read_text(encoding="utf-8") == "déjà là"
    assert (site.corpus / GONE).exists()


@pytest.mark.parametrize("name", ["", "...", "/", "‮‮", "propos.pdf", "propos.mp4"])
def test_a_name_that_cannot_be_is_refused(site: Settings, name: str) -> None:
    with pytest.raises(CorpusError):
        documents.rename(site.corpus, GONE, name)
    assert (site.corpus / GONE).exists()


def test_only_the_case_of_a_name_can_change(site: Settings) -> None:
    assert documents.rename(site.corpus, GONE, "Propos.txt") == {GONE: "forum/voirie/Propos.txt"}
    assert [one.name for one in (site.corpus / "forum/voirie").iterdir()] == ["Propos.txt"]


def test_a_move_overwrites_nothing_that_came_meanwhile(tmp_path: Path) -> None:
    one, other = tmp_path / "un.txt", tmp_path / "deux.txt"
    one.write_text("un", encoding="utf-8")
    other.write_text("deux", encoding="utf-8")
    with pytest.raises(FileExistsError):
        move_new(one, other)
    assert (one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == ("un", "deux")


def test_a_move_that_was_killed_is_ended_by_the_same_one(site: Settings) -> None:
    # What is there when the process dies after the link and before the former name goes.
    os.link(site.corpus / GONE, site.corpus / "forum/cantine/propos.txt")
    documents.move(site.corpus, [GONE], "forum", "cantine")
    assert not (site.corpus / GONE).exists()
    assert (site.corpus / "forum/cantine/propos.txt").read_text(encoding="utf-8") == SECRET


def test_a_document_is_replaced_by_a_checked_file(site: Settings) -> None:
    staging = Staging(site.upload_options())
    staging.write("nouvelle version.txt", [b"Le pont a rouvert."])
    assert documents.replace(site.corpus, GONE, staging) == GONE
    assert (site.corpus / GONE).read_bytes() == b"Le pont a rouvert."
    assert list((site.corpus / ".depot").iterdir()) == []
    sync(site, FakeEncoder())
    assert current_name(site.index) and answering(site) == set(FILES)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("autre.md", b"# Titre", CorpusError),
        ("propos.txt", b"\x7fELF\0\0", DepositError),
        ("propos.txt", b"", DepositError),
    ],
)
def test_a_document_is_not_replaced_by_what_it_cannot_be(
    site: Settings, name: str, content: bytes, error: type[Exception]
) -> None:
    staging = Staging(site.upload_options())
    staging.write(name, [content])
    with pytest.raises(error):
        documents.replace(site.corpus, GONE, staging)
    assert (site.corpus / GONE).read_text(encoding="utf-8") == SECRET


def test_what_was_renamed_since_is_named_on_the_receipt_and_keeps_its_corrections(
    site: Settings,
) -> None:
    file = site.corpus / GONE
    sha256 = sha256_of(file)
    corrections_store.save(site.corpus, Corrections(sha256, GONE, speakers={"A": "B"}))
    file.rename(file.with_name("autre-nom.txt"))
    (receipt,) = documents.remove(site.index, site.corpus, [GONE])
    other = GONE.rpartition("/")[0] + "/autre-nom.txt"
    assert receipt.copies == (other,)
    assert receipt.what.files == 0
    assert sha256 in corrections_store.load_corrections(site.corpus).by_content


def test_a_link_is_not_erased_as_if_it_were_its_words(site: Settings, tmp_path: Path) -> None:
    target = site.corpus / GONE
    link = target.with_name("lien.txt")
    link.symlink_to(target.name)
    with pytest.raises(CorpusError, match="un lien"):
        documents.remove(site.index, site.corpus, [link.relative_to(site.corpus).as_posix()])
    assert target.exists()


def test_no_document_becomes_the_programme_by_its_name(site: Settings) -> None:
    table = site.corpus / "forum" / "tableau.csv"
    table.write_text("seance;titre\n", encoding="utf-8")
    with pytest.raises(CorpusError):
        documents.rename(site.corpus, "forum/tableau.csv", "Programme")
    assert table.exists()
