"""The sheets of what was said, as agents read and keep them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from lxml import etree, html
from starlette.testclient import TestClient

import assistant.core
from assistant.core import Assistant
from assistant.settings import Settings
from assistant.web.documents.routes import document_routes
from assistant.web.http.guard import Guard
from assistant.web.http.protection import Protection
from assistant.web.sheets.said import Extract, SaidSheet, Section
from assistant.web.sheets.said_files import said_html, said_odt
from assistant.web.sheets.said_routes import said_routes
from tests.support.fakes import FakeEncoder

HOST = "https://assistant.ville.fr"
DOCUMENTS = {
    "forum/cantine/compte-rendu.md": (
        "# Cantines\n\n## Les repas\n\nLa cuisine centrale sert 900 repas par jour aux enfants"
        " de la ville <b>entière</b>.\n\n## À retenir\n\nIl faut peser les restes pendant trois"
        " mois avant tout achat.\n"
    ),
    "forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars.\n",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("said")
    for name, text in DOCUMENTS.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(corpus=folder / "corpus", index=folder / "index")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assistant.core, "open_encoder", lambda _: FakeEncoder())
        with Assistant(settings) as opened:
            opened.sync()
            app = FastAPI()
            app.include_router(said_routes(opened))
            app.include_router(document_routes(opened))
            guarded = Protection(Guard(app, ["assistant.ville.fr"]))
            with TestClient(guarded, base_url=HOST) as one:
                yield one


def test_a_session_s_sheet_is_a_page_that_stands_alone_and_leads_to_its_sources(
    client: TestClient,
) -> None:
    answer = client.get("/fiche/seance/forum/cantine.html")
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    page = html.fromstring(answer.content)
    assert not page.xpath("//script | //img | //link")
    said = [one.text_content() for one in page.xpath("//blockquote")]
    assert any("peser les restes" in one for one in said)
    assert any("<b>entière</b>" in one or "entière" in one for one in said)
    (source, *_) = page.xpath("//article//a/@href")
    assert source.startswith(f"{HOST}/passage/forum/cantine/compte-rendu.md?")
    assert client.get(source.removeprefix(HOST)).status_code == 200


def test_a_sheet_is_in_the_reader_s_language(client: TestClient) -> None:
    page = client.get("/fiche/seance/forum/cantine.html?langue=en").text
    assert '<html lang="en">' in page
    assert "word for word" in page


def test_the_event_s_sheet_leads_to_those_of_its_sessions(client: TestClient) -> None:
    page = html.fromstring(client.get("/fiche/evenement/forum.html").content)
    (lead, *_) = page.xpath("//li/a/@href")
    assert lead.startswith(f"{HOST}/fiche/seance/forum/cantine.html")
    assert client.get(lead.removeprefix(HOST)).status_code == 200


def test_a_sheet_is_kept_as_an_open_document(client: TestClient) -> None:
    answer = client.get("/fiche/seance/forum/cantine.odt")
    assert re.search(r'filename="fiche-cantine[\w-]*\.odt"', answer.headers["content-disposition"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        words = " ".join(etree.fromstring(archive.read("content.xml")).itertext())
    assert "peser les restes" in words
    assert "À retenir" in words


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/fiche/seance/forum/piscine.html", 404),
        ("/fiche/seance/forum/piscine.odt", 404),
        ("/fiche/evenement/gala.html", 404),
        ("/fiche/orateur/forum.html", 404),
        ("/fiche/seance/forum/cantine.docx", 404),
    ],
)
def test_what_has_no_sheet_is_a_page_that_says_so(
    client: TestClient, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_an_unknown_session_names_the_nearest(client: TestClient) -> None:
    assert "forum/cantine" in client.get("/fiche/seance/la piscine.html").text


def test_lists_stay_lists_and_tables_tables() -> None:
    quotes = (
        "Ce qui coûte\nPoste : Pain | Prix : 2 €\nPoste : Riz | Prix : 1 €",
        "À faire\nPeser\nTrier",
    )
    extracts = tuple(Extract(one, "diapositive 2", "/x") for one in quotes)
    sheet = SaidSheet("Fiche", "Cantine", (), "", (), (Section("Points", extracts),), (), "fr")
    page = html.fromstring(said_html(sheet, HOST))
    assert page.xpath("//th/text()") == ["Poste", "Prix"]
    assert [one.text_content() for one in page.xpath("//td")] == ["Pain", "2 €", "Riz", "1 €"]
    assert page.xpath("//blockquote//li/text()") == ["Peser", "Trier"]
    archive = zipfile.ZipFile(io.BytesIO(said_odt(sheet, HOST)))
    content = etree.fromstring(archive.read("content.xml"))
    cells = content.xpath("//*[local-name()='table-cell']")
    assert ["".join(one.itertext()) for one in cells] == [
        "Poste",
        "Prix",
        "Pain",
        "2 €",
        "Riz",
        "1 €",
    ]
    words = "".join(content.itertext())
    assert "• Peser" in words and "|" not in words
