"""The real page, started by app.py over the indexed demonstration."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Request, expect

from tests.support import patient
from tests.support.pages import Visit

QUESTION = "Comment les tournées de collecte des déchets ont-elles été ajustées ?"


def test_a_question_is_answered_and_its_citation_followed(real_page: str, visit: Visit) -> None:
    visit.ask(real_page, QUESTION)
    quote = visit.page.locator("#source-1 mark").first.inner_text()
    href = visit.page.locator('#source-1 a.lien[href^="/passage/"]').get_attribute("href") or ""
    visit.page.goto(real_page + href)
    expect(visit.page.locator("mark").first).to_contain_text(quote)
    assert visit.errors == []
    assert visit.foreign_requests(real_page) == []


def test_a_pdf_is_served_for_reading_at_its_page_its_words_highlighted(
    real_page: str, visit: Visit
) -> None:
    visit.ask(real_page, "Quelle est la durée minimale du vert piéton aux carrefours connectés ?")
    link = visit.page.get_by_role("link", name=re.compile(r"^Ouvrir à la page \d")).first
    href = link.get_attribute("href") or ""
    assert re.search(r"\.pdf\?p=\d+&de=\d+&a=\d+#page=\d+$", href)
    assert b"/Highlight" in patient.get(real_page + href).content
    plain = real_page + href.partition("?")[0].replace("/surligne/", "/document/")
    part = patient.get(plain, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")


def test_a_recording_is_heard_from_the_second_of_the_citation(real_page: str, visit: Visit) -> None:
    visit.ask(real_page, "Combien de points l'outil a-t-il signalés sur les quatorze marchés ?")
    link = visit.page.get_by_role("link", name=re.compile("^Écouter à")).first
    href = link.get_attribute("href") or ""
    second = int(href.partition("#t=")[2])
    part = patient.get(real_page + href, headers={"Range": "bytes=0-2"})
    assert (part.status_code, part.headers["content-type"]) == (206, "audio/mpeg")
    place = """address => new Promise((resolve, reject) => {
        const sound = new Audio(address);
        sound.onerror = () => reject(sound.error.message);
        sound.oncanplay = () => resolve([sound.currentTime, sound.duration]);
    })"""
    current, duration = visit.page.evaluate(place, href)
    assert abs(current - second) < 0.1
    assert 600 < duration < 640


def test_the_essentials_of_a_workshop_are_two_clicks_away_and_light(
    real_page: str, visit: Visit
) -> None:
    visit.open(real_page)
    visit.page.get_by_role("link", name="ChatGPT au travail").first.click()
    expect(visit.page.locator("h1")).to_contain_text("ChatGPT au travail")
    expect(visit.page.locator("#essentiel + ol > li")).to_have_count(8)
    with visit.page.expect_download() as kept:
        visit.page.get_by_role("link", name="Fiche ODT").click()
    assert kept.value.suggested_filename.endswith(".odt")
    assert _weight(visit, visit.page.url) <= 200_000
    assert _weight(visit, real_page) <= 300_000
    assert visit.errors == []


def test_what_was_said_of_canteens_is_heard_in_two_steps(real_page: str, visit: Visit) -> None:
    visit.open(real_page)
    visit.page.get_by_label("Votre question").fill("Que dit-on des cantines ?")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("link", name=re.compile("^Écouter à")).first.click()
    # Where it is about canteens, and not from the beginning.
    visit.wait_until("(document.querySelector('.lecteur audio') || {}).currentTime > 10")
    expect(visit.page.locator(".lecteur mark").first).to_contain_text("cantines")


def test_every_session_on_data_protection_is_one_step_away(real_page: str, visit: Visit) -> None:
    visit.open(real_page)
    visit.page.get_by_label("Votre question").fill(
        "Quelles séances parlent de protection des données ?"
    )
    visit.page.keyboard.press("Enter")
    sessions = visit.page.locator('#resultat .reponse a[href^="/seance/"]')
    expect(sessions.nth(2)).to_be_visible()
    expect(sessions.first).to_have_text("IA et données personnelles : les questions à poser avant")


def _weight(visit: Visit, page: str) -> int:
    """Return the bytes that a page sends to who comes for the first time, nothing being kept."""
    context = visit.page.context.browser.new_context()  # type: ignore[union-attr]
    first = context.new_page()
    asked: list[Request] = []
    first.on("requestfinished", lambda request: asked.append(request))
    first.goto(page, wait_until="networkidle")
    sizes = [one.sizes() for one in asked]
    context.close()
    return sum(one["responseBodySize"] for one in sizes)


def test_a_question_of_elsewhere_is_refused(real_page: str, visit: Visit) -> None:
    visit.ask(real_page, "Quelle est la distance entre la Terre et la planète Mars ?")
    expect(visit.page.locator(".reponse h2")).to_have_text("Je n'ai pas trouvé.")


def test_a_long_list_is_shortened_by_typing(real_page: str, visit: Visit) -> None:
    visit.page.emulate_media(color_scheme="dark")
    visit.open(real_page)
    visit.page.get_by_role("button", name="Limiter la recherche").click()
    visit.page.get_by_role("button", name="Conférences et ateliers").click()
    boxes = visit.page.locator("#facette-seance label:visible")
    # The list opens after the click.
    expect(boxes.nth(7)).to_be_visible()
    assert Axe().run(visit.page).response["violations"] == []
    visit.page.get_by_label("Conférences et ateliers : taper quelques lettres").fill("DECHETS")
    expect(boxes).to_have_count(1)
    expect(boxes).to_contain_text("Collecte des déchets")


def test_the_examples_shown_are_answered(real_page: str, visit: Visit) -> None:
    examples = visit.examples(real_page)
    expect(examples.nth(2)).to_be_visible()
    expect(examples.nth(5)).to_have_count(0)
    examples.first.click()
    expect(visit.page.locator(".reponse:not(.refus):not(.erreur)")).to_be_visible()


def test_an_empty_question_gets_the_catalogues_words(real_page: str, visit: Visit) -> None:
    visit.ask(real_page, "")
    expect(visit.page.locator(".erreur h2")).not_to_be_empty()
