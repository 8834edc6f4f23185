"""Follow-ups and "perhaps" in a real browser: seen, removable, told apart without colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages import Visit
from tests.support.stand_in import LONG_TITLE

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"
CONSERVATION = "Quelle est la durée de conservation des enregistrements ?"
ALONE = "Et combien de mois ?"
HESITATION = "On hésite : le temps d'attente moyen ?"


def _then(page: Page, question: str) -> None:
    """Ask another question on the page, and wait for what comes of it."""
    page.get_by_label("Votre question").fill(question)
    with _another_answer(page):
        page.keyboard.press("Enter")


@contextmanager
def _another_answer(page: Page) -> Iterator[None]:
    """Wait, at the end of the block, for an answer that wasn't there at its beginning."""
    page.locator(".reponse").evaluate("one => one.dataset.former = true")
    yield
    expect(page.locator(".reponse:not([data-former])")).to_be_visible()


def test_a_follow_up_keeps_its_subject_and_says_so(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    expect(visit.page.locator("#suite")).to_be_hidden()
    _then(visit.page, ALONE)
    expect(visit.page.locator("#suite")).to_contain_text(f"Suite de : « {ATTENTE} »")
    expect(visit.page.locator("#etat")).to_contain_text("Suite de votre question précédente.")
    expect(visit.page.locator("#source-1")).to_contain_text("assistant vocal pendant trois mois")
    assert visit.errors == []


def test_the_subject_kept_goes_with_one_click(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    visit.page.get_by_role("button", name="Chercher sans cette question").click()
    expect(visit.page.locator(".reponse.refus")).to_be_visible()
    expect(visit.page.locator("#suite")).to_be_hidden()
    expect(visit.page.get_by_label("Votre question")).to_have_value(ALONE)
    expect(visit.page.locator("#titre-reponse")).to_be_focused()
    with _another_answer(visit.page):
        visit.page.get_by_label("Votre question").press("Enter")
    expect(visit.page.locator(".reponse.refus")).to_be_visible()
    expect(visit.page.locator("#suite")).to_be_hidden()


def test_the_subject_kept_goes_by_the_keyboard(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    # The focus comes to the answer a moment after it is shown.
    expect(visit.page.locator("#titre-reponse")).to_be_focused()
    visit.page.keyboard.press("Shift+Tab")
    expect(visit.page.locator("#oublier")).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".reponse.refus")).to_be_visible()
    expect(visit.page.locator("#titre-reponse")).to_be_focused()


def test_a_question_that_says_all_leans_on_nothing(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    _then(visit.page, CONSERVATION)
    expect(visit.page.locator("#source-1")).to_contain_text("trente jours")
    expect(visit.page.locator("#suite")).to_be_hidden()


def test_a_question_asked_again_leans_on_the_same(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    _then(visit.page, ALONE)
    expect(visit.page.locator("#sujet")).to_have_text(f"Suite de : « {ATTENTE} »")


def test_a_second_follow_up_leans_on_both(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    _then(visit.page, "Et pour les agents ?")
    expect(visit.page.locator("#sujet")).to_have_text(f"Suite de : « {ATTENTE} {ALONE} »")


def test_a_fault_between_leaves_the_subject(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, "Que dire de la panne ?")
    expect(visit.page.locator(".reponse.erreur")).to_be_visible()
    _then(visit.page, ALONE)
    expect(visit.page.locator("#sujet")).to_have_text(f"Suite de : « {ATTENTE} »")


def test_the_link_to_a_follow_up_asks_it_with_its_subject(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    _then(visit.page, ALONE)
    link = visit.page.get_by_role("link", name="Lien vers cette question")
    address = link.get_attribute("href") or ""
    assert parse_qs(urlsplit(address).query) == {"q": [ALONE], "suite": [ATTENTE]}
    visit.page.goto(stand_in + address)
    expect(visit.page.locator("#sujet")).to_have_text(f"Suite de : « {ATTENTE} »")
    expect(visit.page.locator("#source-1")).to_contain_text("assistant vocal pendant trois mois")


def test_a_subject_stays_text(stand_in: str, visit: Visit) -> None:
    hostile = (
        "Que dit <img src=https://evil.example/x.png> ![a](https://evil.example/y.png) **de** ?"
    )
    visit.ask(stand_in, hostile)
    _then(visit.page, ALONE)
    expect(visit.page.locator("#sujet")).to_have_text(f"Suite de : « {hostile} »")
    assert visit.page.locator("#suite img, #suite strong").count() == 0
    assert visit.foreign_requests(stand_in) == []


def test_perhaps_shows_passages_and_claims_nothing(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, HESITATION)
    frame = visit.page.locator(".reponse.peut-etre")
    expect(frame.locator("h2")).to_have_text("Peut-être dans ces passages")
    expect(frame).not_to_contain_text("sept minutes")
    expect(frame.locator(".renvoi")).to_have_count(0)
    source = visit.page.locator(".source").first
    expect(source.locator("mark")).to_contain_text("sept minutes à trois minutes")
    expect(visit.page.locator(".seance-citee h3").first).to_have_text(LONG_TITLE)
    expect(source.get_by_role("link", name="Lire")).to_be_visible()
    expect(visit.page.locator("#etat")).to_have_text(re.compile(r"Pas de réponse sûre, \d passage"))
    assert visit.errors == []


def test_the_three_outcomes_differ_without_colour(stand_in: str, visit: Visit) -> None:
    looks = []
    for question in (ATTENTE, HESITATION, "Quel est le prix des cerises ?"):
        visit.ask(stand_in, question)
        frame = visit.page.locator(".reponse")
        style = "one => getComputedStyle(one).borderLeftStyle"
        looks.append(
            (
                frame.evaluate(style),
                frame.locator(".signe").inner_text(),
                frame.locator("h2").inner_text(),
            )
        )
    for aspect in zip(*looks, strict=True):
        assert len(set(aspect)) == 3, aspect


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_a_long_subject_does_not_overflow(stand_in: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    long = "Quel " + "anticonstitutionnellement" * 8 + " ?"
    page.goto(f"{stand_in}/?q=Et+pour+les+agents+%3F&suite={long}")
    expect(page.locator("#suite")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
