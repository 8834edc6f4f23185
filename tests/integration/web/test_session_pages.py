"""The pages of sessions and of events: what stands on them, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from lxml import html
from starlette.testclient import TestClient

import assistant.core
from assistant.core import Assistant
from assistant.errors import SheetError
from assistant.records import Session
from assistant.settings import Settings
from assistant.view import View
from assistant.web.documents.listening import listening_routes
from assistant.web.documents.routes import document_routes
from assistant.web.http.guard import Guard
from assistant.web.http.protection import Protection
from assistant.web.sessions.event_page import events_page
from assistant.web.sessions.router import session_routes
from assistant.web.sheets.said_routes import said_routes
from tests.support.fakes import FakeEncoder

CANTEENS, ROADS = "/seance/forum/cantine", "/seance/forum/voirie"
DOCUMENTS = {
    "forum/programme.csv": (
        "seance;titre;type;intervenants;date;heure;salle\n"
        "cantine;Les cantines <b>pesées</b>;atelier;Cheffe, cuisine centrale;2025-03-18;10:30;Lin\n"
        "voirie;La voirie;atelier;;2025-03-18;14:00;\n"
    ),
    "forum/cantine/compte-rendu.md": (
        "# Cantines\n\n## Les repas\n\nLa cuisine centrale sert 900 repas par jour aux enfants"
        " de la ville <b>entière</b>.\n\n## À retenir\n\nIl faut peser les restes pendant trois"
        " mois avant tout achat.\n"
    ),
    "forum/voirie/notes.vtt": (
        "WEBVTT\n\n00:00.000 --> 00:04.000\nBonjour à toutes et à tous.\n\n"
        "00:05.000 --> 00:09.000\nQuarante nids-de-poule ont été signalés au mois de mars.\n\n"
        "00:10.000 --> 00:14.000\nLa voirie répare sous huit jours.\n"
    ),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("sessions")
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
            for routes in (session_routes, said_routes, document_routes, listening_routes):
                app.include_router(routes(opened))
            guarded = Protection(Guard(app, ["assistant.ville.fr"]))
            with TestClient(guarded, base_url="https://assistant.ville.fr") as one:
                yield one


def _page(client: TestClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def _headings(page: html.HtmlElement) -> list[str]:
    return [one.text_content() for one in page.xpath("//h2")]


def test_a_session_s_page_says_what_who_when_and_where(client: TestClient) -> None:
    page = _page(client, CANTEENS)
    (title,) = page.xpath("//h1")
    assert title.text_content() == "Les cantines <b>pesées</b>"
    header = page.xpath("//header")[0].text_content()
    assert "Atelier · mardi 18 mars 2025, 10 h 30 · Lin" in header
    assert "Avec Cheffe, cuisine centrale" in header


def test_each_excerpt_leads_to_its_place(client: TestClient) -> None:
    page = _page(client, CANTEENS)
    assert any("peser les restes" in one.text_content() for one in page.xpath("//blockquote"))
    assert not page.xpath("//main//p[@class='de-seance']")
    ways = page.xpath("//li[.//blockquote]//p[@class='acces']/a/@href")
    assert ways and all(client.get(one).status_code == 200 for one in ways)


def test_the_question_is_asked_within_the_session(client: TestClient) -> None:
    (form,) = _page(client, CANTEENS).xpath("//form[@class='demander']")
    assert (form.get("action"), form.get("method")) == ("/", "get")
    assert dict(form.fields) == {"q": None, "seance": "forum/cantine"}
    (form,) = _page(client, f"{CANTEENS}?langue=en").xpath("//form[@class='demander']")
    assert form.get("action") == "/en/"


def test_the_essentials_are_kept_as_a_file_in_one_click(client: TestClient) -> None:
    (odt, page) = _page(client, CANTEENS).xpath("//p[contains(@class, 'garder')]/a/@href")
    assert odt.endswith("/fiche/seance/forum/cantine.odt")
    assert client.get(odt).status_code == client.get(page).status_code == 200


def test_a_text_alone_has_no_place_for_a_recording(client: TestClient) -> None:
    page = _page(client, CANTEENS)
    assert not page.xpath("//*[contains(@class, 'lecteur')]")
    assert "Transcription" not in _headings(page)


def test_a_transcript_alone_is_read_and_not_heard(client: TestClient) -> None:
    page = _page(client, ROADS)
    assert "Transcription" in _headings(page)
    assert not page.xpath("//audio | //video | //a[contains(@class, 'ecouter')]")
    lines = page.xpath("//ol[@data-lignes]/li")
    assert [one.get("data-de") for one in lines] == ["0", "5", "10"]
    assert "Enregistrement" not in " ".join(_headings(page))


def test_words_are_found_in_the_transcript_without_script(client: TestClient) -> None:
    (form,) = _page(client, ROADS).xpath("//form[@class='dedans']")
    assert form.get("action") == f"{ROADS}#enregistrement"
    page = _page(client, f"{ROADS}?mots=Repare")
    assert page.xpath("//input[@id='mots']/@value") == ["Repare"]
    (found,) = page.xpath("//*[@class='trouves']//li")
    assert found.xpath(".//mark")[0].text_content() == "répare"
    assert client.get(found.xpath(".//a/@href")[0]).status_code == 200
    assert not _page(client, ROADS).xpath("//*[@class='trouves']//p")


def test_the_script_is_given_the_lines_found_alone(client: TestClient) -> None:
    (address,) = _page(client, ROADS).xpath("//form[@class='dedans']/@data-recherche")
    piece = client.get(f"{address}&mots=nids").text
    assert "1 phrase" in piece and "<html" not in piece
    nothing = client.get(f"{address}&mots=<b>piscine</b>").text
    assert "aucune phrase" in nothing and "<li" not in nothing and "<b>" not in nothing


def test_no_title_stands_over_nothing(client: TestClient) -> None:
    for address in (CANTEENS, ROADS):
        for one in _page(client, address).xpath("//section[h2]"):
            assert len(one.text_content()) > len(one.xpath("h2")[0].text_content())


def test_a_passage_leads_back_to_its_session(client: TestClient) -> None:
    page = _page(client, "/passage/forum/cantine/compte-rendu.md")
    assert page.xpath(f"//header//a[@href='{CANTEENS}']")


def test_sessions_lead_to_their_neighbours(client: TestClient) -> None:
    canteens, roads = _page(client, CANTEENS), _page(client, ROADS)
    assert canteens.xpath("//a[@rel='next']/@href") == [ROADS]
    assert roads.xpath("//a[@rel='prev']/@href") == [CANTEENS]
    assert roads.xpath("//header//a[@href='/evenement/forum']")
    assert not canteens.xpath("//a[@rel='prev']") and not roads.xpath("//a[@rel='next']")


def test_in_english_the_links_stay_english(client: TestClient) -> None:
    page = _page(client, f"{CANTEENS}?langue=en")
    assert page.get("lang") == "en"
    links = [one for one in page.xpath("//a/@href") if one.startswith(("/seance", "/passage"))]
    assert links and all(parse_qs(urlsplit(one).query)["langue"] == ["en"] for one in links)


def test_an_unknown_session_names_the_nearest(client: TestClient) -> None:
    answer = client.get("/seance/forum/gymnase")
    assert answer.status_code == 404
    assert "forum/" in answer.text


def test_a_session_has_its_page_before_any_sheet_is_made(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_yet(view: View, session: str) -> None:
        raise SheetError("sheets_missing")

    monkeypatch.setattr(View, "sheet", none_yet)
    page = _page(client, CANTEENS)
    assert page.xpath("//ul[@class='documents']/li")
    assert not page.xpath("//blockquote")


@pytest.mark.parametrize("address", ["/evenement", "/evenement/forum"])
def test_an_event_s_page_leads_to_its_sessions(client: TestClient, address: str) -> None:
    page = _page(client, address)
    sessions = page.xpath("//ol[@class='liste-seances']//a")
    assert [one.get("href") for one in sessions] == [CANTEENS, ROADS]
    assert page.xpath("//header/p")[0].text_content() == "mardi 18 mars 2025 · 2 séances"
    assert all(client.get(one.get("href")).status_code == 200 for one in sessions)


def test_what_an_event_quotes_says_of_which_session_once(client: TestClient) -> None:
    page = _page(client, "/evenement")
    told = [one.text_content() for one in page.xpath("//main//p[@class='de-seance']/a")]
    assert told and set(told) <= {"Les cantines <b>pesées</b>", "La voirie"}
    (odt, _) = page.xpath("//p[contains(@class, 'garder')]/a/@href")
    assert client.get(odt).status_code == 200


def test_the_only_event_limits_no_question(client: TestClient) -> None:
    (form,) = _page(client, "/evenement").xpath("//form[@class='demander']")
    assert [one.name for one in form.inputs if one.name] == ["q"]


def test_an_unknown_event_is_not_found(client: TestClient) -> None:
    assert client.get("/evenement/gala").status_code == 404


def test_several_events_have_a_page_that_leads_to_each() -> None:
    sessions = [Session(f"{one}/a", one, "A", f"Le {one}") for one in ("forum", "gala")]
    page = html.fromstring(events_page(sessions, "fr", "fr"))
    links = [(one.text_content(), one.get("href")) for one in page.xpath("//li/a")]
    assert links == [("Le forum", "/evenement/forum"), ("Le gala", "/evenement/gala")]


def test_an_event_has_its_page_before_any_sheet_is_made(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_yet(view: View, event: str) -> None:
        raise SheetError("sheets_missing")

    monkeypatch.setattr(View, "event_sheet", none_yet)
    page = _page(client, "/evenement")
    assert len(page.xpath("//ol[@class='liste-seances']/li")) == 2
    assert not page.xpath("//blockquote")


def test_the_page_is_protected_like_the_others(client: TestClient) -> None:
    answer = client.get(CANTEENS)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not html.fromstring(answer.content).xpath("//*[@style or @onclick]")
    assert (
        client.post(CANTEENS, headers={"Origin": "https://assistant.ville.fr"}).status_code == 404
    )


def test_the_event_s_page_holds_what_may_be_new_and_shows_none_of_it(client: TestClient) -> None:
    (news,) = _page(client, "/evenement").xpath("//section[@class='nouveau']")
    assert news.get("hidden") is not None and news.get("data-evenement") == "forum"
    items = {one.get("data-cle"): one for one in news.xpath(".//li")}
    assert [*items] == [
        "forum/cantine", "forum/voirie", "forum/cantine/compte-rendu.md", "forum/voirie/notes.vtt",
    ]  # fmt: skip
    notes = items["forum/voirie/notes.vtt"]
    assert re.fullmatch("[0-9a-f]{12}", notes.get("data-version"))
    assert notes.xpath(".//a/@href") == ["/passage/forum/voirie/notes.vtt"]
