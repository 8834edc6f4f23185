"""The page of what agents couldn't find: who sees it, what it shows, what it gives and erases."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import gradio as gr
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI, Request, Response
from lxml import etree, html
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from assistant.accounts import set_password
from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.feedback import store
from assistant.feedback.question_vectors import QuestionVectors
from assistant.feedback.store import Feedback, Unanswered
from assistant.records import Answer, Filters
from assistant.records.vectors import Vectors
from assistant.web.agents.asking import Asking
from assistant.web.agents.examples import Examples
from assistant.web.agents.unanswered_log import UnansweredLog, drop_old_questions, kept_words
from assistant.web.http.authentication import Authentication
from assistant.web.http.guard import Guard
from assistant.web.http.responses import fault
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters
from assistant.web.shared.escaping import harmless
from assistant.web.staff.signin import signin_routes
from assistant.web.staff.unanswered.checking import UnansweredSubjects
from assistant.web.staff.unanswered.page import unanswered_routes
from assistant.web.staff.unanswered.register import ADDRESS, PAGE, RegisterChoice
from tests.support import patient
from tests.support.pages import PATIENCE, running, stand_in_command
from tests.support.small_site import PASSWORD, STAFF
from tests.support.stand_in import REPORT, StandIn

HOST = "https://assistant.ville.fr"
POOL = "Quels sont les horaires de la piscine municipale ?"
POOL_TOO = "horaires piscine municipale"
PAY = "Quel est le salaire d'un équipier de collecte ?"
KEPT = "Combien de temps garde-t-on les enregistrements ?"
NASTY = '=HYPERLINK("https://evil.example") <script>alert(1)</script>'


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    set_password(folder / "comptes.json", STAFF, PASSWORD)
    set_password(folder / "comptes.json", "accueil", PASSWORD, "agent")
    return folder


@pytest.fixture
def assistant(corpus: Path) -> StandIn:
    made = StandIn(corpus)
    made.settings = replace(made.settings, accounts=corpus / "comptes.json")
    (made.settings.index / store.FILE).unlink(missing_ok=True)
    return made


@pytest.fixture
def path(assistant: StandIn) -> Path:
    return assistant.settings.index / store.FILE


def site(assistant: StandIn, name: str = STAFF) -> TestClient:
    """Return a browser, signed in, before the real guard, gate and routes."""
    chosen = assistant.settings
    sessions = Sessions(chosen.index / FILE, chosen.accounts, chosen.session_hours)
    app = FastAPI()
    app.add_middleware(Authentication, access=chosen.access_options(), sessions=sessions)
    app.add_middleware(Guard, own_names=("assistant.ville.fr",))
    app.include_router(signin_routes(chosen.accounts, chosen.session_hours, sessions))
    app.include_router(unanswered_routes(assistant))  # type: ignore[arg-type]

    @app.exception_handler(AssistantError)
    def faulty(request: Request, error: AssistantError) -> Response:
        return fault(error, request.scope)

    opened = TestClient(app, HOST, headers={"Accept-Language": "fr", "Origin": HOST})
    if name:
        opened.post("/connexion", data={"nom": name, "mot_de_passe": PASSWORD})
    return opened


@pytest.fixture
def staff(assistant: StandIn) -> Iterator[TestClient]:
    with site(assistant) as opened:
        yield opened


def _keep(path: Path, question: str, times: int = 1, *, ago: int = 0, **more: object) -> None:
    one = Unanswered(question, **more)  # type: ignore[arg-type]
    for _ in range(times):
        store.keep_unanswered(path, one, days=90, today=date.today() - timedelta(days=ago))


def _give(path: Path, question: str, key: str, *, useful: bool = False, word: str = "") -> None:
    one = Feedback(question, "answered", useful, word, documents=(REPORT,))
    store.keep(path, one, key=key, days=90)


@pytest.fixture
def filled(path: Path) -> Path:
    _keep(path, POOL, 3, ago=10)
    _keep(path, POOL_TOO, 2)
    _keep(path, PAY, filters=Filters(sessions=("forum/atelier-2",)))
    _give(path, KEPT, "a", word="Ce n'est pas la bonne durée.")
    _give(path, KEPT, "b", useful=True)
    return path


def _page(staff: TestClient, address: str = ADDRESS) -> html.HtmlElement:
    answer = staff.get(address)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def _text(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def _subjects(page: html.HtmlElement) -> list[str]:
    return [_text(one) for one in page.xpath("//li/div/h3")]


def _form(page: html.HtmlElement, words: str) -> dict[str, str]:
    """Return the fields of the first form under a summary of these words."""
    (form, *_) = [
        one.find(".//form")
        for one in page.find_class("effacer")
        if _text(one.find("summary")).startswith(words)
    ]
    return dict(form.form_values())


# --- Who, and what is shown --------------------------------------------------------------------


@pytest.mark.parametrize("path_", ["", "/export.csv", "/export.odt"])
def test_the_register_is_for_staff_only(assistant: StandIn, filled: Path, path_: str) -> None:
    with site(assistant, "") as anonymous, site(assistant, "accueil") as agent:
        led = anonymous.get(ADDRESS + path_, follow_redirects=False)
        assert (led.status_code, agent.get(ADDRESS + path_).status_code) == (303, 403)
        for form in ("/effacer", "/verifier"):
            assert anonymous.post(ADDRESS + form, data={"cles": "tout"}).status_code == 401
            assert agent.post(ADDRESS + form, data={"cles": "tout"}).status_code == 403
    assert len(store.read_unanswered(filled, days=90)) == 3


def test_another_site_can_erase_nothing(staff: TestClient, filled: Path) -> None:
    sent = staff.post(
        f"{ADDRESS}/effacer", data={"cles": "tout"}, headers={"Origin": "https://evil.example"}
    )
    assert sent.status_code == 403
    assert len(store.read_unanswered(filled, days=90)) == 3


def test_subjects_come_by_how_often_they_were_asked_with_all_that_goes_with_them(
    staff: TestClient, filled: Path
) -> None:
    page = _page(staff)
    assert _subjects(page) == [POOL, KEPT, PAY] or _subjects(page) == [POOL, PAY, KEPT]
    first = _text(page.find_class("sujet")[0])
    assert first.startswith("5 fois")
    assert "5 fois sans réponse" in first
    assert "2 formulations" in first
    assert POOL_TOO in first
    everything = _text(page)
    assert "1 avis « pas utile » sur 2" in everything
    assert "« Ce n'est pas la bonne durée. »" in everything
    assert "Compte rendu de l'atelier « données personnelles »" in everything
    assert "Rédiger un courrier avec un assistant" in everything
    assert "effacée au bout de 90 jours" in everything


def test_a_period_and_a_kind_narrow_what_is_shown(staff: TestClient, filled: Path) -> None:
    assert _subjects(_page(staff, f"{ADDRESS}?genre=useless")) == [KEPT]
    assert KEPT not in _subjects(_page(staff, f"{ADDRESS}?genre=refused"))
    recent = _page(staff, f"{ADDRESS}?periode=7&genre=refused")
    assert POOL_TOO in _subjects(recent)
    assert POOL not in _text(recent)
    assert recent.xpath("//select[@id='periode']/option[@selected]/@value") == ["7"]


def test_what_an_address_cannot_ask_shows_everything(staff: TestClient, filled: Path) -> None:
    for asked in ("periode=3&genre=x&page=0", "page=99999", "page=²", "periode=<script>"):
        assert len(_subjects(_page(staff, f"{ADDRESS}?{asked}"))) == 3


def test_what_agents_typed_is_only_shown(staff: TestClient, path: Path) -> None:
    _keep(path, NASTY, subject="<img src=x onerror=alert(2)>")
    answer = staff.get(ADDRESS).text
    assert "<script>alert" not in answer
    assert "<img" not in answer
    assert _subjects(html.fromstring(answer)) == [" ".join(NASTY.split())]


def test_an_empty_register_says_so_without_alarm(staff: TestClient) -> None:
    page = _page(staff)
    assert "Rien à signaler" in _text(page)
    assert not [*page.find_class("sujets"), *page.find_class("effacer")]
    assert not page.xpath("//a[contains(@href, 'export')]")


def test_a_choice_that_shows_nothing_leads_back_to_all(staff: TestClient, path: Path) -> None:
    _keep(path, POOL, ago=40)
    page = _page(staff, f"{ADDRESS}?periode=7")
    assert "Aucune question de ce genre" in _text(page)
    assert page.find_class("vide")[0].xpath(f".//a[@href='{ADDRESS}']")


def test_many_subjects_stand_on_several_pages(staff: TestClient, path: Path) -> None:
    for number in range(PAGE + 3):
        _keep(path, f"mot{number}a autre{number}b chose{number}c")
    first, second = _page(staff), _page(staff, f"{ADDRESS}?page=2")
    assert (len(_subjects(first)), len(_subjects(second))) == (PAGE, 3)
    assert not set(_subjects(first)) & set(_subjects(second))
    assert second.find_class("sujets")[0].get("start") == str(PAGE + 1)


def test_a_file_that_is_no_database_is_said_with_what_to_do(staff: TestClient, path: Path) -> None:
    path.write_bytes(b"no database " * 1000)
    answer = staff.get(ADDRESS)
    assert answer.status_code == 503
    assert "retours.sqlite3" in html.fromstring(answer.text).text_content()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((0, 90), "« unanswered_days » vaut 0"),
        ((90, 0), "« feedback_days » vaut 0"),
        ((0, 0), "Rien n'est gardé ici"),
    ],
)
def test_what_is_not_kept_is_said_and_not_shown(
    assistant: StandIn, filled: Path, days: tuple[int, int], said: str
) -> None:
    assistant.settings = replace(assistant.settings, unanswered_days=days[0], feedback_days=days[1])
    with site(assistant) as opened:
        page = _page(opened)
    assert said in _text(page)
    assert (POOL in _text(page), KEPT in _text(page)) == (bool(days[0]), bool(days[1]))


# --- Asking again ------------------------------------------------------------------------------


def test_a_question_can_be_asked_again_where_agents_ask(staff: TestClient, path: Path) -> None:
    _keep(path, "Et combien ?", subject="La formation ?")
    (link,) = _page(staff).xpath("//li//div[@class='gestes']/a")
    assert link.get("href") == "/?q=Et+combien+%3F&suite=La+formation+%3F&essai=1"


def test_checking_marks_what_has_an_answer_now(
    staff: TestClient, assistant: StandIn, path: Path
) -> None:
    _keep(path, "Quel est le temps d'attente moyen avec l'assistant vocal ?", 2)
    _keep(path, "Zzyzx qwrtp ?")
    answer = staff.post(f"{ADDRESS}/verifier", data={"page": "1"})
    page = html.fromstring(answer.text)
    assert "2 questions vérifiées." in _text(page)
    assert [_text(one) for one in page.find_class("etiquette")] == [
        "A maintenant une réponse", "Pas de réponse maintenant",
    ]  # fmt: skip
    # Asking again counts for nothing.
    assert [one.times for one in store.read_unanswered(path, days=90)] == [2, 1]


def test_what_was_checked_of_another_index_is_no_longer_said(
    staff: TestClient, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.post(f"{ADDRESS}/verifier")
    assert _page(staff).find_class("etiquette")
    monkeypatch.setattr(StandIn, "generation", "gen-000002")
    assert not _page(staff).find_class("etiquette")


# --- Erasing -----------------------------------------------------------------------------------


def test_one_wording_is_erased(staff: TestClient, filled: Path) -> None:
    sent = _form(_page(staff), "Effacer « horaires")
    answer = staff.post(f"{ADDRESS}/effacer", data=sent)
    assert "C'est effacé." in _text(html.fromstring(answer.text))
    assert POOL_TOO not in _text(html.fromstring(answer.text))
    assert {one.question for one in store.read_unanswered(filled, days=90)} == {POOL, PAY}
    again = staff.post(f"{ADDRESS}/effacer", data=sent)
    assert "plus rien à effacer" in _text(html.fromstring(again.text))


def test_a_subject_is_erased_with_all_its_wordings(staff: TestClient, filled: Path) -> None:
    staff.post(f"{ADDRESS}/effacer", data=_form(_page(staff), "Effacer ce sujet"))
    assert {one.question for one in store.read_unanswered(filled, days=90)} == {PAY}
    assert len(store.read(filled, days=90)) == 2


def test_everything_is_erased_whatever_is_shown(staff: TestClient, filled: Path) -> None:
    page = _page(staff, f"{ADDRESS}?periode=7&genre=useless")
    staff.post(f"{ADDRESS}/effacer", data=_form(page, "Tout effacer"))
    assert store.read_unanswered(filled, days=90) == []
    assert store.read(filled, days=90) == []
    assert "Rien à signaler" in _text(_page(staff))


def test_keys_that_mean_nothing_erase_nothing(staff: TestClient, filled: Path) -> None:
    for sent in ("", "x", ",", "%", "' OR 1=1 --"):
        staff.post(f"{ADDRESS}/effacer", data={"cles": sent})
    assert len(store.read_unanswered(filled, days=90)) == 3


def test_after_erasing_one_is_back_where_one_was(staff: TestClient, filled: Path) -> None:
    page = _page(staff, f"{ADDRESS}?periode=30&genre=refused")
    sent = _form(page, "Effacer ce sujet")
    led = staff.post(f"{ADDRESS}/effacer", data=sent, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (
        303, f"{ADDRESS}?periode=30&genre=refused",
    )  # fmt: skip


# --- Files -------------------------------------------------------------------------------------


def _table(staff: TestClient, asked: str = "") -> list[list[str]]:
    answer = staff.get(f"{ADDRESS}/export.csv{asked}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_table_has_a_line_a_wording(staff: TestClient, filled: Path) -> None:
    head, *lines = _table(staff)
    assert head[:5] == ["Sujet", "Question type", "Question posée", "Question d'avant", "Fois"]
    assert [line[:5] for line in lines[:2]] == [
        ["1", POOL, POOL, "", "3"], ["1", POOL, POOL_TOO, "", "2"],
    ]  # fmt: skip
    assert len(lines) == 4
    assert {len(line) for line in lines} == {len(head)}


def test_the_table_holds_what_is_shown(staff: TestClient, filled: Path) -> None:
    assert [line[2] for line in _table(staff, "?genre=useless")[1:]] == [KEPT]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"), ("+33", "'+33"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"), ("\r\n=1", "'=1"), ("\uff1d1", "'\uff1d1"), ("|x", "'|x"),
        ("a\n=b;\"c\"", "a =b;\"c\""), ("", ""), ("une - deux", "une - deux"),
        ("\u202e=1", "'=1"), ("\x00=1", "'=1"), ("\u00a0=1", "'=1"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(typed: str, written: str) -> None:
    assert harmless(typed) == written


def test_a_question_that_is_a_formula_leaves_harmless(staff: TestClient, path: Path) -> None:
    _keep(path, NASTY)
    assert _table(staff)[1][2].startswith("'=HYPERLINK")


def test_the_sheet_says_its_title_period_subjects_and_counts(
    staff: TestClient, filled: Path
) -> None:
    answer = staff.get(f"{ADDRESS}/export.odt")
    assert answer.headers["content-type"] == "application/vnd.oasis.opendocument.text"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        content = etree.fromstring(packed.read("content.xml"))
        meta = packed.read("meta.xml").decode()
    names = {"text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0"}
    headings = content.xpath("//text:h", namespaces=names)
    levels = [one.get(f"{{{names['text']}}}outline-level") for one in headings]
    assert levels == ["1", "2", "2", "2"]
    assert "".join(headings[1].itertext()) == f"1. {POOL}"
    said = "\n".join("".join(one.itertext()) for one in content.xpath("//text:p", namespaces=names))
    for wanted in (
        "Période : Tout ce qui est gardé.", "5 fois, 5 fois sans réponse",
        f"{POOL_TOO} (2 fois)", "1 avis « pas utile » sur 2", "3 sujets",
    ):  # fmt: skip
        assert wanted in said
    assert "Ce que les agents n'ont pas trouvé" in meta
    links = content.xpath("//@*[local-name()='href']")
    assert all(one.startswith(f"{HOST}/?q=") for one in links)


def test_any_question_makes_a_sheet_that_opens(staff: TestClient, path: Path) -> None:
    _keep(path, "a\x00\x0b\ud800\ufffe<&>\u202e ]]> ?", subject="\x1f?")
    with zipfile.ZipFile(io.BytesIO(staff.get(f"{ADDRESS}/export.odt").content)) as packed:
        assert etree.fromstring(packed.read("content.xml")) is not None


# --- Keeping, where agents ask -----------------------------------------------------------------


def _ask(assistant: StandIn, *questions: str, address: str = "") -> None:
    keeping = UnansweredLog(assistant.settings.index, assistant.settings.unanswered_days)
    own: Assistant = assistant  # type: ignore[assignment]
    asking = Asking(own, Examples(own), "fr", Meters(own, Health(own).report), keeping)
    for question in questions:
        list(asking.ask(question, None, None, gr.Request(), [], ["forum/atelier-2"], [], [], []))
    if address:
        query = dict(one.split("=") for one in address.split("&"))
        request = type("Asked", (), {"query_params": _Query(query)})()
        asking.start(request)
    keeping.close()


class _Query(dict[str, str]):
    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def test_only_a_refused_question_is_kept(assistant: StandIn, path: Path) -> None:
    asked = "Faut-il donner le contexte et le destinataire ?"
    _ask(assistant, "Zzyzx qwrtp ?", asked, f"On hésite : {asked}")
    (kept,) = store.read_unanswered(path, days=90)
    assert (kept.question, kept.filters.sessions) == ("Zzyzx qwrtp ?", ("forum/atelier-2",))


def test_an_address_that_asks_is_kept_and_a_try_of_staff_is_not(
    assistant: StandIn, path: Path
) -> None:
    _ask(assistant, address="q=Zzyzx qwrtp ?&essai=1")
    assert store.read_unanswered(path, days=90) == []
    _ask(assistant, address="q=Zzyzx qwrtp ?")
    assert len(store.read_unanswered(path, days=90)) == 1


def test_nothing_is_kept_nor_said_where_a_site_wants_none(assistant: StandIn, path: Path) -> None:
    assert "90 jours" in kept_words(assistant.settings.unanswered_days, "fr")
    assert "90 days" in kept_words(assistant.settings.unanswered_days, "en")
    assistant.settings = replace(assistant.settings, unanswered_days=0)
    _ask(assistant, "Zzyzx qwrtp ?")
    assert not path.exists()
    assert kept_words(assistant.settings.unanswered_days, "fr") == ""


def test_starting_erases_what_a_site_no_longer_keeps(assistant: StandIn, filled: Path) -> None:
    assistant.settings = replace(assistant.settings, unanswered_days=0)
    drop_old_questions(assistant)  # type: ignore[arg-type]
    assert store.read_unanswered(filled, days=90) == []
    assert len(store.read(filled, days=90)) == 2


def test_a_disk_that_refuses_costs_the_row_and_not_the_answer(
    assistant: StandIn, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    try:
        _ask(assistant, "Zzyzx qwrtp ?")
    finally:
        path.rmdir()
    assert "Zzyzx" not in caplog.text


def test_an_answer_does_not_wait_for_the_disk_nor_do_rows_pile_up(
    assistant: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = Event()
    written: list[str] = []

    def slow(path: Path, one: Unanswered, *, days: int) -> None:
        assert free.wait(patient.SECONDS)
        written.append(one.question)

    monkeypatch.setattr(store, "keep_unanswered", slow)
    monkeypatch.setattr("assistant.web.agents.unanswered_log.MOST_WAITING", 3)
    keeping = UnansweredLog(assistant.settings.index, assistant.settings.unanswered_days)
    for number in range(10):
        keeping.take(Answer(f"{number} ?", "refused", "", (), 0, "extractive", (), 0), Filters())
    assert written == []
    free.set()
    keeping.close()
    assert written == ["0 ?", "1 ?", "2 ?"]


# --- Vectors of questions -----------------------------------------------------------------------


class _Slow(StandIn):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.free = Event()
        self.encoded: list[str] = []

    def question_vectors(self, questions: Sequence[str]) -> Vectors:
        assert self.free.wait(patient.SECONDS)
        self.encoded += questions
        return super().question_vectors(questions)


def test_vectors_that_take_long_are_made_meanwhile_and_once(tmp_path: Path) -> None:
    slow = _Slow(tmp_path)
    meanings = QuestionVectors(slow.question_vectors, patience=0.01)
    assert meanings.of(["A ?", "B ?"]) is None
    slow.free.set()
    patient = QuestionVectors(slow.question_vectors)
    patient._kept, patient._encoding = meanings._kept, meanings._encoding
    assert patient.of(["A ?", "B ?", "A ?"]) is not None
    assert (slow.encoded.count("A ?"), slow.encoded.count("B ?")) == (1, 1)


def test_what_is_erased_is_forgotten_in_memory_too(assistant: StandIn, filled: Path) -> None:
    subjects = UnansweredSubjects(assistant)  # type: ignore[arg-type]
    subjects.register(RegisterChoice(), "fr")
    assert POOL in subjects._vectors._kept
    subjects.erase("tout")
    assert subjects._vectors._kept == {}


# --- In a browser ------------------------------------------------------------------------------


def test_a_refusal_reaches_the_page_of_staff_which_is_sound(
    tmp_path: Path, browser: Browser
) -> None:
    set_password(tmp_path / "comptes.json", STAFF, PASSWORD)
    path = tmp_path / ".index" / store.FILE
    _keep(path, POOL, 2)
    _keep(path, POOL_TOO)
    _give(path, KEPT, "a", word="Non.")
    own = {**os.environ, "ASSISTANT_ACCOUNTS": str(tmp_path / "comptes.json")}
    with running(stand_in_command(tmp_path), own) as address:
        address = address.replace("127.0.0.1", "localhost")
        for width, scheme in ((1280, "light"), (320, "dark")):
            context = browser.new_context(
                locale="fr-FR", color_scheme=scheme, viewport={"width": width, "height": 900}
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto(f"{address}/?q=Zzyzx+qwrtp+%3F")
            page.wait_for_selector(".reponse.refus")
            expect(page.locator("#garde")).to_contain_text("gardée 90 jours")
            page.goto(f"{address}/connexion?retour={ADDRESS}")
            page.fill("#nom", STAFF)
            page.fill("#mot_de_passe", PASSWORD)
            page.click("button.principal")
            page.wait_for_selector(".sujets")
            # A thread writes it down after the answer is shown.
            for _ in range(60):
                if "Zzyzx qwrtp ?" in page.locator(".sujets").inner_text():
                    break
                page.wait_for_timeout(500)
                page.reload()
            assert "Zzyzx qwrtp ?" in page.locator(".sujets").inner_text()
            page.locator(".formulations > summary").first.click()
            page.locator(".quoi > .gestes > .effacer > summary").first.click()
            found = Axe().run(page).response["violations"]
            assert [one["id"] for one in found] == []
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
            context.close()
