"""The states of the page that `bench.screens` shows: by name, what leads a window to each.

In: a window and the sites it may visit. Out: the window in that state, at rest. The questions are
of the demonstration.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from secrets import token_hex
from urllib.parse import quote_plus

from playwright.sync_api import FilePayload, Page, Route, expect

from assistant.i18n import say

EVENT = "forum-ia-demonstration"
SESSION = f"{EVENT}/conference-2-achats-publics"
FACT = "Quelle est la durée minimale du vert piéton aux carrefours connectés ?"
FOLLOW_UP = "Et combien de secondes ?"
#: The account that may see the pages of staff.
STAFF, PASSWORD = "archiviste", "quatre mots bien rangés"

#: Questions, by the state that their answers show.
ASKED = {
    "fact": FACT,
    "overview": "Que dit-on des cantines ?",
    "list": "Quels outils ont été cités ?",
    "comparison": "Compare la collecte des déchets et la voirie",
    "table": "Combien d'inscrits et de présents au forum ?",
    "summary": "Résume l'atelier 3",
    "perhaps": "Quelle différence entre l'atelier 4 et l'atelier 6 ?",
    "refusal": "Quelle est la distance entre la Terre et la planète Mars ?",
    "refusal with sessions": "Quel est le prix d'un repas de cantine à Brest ?",
    "small talk": "Bonjour",
    "programme": "Quel est le programme ?",
    "documents": "Quels sont les documents ?",
    "sessions on a theme": "Quelles séances parlent de protection des données ?",
}

#: Addresses, by the state that they show as they open.
OPENED = {
    "session": f"/seance/{SESSION}",
    "session search": f"/seance/{SESSION}?mots=march%C3%A9",
    "event": f"/evenement/{EVENT}",
    "reading a PDF": f"/passage/{EVENT}/atelier-4-routes-connectees/routes-connectees.pdf",
    "reading a transcript": f"/passage/{SESSION}/achats-publics.vtt",
    "reading slides": f"/passage/{SESSION}/achats-publics.pptx",
    "reading search": f"/passage/{SESSION}/achats-publics.vtt?mots=march%C3%A9",
    "session sheet": f"/fiche/seance/{SESSION}.html",
    "accessibility": "/accessibilite",
    "not found": "/passage/inconnu",
    "sign-in": "/connexion",
}


@dataclass(frozen=True)
class Sites:
    """Addresses: of the demonstration with accounts and rights, and of a site without an index."""

    full: str
    empty: str


def _ask(page: Page, site: str, question: str, home: str = "/") -> None:
    page.goto(f"{site}{home}?q={quote_plus(question)}")
    expect(page.locator("#resultat .reponse")).to_be_visible()
    _rest(page)


def _rest(page: Page) -> None:
    """Wait until pictures have come, and the history is drawn."""
    page.wait_for_load_state("networkidle")


def _home(page: Page, sites: Sites) -> None:
    page.goto(sites.full)
    expect(page.locator("#programme .seance").first).to_be_visible()
    _rest(page)


def _filters(page: Page, sites: Sites) -> None:
    _home(page, sites)
    page.get_by_role("button", name=say("page.limit")).click()
    page.get_by_role("button", name=say("page.facet_session")).click()
    page.get_by_role("checkbox").first.check()


def _send(page: Page, question: str) -> None:
    page.get_by_label(say("page.question")).fill(question)
    page.keyboard.press("Enter")


def _lost(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, FACT)
    page.context.set_offline(True)
    _send(page, FOLLOW_UP)
    expect(page.locator(".reessayer")).to_be_visible()


def _busy(page: Page, sites: Sites) -> None:
    """As Gradio says that its queue is full."""
    _ask(page, sites.full, FACT)

    def full(route: Route) -> None:
        route.fulfill(status=503, json={"detail": "Queue is full."})

    page.route("**/queue/join*", full)
    _send(page, FOLLOW_UP)
    expect(page.locator(".reessayer")).to_be_visible()


def _late(page: Page, sites: Sites) -> None:
    """Nothing comes, and a minute passes."""
    page.clock.install()
    page.goto(sites.full)
    expect(page.locator("#programme .seance").first).to_be_visible()
    page.route("**/queue/join*", lambda _: None)
    _send(page, FACT)
    page.clock.fast_forward(61_000)
    expect(page.locator(".reessayer")).to_be_visible()


def _searching(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, FACT)
    page.route("**/queue/join*", lambda _: None)
    _send(page, FOLLOW_UP)
    expect(page.locator(".attente [role=status]")).to_have_text(say("page.searching"))


def _without_index(page: Page, sites: Sites) -> None:
    page.goto(sites.empty)
    expect(page.locator(".reponse.erreur")).to_be_visible()


def _follow_up(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, FACT)
    _send(page, FOLLOW_UP)
    expect(page.locator("#suite")).to_be_visible()
    page.locator(".historique > summary").click()
    _rest(page)


def _listening(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, "Combien de points l'outil a-t-il signalés sur les quatorze marchés ?")
    page.locator(".source[id] a.ecouter").first.click()
    expect(page.locator(".lecteur .lignes li").first).to_be_visible()


def _print(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, FACT)
    page.emulate_media(media="print")


def _print_session(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/seance/{SESSION}")
    page.emulate_media(media="print")


def _english(page: Page, sites: Sites) -> None:
    _ask(page, sites.full, FACT, "/en/")


def _staff(path: str) -> Callable[[Page, Sites], None]:
    def reach(page: Page, sites: Sites) -> None:
        page.goto(f"{sites.full}/connexion")
        page.get_by_label("Nom du compte").fill(STAFF)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_role("heading", level=1, name="Documents")).to_be_visible()
        page.goto(f"{sites.full}/personnel{path}")
        _rest(page)

    return reach


def _invited(page: Page, sites: Sites) -> None:
    """Show the link that invites somebody; each look invites anew."""
    _staff("/comptes")(page, sites)
    page.get_by_label("Nom du compte").fill(f"accueil-{token_hex(4)}")
    page.get_by_role("button", name=say("accounts.make_link")).click()
    _rest(page)


def _invitation(page: Page, sites: Sites) -> None:
    """Open the link that somebody was given."""
    _invited(page, sites)
    (link,) = re.findall(r"https?://[^\s<\"]+/connexion/invitation[^\s<\"]*", page.content())
    page.context.clear_cookies()
    page.goto(unescape(link))
    _rest(page)


def _receipt(page: Page, sites: Sites) -> None:
    _staff("/recus")(page, sites)
    page.locator("table a").first.click()
    _rest(page)


def _deposit(page: Page, sites: Sites) -> None:
    """Send what can be read, and what can't."""
    _staff("/depot")(page, sites)
    files = {"bilan.txt": b"Le bilan.", "plan.pdf": b"%PDF-1.4\n", "notes.exe": b"MZ"}
    sent = [FilePayload(name=name, mimeType="", buffer=content) for name, content in files.items()]
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("select[name=lieu]").select_option(index=1)
    page.get_by_role("button", name=say("depositing.send")).click()
    expect(page.get_by_role("heading", level=1, name=say("depositing.check_title"))).to_be_visible()
    _rest(page)


