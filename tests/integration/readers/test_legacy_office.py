"""Old formats: what LibreOffice is asked, under which conditions, and what becomes of its answer.

LibreOffice itself is replaced by a script that does what it is told to, but in the last tests,
which skip where it isn't installed (except on the build machine).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import docx
import docx.document
import openpyxl
import pptx.presentation
import pytest
from pptx import Presentation

from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.i18n.problems import problem_in_words
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers.formats import legacy_office
from assistant.records import Document
from assistant.settings import Settings

SOFFICE = shutil.which("soffice")

#: As the directory of an OLE2 file names what it holds.
STREAMS = {"doc": "WordDocument", "ppt": "PowerPoint Document", "xls": "Workbook"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    legacy_office._soffice.cache_clear()
    yield
    legacy_office._soffice.cache_clear()


@pytest.fixture
def soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a script on the path in LibreOffice's place; return the file where it may tell things."""
    told = tmp_path / "told"

    def install(script: str) -> Path:
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\ntold="{told}"\n{script}\n', encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return told

    return install


def old_file(path: Path, kind: str = "") -> Path:
    stream = STREAMS[kind or path.suffix[1:]].encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream + bytes(600))
    return path


def read_apart(path: Path) -> Document:
    status = path.stat()
    with ReadingPool(Settings().reading_options()) as pool:
        return pool.read(FileOnDisk(f"e/s/{path.name}", path, status.st_size, status.st_mtime_ns))


def giving(new: Path) -> str:
    """Return a script that converts everything to `new`."""
    return f'mkdir out && cp "{new}" "out/document{new.suffix}"'


def test_slides_stay_slides(tmp_path: Path, soffice: Callable[[str], Path]) -> None:
    deck = Presentation()
    for title in ("Mesurer", "Réduire"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = title
    deck.save(str(tmp_path / "new.pptx"))
    soffice(giving(tmp_path / "new.pptx"))
    document = read_apart(old_file(tmp_path / "bilan.ppt"))
    assert [(b.text, b.place.kind, b.place.first) for b in document.blocks] == [
        ("Mesurer", "slide", 1),
        ("Réduire", "slide", 2),
    ]
    assert document.id == "e/s/bilan.ppt"
    assert document.facts["engine"] == "LibreOffice ; python-pptx"


def test_the_content_tells_the_format_whatever_the_suffix(
    tmp_path: Path, soffice: Callable[[str], Path]
) -> None:
    new = docx.Document()
    new.add_paragraph("Le conseil approuve.")
    new.save(str(tmp_path / "new.docx"))
    soffice(giving(tmp_path / "new.docx"))
    document = read_apart(old_file(tmp_path / "note.docx", "doc"))
    assert document.blocks[0].text == "Le conseil approuve."


def test_libreoffice_gets_a_profile_of_its_own_without_macros_and_neutral_names(
    tmp_path: Path, soffice: Callable[[str], Path]
) -> None:
    told = soffice(
        'printf "%s\\n" "$@" > "$told"; cat profile/user/*.xcu >> "$told"; env >> "$told"'
    )
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(ReadError) as caught:
        legacy_office.converted(old_file(tmp_path / "--help.doc"), folder)
    assert caught.value.key == "file_not_converted"
    text = told.read_text(encoding="utf-8")
    arguments = text.splitlines()
    assert f"-env:UserInstallation={(folder / 'profile').as_uri()}" in arguments
    assert {"--headless", "--norestore", "--convert-to"} <= set(arguments)
    assert str(folder / "document.doc") in arguments and "--help.doc" not in text
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in text
    assert f"HOME={folder}" in arguments and f"TMPDIR={folder}" in arguments


@pytest.mark.skipif(
    not legacy_office._without_network(), reason="the system lends no empty network here"
)
def test_libreoffice_has_no_network(tmp_path: Path, soffice: Callable[[str], Path]) -> None:
    told = soffice('cat /proc/net/dev > "$told"')
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(ReadError):
        legacy_office.converted(old_file(tmp_path / "a.doc"), folder)
    interfaces = [line.split(":")[0].strip() for line in told.read_text().splitlines()[2:]]
    assert interfaces == ["lo"]


def test_a_conversion_that_does_not_end_is_stopped_with_all_it_started(
    tmp_path: Path, soffice: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy_office, "SECONDS", 2)
    told = soffice('sleep 300 & echo $! > "$told"; wait')
    with pytest.raises(ReadError) as caught:
        read_apart(old_file(tmp_path / "a.xls"))
    assert caught.value.key == "file_time"
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", told.read_text().strip()], capture_output=True, text=True
    )
    assert state.stdout.strip()[:1] in ("", "Z")


def test_nothing_of_a_conversion_stays_on_the_disk(
    tmp_path: Path, soffice: Callable[[str], Path]
) -> None:
    told = soffice('pwd > "$told"')
    with pytest.raises(ReadError):
        read_apart(old_file(tmp_path / "a.doc"))
    assert not Path(told.read_text().strip()).exists()


def test_without_libreoffice_an_old_format_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError) as caught:
        read_apart(old_file(tmp_path / "a.doc"))
    assert caught.value.key == "file_format_old"
    assert "LibreOffice" in caught.value.remedy


