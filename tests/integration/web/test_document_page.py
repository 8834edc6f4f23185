"""The staff pages of documents: looked at, renamed, moved, replaced, removed, with a receipt."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from assistant.core import Assistant
from assistant.corpus.paths import find
from assistant.curation import documents
from assistant.errors import SyncRunning
from assistant.jobs import runs
from assistant.settings import Settings
from assistant.web.documents.routes import document_routes
from assistant.web.http.authentication import COOKIE
from assistant.web.shared.assets import appearance_routes
from assistant.web.staff.document_details import REPLACEMENT
from assistant.web.staff.document_list import document_list_routes
from assistant.web.staff.document_page import document_page_routes
from assistant.web.staff.indexing import indexing_routes
from assistant.web.staff.layout import RECEIPTS, document_page
from assistant.web.staff.receipts import receipt_routes
from assistant.web.staff.uploads.page import HERE as DEPOSIT
from assistant.web.staff.uploads.page import upload_routes
from tests.integration.jobs.test_runs import IDLE, until
from tests.support.fakes import FakeEncoder
from tests.support.staffed import HOST, NAME, Staff, application, opened_session, staffed

TALK = "forum/voirie/débat.vtt"
SOUND = "forum/voirie/débat.mp3"
NOTES = "forum/cantine/notes.txt"
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Agente>Quarante trous ont été signalés.\n"
QUESTION = "Combien de repas la cantine sert-elle ?"


def site_in(folder: Path) -> Settings:
    return Settings(
        corpus=folder / "corpus", index=folder / "index", accounts=folder / "comptes.json"
    )


def opened(site: Settings) -> Assistant:
    assistant = Assistant(site)
    assistant.__dict__["_encoder"] = FakeEncoder()
    return assistant


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a site that is indexed, to be copied: reading takes processes."""
    folder = tmp_path_factory.mktemp("indexed")
    site = site_in(folder)
    for name, text in {
        TALK: VTT,
        SOUND: "ID3",
        NOTES: "La cantine sert neuf cents repas.",
        "forum/vide.pdf": "pas un PDF",
    }.items():
        path = site.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with opened(site) as assistant:
        assistant.sync()
    return folder


@pytest.fixture
def site(indexed: Path, tmp_path: Path) -> Settings:
    shutil.copytree(indexed, tmp_path, dirs_exist_ok=True)
    return site_in(tmp_path)


@pytest.fixture
def assistant(site: Settings) -> Iterator[Assistant]:
    with opened(site) as assistant:
        yield assistant


@pytest.fixture
def staff(site: Settings, assistant: Assistant) -> Iterator[Staff]:
    routes = (
        document_list_routes(assistant), upload_routes(assistant), receipt_routes(assistant),
        document_page_routes(assistant), indexing_routes(assistant), document_routes(assistant),
    )  # fmt: skip
    with staffed(site, *routes) as browser:
        yield browser


def change(staff: Staff, id_: str, gesture: str, **fields: object) -> str:
    return staff.sent(document_page(id_), {"geste": gesture, **fields})


def send_version(staff: Staff, id_: str, name: str, content: bytes, **fields: str) -> str:
    address = f"{REPLACEMENT}/{quote(id_)}"
    answer = staff.post(
        address, data=fields, files={"fichier": (name, content)}, headers={"Origin": HOST}
    )
    assert answer.status_code < 400
    return unescape(answer.text)


# --- Looking -----------------------------------------------------------------------------------


def test_a_document_is_shown_with_what_is_known_of_it_and_the_ways_from_it(staff: Staff) -> None:
    page = staff.read(document_page(TALK))
    for words in ("Forum", "Voirie", "Transcription", "débat.mp3", "enregistrement", "SHA-256"):
        assert words in page
    assert f'href="/document/{quote(TALK)}"' in page
    assert f'href="/passage/{quote(TALK)}"' in page
    assert f'href="{document_page(TALK)}/corriger"' in page
    assert "pas encore indexé" not in page
    assert "a changé depuis" not in page


def test_a_document_in_error_is_shown_with_what_to_do(staff: Staff) -> None:
    page = staff.read(document_page("forum/vide.pdf"))
    assert "À regarder" in page
    assert "illisible" in page
    assert "Retirer ce document" in page


def test_a_recording_leads_to_the_transcript_that_is_read_for_it(staff: Staff) -> None:
    page = staff.read(document_page(SOUND))
    assert "s'écoute avec sa transcription" in page
    assert "pas encore indexé" not in page


