"""Indexing: `sync` on real files, with a small encoder that really works."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from assistant.errors import CorpusError, IndexDamaged, IndexMismatch, IndexUnwritable, SyncRunning
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.ingest.planning import preview
from assistant.ingest.sync import sync
from assistant.readers import engines, second_pass
from assistant.readers.sandbox import parent
from assistant.records import Filters, Progress, SyncReport
from assistant.rendering.cache import KeptPictures
from assistant.settings import Settings
from assistant.system.files import sha256_of
from assistant.text.analysis import terms
from tests.support.fakes import FakeEncoder


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Return a site of three documents in two sessions, not indexed yet."""
    for name, text in {
        "forum/cantine/notes.txt": "La cantine sert neuf cents repas par jour.\n\nLe pain est bio.",
        "forum/cantine/bilan.md": "# Bilan\n\nLe gaspillage a baissé de douze pour cent.",
        "forum/voirie/propos.txt": "Quarante nids-de-poule ont été signalés en mars.",
    }.items():
        write(tmp_path / "corpus" / name, text)
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", models=tmp_path)


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return (report.added, report.changed, report.renamed, report.removed, report.unchanged)


def everything(settings: Settings) -> Iterator[str]:
    """Yield all texts that the current generation holds."""
    index = open_generation(settings.index)
    for document_id in index.documents():
        for passage in index.passages_of(document_id):
            yield passage.text
    index.close()


def found_by_words(settings: Settings, question: str) -> list[str]:
    index = open_generation(settings.index)
    rows = index.lexical(terms(question), 5, Filters())
    texts = [passage.text for passage in index.passages(rows)]
    index.close()
    return texts


def test_a_second_sync_reads_nothing_encodes_nothing_and_publishes_nothing(
    site: Settings, encoder: FakeEncoder
) -> None:
    first = sync(site, encoder)
    calls = encoder.calls
    second = sync(site, encoder)
    assert counts(first) == (3, 0, 0, 0, 0)
    assert counts(second) == (0, 0, 0, 0, 3)
    assert (encoder.calls, second.encoded, second.generation) == (calls, 0, first.generation)


