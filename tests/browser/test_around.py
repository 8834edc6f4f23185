"""Around an answer, in a real browser: copying, printing, sheets, history, opinions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from assistant.feedback import store
from assistant.feedback.store import Feedback
from tests.support import patient
from tests.support.pages import Visit, running, stand_in_command
from tests.support.stand_in import LONG_TITLE, REPORT, VOICE

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"
CONSERVATION = "Quelle est la durée de conservation des enregistrements ?"
HESITATION = "On hésite : le temps d'attente moyen ?"
NONE = "Quel est le prix des cerises vendues par un assistant ?"
KEY = "k" * 22
SENT = [KEY, ATTENTE, "", "answered", "gen-000001", [], [VOICE], "non", "Rien compris."]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("around")


@pytest.fixture(scope="module")
def served(corpus: Path) -> Iterator[str]:
    """Give the address of a page whose opinions a test can read."""
    with running(stand_in_command(corpus)) as address:
        yield address


@pytest.fixture
def opinions(corpus: Path) -> Path:
    """Give where opinions are kept, there being none yet."""
    path = corpus / ".index" / store.FILE
    store.forget(path, days=0)
    return path


def _asked(address: str, question: str, home: str = "/") -> str:
    return f"{address}{home}?q={quote_plus(question)}"


def _show(page: Page, address: str, question: str, home: str = "/") -> None:
    """Open the address that asks a question; return once its answer is there."""
    page.goto(_asked(address, question, home))
    page.wait_for_selector("#resultat .permalien")


# --- Copying -----------------------------------------------------------------------------------


def test_an_answer_is_copied_with_its_sources(served: str, visit: Visit) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _show(visit.page, served, ATTENTE)
    button = visit.page.get_by_role("button", name="Copier avec les sources")
    button.click()
    expect(visit.page.locator(".copier")).to_have_text("Copié.")
    expect(visit.page.locator("#etat[role=status]")).to_have_text("Copié.")
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert ATTENTE in copied
    assert "Le temps d'attente moyen est passé de sept minutes" in copied
    assert f"› {LONG_TITLE} › Direction de l'accueil" in copied
    assert re.search(rf"^{served}/passage/{VOICE}\?p=\d+&de=", copied, re.MULTILINE)
    assert copied.endswith(f"\n{served}/?q={quote_plus(ATTENTE)}\n")
    expect(button).to_be_visible()
    assert visit.errors == []


def test_without_a_clipboard_the_old_way_copies_too(served: str, visit: Visit) -> None:
    # As on an intranet served over plain HTTP.
    visit.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"
    )
    _show(visit.page, served, CONSERVATION)
    visit.page.get_by_role("button", name="Copier avec les sources").click()
    expect(visit.page.locator(".copier")).to_have_text("Copié.")
    expect(visit.page.locator(".copier")).to_be_focused()
    box = visit.page.get_by_label("Votre question")
    box.fill("")
    box.press("Control+V")
    expect(box).to_have_value(re.compile("fixée à trente jours"))


def test_a_copy_that_fails_is_said(served: str, visit: Visit) -> None:
    visit.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined });"
        "document.execCommand = () => false;"
    )
    _show(visit.page, served, ATTENTE)
    visit.page.get_by_role("button", name="Copier avec les sources").click()
    expect(visit.page.locator("#etat")).to_contain_text("La copie n'a pas marché")


# --- Other passages ----------------------------------------------------------------------------


def test_an_answer_offers_other_passages_closed_that_it_does_not_quote(
    served: str, visit: Visit
) -> None:
    _show(visit.page, served, ATTENTE)
    others = visit.page.locator("details.autres")
    expect(others.locator("summary")).to_contain_text("Voir aussi")
    expect(others.locator(".source").first).to_be_hidden()
    others.locator("summary").click()
    expect(others.locator(".source").first).to_be_visible()
    quoted = visit.page.locator('#source-1 a[href^="/passage/"]').get_attribute("href") or ""
    (passage,) = re.findall(r"p=(\d+)", quoted)
    assert others.locator(f'a[href*="p={passage}"]').count() == 0


# --- Printing ----------------------------------------------------------------------------------


def test_what_is_printed_says_question_answer_sources_and_addresses(
    served: str, visit: Visit, tmp_path: Path
) -> None:
    _show(visit.page, served, ATTENTE)
    visit.page.wait_for_selector(".historique")
    visit.page.pdf(path=tmp_path / "page.pdf", format="A4")
    read = PdfReader(tmp_path / "page.pdf")
    text = " ".join("".join(page.extract_text() for page in read.pages).split())
    assert ATTENTE in text
    assert "Le temps d'attente moyen est passé de sept minutes à trois minutes." in text
    assert "à 12 min 40 s" in text
    assert "Direction de l'accueil" in text
    assert f"{served}/passage/{VOICE}?p=" in text.replace(" ", "")
    assert "Question posée le" in text
    for control in ("Copier", "Imprimer", "Chercher", "utile", "Mes questions", "Écouter", "Fiche"):
        assert control not in text


def test_the_button_prints(served: str, visit: Visit) -> None:
    visit.page.add_init_script("window.print = () => { document.body.dataset.printed = 'yes'; }")
    _show(visit.page, served, ATTENTE)
    visit.page.get_by_role("button", name="Imprimer").click()
    expect(visit.page.locator("body")).to_have_attribute("data-printed", "yes")


# --- Sheets ------------------------------------------------------------------------------------


def test_a_refusal_is_neither_copied_nor_printed_and_is_asked_again(
    served: str, visit: Visit
) -> None:
    _show(visit.page, served, NONE)
    actions = visit.page.locator(".actions")
    expect(actions.get_by_role("button")).to_have_count(0)
    expect(actions.get_by_role("link")).to_have_text("Lien vers cette question")


@pytest.mark.parametrize("question", [ATTENTE, HESITATION], ids=["yes", "perhaps"])
def test_each_outcome_gives_its_sheets(served: str, visit: Visit, question: str) -> None:
    _show(visit.page, served, question)
    for name, begins in (("Fiche ODT", b"PK\x03\x04"), ("Fiche HTML", b"<!doctype html>")):
        with visit.page.expect_download() as download:
            visit.page.get_by_role("link", name=name).click()
        assert Path(download.value.path()).read_bytes().startswith(begins)
        assert download.value.suggested_filename.startswith("fiche-")
    expect(visit.page.locator("#resultat .reponse")).to_be_visible()
    assert visit.errors == []


def test_a_sheet_is_protected_as_every_page(served: str) -> None:
    given = patient.get(f"{served}/fiche.html", params={"q": ATTENTE})
    assert "default-src 'none'" in given.headers["content-security-policy"]
    assert given.headers["cache-control"] == "no-store"
    assert patient.post(f"{served}/fiche.html", headers={"Origin": served}).status_code == 404
    assert patient.get(f"{served}/fiche.docx").status_code == 404


def test_the_sheets_of_a_follow_up_keep_its_subject_and_its_filters(
    served: str, visit: Visit
) -> None:
    asked = f"{_asked(served, 'Et combien de mois ?')}&suite={quote_plus(ATTENTE)}"
    visit.page.goto(f"{asked}&seance=forum/conference-1")
    link = visit.page.get_by_role("link", name="Fiche HTML")
    address = link.get_attribute("href") or ""
    given = patient.get(served + address).text.replace("&#39;", "'")
    assert "Suite de" in given
    assert "temps d'attente moyen" in given
    assert "Recherche limitée" in given


# --- History -----------------------------------------------------------------------------------


def _expect_history(page: Page, *questions: str) -> None:
    """Wait until the history is drawn, and holds these questions in this order."""
    expect(page.locator(".historique[data-pret]")).to_be_visible()
    expect(page.locator(".historique li a")).to_have_text([*questions])


def test_questions_are_remembered_newest_first_and_once(served: str, visit: Visit) -> None:
    for question in (ATTENTE, CONSERVATION, ATTENTE):
        _show(visit.page, served, question)
        expect(visit.page.locator(".historique li a").first).to_have_text(question)
    _expect_history(visit.page, ATTENTE, CONSERVATION)
    visit.open(served)
    visit.page.get_by_text("Mes questions récentes").click()
    expect(visit.page.locator(".historique")).to_contain_text("que dans ce navigateur")
    visit.page.get_by_role("link", name=CONSERVATION).click()
    expect(visit.page.locator(".reponse")).to_contain_text("trente jours")
    assert visit.errors == []


def test_the_history_is_never_sent(served: str, visit: Visit) -> None:
    _show(visit.page, served, CONSERVATION)
    expect(visit.page.locator(".historique li")).to_have_count(1)
    sent: list[str] = []
    visit.page.on("request", lambda one: sent.append(f"{one.url} {one.post_data} {one.headers}"))
    visit.open(served)
    visit.page.get_by_text("Mes questions récentes").click()
    visit.page.get_by_role("button", name="Tout effacer").click()
    assert "/?" not in "".join(one.split()[0] for one in sent)
    assert not [one for one in sent if "conservation" in one]


def test_a_question_of_some_sessions_is_told_apart(served: str, visit: Visit) -> None:
    _show(visit.page, served, ATTENTE)
    visit.page.goto(f"{_asked(served, ATTENTE)}&seance=forum/atelier-2")
    expect(visit.page.locator(".historique li")).to_have_count(2)
    visit.page.get_by_text("Mes questions récentes").click()
    expect(visit.page.get_by_text("(recherche limitée)")).to_have_count(2)
    expect(visit.page.locator(".historique li .aide").first).to_be_visible()
    expect(visit.page.locator(".historique li .aide").last).to_be_hidden()


def test_a_question_is_erased_and_the_keyboard_stays_in_the_list(served: str, visit: Visit) -> None:
    for question in (ATTENTE, CONSERVATION):
        _show(visit.page, served, question)
    visit.page.get_by_text("Mes questions récentes").click()
    visit.page.get_by_role("button", name=f"Effacer – {CONSERVATION}").click()
    _expect_history(visit.page, ATTENTE)
    expect(visit.page.get_by_role("button", name=f"Effacer – {ATTENTE}")).to_be_focused()
    expect(visit.page.locator(".historique [role=status]")).to_have_text("Question effacée.")
    visit.page.get_by_role("button", name="Tout effacer").click()
    expect(visit.page.get_by_text("Aucune question gardée.")).to_be_visible()
    expect(visit.page.locator(".historique summary")).to_be_focused()
    visit.wait_until("localStorage.getItem('mes-questions') === null")
    visit.open(served)
    _expect_history(visit.page)


def test_on_a_shared_computer_nothing_is_kept(served: str, visit: Visit) -> None:
    _show(visit.page, served, ATTENTE)
    visit.page.get_by_text("Mes questions récentes").click()
    box = visit.page.get_by_label("Ne pas garder mes questions sur cet ordinateur")
    box.check()
    expect(box).to_be_focused()
    expect(visit.page.get_by_text("Aucune question gardée.")).to_be_visible()
    _show(visit.page, served, CONSERVATION)
    visit.page.get_by_text("Mes questions récentes").click()
    expect(box).to_be_checked()
    visit.wait_until("localStorage.getItem('mes-questions') === null")
    box.uncheck()
    _show(visit.page, served, ATTENTE)
    expect(visit.page.locator(".historique li")).to_have_count(1)


def test_thirty_questions_are_kept_at_most(served: str, visit: Visit) -> None:
    many = [{"question": f"Question {n} ?", "adresse": f"?q=Question+{n}"} for n in range(30)]
    visit.page.goto(served)
    visit.page.evaluate("many => localStorage.setItem('mes-questions', many)", json.dumps(many))
    _show(visit.page, served, ATTENTE)
    expect(visit.page.locator(".historique li")).to_have_count(30)
    expect(visit.page.locator(".historique li a").first).to_have_text(ATTENTE)


NONSENSE = (
    "{", "null", "3", '{"a": 1}', '[null, 3, "x", [], {}]',
    '[{"question": 3, "adresse": "?q=a"}]',
    '[{"question": "Piège", "adresse": "javascript:alert(1)"}]',
    '[{"question": "Piège", "adresse": "//evil.example/"}]',
)  # fmt: skip


def test_nonsense_in_the_storage_is_no_history(served: str, visit: Visit) -> None:
    visit.page.goto(served)
    for nonsense in NONSENSE:
        visit.page.evaluate("text => localStorage.setItem('mes-questions', text)", nonsense)
        visit.page.reload()
        expect(visit.page.locator(".historique")).to_be_visible()
        _expect_history(visit.page)
    _show(visit.page, served, ATTENTE)
    expect(visit.page.locator(".historique li")).to_have_count(1)
    # Gradio complains of pages left so soon.
    assert [one for one in visit.errors if "around.js" in one] == []


def test_markup_in_the_history_stays_text(served: str, visit: Visit) -> None:
    visit.page.goto(served)
    kept = json.dumps([{"question": "<img src=x onerror=alert(1)>", "adresse": "?q=<b>"}])
    visit.page.evaluate("text => localStorage.setItem('mes-questions', text)", kept)
    visit.open(served)
    _expect_history(visit.page, "<img src=x onerror=alert(1)>")
    assert visit.page.locator(".historique img").count() == 0


def test_where_storage_is_refused_the_page_works_without_a_history(
    served: str, visit: Visit
) -> None:
    visit.page.add_init_script(
        "Storage.prototype.setItem = Storage.prototype.getItem = Storage.prototype.removeItem ="
        " () => { throw new DOMException('refused', 'SecurityError'); }"
    )
    _show(visit.page, served, ATTENTE)
    expect(visit.page.locator(".reponse")).to_contain_text("sept minutes")
    expect(visit.page.locator(".historique")).to_be_hidden()
    visit.page.get_by_role("button", name="Oui", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("Merci")


# --- Opinions ----------------------------------------------------------------------------------


def test_an_opinion_is_kept_then_changed_with_a_word_and_nothing_about_who(
    served: str, visit: Visit, opinions: Path
) -> None:
    visit.page.goto(f"{_asked(served, ATTENTE)}&seance=forum/conference-1")
    expect(visit.page.get_by_label("Un mot pour expliquer")).to_be_hidden()
    visit.page.get_by_role("button", name="Oui", exact=True).click()
    expect(visit.page.locator(".merci[role=status]")).to_contain_text("votre avis est enregistré")
    (kept,) = store.read(opinions, days=90)
    assert kept == Feedback(
        ATTENTE, "answered", True, "", "", ("forum/conference-1",), (VOICE,), "gen-000001", kept.day
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kept.day)
    visit.page.get_by_role("button", name="Non", exact=True).click()
    no = visit.page.get_by_role("button", name="Non", exact=True)
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(visit.page.locator(".retour")).to_contain_text("aucune donnée personnelle")
    visit.page.get_by_label("Un mot pour expliquer").fill("Trop court\n\x07 pour moi")
    visit.page.get_by_role("button", name="Envoyer").click()
    expect(visit.page.locator(".merci")).to_contain_text("votre mot est enregistré")
    (kept,) = store.read(opinions, days=90)
    assert (kept.useful, kept.word) == (False, "Trop court pour moi")
    assert visit.errors == []


@pytest.mark.parametrize(
    ("question", "status", "documents"),
    [(HESITATION, "perhaps", (VOICE,)), (NONE, "refused", ())],
    ids=["perhaps", "refused"],
)
def test_what_did_not_answer_is_kept_as_such(
    served: str, visit: Visit, opinions: Path, question: str, status: str, documents: object
) -> None:
    _show(visit.page, served, question)
    visit.page.get_by_role("button", name="Non", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("Merci")
    (kept,) = store.read(opinions, days=90)
    assert (kept.question, kept.status, kept.useful) == (question, status, False)
    assert set(kept.documents) >= set(documents)  # type: ignore[call-overload]


def test_each_answer_shown_has_its_own_opinion(served: str, visit: Visit, opinions: Path) -> None:
    for _ in range(2):
        _show(visit.page, served, ATTENTE)
        visit.page.get_by_role("button", name="Oui", exact=True).click()
        expect(visit.page.locator(".merci")).to_contain_text("Merci")
    assert len(store.read(opinions, days=90)) == 2


def test_an_opinion_that_cannot_be_sent_is_said(served: str, visit: Visit) -> None:
    _show(visit.page, served, ATTENTE)
    visit.page.route("**/avis", lambda route: route.abort())
    visit.page.get_by_role("button", name="Non", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("n'a pas pu être envoyé")
    expect(visit.page.locator(".retour [aria-pressed=true]")).to_have_count(0)


def _post(address: str, data: object, **headers: str) -> httpx.Response:
    sent = {"Origin": address, "Content-Type": "application/json", **headers}
    return patient.post(f"{address}/avis", content=json.dumps({"data": data}), headers=sent)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["foreign", "null", "cross-site"],
)
def test_an_opinion_from_another_site_is_refused(
    served: str, opinions: Path, headers: dict[str, str]
) -> None:
    assert _post(served, SENT, **headers).status_code == 403
    assert store.read(opinions, days=90) == []


def _with(place: int, value: object) -> list[object]:
    return [*SENT[:place], value, *SENT[place + 1 :]]


WRONG = {
    "no key": _with(0, ""),
    "long key": _with(0, "k" * 41),
    "no question": _with(1, "  "),
    "long question": _with(1, "a" * 1001),
    "long subject": _with(2, "a" * 1001),
    "unknown status": _with(3, "perdu"),
    "unknown generation": _with(4, "../gen"),
    "text for sessions": _with(5, "forum"),
    "text for documents": _with(6, VOICE),
    "unknown judgement": _with(7, "bof"),
    "long word": _with(8, "a" * 301),
    "nothing for a word": _with(8, None),
    "too few": SENT[:-1],
    "too many": [*SENT, "x"],
    "none": [],
    "an object": _with(1, {"path": "/etc/passwd"}),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_the_page_cannot_send_is_not_kept(served: str, opinions: Path, data: object) -> None:
    assert _post(served, data).status_code == 400
    assert store.read(opinions, days=90) == []


def test_too_large_an_opinion_is_refused(served: str, opinions: Path) -> None:
    assert _post(served, _with(8, "a" * 300_000)).status_code == 413
    assert store.read(opinions, days=90) == []


def test_what_the_index_does_not_hold_is_left_out_of_an_opinion(
    served: str, opinions: Path
) -> None:
    data = _with(6, [VOICE, "secret.txt", VOICE, None, REPORT])
    data[5] = ["forum/atelier-2", "absente"]
    data[8] = "mot \ud800 coupé"
    assert _post(served, data).text == "Merci, votre mot est enregistré. Vous pouvez le changer."
    (kept,) = store.read(opinions, days=90)
    assert set(kept.documents) == {VOICE, REPORT}
    assert kept.sessions == ("forum/atelier-2",)
    assert kept.word == "mot coupé"


def test_an_opinion_is_only_written(served: str) -> None:
    assert patient.get(f"{served}/avis").status_code == 404


def test_a_disk_that_refuses_is_said_calmly(served: str, visit: Visit, opinions: Path) -> None:
    opinions.write_bytes(b"not a database" * 1000)
    _show(visit.page, served, ATTENTE)
    visit.page.get_by_role("button", name="Non", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("Votre avis n'a pas pu être enregistré.")
    opinions.unlink()
    visit.page.get_by_role("button", name="Non", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("Merci")


def test_where_opinions_are_not_kept_none_is_asked_and_the_old_ones_go(
    tmp_path: Path, visit: Visit
) -> None:
    path = tmp_path / ".index" / store.FILE
    store.keep(path, Feedback(ATTENTE, "refused", False), key=KEY, days=90)
    with running(stand_in_command(tmp_path), {"ASSISTANT_FEEDBACK_DAYS": "0"}) as address:
        assert store.read(path, days=90) == []
        _show(visit.page, address, ATTENTE)
        expect(visit.page.locator(".actions")).to_be_visible()
        expect(visit.page.locator(".retour")).to_have_count(0)
        assert _post(address, SENT).status_code == 404
    assert store.read(path, days=90) == []


# --- Both languages, small screens -------------------------------------------------------------


def test_in_english_all_of_it_is_english(served: str, visit: Visit, opinions: Path) -> None:
    _show(visit.page, served, ATTENTE, "/en/")
    visit.page.get_by_role("button", name="Yes", exact=True).click()
    expect(visit.page.locator(".merci")).to_contain_text("Thank you, your opinion is kept.")
    visit.page.get_by_text("My recent questions").click()
    link = visit.page.locator(".historique li a")
    assert (link.get_attribute("href") or "").startswith("/en/?q=")
    for name in ("ODT sheet", "HTML sheet"):
        address = visit.page.get_by_role("link", name=name).get_attribute("href") or ""
        assert address.endswith("langue=en")
    given = patient.get(served + address).text
    assert '<html lang="en">' in given
    around = " ".join(visit.page.locator(".actions, .retour, .historique").all_inner_texts())
    for french in ("Copier", "Imprimer", "Fiche", "utile", "Effacer", "gardée", "avis"):
        assert french not in around
    assert visit.errors == []


@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large_enough_and_nothing_overflows(
    served: str, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, locale="fr-FR")
    _show(page, served, ATTENTE)
    page.get_by_role("button", name="Non", exact=True).click()
    page.get_by_text("Mes questions récentes").click()
    page.locator(".autres summary").click()
    expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
    small = page.evaluate(
        "[...document.querySelectorAll(':is(.actions, .retour, .historique, .autres > summary)"
        " :is(button, a, label:has(input), summary)')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 24)"
        ".map(one => one.outerHTML)"
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_event_s_page_shows_what_this_browser_has_not_seen(recorded: str, visit: Visit) -> None:
    page, news = visit.page, visit.page.locator(".nouveau")
    page.goto(f"{recorded}/evenement")
    expect(news).to_be_hidden()
    # As if one document had come since, and another had changed.
    page.evaluate(
        """() => {
            const key = Object.keys(localStorage).find((one) => one.startsWith("assistant-vu-"));
            const seen = JSON.parse(localStorage.getItem(key));
            const [first, second] = Object.keys(seen.versions).filter((one) => seen.versions[one]);
            delete seen.versions[first];
            seen.versions[second] = "autre";
            seen.on = "2025-03-18T12:00:00Z";
            localStorage.setItem(key, JSON.stringify(seen));
            sessionStorage.clear();
        }"""
    )
    page.goto(f"{recorded}/evenement")
    expect(news.locator("h2")).to_have_text("Nouveau depuis votre visite du 18 mars 2025")
    expect(news.locator("li")).to_have_count(2)
    expect(news.locator("li").last).to_contain_text("(modifié)")
    assert Axe().run(page).response["violations"] == []
    # Until this visit ends; the next one finds nothing new.
    page.reload()
    expect(news.locator("li")).to_have_count(2)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    expect(news).to_be_hidden()
    assert visit.errors == []