def test_a_password_is_not_an_old_format(tmp_path: Path, soffice: Callable[[str], Path]) -> None:
    told = soffice('touch "$told"')
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(ReadError) as caught:
        read_apart(path)
    assert caught.value.key == "file_protected"
    assert not told.exists()


# --- LibreOffice itself ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of files that LibreOffice itself saved in its old formats."""
    if SOFFICE is None and not os.environ.get("CI"):
        pytest.skip("not installed: LibreOffice")
    folder = tmp_path_factory.mktemp("saved")
    _workbook().save(folder / "tonnages.xlsx")
    (folder / "liste.csv").write_text("Mois,Tonnes\nMai,46\n", encoding="utf-8")
    _report().save(str(folder / "rapport.docx"))
    _deck().save(str(folder / "diapos.pptx"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind, names in (
        ("xls", ["tonnages.xlsx", "liste.csv"]),
        ("doc", ["rapport.docx"]),
        ("ppt", ["diapos.pptx"]),
    ):
        subprocess.run(
            [SOFFICE or "soffice", profile, "--headless", "--convert-to", kind,
             "--outdir", folder / "old", *(folder / name for name in names)],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip
    return folder / "old"


def _workbook() -> openpyxl.Workbook:
    """Return two sheets that show, with a number, a date and a sum, and one that is hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Tonnages"
    for row in (["Mois", "Tonnes", "Pesée"], ["Mai", 46.5], ["Juin", 1200], ["Total", "=B2+B3"]):
        sheet.append(row)
    sheet["C2"] = date(2025, 5, 18)
    sheet["C2"].number_format = "dd/mm/yyyy"
    for title, rows in (
        ("Équipes", [["Équipe", "Agents"], ["Propreté", 12]]),
        ("Brouillon", [["secret"]]),
    ):
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append(cells)
    sheet.sheet_state = "hidden"
    return book


def _report() -> docx.document.Document:
    report = docx.Document()
    report.add_heading("Compte rendu", 1)
    report.add_paragraph("Le conseil approuve l'éco-quartier.")
    report.add_paragraph("Une puce", style="List Bullet")
    table = report.add_table(2, 2)
    for row, cells in zip(table.rows, (("Mois", "Tonnes"), ("Mai", "46")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    report.add_paragraph("La séance est levée.")
    return report


def _deck() -> pptx.presentation.Presentation:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Mesurer d'abord"
    slide.placeholders[1].text = "Une balance par école"
    slide.notes_slide.notes_text_frame.text = "Rappeler la date."
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Réduire"
    return deck


SAVED = {
    "tonnages.xls": (
        "LibreOffice ; openpyxl",
        [
            ("heading", "row", 1, "Tonnages"),
            ("table", "row", 2, "Mois : Mai | Tonnes : 46,5 | Pesée : 18/05/2025"),
            ("table", "row", 3, "Mois : Juin | Tonnes : 1200"),
            ("table", "row", 4, "Mois : Total | Tonnes : 1246,5"),
            ("heading", "row", 1, "Équipes"),
            ("table", "row", 2, "Équipe : Propreté | Agents : 12"),
        ],
    ),
    "liste.xls": (
        "LibreOffice ; openpyxl",
        [("heading", "row", 1, "liste"), ("table", "row", 2, "Mois : Mai | Tonnes : 46")],
    ),
    "rapport.doc": (
        "LibreOffice ; python-docx",
        [
            ("heading", "paragraph", 1, "Compte rendu"),
            ("paragraph", "paragraph", 2, "Le conseil approuve l'éco-quartier."),
            ("item", "paragraph", 3, "Une puce"),
            ("table", "paragraph", 4, "Mois : Mai | Tonnes : 46"),
            ("paragraph", "paragraph", 5, "La séance est levée."),
        ],
    ),
    "diapos.ppt": (
        "LibreOffice ; python-pptx",
        [
            ("heading", "slide", 1, "Mesurer d'abord"),
            ("paragraph", "slide", 1, "Une balance par école"),
            ("notes", "slide", 1, "Rappeler la date."),
            ("heading", "slide", 2, "Réduire"),
        ],
    ),
}


@pytest.mark.parametrize("name", SAVED)
def test_what_libreoffice_saved_in_an_old_format_gives_exactly_its_blocks(
    saved: Path, name: str
) -> None:
    engine, blocks = SAVED[name]
    assert (saved / name).read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    document = read_apart(saved / name)
    assert document.facts["engine"] == engine
    assert [(b.kind, b.place.kind, b.place.first, b.text) for b in document.blocks] == blocks


def test_a_hidden_sheet_of_an_old_workbook_is_told(saved: Path) -> None:
    (problem,) = read_apart(saved / "tonnages.xls").problems
    assert "Brouillon" in problem_in_words(problem) and problem.state == "ok"


def test_an_old_file_cut_short_is_one_clear_refusal(saved: Path, tmp_path: Path) -> None:
    cut = tmp_path / "tonnages.xls"
    cut.write_bytes((saved / "tonnages.xls").read_bytes()[:3000])
    with pytest.raises(ReadError) as caught:
        read_apart(cut)
    assert caught.value.key in ("file_format_old", "file_not_converted")
    assert caught.value.remedy