def test_sheets_of_another_version_are_made_again_and_nothing_is_encoded(
    site: Settings, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = sync(site, encoder).generation
    calls = encoder.calls
    monkeypatch.setattr("assistant.ingest.sync.SHEETS_VERSION", "next")
    again = sync(site, encoder)
    assert (again.generation != former, encoder.calls) == (True, calls)
    assert sync(site, encoder).generation == again.generation


def test_a_file_with_another_date_and_the_same_content_is_unchanged(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    os.utime(site.corpus / "forum/voirie/propos.txt", (1, 1))
    assert counts(sync(site, encoder)) == (0, 0, 0, 0, 3)


def test_a_renamed_file_is_not_encoded_again(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    calls = encoder.calls
    (site.corpus / "forum/cantine/notes.txt").rename(site.corpus / "forum/cantine/avis.txt")
    report = sync(site, encoder)
    assert counts(report) == (0, 0, 1, 0, 2)
    assert (encoder.calls, report.encoded) == (calls, 0)
    index = open_generation(site.index)
    assert "forum/cantine/avis.txt" in index.documents()
    assert "forum/cantine/notes.txt" not in index.documents()


def test_a_copy_of_a_file_is_not_encoded_again(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    calls = encoder.calls
    shutil.copy(site.corpus / "forum/cantine/notes.txt", site.corpus / "forum/cantine/copie.txt")
    report = sync(site, encoder)
    assert counts(report) == (1, 0, 0, 0, 3)
    assert encoder.calls == calls


def test_an_edited_file_is_answered_from_as_it_is_now(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    write(site.corpus / "forum/voirie/propos.txt", "Soixante lampadaires ont été remplacés.")
    assert counts(sync(site, encoder)) == (0, 1, 0, 0, 2)
    assert found_by_words(site, "nids-de-poule") == []
    assert found_by_words(site, "lampadaires") == ["Soixante lampadaires ont été remplacés."]


def test_only_the_new_paragraph_of_an_edited_file_is_encoded(
    site: Settings, encoder: FakeEncoder
) -> None:
    site = replace(site, max_passage_tokens=32)
    long = "\n\n".join(f"Le point {n} porte sur le service numéro {n}." for n in range(30))
    write(site.corpus / "forum/voirie/long.md", f"# Un\n\n{long}\n\n# Deux\n\nFin.")
    sync(site, encoder)
    calls = encoder.calls
    write(site.corpus / "forum/voirie/long.md", f"# Un\n\n{long}\n\n# Deux\n\nSuite.")
    sync(site, encoder)
    # The passage, and its sentence that is new ("Deux" was there).
    assert encoder.calls - calls == 2


def test_a_removed_file_is_gone_with_its_vectors(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    (site.corpus / "forum/voirie/propos.txt").unlink()
    assert counts(sync(site, encoder)) == (0, 0, 0, 1, 2)
    assert found_by_words(site, "nids-de-poule") == []
    with Catalog(site.index / CATALOG) as catalog:
        assert catalog.drop_unused_vectors() == 0
        assert len(list(catalog.all_passages())) == len(list(everything(site)))


def test_a_programme_that_renames_a_session_changes_its_documents_only(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    write(site.corpus / "forum/programme.csv", "seance;titre\nvoirie;La rue pour tous\n")
    assert counts(sync(site, encoder)) == (0, 1, 0, 0, 2)
    index = open_generation(site.index)
    (passage,) = index.passages_of("forum/voirie/propos.txt")
    assert "La rue pour tous" in passage.context


def test_one_bad_file_is_a_problem_and_the_run_goes_on(
    site: Settings, encoder: FakeEncoder
) -> None:
    (site.corpus / "forum/voirie/casse.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    report = sync(site, encoder)
    assert (report.added, report.failed) == (3, 1)
    (problem,) = report.problems
    assert problem.subject == "forum/voirie/casse.pdf"
    assert problem_in_words(problem) and remedy_in_words(problem)


def test_a_bad_file_that_has_not_changed_is_not_read_again(
    site: Settings, encoder: FakeEncoder
) -> None:
    (site.corpus / "forum/voirie/casse.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    sync(site, encoder)
    steps: list[Progress] = []
    report = sync(site, encoder, progress=steps.append)
    assert [step.document_id for step in steps if step.document_id] == []
    assert report.failed == 1 and len(report.problems) == 1


def test_a_file_that_becomes_unreadable_keeps_its_passages(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    (site.corpus / "forum/cantine/notes.txt").write_bytes(b"%PDF-1.7\nrien de lisible")
    report = sync(site, encoder)
    assert report.failed == 1
    assert any("neuf cents repas" in text for text in everything(site))


def test_a_file_that_is_mended_is_read_and_its_problem_goes(
    site: Settings, encoder: FakeEncoder
) -> None:
    write(site.corpus / "forum/voirie/propos.txt", "   ")
    assert sync(site, encoder).failed == 1
    write(site.corpus / "forum/voirie/propos.txt", "Le pavé est réparé.")
    report = sync(site, encoder)
    assert (report.failed, report.problems) == (0, ())
    assert found_by_words(site, "pavé") == ["Le pavé est réparé."]


def test_an_emptied_file_keeps_its_passages(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    write(site.corpus / "forum/voirie/propos.txt", "")
    report = sync(site, encoder)
    assert [problem.subject for problem in report.problems] == ["forum/voirie/propos.txt"]
    assert any("nids-de-poule" in text for text in everything(site))


def test_a_file_that_failed_is_tried_again_under_other_limits(
    site: Settings, encoder: FakeEncoder
) -> None:
    (site.corpus / "forum/voirie/casse.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    sync(site, encoder)
    steps: list[Progress] = []
    sync(replace(site, reading_seconds=site.reading_seconds * 2), encoder, progress=steps.append)
    assert {step.document_id for step in steps} >= {"forum/voirie/casse.pdf"}


#: Yields a document's beginning, then goes on as the name of the file says: never without end.
_PARTIAL = """
import sys, time
import assistant.readers as readers
from assistant.readers.parts import Defect, Fact
from assistant.records import Block, Place

def read(path, options):
    yield Fact("kind", "report")
    yield Fact("pages", "3")
    yield Block("Le début du rapport.", "paragraph", Place("page", 1, 1))
    if "long" in path.name:
        time.sleep(600)
    if "lourd" in path.name:
        bytearray(9_000_000_000)
    if "mort" in path.name:
        sys.stdout.flush()
        __import__("os").abort()
    if "cache" in path.name:
        yield Defect("slides_hidden", {"slides": "2"})
    yield Block("La suite du rapport.", "paragraph", Place("page", 2, 3))

readers.READERS[".md"] = read
from assistant.readers.sandbox.child import serve
serve()
"""


def read_as_told(folder: Path, patch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a site in a folder, whose files are read by its `reading.py`."""
    write(folder / "reading.py", _PARTIAL)
    patch.setattr(parent, "READING_PROCESS", (str(folder / "reading.py"),))
    return Settings(
        corpus=folder / "corpus", index=folder / "index", models=folder, reading_seconds=1
    )


@pytest.fixture(scope="module")
def read_in_part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a site was indexed once: a document for each reason to stop, and one to warn."""
    folder = tmp_path_factory.mktemp("partial")
    for name in ("cache", "entier", "long", "lourd", "mort"):
        write(folder / "corpus" / f"forum/bilan/{name}.md", "Du texte.")
    with pytest.MonkeyPatch.context() as patch:
        found = read_by(read_as_told(folder, patch), FakeEncoder())
    assert found == {"cache", "entier", *CUT}
    return folder


@pytest.fixture
def partial(read_in_part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a copy of a site of documents read in part."""
    shutil.copytree(read_in_part, tmp_path, dirs_exist_ok=True)
    return read_as_told(tmp_path, monkeypatch)


def read_by(settings: Settings, encoder: FakeEncoder) -> set[str]:
    """Return the names of the documents that a sync reads."""
    steps: list[Progress] = []
    sync(settings, encoder, progress=steps.append)
    return {Path(one.document_id).stem for one in steps if one.stage == "reading"} - {""}


CUT = {"long", "lourd", "mort"}


def test_what_was_read_in_part_keeps_its_beginning_and_names_the_pages_that_are_missing(
    partial: Settings, encoder: FakeEncoder
) -> None:
    problems = {p.subject: p for p in sync(partial, encoder).problems if p.state != "ok"}
    assert {Path(one).stem: (p.state, p.pages) for one, p in problems.items()} == {
        "long": ("timed_out", "2-3"),
        "lourd": ("out_of_memory", "2-3"),
        "mort": ("crashed", "2-3"),
    }
    assert sum("Le début" in text for text in everything(partial)) == 5


def test_what_was_read_in_part_is_not_read_again_under_the_same_limits(
    partial: Settings, encoder: FakeEncoder
) -> None:
    assert read_by(partial, encoder) == set()


@pytest.mark.parametrize(
    "limit", [{"reading_seconds": 2}, {"reading_megabytes": 1600}], ids=["seconds", "megabytes"]
)
def test_what_was_read_in_part_is_read_again_once_under_other_limits(
    partial: Settings, encoder: FakeEncoder, limit: dict[str, int]
) -> None:
    before = sync(partial, encoder)
    other = replace(partial, **limit)  # type: ignore[arg-type]
    assert preview(other.reading_options()).changed == tuple(
        f"forum/bilan/{one}.md" for one in sorted(CUT)
    )
    assert read_by(other, encoder) == CUT
    after = sync(other, encoder)
    assert counts(after) == (0, 0, 0, 0, 5)
    assert {p.subject for p in after.problems} == {p.subject for p in before.problems}


def test_another_setting_reads_nothing_again(partial: Settings, encoder: FakeEncoder) -> None:
    other = replace(partial, reading_workers=1, keep_generations=1, title="La ville")
    assert read_by(other, encoder) == set()


def test_what_is_read_whole_in_the_end_is_not_read_again_whatever_the_limits(
    partial: Settings, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent, "READING_PROCESS", ("-m", "assistant.readers.sandbox.child"))
    other = replace(partial, reading_seconds=20)
    assert read_by(other, encoder) == CUT
    report = sync(other, encoder)
    assert [Path(p.subject).stem for p in report.problems] == ["cache"]
    assert read_by(partial, encoder) == set()


def test_what_was_read_in_part_and_then_not_at_all_keeps_what_was_read(
    partial: Settings, encoder: FakeEncoder, tmp_path: Path
) -> None:
    nothing = _PARTIAL.replace("    yield Block", "    raise SystemExit\n    yield Block", 1)
    write(tmp_path / "reading.py", nothing)
    other = replace(partial, reading_seconds=2)
    assert sync(other, encoder).failed == 3
    assert sum("Le début" in text for text in everything(other)) == 5
    assert read_by(other, encoder) == set()
    assert read_by(partial, encoder) == CUT


def test_pages_that_are_pictures_are_read_once_they_can_be(
    site: Settings, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = canvas.Canvas(str(site.corpus / "forum/voirie/mixte.pdf"), pagesize=A4)
    made.drawString(60, 700, "Une page de texte que chacun peut lire.")
    made.showPage()
    made.rect(60, 60, 400, 400, fill=1)
    made.showPage()
    made.save()
    for engine in (engines, second_pass):
        monkeypatch.setattr(engine, "ocr_engine", lambda: None)
    (problem,) = sync(site, encoder).problems
    assert (problem.state, problem.pages) == ("scanned", "2")
    assert read_by(site, encoder) == set()
    for engine in (engines, second_pass):
        monkeypatch.setattr(engine, "ocr_engine", lambda: "tesseract")
    assert read_by(site, encoder) == {"mixte"}


def test_a_file_renamed_while_it_can_not_be_read_keeps_its_passages(
    site: Settings, encoder: FakeEncoder
) -> None:
    path = site.corpus / "forum/voirie/propos.txt"
    sync(site, encoder)
    # What can't be read any more is a content that was read under the former limits.
    path.rename(path.with_suffix(".pdf"))
    report = sync(replace(site, reading_megabytes=256), encoder)
    assert (report.renamed, report.failed) == (0, 1)
    assert any("nids-de-poule" in text for text in everything(site))


def test_a_file_whose_accents_are_in_two_characters_is_found_on_disk(
    site: Settings, encoder: FakeEncoder
) -> None:
    decomposed = unicodedata.normalize("NFD", "forum/séance/mémo.txt")
    write(site.corpus / decomposed, "Le mémo de la séance.")
    sync(site, encoder)
    document = open_generation(site.index).documents()["forum/séance/mémo.txt"]
    assert (site.corpus / document.facts["path"]).read_text(encoding="utf-8").startswith("Le mémo")


def test_a_document_that_could_not_be_read_again_is_read_when_it_can_be(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    with Catalog(site.index / CATALOG) as catalog:
        catalog.start_anew(fingerprint=site.fingerprint())
        for document_id in catalog.stale():
            catalog.replace_entries(document_id, [])
    assert counts(sync(site, encoder)) == (0, 3, 0, 0, 0)


def test_a_folder_of_backups_beside_the_generations_is_left_alone(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    (site.index / "gen-000001.bak").mkdir()
    write(site.corpus / "forum/voirie/propos.txt", "Un autre texte.")
    sync(site, encoder)
    assert (site.index / "gen-000001.bak").is_dir()


def test_an_index_that_can_not_be_written_is_said(site: Settings, encoder: FakeEncoder) -> None:
    site.index.write_text("un fichier là où il faut un dossier")
    with pytest.raises(IndexUnwritable) as caught:
        sync(site, encoder)
    assert "assistant sync" in caught.value.remedy


def test_the_problem_of_a_withheld_file_is_told_once_and_goes_with_its_cause(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    path = site.corpus / "forum/voirie/propos.txt"
    text = path.read_text(encoding="utf-8")
    write(path, "")
    sync(site, encoder)
    assert len(sync(site, encoder).problems) == 1
    write(path, text)
    assert sync(site, encoder).problems == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_file_that_may_not_be_opened_is_a_problem_and_keeps_its_passages(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    path = site.corpus / "forum/voirie/propos.txt"
    write(path, "Un autre texte.")
    path.chmod(0)
    nobody = 65534
    with tempfile.TemporaryDirectory() as folder:
        shutil.move(site.index, f"{folder}/index")
        shutil.move(site.corpus, f"{folder}/corpus")
        moved = replace(site, index=Path(folder, "index"), corpus=Path(folder, "corpus"))
        for one in (Path(folder), moved.index, *moved.index.rglob("*")):
            os.chown(one, nobody, nobody)
        os.seteuid(nobody)
        try:
            report = sync(moved, encoder)
        finally:
            os.seteuid(0)
        assert [problem.subject for problem in report.problems] == ["forum/voirie/propos.txt"]
        assert any("nids-de-poule" in text for text in everything(moved))


def test_a_corpus_that_vanishes_loses_nothing(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    before = list(everything(site))
    shutil.rmtree(site.corpus)
    with pytest.raises(CorpusError):
        sync(site, encoder)
    site.corpus.mkdir()
    with pytest.raises(CorpusError):
        sync(site, encoder)
    assert list(everything(site)) == before


def test_a_second_sync_at_the_same_time_is_refused(site: Settings, encoder: FakeEncoder) -> None:
    site.index.mkdir()
    with FileLock(site.index / "sync.lock"), pytest.raises(SyncRunning) as caught:
        sync(site, encoder)
    assert "Attendez" in caught.value.remedy
    assert current_name(site.index) is None


def test_another_encoder_asks_for_a_rebuild_and_the_index_answers_on(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    with pytest.raises(IndexMismatch) as caught:
        sync(site, FakeEncoder(dim=32))
    assert "assistant sync --rebuild" in caught.value.remedy
    assert found_by_words(site, "nids-de-poule")


def test_a_rebuild_encodes_everything_with_the_other_encoder(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    other = FakeEncoder(dim=32)
    report = sync(site, other, rebuild=True)
    assert counts(report) == (0, 3, 0, 0, 0)
    assert report.encoded == report.passages
    assert open_generation(site.index).identity == other.identity


def test_a_rebuild_with_another_encoder_keeps_the_passages_of_an_unreadable_file(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    (site.corpus / "forum/cantine/notes.txt").write_bytes(b"%PDF-1.7\nrien de lisible")
    other = FakeEncoder(dim=32)
    sync(site, other, rebuild=True)
    assert any("neuf cents repas" in text for text in everything(site))
    assert counts(sync(site, other)) == (0, 0, 0, 0, 2)


def test_other_cutting_settings_ask_for_a_rebuild(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    with pytest.raises(IndexMismatch):
        sync(replace(site, max_passage_tokens=64), encoder)


def test_a_preview_says_what_would_change_and_changes_nothing(
    site: Settings, encoder: FakeEncoder
) -> None:
    assert len(preview(site.reading_options()).added) == 3
    assert not site.index.exists()
    sync(site, encoder)
    (site.corpus / "forum/voirie/propos.txt").unlink()
    assert preview(site.reading_options()).removed == ("forum/voirie/propos.txt",)
    assert any("nids-de-poule" in text for text in everything(site))


def test_a_damaged_catalog_is_reported_and_left_as_it_is(
    site: Settings, encoder: FakeEncoder
) -> None:
    site.index.mkdir()
    (site.index / CATALOG).write_bytes(b"ceci n'est pas une base" * 400)
    with pytest.raises(IndexDamaged):
        sync(site, encoder)
    assert (site.index / CATALOG).read_bytes().startswith(b"ceci")


def test_progress_tells_each_stage_in_order(site: Settings, encoder: FakeEncoder) -> None:
    steps: list[Progress] = []
    sync(site, encoder, progress=steps.append)
    stages = [step.stage for step in steps]
    # Passages, then their sentences.
    assert stages[:4] == ["reading", "encoding", "encoding", "committing"]
    assert stages[-2:] == ["building", "publishing"]
    assert {step.total for step in steps} == {3}


def test_a_removed_document_leaves_no_picture(site: Settings, encoder: FakeEncoder) -> None:
    sync(site, encoder)
    kept = KeptPictures(site.index)
    gone, there = (
        site.corpus / "forum" / name for name in ("voirie/propos.txt", "cantine/bilan.md")
    )
    digests = sha256_of(gone), sha256_of(there)
    for digest in digests:
        kept.keep(digest, "1-page-0.webp", b"picture")
    gone.unlink()
    sync(site, encoder)
    assert [kept.load(digest, "1-page-0.webp") for digest in digests] == [None, b"picture"]


def test_generations_that_a_killed_run_left_go_with_the_next_run(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    current = current_name(site.index) or ""
    # What a run killed right after it published leaves: more than are kept, the newest current.
    newest = site.index / "gen-000004"
    (site.index / current).rename(newest)
    for number in (1, 2, 3):
        shutil.copytree(newest, site.index / f"gen-{number:06d}")
    (site.index / "CURRENT").write_text("gen-000004\n", encoding="utf-8")
    sync(site, encoder)
    assert current_name(site.index) == "gen-000004"
    left = sorted(path.name for path in site.index.glob("gen-*"))
    assert left == ["gen-000003", "gen-000004"]