def test_a_new_file_is_listed_and_shown_as_not_indexed(staff: Staff, site: Settings) -> None:
    (site.corpus / "forum/cantine/<b>été.txt").write_text("Du pain.", encoding="utf-8")
    shelf = staff.get("/personnel").text
    assert "1 document pas encore indexé" in unescape(shelf)
    assert "<b>" not in shelf.replace("<b>vo", "")
    page = staff.read(document_page("forum/cantine/<b>été.txt"))
    assert "n'est pas encore indexé" in page
    assert "Réindexer maintenant" in page
    assert "pas encore indexé" not in unescape(staff.get("/personnel?q=voirie").text)


def test_a_copied_folder_is_not_taken_for_a_change(staff: Staff, site: Settings) -> None:
    os.utime(site.corpus / NOTES, (1, 1))
    assert "a changé depuis" not in staff.read(document_page(NOTES))
    (site.corpus / NOTES).write_text("La cantine sert huit cents repas.", encoding="utf-8")
    # Not within a second of when it was indexed, which is taken for the same moment.
    os.utime(site.corpus / NOTES, (2, 2))
    assert "a changé depuis" in staff.read(document_page(NOTES))


@pytest.mark.parametrize(
    "id_", ["forum/absent.txt", "../comptes.json", ".depot/x/00001", "forum", "forum/%00.txt"]
)
def test_what_is_no_document_has_no_page(staff: Staff, id_: str) -> None:
    assert staff.get(f"/personnel/document/{quote(id_)}").status_code == 404
    sent = staff.post(
        f"/personnel/document/{quote(id_)}", data={"geste": "effacer"}, headers={"Origin": HOST}
    )
    assert sent.status_code == 404


# --- Changing ----------------------------------------------------------------------------------


def test_a_document_is_renamed_with_its_recording(staff: Staff, site: Settings) -> None:
    page = change(staff, TALK, "renommer", nom="table ronde", aussi=[SOUND])
    assert "Le fichier est renommé" in page
    assert "Réindexer maintenant" in page
    assert (site.corpus / "forum/voirie/table ronde.vtt").exists()
    assert (site.corpus / "forum/voirie/table ronde.mp3").exists()


@pytest.mark.parametrize("name", ["débat.pdf", "../..", "", "x" * 400 + "/"])
def test_a_name_that_will_not_do_is_said_and_nothing_changes(
    staff: Staff, site: Settings, name: str
) -> None:
    page = change(staff, TALK, "renommer", nom=name)
    if len(name) < 100:
        assert "doit finir par" in page or "ne peut pas servir" in page
        assert (site.corpus / TALK).exists()
    assert (site.corpus / SOUND).exists()


def test_a_document_is_moved_to_a_new_session(staff: Staff, site: Settings) -> None:
    page = change(staff, NOTES, "deplacer", lieu="+forum", nouvelle_seance="Le quai")
    assert "Le fichier est déplacé" in page
    assert (site.corpus / "forum/Le quai/notes.txt").exists()


def test_a_place_that_is_taken_is_said(staff: Staff, site: Settings) -> None:
    (site.corpus / "forum/voirie/notes.txt").write_text("D'autres.", encoding="utf-8")
    assert "Il y a déjà un fichier" in change(staff, NOTES, "deplacer", lieu="=forum/voirie")
    assert (site.corpus / NOTES).exists()


def test_only_its_own_companions_go_along(staff: Staff, site: Settings) -> None:
    change(staff, TALK, "deplacer", lieu="=forum/cantine", aussi=[NOTES, SOUND, "../x"])
    assert (site.corpus / "forum/cantine/débat.mp3").exists()
    assert (site.corpus / NOTES).exists()


def test_a_document_is_replaced_by_another_version(staff: Staff, site: Settings) -> None:
    page = send_version(staff, NOTES, "v2.TXT", b"La cantine sert mille repas.")
    assert "Le fichier est remplacé" in page
    assert "a changé depuis" in page
    assert (site.corpus / NOTES).read_bytes() == b"La cantine sert mille repas."
    assert list((site.corpus / ".depot").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v2.pdf", b"%PDF-1.4 mal", "doit finir par"),
        ("v2.txt", b"\0\1\2", "n'a pas ce format"),
        ("", b"", "Choisissez un seul fichier"),
        ("v2.zip", b"PK mal", "ZIP est abîmé"),
    ],
)
def test_a_version_that_will_not_do_is_said_and_the_former_stays(
    staff: Staff, site: Settings, name: str, content: bytes, said: str
) -> None:
    assert said in send_version(staff, NOTES, name, content)
    assert (site.corpus / NOTES).read_text(encoding="utf-8").startswith("La cantine")
    assert not list((site.corpus / ".depot").glob("*"))


