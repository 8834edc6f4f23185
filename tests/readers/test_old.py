"""Old formats: what LibreOffice is asked, under which conditions, and what becomes of its answer.

LibreOffice itself is replaced by a script that does what it is told to, but where it is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from pptx import Presentation

from assistant.errors import ReadError
from assistant.intake import FileOnDisk, ReadingPool
from assistant.readers import old
from assistant.records import Document
from assistant.settings import Settings

SOFFICE = shutil.which("soffice")

#: As the directory of an OLE2 file names what it holds.
STREAMS = {"doc": "WordDocument", "ppt": "PowerPoint Document", "xls": "Workbook"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    old._soffice.cache_clear()
    yield
    old._soffice.cache_clear()


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
    with ReadingPool(Settings()) as pool:
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
        old.converted(old_file(tmp_path / "--help.doc"), folder)
    assert caught.value.key == "file_not_converted"
    text = told.read_text(encoding="utf-8")
    arguments = text.splitlines()
    assert f"-env:UserInstallation={(folder / 'profile').as_uri()}" in arguments
    assert {"--headless", "--norestore", "--convert-to"} <= set(arguments)
    assert str(folder / "document.doc") in arguments and "--help.doc" not in text
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in text
    assert f"HOME={folder}" in arguments and f"TMPDIR={folder}" in arguments


@pytest.mark.skipif(not old._without_network(), reason="the system lends no empty network here")
def test_libreoffice_has_no_network(tmp_path: Path, soffice: Callable[[str], Path]) -> None:
    told = soffice('cat /proc/net/dev > "$told"')
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(ReadError):
        old.converted(old_file(tmp_path / "a.doc"), folder)
    interfaces = [line.split(":")[0].strip() for line in told.read_text().splitlines()[2:]]
    assert interfaces == ["lo"]


def test_a_conversion_that_does_not_end_is_stopped_with_all_it_started(
    tmp_path: Path, soffice: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old, "SECONDS", 2)
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


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
@pytest.mark.parametrize(("suffix", "kind"), [(".doc", "paragraph"), (".ppt", "slide")])
def test_libreoffice_itself_gives_the_text(tmp_path: Path, suffix: str, kind: str) -> None:
    if suffix == ".doc":
        new = docx.Document()
        new.add_paragraph("Le conseil approuve le budget.")
        new.save(str(tmp_path / "a.docx"))
    else:
        deck = Presentation()
        deck.slides.add_slide(
            deck.slide_layouts[5]
        ).shapes.title.text = "Le conseil approuve le budget."
        deck.save(str(tmp_path / "a.pptx"))
    source = next(tmp_path.glob("a.*"))
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless",
         "--convert-to", suffix[1:], "--outdir", str(tmp_path / "old"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    document = read_apart(tmp_path / "old" / f"a{suffix}")
    assert document.blocks[0].text == "Le conseil approuve le budget."
    assert document.blocks[0].place.kind == kind