def _answered(question: str) -> Callable[[Page, Sites], None]:
    return lambda page, sites: _ask(page, sites.full, question)


def _opened(path: str) -> Callable[[Page, Sites], None]:
    def reach(page: Page, sites: Sites) -> None:
        page.goto(sites.full + path)
        _rest(page)

    return reach


STATES: dict[str, Callable[[Page, Sites], None]] = {
    "home": _home,
    "filters": _filters,
    **{name: _answered(question) for name, question in ASKED.items()},
    "listening": _listening,
    **{name: _opened(path) for name, path in OPENED.items()},
    "searching": _searching,
    "lost server": _lost,
    "busy server": _busy,
    "time-out": _late,
    "missing index": _without_index,
    "follow-up and history": _follow_up,
    "print": _print,
    "print of a session": _print_session,
    "English": _english,
    "staff documents": _staff(""),
    "staff rights": _staff("/droits"),
    "staff accounts": _staff("/comptes"),
    "staff invitation made": _invited,
    "staff invitation opened": _invitation,
    "staff own password": _staff("/../connexion/mot-de-passe"),
    "staff audit trail": _staff("/historique"),
    "staff receipts": _staff("/recus"),
    "staff receipt": _receipt,
    "staff state": _staff("/etat"),
    "staff deposit checked": _deposit,
}
