"""Every page and state of the page, looked over by axe-core (WCAG 2.2 A and AA, best practice)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant.i18n import Language, say
from assistant.web.shared.languages import home
from tests.support import patient
from tests.support.pages import Visit

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"
HESITATION = "On hésite : le temps d'attente moyen ?"
LONG_TALK = "Phrase numéro long exposé"
UNKNOWN = "Zzyzx qwrtp ?"
HEARD_SESSION, READ_SESSION = "/seance/forum/conference-1", "/seance/forum/atelier-3"
VOICE = "/passage/forum/conference-1/conference.vtt"
NOTE = "/passage/forum/atelier-3/note.html"

#: Language, colours and width of a window; the narrowest is that of WCAG 1.4.10.
WINDOWS: list[tuple[Language, str, int]] = [
    ("fr", "light", 1280),
    ("en", "dark", 375),
    ("fr", "dark", 320),
    ("en", "light", 320),
]


@pytest.fixture(params=WINDOWS, ids=lambda one: "-".join(map(str, one)))
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Visit, Language]]:
    """Give a tab of one language, scheme and width."""
    language, scheme, width = request.param
    context = browser.new_context(
        locale="fr-FR" if language == "fr" else "en-GB",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    yield Visit(context.new_page()), language
    context.close()


def assert_sound(page: Page, state: str, language: Language) -> None:
    """Make sure that axe finds nothing, that nothing overflows, and of the page's language."""
    found = Axe().run(page)
    report = [
        f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found.response["violations"]
    ]
    assert report == [], f"{state}: {report}"
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{state}: {overflow} px too wide"
    assert page.evaluate("document.documentElement.lang") == language, state


def _asked(visit: Visit, language: Language, question: str, expected: str) -> None:
    visit.page.get_by_label(say("page.question", language)).fill(question)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(expected)).to_be_visible()


def test_the_page_is_sound_in_every_state(stand_in: str, window: tuple[Visit, Language]) -> None:
    visit, language = window
    page = visit.page
    visit.open(stand_in + home(language))
    expect(page.locator("#programme .seance").first).to_be_visible()
    assert_sound(page, "empty", language)
    page.get_by_role("button", name=say("page.limit", language)).click()
    page.get_by_role("button", name=say("page.facet_session", language)).click()
    expect(page.get_by_role("checkbox").first).to_be_visible()
    page.get_by_role("checkbox").first.check()
    assert_sound(page, "filters open", language)
    page.get_by_role("checkbox").first.uncheck()
    states: dict[str, Callable[[], None]] = {
        "answered": lambda: _asked(visit, language, ATTENTE, ".reponse:not(.refus)"),
        "follow-up": lambda: _asked(visit, language, "Et combien de mois ?", "#suite"),
        "perhaps": lambda: _asked(visit, language, HESITATION, ".reponse.peut-etre"),
        "refused": lambda: _asked(visit, language, UNKNOWN, ".reponse.refus"),
        "error": lambda: _asked(visit, language, "Et si une panne arrive ?", ".reponse.erreur"),
    }
    for state, reach in states.items():
        reach()
        assert_sound(page, state, language)
    # The wire is cut in the middle of a question: what stood there is greyed, the loss is said.
    page.context.set_offline(True)
    page.get_by_label(say("page.question", language)).fill(ATTENTE)
    page.keyboard.press("Enter")
    expect(page.locator(".reessayer")).to_be_visible()
    assert_sound(page, "lost", language)


def test_what_opens_in_the_page_is_sound(recorded: str, window: tuple[Visit, Language]) -> None:
    visit, language = window
    page = visit.page
    visit.open(f"{recorded}{home(language)}?q={quote_plus(LONG_TALK)}")
    page.locator(".source[id] a.ecouter").first.click()
    expect(page.locator(".lecteur .lignes li").first).to_be_visible()
    assert_sound(page, "player open", language)
    page.keyboard.press("Escape")
    expect(page.locator(".lecteur")).to_have_count(0)
    page.locator("details.autres > summary").click()
    assert_sound(page, "other passages open", language)
    page.get_by_role("button", name=say("around.no", language)).click()
    expect(page.locator(".retour textarea")).to_be_visible()
    assert_sound(page, "opinion given", language)
    page.locator(".historique > summary").click()
    expect(page.locator(".historique li")).to_have_count(1)
    assert_sound(page, "history open", language)


@pytest.mark.parametrize(
    "path",
    [
        "/accessibilite",
        VOICE,
        f"{NOTE}?mots=badges",
        "/passage/inconnu",
        HEARD_SESSION,
        f"{HEARD_SESSION}?mots=attente",
        READ_SESSION,
        "/evenement",
        "/fiche/seance/forum/conference-1.html",
    ],
)
def test_our_other_pages_are_sound(
    stand_in: str, window: tuple[Visit, Language], path: str
) -> None:
    visit, language = window
    visit.page.goto(stand_in + path)
    assert_sound(visit.page, path, language)


@pytest.mark.parametrize("asked", [ATTENTE, HESITATION, UNKNOWN])
def test_the_sheet_of_an_answer_is_sound(
    stand_in: str, window: tuple[Visit, Language], asked: str, tmp_path: Path
) -> None:
    visit, language = window
    sheet = tmp_path / "fiche.html"
    sheet.write_bytes(patient.get(f"{stand_in}/fiche.html?q={asked}&langue={language}").content)
    visit.page.goto(sheet.as_uri())
    assert_sound(visit.page, "sheet", language)


def test_the_statement_says_what_the_site_says_of_itself(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    visit.page.get_by_role(
        "link", name="Accessibilité : non conforme (aucun audit n'a été fait)"
    ).click()
    expect(visit.page.locator("h1")).to_have_text("Déclaration d'accessibilité")
    expect(visit.page.locator("main")).to_contain_text("aucun audit n'a encore été fait")
    expect(visit.page.locator("main")).to_contain_text("Défenseur des droits")


def test_nothing_is_lost_at_twice_the_size(stand_in: str, browser: Browser) -> None:
    """200 % zoom of a window of 1280 px is a window of 640, at two points a pixel."""
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 640, "height": 450}, device_scale_factor=2
    )
    visit = Visit(context.new_page())
    visit.ask(stand_in, ATTENTE)
    assert_sound(visit.page, "twice the size", "fr")
    context.close()
