"""French and English: which one a visitor gets, and that a page speaks one of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from starlette.datastructures import Headers

from assistant.web.shared.languages import in_language, preferred
from tests.support import patient
from tests.support.pages import Visit

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"

PREFERENCES = {
    "nothing said": ("", "fr"),
    "English first": ("en-GB,en;q=0.9,fr;q=0.5", "en"),
    "French first": ("fr-FR,fr;q=0.9,en;q=0.5", "fr"),
    "by weight": ("fr;q=0.3, en;q=0.8", "en"),
    "neither": ("de-DE,de;q=0.9", "fr"),
    "another first": ("de,en;q=0.5", "en"),
    "refused": ("en;q=0", "fr"),
    "nonsense": (";;;q=x,en;q=abc,,", "fr"),
}


@pytest.mark.parametrize(("header", "language"), PREFERENCES.values(), ids=PREFERENCES)
def test_the_browser_s_language_is_followed(header: str, language: str) -> None:
    assert preferred(Headers({"accept-language": header})) == language


def test_an_address_keeps_what_it_asks_in_english() -> None:
    assert in_language("/passage/a?p=1#extrait", "en") == "/passage/a?p=1&langue=en#extrait"
    assert in_language("/passage/a?p=1#extrait", "fr") == "/passage/a?p=1#extrait"


def test_who_prefers_english_is_led_there_with_the_question(stand_in: str) -> None:
    led = patient.get(f"{stand_in}/?q=a+b&seance=x", headers={"Accept-Language": "en"})
    assert (led.status_code, led.headers["location"]) == (303, "/en/?q=a+b&seance=x")
    assert patient.get(f"{stand_in}/en").headers["location"] == "/en/"
    stays = patient.get(f"{stand_in}/?langue=fr", headers={"Accept-Language": "en"})
    assert stays.status_code == 200


@pytest.mark.parametrize("asked", ["//evil.example", "evil.example", "de"])
def test_choosing_a_language_leads_nowhere_else(stand_in: str, asked: str) -> None:
    led = patient.get(f"{stand_in}/langue/fr?q=https://evil.example&langue={asked}")
    assert led.headers["location"] == "/?q=https%3A%2F%2Fevil.example"
    assert patient.get(f"{stand_in}/langue/{asked}").status_code == 404


def test_the_choice_outlives_the_browser_s_preference(stand_in: str, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    visit = Visit(context.new_page())
    visit.open(stand_in)
    expect(visit.page.get_by_label("Your question")).to_be_visible()
    visit.page.get_by_role("link", name="Français").click()
    expect(visit.page.get_by_label("Votre question")).to_be_visible()
    visit.page.goto(stand_in)
    expect(visit.page.get_by_label("Votre question")).to_be_visible()
    visit.page.goto(f"{stand_in}/passage/inconnu")
    expect(visit.page.locator("h1")).to_have_text("Page introuvable")
    context.close()


def test_the_question_is_asked_again_in_the_other_language(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    visit.page.get_by_role("link", name="English").click()
    expect(visit.page.get_by_label("Your question")).to_have_value(ATTENTE)
    expect(visit.page.locator(".reponse h2")).to_have_text("Answer")
    expect(visit.page.locator("#etat")).to_contain_text("Answer ready")
    visit.page.get_by_role("link", name=re.compile("^Read")).first.click()


def test_documents_keep_their_language_on_the_english_page(stand_in: str, visit: Visit) -> None:
    visit.open(f"{stand_in}/en/?q={ATTENTE}")
    expect(visit.page.locator("#source-1 blockquote")).to_have_attribute("lang", "fr")
    expect(visit.page.locator("#source-1 h4 .titre")).to_have_attribute("lang", "fr")
    expect(visit.page.locator(".seance-citee .fil")).to_have_attribute("lang", "fr")
    heard = visit.page.locator("#source-1 .liens .lu-seulement [lang=fr]").first
    expect(heard).to_have_text("Conférence d'ouverture")
