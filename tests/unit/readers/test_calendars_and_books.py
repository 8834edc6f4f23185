"""Calendars, books and pictures of less usual formats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from assistant.errors import ReadError
from assistant.readers import pictures, read
from assistant.readers.pdf import ocr
from assistant.readers.sniffing import sniff
from assistant.records import Document


def calendar(*events: str, stated: str = "") -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{stated}{inside}END:VCALENDAR\r\n"


def document(folder: Path, content: str | bytes, name: str = "a.ics") -> Document:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read(folder / name, f"e/{name}")


OPENING = (
    "UID:1\r\nSUMMARY:Ouverture\\, accueil\r\nDTSTART;TZID=Europe/Paris:20250318T090000\r\n"
    "DTEND;TZID=Europe/Paris:20250318T103000\r\nLOCATION:Salle A\r\n"
    "DESCRIPTION:Bienvenue\\nà to\r\n us"
)


def test_an_event_is_a_row_that_says_when_and_where(tmp_path: Path) -> None:
    text = calendar(OPENING, stated="X-WR-CALNAME:Forum des métiers\r\n")
    found = document(tmp_path, text)
    (block,) = found.blocks
    assert block.text == (
        "Titre : Ouverture, accueil | Date : 18/03/2025 | Heure : 9h00 – 10h30 | Lieu : Salle A"
        " | Description : Bienvenue à tous"
    )
    assert (block.place.kind, block.place.first, found.title) == ("row", 1, "Forum des métiers")


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ("DTSTART:20250318T080000Z\r\nDURATION:PT45M", "18/03/2025 | Heure : 9h00 – 9h45"),
        ("DTSTART:20250718T080000Z", "18/07/2025 | Heure : 10h00"),
        ("DTSTART:20250318T090000", "18/03/2025 | Heure : 9h00"),
        ("DTSTART;VALUE=DATE:20250318", "18/03/2025"),
        ("DTSTART;VALUE=DATE:20250318\r\nDTEND;VALUE=DATE:20250319", "18/03/2025"),
        ("DTSTART;VALUE=DATE:20250318\r\nDTEND;VALUE=DATE:20250321", "18/03/2025 – 20/03/2025"),
        (
            "DTSTART;TZID=Europe/Paris:20251026T013000\r\nDURATION:PT3H",
            "26/10/2025 | Heure : 1h30 – 3h30",
        ),
        ("DTSTART:20250330T003000Z\r\nDURATION:PT1H", "30/03/2025 | Heure : 1h30 – 3h30"),
        (
            "DTSTART:20251025T180000\r\nDURATION:P1DT1H",
            "25/10/2025 – 26/10/2025 | Heure : 18h00 – 19h00",
        ),
    ],
    ids=[
        "universal",
        "summer",
        "no zone",
        "a day",
        "a day that ends",
        "days",
        "hours while clocks go back",
        "an hour while they go on",
        "a day that has 25 hours",
    ],
)
def test_times_are_those_of_the_place(tmp_path: Path, times: str, shown: str) -> None:
    (block,) = document(tmp_path, calendar(f"SUMMARY:Atelier\r\n{times}")).blocks
    assert block.text == f"Titre : Atelier | Date : {shown}"


def test_universal_time_is_shown_in_the_zone_that_a_calendar_states(tmp_path: Path) -> None:
    text = calendar(
        "SUMMARY:Atelier\r\nDTSTART:20250318T120000Z", stated="X-WR-TIMEZONE:America/Cayenne\r\n"
    )
    assert "9h00" in document(tmp_path, text).blocks[0].text


def test_events_come_in_order_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    text = calendar(
        "SUMMARY:Deux\r\nDTSTART:20250318T100000\r\nRRULE:FREQ=DAILY;COUNT=2",
        "SUMMARY:Un\r\nDTSTART:20250318T090000\r\nune ligne de trop",
        "SUMMARY:Annulé\r\nSTATUS:CANCELLED\r\nDTSTART:20250318T090000",
        "SUMMARY:Sans date\r\nDTSTART:n'importe",
    )
    found = document(tmp_path, text)
    assert [block.text.split(" | ")[0] for block in found.blocks] == ["Titre : Un", "Titre : Deux"]
    assert sorted((one.key, one.values["number"]) for one in found.problems) == [
        ("reading.events_cancelled", "1"),
        ("reading.events_repeated", "1"),
        ("reading.events_undated", "1"),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rien", "file_damaged"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n", "file_damaged"),
        (calendar(), "file_without_text"),
    ],
)
def test_what_is_no_calendar_is_one_clear_error(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ReadError) as refused:
        document(tmp_path, text)
    assert refused.value.key == key


# --- Books ---------------------------------------------------------------------------------------

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/livre.opf"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Guide du tri</dc:title>
<dc:creator>La ville</dc:creator><dc:language>fr-FR</dc:language></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="deux%20.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="un.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CHAPTERS = {
    "OEBPS/nav.xhtml": "<html><body><p>Sommaire</p></body></html>",
    "OEBPS/un.xhtml": "<html><body><h1>Le tri</h1><p>Trois cents tonnes.</p></body></html>",
    "OEBPS/deux .xhtml": "<html><body><h2>Après</h2><p>Le verre.</p></body></html>",
}


def book(members: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/livre.opf", PACKAGE)
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_book_is_read_in_its_order_without_its_contents_page(tmp_path: Path) -> None:
    found = document(tmp_path, book(CHAPTERS), "a.epub")
    assert [(one.kind, one.place.first, one.text) for one in found.blocks] == [
        ("heading", 1, "Le tri"),
        ("paragraph", 2, "Trois cents tonnes."),
        ("heading", 3, "Après"),
        ("paragraph", 4, "Le verre."),
    ]
    assert (found.title, found.facts["author"], found.problems) == ("Guide du tri", "La ville", ())


def test_what_a_chapter_hides_is_left_out_and_told(tmp_path: Path) -> None:
    page = "<html><body><p>Montré</p><p hidden='hidden'>Brouillon</p></body></html>"
    chapters = {**CHAPTERS, "OEBPS/un.xhtml": page}
    found = document(tmp_path, book(chapters), "a.epub")
    assert "Montré" in [block.text for block in found.blocks]
    assert "Brouillon" not in [block.text for block in found.blocks]
    assert [one.key for one in found.problems] == ["reading.text_hidden"]


def test_a_chapter_that_is_lost_is_told(tmp_path: Path) -> None:
    found = document(tmp_path, book({"OEBPS/un.xhtml": CHAPTERS["OEBPS/un.xhtml"]}), "a.epub")
    assert len(found.blocks) == 2
    assert [one.values["names"] for one in found.problems] == ["deux .xhtml"]


@pytest.mark.parametrize(
    ("algorithm", "protected"),
    [("http://www.w3.org/2001/04/xmlenc#aes128-cbc", True),
     ("http://www.idpf.org/2008/embedding", False)],
    ids=["pages", "fonts"],
)  # fmt: skip
def test_a_book_that_was_sold_is_protected(tmp_path: Path, algorithm: str, protected: bool) -> None:
    stated = f'<encryption><EncryptionMethod Algorithm="{algorithm}"/></encryption>'
    content = book({**CHAPTERS, "META-INF/encryption.xml": stated})
    if not protected:
        assert document(tmp_path, content, "a.epub").blocks
        return
    with pytest.raises(ReadError) as refused:
        document(tmp_path, content, "a.epub")
    assert refused.value.key == "file_protected"


# --- Pictures ------------------------------------------------------------------------------------

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100


def test_a_picture_is_known_by_its_content(tmp_path: Path) -> None:
    held = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(held, "WEBP")
    contents = {".webp": held.getvalue(), ".heic": HEIC, ".avi": b"RIFF\0\0\0\0AVI LIST"}
    for suffix, content in contents.items():
        (tmp_path / "a").write_bytes(content)
        assert sniff(tmp_path / "a", ".jpg") == suffix


def test_a_picture_that_nothing_opens_here_says_what_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_engine", lambda: "tesseract")
    monkeypatch.setattr(pictures, "formats", lambda: ("PNG",))
    with pytest.raises(ReadError) as refused:
        document(tmp_path, HEIC, "a.heic")
    assert refused.value.key == "heic_needs_extra"