@pytest.mark.parametrize("what", ["replaced", "gone", "erased"])
def test_a_version_that_was_not_looked_at_is_neither_replaced_nor_erased(
    staff: Staff, site: Settings, what: str
) -> None:
    seen = re.findall(r'name="vu" value="([^"]+)"', staff.read(document_page(NOTES)))[0]
    if what == "gone":
        (site.corpus / NOTES).unlink()
    else:
        (site.corpus / NOTES).write_text("La cantine, revue par un collègue.", encoding="utf-8")
    if what == "replaced":
        page = send_version(staff, NOTES, "v2.txt", b"La cantine sert mille repas.", vu=seen)
    else:
        page = change(staff, NOTES, "effacer", vu=seen)
    assert "a changé depuis que vous avez ouvert cette page : rien n'a été fait" in page
    if what != "gone":
        assert "collègue" in (site.corpus / NOTES).read_text(encoding="utf-8")
        (now,) = re.findall(r'name="vu" value="([^"]+)"', staff.read(document_page(NOTES)))
        assert "est effacé" in change(staff, NOTES, "effacer", vu=now)


# --- Removing ----------------------------------------------------------------------------------


def test_a_removal_is_confirmed_then_leaves_answers_at_once_with_a_receipt(
    staff: Staff, site: Settings, assistant: Assistant
) -> None:
    assert any("neuf cents" in one.passage.text for one in assistant.search(QUESTION))
    page = staff.read(f"{document_page(NOTES)}?geste=retirer")
    assert f"le fichier « {NOTES} »" in page
    assert "1 passage de l'index" in page
    assert "sauvegardes" in page
    assert (site.corpus / NOTES).exists()

    page = change(staff, NOTES, "effacer")
    assert "Le document est effacé" in page
    assert f"Demandé par : {NAME}" in page
    assert "Les sauvegardes faites avant cette date" in page
    assert "neuf cents" not in page
    assert find(site.corpus, NOTES) is None
    assert not any("neuf cents" in one.passage.text for one in assistant.search(QUESTION))
    assert staff.get(document_page(NOTES)).status_code == 404
    assert staff.get(f"/document/{quote(NOTES)}").status_code == 404


def test_a_recording_goes_along_only_where_it_is_ticked(staff: Staff, site: Settings) -> None:
    assert f'value="{SOUND}">' in staff.read(f"{document_page(TALK)}?geste=retirer")
    change(staff, TALK, "effacer")
    assert (site.corpus / SOUND).exists()
    change(staff, SOUND, "effacer")
    assert not (site.corpus / SOUND).exists()


def test_receipts_are_listed_shown_and_downloaded(staff: Staff) -> None:
    page = change(staff, TALK, "effacer", aussi=[SOUND])
    assert "2 documents sont effacés" in page
    assert TALK in page
    assert SOUND in page
    name = re.findall(rf'href="{RECEIPTS}/([\w.-]+)"', page)[0]
    assert "Télécharger le reçu" in staff.read(f"{RECEIPTS}/{name}")
    text = staff.get(f"{RECEIPTS}/{name}.txt")
    assert text.headers["content-disposition"] == f'attachment; filename="recu-{name}.txt"'
    assert text.text.startswith("\ufeffReçu d'effacement\r\n")
    assert re.search(
        r"Effacé le \d{1,2}(er)? \w+ \d{4} à \d{1,2} h \d\d \(heure de Paris\)", text.text
    )
    assert "Fait à …" in text.text
    assert "sauvegarde" in text.text
    for other in ("absent", "..%2Fcatalog", name + ".json"):
        assert staff.get(f"{RECEIPTS}/{other}").status_code == 404


def test_without_a_receipt_it_is_said(staff: Staff) -> None:
    assert "Aucun document n'a été effacé" in staff.read(RECEIPTS)


