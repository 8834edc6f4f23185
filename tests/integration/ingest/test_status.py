"""`assistant status`: what became of each file of a folder, in words and as JSON, state by state.

The files are real; only the reading process is one whose reader of Markdown does what it is told.
"""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from assistant.cli import main
from assistant.corpus import walk
from assistant.i18n.problems import PUBLISHED_STATES, STATES_BY_PUBLISHED, state_in_words
from assistant.ingest.sync import sync
from assistant.readers import second_pass
from assistant.readers.sandbox import parent
from assistant.records import DocumentState
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The state that each file ends in, and the pages that are missing of it.
EXPECTED: dict[str, tuple[str, str]] = {
    "bon.pdf": ("ok", ""),
    "bon.txt": ("ok", ""),
    "budget.xyz": ("format_non_pris_en_charge", ""),
    "bombe.docx": ("bombe_zip", ""),
    "debat.mp3": ("extra_requis", ""),
    "dehors.txt": ("lien_hors_dossier", ""),
    "memoire.md": ("memoire", ""),
    "mort.md": ("plantage", ""),
    "note.doc": ("format_ancien", ""),
    "numerise.pdf": ("page_scannee", "1, 2"),
    "panne.pdf": ("illisible", ""),
    "pages-lentes.md": ("partiel", "3 à 5"),
    "secret.pdf": ("mot_de_passe", ""),
    "temps.md": ("delai_depasse", ""),
    "mixte.pdf": ("partiel", "2"),
    "vide.docx": ("fichier_vide", ""),
}
READ_BY_PYPDF = ("bon.pdf", "mixte.pdf", "pages-lentes.md")
READER = """
    import os, sys, time
    import assistant.readers as readers
    from assistant.readers.parts import Fact
    from assistant.records import Block, Place

    def read(path, options):
        if path.name == "mort.md":
            os.abort()
        if path.name == "memoire.md":
            bytearray(4_000_000_000)
        if path.name == "pages-lentes.md":
            yield Fact("kind", "report")
            yield Fact("engine", "pypdf")
            yield Fact("pages", "5")
            yield Block("Le début du rapport.", "paragraph", Place("page", 2, 2))
        time.sleep(600)

    readers.READERS[".md"] = read
    from assistant.readers.sandbox.child import serve
    serve()
"""


def write_pdf(path: Path, pages: list[str]) -> None:
    """Write pages of text; an empty one is a picture."""
    from PIL import Image

    made = canvas.Canvas(str(path), pagesize=A4)
    for text in pages:
        if text:
            made.drawString(60, 700, text)
        else:
            made.drawImage(ImageReader(Image.new("L", (200, 280), 128)), 0, 0, *A4)
        made.showPage()
    made.save()


