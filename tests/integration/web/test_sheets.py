"""The sheet of a question: what it says, and that any text makes a file that opens."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from pypdf import PdfReader
from starlette.testclient import TestClient

from assistant.i18n import Language
from assistant.records import Answer, Filters
from assistant.web.shared.cards import sources_of
from assistant.web.shared.escaping import plain
from assistant.web.sheets import Proof, Sheet, routes, sheet_of, text_to_copy
from assistant.web.sheets.html import sheet_html
from assistant.web.sheets.odt import sheet_odt
from assistant.web.sheets.routes import export_routes, file_stem
from tests.support import patient
from tests.support.pages import required
from tests.support.stand_in import LONG_TITLE, StandIn

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"
QUOTE = "Le temps d'attente moyen est passé de sept minutes à trois minutes."
HESITATION = "On hésite : le temps d'attente moyen ?"
NONE = "Quel est le prix des cerises vendues par un assistant ?"
ORIGIN = "http://assistant.ville.fr"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    return StandIn(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def client(assistant: StandIn) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(export_routes(assistant))  # type: ignore[arg-type]
    with TestClient(app, base_url=ORIGIN) as opened:
        yield opened


def _sheet(
    assistant: StandIn, question: str, filters: Filters | None = None, language: Language = "fr"
) -> Sheet:
    answer = assistant.ask(question, filters)
    sources = sources_of(assistant, answer, language)  # type: ignore[arg-type]
    return sheet_of(assistant, answer, sources, filters or Filters(), language)  # type: ignore[arg-type]


def _odt_text(content: bytes) -> str:
    """Return the text of an ODT, a line a paragraph."""
    tree = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("content.xml"))
    space = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    for one in tree.iter(f"{space}s"):
        one.text = " " * int(one.get(f"{space}c", "1"))
    for one in tree.iter(f"{space}tab"):
        one.text = "\t"
    for one in tree.iter(f"{space}line-break"):
        one.text = "\n"
    lines = [one for one in tree.iter() if one.tag in (f"{space}p", f"{space}h")]
    return "\n".join("".join(one.itertext()) for one in lines)


def test_an_answer_is_copied_with_its_sources_and_their_addresses(assistant: StandIn) -> None:
    parts = text_to_copy(_sheet(assistant, ATTENTE))
    assert [one for one in parts[1::2] if not one.startswith("/")] == []
    lines = "".join(parts).replace("\u202f", " ").replace("\u00a0", " ").splitlines()
    assert lines[0] == f"Question : {ATTENTE}"
    assert f"« {QUOTE} » [1]" in lines
    at = lines.index("[1] Conférence d'ouverture, à 12 min 40 s")
    assert lines[at + 1].endswith(f"› {LONG_TITLE} › Direction de l'accueil")
    assert lines[at + 2].startswith("/passage/forum/conference-1/conference.vtt?p=")
    assert "documents indexés le 14 mars 2026" in lines[-2]
    assert lines[-1].startswith("/?q=")


def test_what_is_not_answered_is_copied_with_the_passages_themselves(assistant: StandIn) -> None:
    refused = "".join(text_to_copy(_sheet(assistant, NONE)))
    assert "Je n'ai pas trouvé." in refused
    assert "- Rédiger un courrier – diapositives, diapositive 1" in refused
    assert "«\u00a0Un assistant peut inventer une référence juridique." in refused
    perhaps = "".join(text_to_copy(_sheet(assistant, HESITATION)))
    assert "Peut-être dans ces passages" in perhaps
    assert "[1] Conférence d'ouverture" in perhaps


def test_a_sheet_says_how_it_was_understood_and_where_it_was_searched(assistant: StandIn) -> None:
    filters = Filters(sessions=("forum/conference-1",), types=("conférence",))
    answer = Answer(
        ATTENTE, "refused", "", (), 0.1, "extractive", (), 0.1, "Et l'accueil ?",
        (("assistnat", "assistant"),),
    )  # fmt: skip
    sheet = sheet_of(assistant, answer, [], filters, "fr")  # type: ignore[arg-type]
    assert sheet.notes == (
        "Suite de : « Et l'accueil ? »",
        "« assistnat » est compris comme « assistant ».",
        f"Recherche limitée à\u00a0: {LONG_TITLE}, Conférence.",
    )
    assert "suite=Et+l%27accueil" in sheet.address
    assert "seance=forum%2Fconference-1&type=conf%C3%A9rence" in sheet.address


def test_the_html_sheet_is_a_page_that_stands_alone(client: TestClient) -> None:
    given = client.get("/fiche.html", params={"q": ATTENTE})
    assert given.headers["content-disposition"] == (
        'attachment; filename="fiche-quel-est-le-temps-d-attente-moyen-avec-l-assistant-vocal.html"'
    )
    page = html.fromstring(given.content.decode())
    assert page.get("lang") == "fr"
    assert page.findtext(".//title") == ATTENTE
    assert page.text_content().count(QUOTE) == 1
    assert [one.text_content() for one in page.iter("h1", "h2", "h3")] == [
        ATTENTE,
        "Réponse trouvée dans les documents",
        "Sources",
        "[1] Conférence d'ouverture",
        "À propos de cette fiche",
    ]
    assert len(page.findall(".//main")) == 1
    assert [*page.iter("script", "link", "img", "iframe")] == []
    assert "default-src 'none'" in page.xpath("string(//meta[@http-equiv]/@content)")
    addresses = [one.get("href", "") for one in page.iter("a")]
    assert addresses[0].startswith(f"{ORIGIN}/passage/forum/conference-1/conference.vtt?p=")
    assert addresses[-1].startswith(f"{ORIGIN}/?q=")


def test_a_sheet_names_the_server_as_the_browser_does(client: TestClient) -> None:
    headers = {"X-Forwarded-Host": "question.mairie.fr"}
    given = client.get("/fiche.html", params={"q": ATTENTE}, headers=headers)
    assert "http://question.mairie.fr/passage/" in html.fromstring(given.text).xpath(
        "string(//article//a)"
    )


def test_an_english_sheet_is_english(client: TestClient) -> None:
    page = html.fromstring(client.get("/fiche.html", params={"q": ATTENTE, "langue": "en"}).text)
    assert page.get("lang") == "en"
    assert page.findtext(".//h2") == "Answer found in the documents"
    assert page.find(".//blockquote").get("lang") == "fr"  # type: ignore[union-attr]


def test_the_odt_sheet_has_its_language_its_title_and_real_headings(client: TestClient) -> None:
    given = client.get("/fiche.odt", params={"q": ATTENTE, "seance": "forum/conference-1"})
    assert given.headers["content-type"] == "application/vnd.oasis.opendocument.text"
    archive = zipfile.ZipFile(io.BytesIO(given.content))
    meta, styles, content = (
        archive.read(name).decode() for name in ("meta.xml", "styles.xml", "content.xml")
    )
    assert "<dc:language>fr-FR</dc:language>" in meta
    assert f"<dc:title>{ATTENTE}</dc:title>" in meta
    assert 'fo:language="fr"' in styles and 'fo:country="FR"' in styles
    headings = re.findall(r'<text:h [^>]*outline-level="(\d)"[^>]*"Heading_20_(\d)"', content)
    assert headings == [("1", "1"), ("2", "2"), ("2", "2"), ("3", "3"), ("2", "2")]
    text = _odt_text(given.content)
    assert text.count(QUOTE) == 1
    assert f"{ORIGIN}/passage/forum/conference-1/conference.vtt?p=" in text
    assert f"Recherche limitée à\u00a0: {LONG_TITLE}." in text
    assert "indexés le 14 mars 2026" in text


@pytest.mark.parametrize("question", [ATTENTE, HESITATION, NONE], ids=["yes", "perhaps", "no"])
def test_libreoffice_opens_the_odt_sheet(client: TestClient, tmp_path: Path, question: str) -> None:
    required("soffice")
    (tmp_path / "fiche.odt").write_bytes(client.get("/fiche.odt", params={"q": question}).content)
    subprocess.run(
        [shutil.which("soffice") or "", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "fiche.odt"],
        cwd=tmp_path, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    read = PdfReader(tmp_path / "fiche.pdf")
    assert read.metadata is not None and read.metadata.title == question
    text = " ".join("".join(page.extract_text() for page in read.pages).split())
    assert text.startswith(question)
    assert "À propos de cette fiche" in text


ANY = st.text(st.characters(), max_size=40)


@settings(max_examples=40, deadline=None)
@given(ANY, ANY, ANY, ANY)
def test_any_text_gives_files_that_hold_it(
    question: str, title: str, quote: str, spoken: str
) -> None:
    proof = Proof(1, title, title, title, quote, "/passage/x", spoken)
    sheet = Sheet(
        (title,), question, (quote,), "Réponse", title, (quote,), False, "Sources", (proof,),
        title, "/?q=", "fr",
    )  # fmt: skip
    page = html.document_fromstring(sheet_html(sheet, ORIGIN).encode().decode())
    assert {one.tag for one in page.iter() if isinstance(one.tag, str)} <= set(
        "html head meta title style body main h1 h2 h3 p section article blockquote span a".split()
    )
    assert page.xpath("string(//h3)") == f"[1] {plain(title)}"
    words = plain(quote).replace("\r\n", "\n").replace("\r", "\n")
    assert f"\n«\u00a0{words}\u00a0»\nPassage" in _odt_text(sheet_odt(sheet, ORIGIN))


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?q=", 400, "La question est vide."),
        ("", 400, "La question est vide."),
        (f"?q={'a' * 2000}", 400, "La question est trop longue."),
    ],
)
def test_a_question_refused_is_said_in_words(
    client: TestClient, query: str, status: int, words: str
) -> None:
    given = client.get(f"/fiche.odt{query}")
    assert given.status_code == status
    assert words in html.fromstring(given.text).text_content()


def test_filters_that_the_index_does_not_know_are_left_out(client: TestClient) -> None:
    asked = {"q": ATTENTE, "seance": "absente", "inconnu": "x", "suite": "y" * 5000}
    assert client.get("/fiche.html", params=asked).status_code == 200


def test_a_third_sheet_at_once_is_told_to_wait(
    client: TestClient, assistant: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = threading.Semaphore(0)
    go_on = threading.Event()
    ask = assistant.ask

    def slow(*asked: object) -> Answer:
        under_way.release()
        go_on.wait(patient.SECONDS)
        return ask(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "ask", slow)
    with ThreadPoolExecutor(routes.MOST_AT_ONCE) as pool:
        two = [
            pool.submit(client.get, "/fiche.html", params={"q": ATTENTE})
            for _ in range(routes.MOST_AT_ONCE)
        ]
        for _ in two:
            assert under_way.acquire(timeout=patient.SECONDS)
        third = client.get("/fiche.odt", params={"q": ATTENTE})
        go_on.set()
        assert [one.result().status_code for one in two] == [200, 200]
    assert third.status_code == 503
    assert third.headers["retry-after"]
    assert "Trop de fiches en même temps" in html.fromstring(third.text).text_content()
    assert client.get("/fiche.html", params={"q": ATTENTE}).status_code == 200


def test_a_failed_sheet_gives_its_place_back(client: TestClient) -> None:
    for _ in range(routes.MOST_AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError):
            client.get("/fiche.html", params={"q": "Que dire de la panne ?"})
    assert client.get("/fiche.html", params={"q": ATTENTE}).status_code == 200


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Où est l'été ?", "fiche-ou-est-l-ete"),
        ("???", "fiche"),
        ("a\r\nX: y/..\\z", "fiche-a-x-y-z"),
    ],
)
def test_a_file_is_named_in_plain_letters(question: str, name: str) -> None:
    assert file_stem(question) == name