def test_a_run_under_way_is_interrupted_for_a_removal_and_taken_up_again(
    staff: Staff, site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COMMAND", ("-c", IDLE, str(tmp_path), *runs.COMMAND[3:]))
    monkeypatch.setattr(runs, "_START_SECONDS", 60)
    (site.corpus / "forum/nouveau.txt").write_text("Le quai rouvre.", encoding="utf-8")
    (tmp_path / "slow").touch()
    runs.start(site)
    before = runs.state(site.index).pid
    try:
        page = change(staff, NOTES, "effacer")
        assert "L'indexation interrompue a été reprise" in page
        assert find(site.corpus, NOTES) is None
        assert runs.state(site.index).running
        assert runs.state(site.index).pid != before
    finally:
        runs.cancel(site.index)
    until(lambda: not runs.state(site.index).running)


def test_a_removal_that_must_wait_is_said_and_nothing_goes(
    staff: Staff, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise SyncRunning("sync_running", path=site.index)

    monkeypatch.setattr(documents, "remove", busy)
    assert "déjà en cours" in change(staff, NOTES, "effacer")
    assert (site.corpus / NOTES).exists()


# --- In a browser ------------------------------------------------------------------------------


@pytest.fixture
def served(site: Settings, assistant: Assistant) -> Iterator[tuple[str, str]]:
    """Give the address of the pages, served, and the token of somebody signed in."""
    sessions, token = opened_session(site)
    routes = (
        appearance_routes(), document_list_routes(assistant), upload_routes(assistant),
        receipt_routes(assistant), document_page_routes(assistant), indexing_routes(assistant),
    )  # fmt: skip
    app = application(site, sessions, *routes, name="localhost")
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        until(lambda: server.started)
        yield f"http://localhost:{bound.getsockname()[1]}", token
        server.should_exit = True
        thread.join()


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file on the zone of the deposit."""
    making = """([name, content]) => {
        const data = new DataTransfer();
        data.items.add(new File([content], name));
        return data;
    }"""
    dropped = page.evaluate_handle(making, [name, content])
    page.dispatch_event(".zone", "drop", {"dataTransfer": dropped})


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_deposit_is_made_from_a_browser_with_and_without_a_script(
    served: tuple[str, str], browser: Browser, site: Settings, tmp_path: Path, script: bool
) -> None:
    address, token = served
    context = browser.new_context(locale="fr-FR", java_script_enabled=script)
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": address.replace("http:", "https:")}]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    files = []
    for name in ("bilan.txt", "plan.md"):
        (tmp_path / name).write_text(f"Le {name} du quai.", encoding="utf-8")
        files.append(tmp_path / name)
    page.goto(address + DEPOSIT)
    place = page.get_by_label("Événement et séance")
    expect(page.get_by_label("Nom de la nouvelle séance")).to_be_visible(visible=not script)
    place.select_option(label="Une nouvelle séance… – Forum")
    page.get_by_label("Nom de la nouvelle séance").fill("Quai")
    page.get_by_label("Fichiers", exact=True).set_input_files(files)
    if script:
        drop(page, "glissé.txt", "Glissé sur la page.")
        expect(page.locator(".choisis")).to_contain_text("Fichiers choisis : 3")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="Vérifier le dépôt")).to_be_visible()
    expect(page.locator("#annonces")).to_contain_text(f"{2 + script} fichiers reçus")
    page.get_by_role("group", name="plan.md").get_by_label("Ne pas garder").check()
    page.get_by_role("button", name="Ajouter ces documents").click()
    expect(page.get_by_role("button", name="Réindexer maintenant")).to_be_visible()
    expect(page.locator("#annonces")).to_contain_text(re.compile(f"{1 + script} documents? ajouté"))
    assert (site.corpus / "forum/Quai/glissé.txt").exists() == script
    assert (site.corpus / "forum/Quai/bilan.txt").exists()
    assert not (site.corpus / "forum/Quai/plan.md").exists()
    assert errors == []
    context.close()


def test_what_is_too_large_is_said_before_it_is_sent(
    served: tuple[str, str], browser: Browser, tmp_path: Path
) -> None:
    address, token = served
    context = browser.new_context(locale="fr-FR")
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": address.replace("http:", "https:")}]
    )
    page = context.new_page()
    (tmp_path / "a.txt").write_text("Du texte.", encoding="utf-8")
    page.goto(address + DEPOSIT)
    page.locator("form.depot").evaluate("form => { form.dataset.plus = '3'; }")
    page.get_by_label("Événement et séance").select_option("=forum")
    page.get_by_label("Fichiers", exact=True).set_input_files(tmp_path / "a.txt")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".envoi")).to_contain_text("trop gros")
    assert page.url == address + DEPOSIT
    context.close()