def write_files(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_pdf(folder / "bon.pdf", ["Le conseil approuve le budget de la commune."])
    write_pdf(folder / "numerise.pdf", ["", ""])
    write_pdf(folder / "mixte.pdf", ["Le conseil approuve le budget de la commune.", ""])
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO((folder / "bon.pdf").read_bytes())))
    writer.encrypt(user_password="secret", algorithm="AES-256")
    writer.write(folder / "secret.pdf")
    writer.close()
    with zipfile.ZipFile(folder / "bombe.docx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", "<a/>")
        made.writestr("word/media/a.bin", b"\0" * 60_000_000)
    docx.Document().save(str(folder / "vide.docx"))
    (folder / "panne.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    (folder / "note.doc").write_bytes(OLE2 + bytes(2000))
    (folder / "debat.mp3").write_bytes(b"ID3")
    (folder / "dehors.txt").symlink_to("/etc/hostname")
    for name in ("bon.txt", "budget.xyz", "memoire.md", "mort.md", "pages-lentes.md", "temps.md"):
        (folder / name).write_text("Un texte ordinaire.", encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a site with a file of each state, indexed where no picture or sound can be read."""
    folder = tmp_path_factory.mktemp("site")
    write_files(folder / "corpus" / "forum" / "bilan")
    (folder / "reading.py").write_text(textwrap.dedent(READER), encoding="utf-8")
    settings = Settings(
        corpus=folder / "corpus", index=folder / "index", models=folder, reading_seconds=4
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parent, "READING_PROCESS", (str(folder / "reading.py"),))
        patched.setattr(second_pass, "ocr_engine", lambda: None)
        patched.setattr(walk, "can_transcribe", lambda: False)
        sync(settings, FakeEncoder())
    return settings


@pytest.fixture
def status(
    site: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Run `assistant status` over the site; return what it prints."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())

    def run(*options: str) -> str:
        places = ["--corpus", str(site.corpus), "--index", str(site.index)]
        assert main([*places, "status", *options]) == 0
        return capsys.readouterr().out

    return run


def test_the_files_cover_every_state() -> None:
    assert {state for state, _ in EXPECTED.values()} == set(PUBLISHED_STATES.values())


def test_json_gives_each_file_its_state_engine_and_missing_pages(status: Any) -> None:
    told = json.loads(status("--json"))
    documents = {one["id"].rpartition("/")[2]: one for one in told["documents"]}
    assert {name: (one["state"], one["missing"]) for name, one in documents.items()} == EXPECTED
    assert all(
        set(one) == {field.name for field in fields(DocumentState)} for one in documents.values()
    )
    engines = {name: one["engine"] for name, one in documents.items() if one["engine"]}
    assert engines == dict.fromkeys(READ_BY_PYPDF, "pypdf")
    assert sum(told["states"].values()) == len(EXPECTED)
    assert told["states"]["partiel"] == 2


def test_whatever_is_not_fine_says_why_and_what_to_do(status: Any) -> None:
    for one in json.loads(status("--json"))["documents"]:
        causes = [problem for problem in one["problems"] if problem["state"] != "ok"]
        assert bool(causes) == (one["state"] != "ok")
        assert all(problem["message"] and problem["remedy"] for problem in causes)


def test_only_what_was_read_has_passages_and_what_has_none_is_never_fine(status: Any) -> None:
    for one in json.loads(status("--json"))["documents"]:
        assert (one["passages"] > 0) == (one["state"] in ("ok", "partiel"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_line_gives_each_file_its_state_and_another_the_remedy(status: Any, name: str) -> None:
    state, missing = EXPECTED[name]
    lines = status().splitlines()
    (line,) = [line for line in lines if line.startswith(f"forum/bilan/{name} : ")]
    assert line.startswith(f"forum/bilan/{name} : {state_in_words(STATES_BY_PUBLISHED[state])}, ")
    assert (", par pypdf" in line) == (name in READ_BY_PYPDF)
    if missing:
        assert line.endswith(f" (manquent : {missing})")
    told = [at for at, one in enumerate(lines) if f", forum/bilan/{name} : " in one]
    assert len(told) == (state != "ok")
    for at in told:
        kind = "Attention" if state in ("partiel", "extra_requis") else "Erreur"
        assert lines[at].startswith(f"{kind}, ")
        assert lines[at + 1].startswith("Que faire : ")


def test_the_states_are_counted_in_words(status: Any) -> None:
    (line,) = [line for line in status().splitlines() if line.startswith("Fichiers : ")]
    assert "2 lu en partie" in line and "1 protégé par un mot de passe" in line
    assert status().startswith("4 documents\n")


WITHOUT_TEXT = {
    "vide.txt": "",
    "blanc.md": " \n\t\n",
    "invisible.txt": "\u200b\u200b\n\u2060",
    "preambule.md": "---\ntitre: Un titre sans texte\n---\n",
    "menus.html": "<html><head><title>T</title></head><body><nav>menu</nav></body></html>",
    "colonnes.csv": ";;;\n;;\n",
    "muet.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n\n",
    "muet.json": '{"segments": [{"start": 0, "end": 1, "text": " "}]}',
    "message.eml": "From: a@exemple.fr\n\n",
    "rien.rtf": r"{\rtf1 }",
}


def test_a_file_without_text_is_never_fine(tmp_path: Path) -> None:
    folder = tmp_path / "corpus" / "forum" / "bilan"
    folder.mkdir(parents=True)
    for name, text in {**WITHOUT_TEXT, "bon.txt": "Un texte."}.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", models=tmp_path)
    report = sync(settings, FakeEncoder())
    subjects = {problem.subject.rpartition("/")[2]: problem.state for problem in report.problems}
    assert subjects.keys() == WITHOUT_TEXT.keys()
    assert set(subjects.values()) == {"empty", "unreadable"}
    assert report.passages == 1
