"""What fuzzing found (`python -m bench.fuzz_reading`), each in its least form."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.readers import read
from assistant.records import Block
from tests.conftest import ROOT
from tests.unit.readers.test_formats import write_opendocument

SAMPLES = ROOT / "tests" / "samples" / "files"


def blocks(path: Path, content: bytes) -> list[Block]:
    path.write_bytes(content)
    return list(read(path, f"e/s/{path.name}").blocks)


def test_a_time_that_no_number_can_hold_leaves_the_other_segments(tmp_path: Path) -> None:
    segments = [{"text": "Perdu.", "start": 10**400}, {"text": "Bonjour.", "start": 1, "end": 2}]
    found = blocks(tmp_path / "a.json", json.dumps({"segments": segments}).encode())
    assert [block.text for block in found] == ["Bonjour."]


@pytest.mark.parametrize(
    "header",
    ["From: ", "Content-Type: text/", "Content-Disposition: ", "Content-Transfer-Encoding: "],
)
def test_a_header_that_its_parser_chokes_on_leaves_the_message(tmp_path: Path, header: str) -> None:
    message = f"{header}{'(' * 900}\r\nSubject: Rappel\r\n\r\nDu texte."
    found = blocks(tmp_path / "a.eml", message.encode())
    assert [block.text for block in found] == ["Rappel", "Du texte."]


@pytest.mark.parametrize("charset", ["undefined", "punycode"])
def test_an_encoding_that_decodes_nothing_leaves_the_message(tmp_path: Path, charset: str) -> None:
    # A message said to have parts, that has none, is decoded when its parts are asked for.
    message = (
        "Subject: Rappel\r\nContent-Type: multipart/mixed; boundary=b;"
        f" charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\x80"
    )
    found = blocks(tmp_path / "a.eml", message.encode())
    assert [block.text for block in found] == ["Rappel"]


def test_an_archive_that_lacks_some_of_its_bytes_is_damaged_not_forbidden(tmp_path: Path) -> None:
    # Its directory then says that its first member begins before the file does.
    data = (SAMPLES / "rapport.odt").read_bytes()
    with pytest.raises(ReadError) as refused:
        blocks(tmp_path / "a.odt", data[:100] + data[140:])
    assert refused.value.key == "file_damaged"


def test_a_workbook_without_its_main_part_is_damaged_not_forbidden(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(SAMPLES / "classeur.xlsx") as whole, zipfile.ZipFile(path, "w") as made:
        for name in whole.namelist():
            made.writestr(name, whole.read(name).replace(b"sheet.main+xml", b"sheet.other+xml"))
    with pytest.raises(ReadError) as refused:
        read(path, "e/s/a.xlsx")
    assert refused.value.key == "file_damaged"


def damaged_in(path: Path, member: str, whole: Path) -> Path:
    """Copy an archive, the packed bytes of one of its members spoilt."""
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            new.writestr(name, archive.read(name))
        at = new.getinfo(member).header_offset
    data = bytearray(path.read_bytes())
    at += 30 + len(member)
    data[at : at + 12] = b"\xff" * 12
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("suffix", "member"),
    [
        (".odt", "content.xml"),
        (".odp", "content.xml"),
        (".ods", "content.xml"),
        (".docx", "word/document.xml"),
        (".docx", "_rels/.rels"),
        (".pptx", "ppt/presentation.xml"),
        (".xlsx", "xl/workbook.xml"),
        (".xlsx", "xl/worksheets/sheet1.xml"),
    ],
)
def test_an_archive_whose_packed_bytes_are_spoilt_is_damaged(
    suffix: str, member: str, tmp_path: Path
) -> None:
    whole = next(file for file in sorted(SAMPLES.iterdir()) if file.suffix == suffix)
    path = damaged_in(tmp_path / f"a{suffix}", member, whole)
    with pytest.raises(ReadError) as refused:
        read(path, f"e/s/{path.name}")
    assert refused.value.key == "file_damaged"


def test_an_object_that_is_spoilt_leaves_the_document(tmp_path: Path) -> None:
    body = (
        "<office:body><office:text><text:p>Avant</text:p><text:p><draw:frame>"
        '<draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Objet"/>'
        "</draw:frame></text:p></office:text></office:body>"
    )
    whole = write_opendocument(tmp_path / "whole.odt", "text", body)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("Objet/content.xml", "<a>" + "chart" * 50 + "</a>")
    document = read(damaged_in(tmp_path / "a.odt", "Objet/content.xml", whole), "e/s/a.odt")
    assert [block.text for block in document.blocks] == ["Avant"]
    assert [problem.key for problem in document.problems] == ["reading.embedded_unread"]
