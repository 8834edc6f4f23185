"""A day of an archivist, in a real browser over the real application: add, reindex, ask, remove.

Every page on the way is looked over by axe-core.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation

from tests.browser.test_accessibility import assert_sound
from tests.support.pages import Visit, running
from tests.support.small_site import PASSWORD, STAFF

QUESTION = "Combien de bornes de recharge seront posées ?"
#: A minute would do on a machine of one's own.
PATIENCE = 240_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the real application over a small site, nothing of it indexed yet."""
    folder = tmp_path_factory.mktemp("site")
    with running([sys.executable, "-m", "tests.support.small_site", str(folder)]) as address:
        yield address


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a deck of one slide that nobody has indexed."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Bornes de recharge"
    slide.placeholders[1].text = "Douze bornes de recharge seront posées avant la fin de l'année."
    path = tmp_path_factory.mktemp("deck") / "bornes.pptx"
    presentation.save(str(path))
    return path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/personnel")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    page.get_by_label("Nom du compte").fill(STAFF)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1, name="Documents")).to_be_visible(timeout=60_000)


def asked(page: Page, site: str) -> Page:
    """Ask the question as an agent, in another tab; return it once it is answered or refused."""
    tab = page.context.new_page()
    Visit(tab).ask(site, QUESTION)
    return tab


def test_a_deck_is_added_found_removed_and_found_no_more(page: Page, site: str, deck: Path) -> None:
    page.goto(f"{site}/personnel")
    assert_sound(page, "sign-in", "fr")
    sign_in(page, site)
    assert_sound(page, "nothing indexed", "fr")

    # Add a deck to a new session.
    page.get_by_role("link", name="Ajouter des documents").click()
    expect(page.get_by_role("heading", level=1, name="Ajouter des documents")).to_be_visible()
    assert_sound(page, "deposit", "fr")
    page.get_by_label("Événement et séance").select_option(label="Une nouvelle séance… – Forum")
    page.get_by_label("Nom de la nouvelle séance").fill("Mobilité")
    page.get_by_label("Fichiers", exact=True).set_input_files(deck)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="Vérifier le dépôt")).to_be_visible()
    expect(page.get_by_text("bornes.pptx").first).to_be_visible()
    assert_sound(page, "checked", "fr")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("button", name="Réindexer maintenant")).to_be_visible()

    # Reindex, and see how far it is.
    page.goto(f"{site}/personnel/indexation")
    expect(page.get_by_text("3 documents à ajouter")).to_be_visible()
    assert_sound(page, "pending", "fr")
    page.get_by_role("button", name="Réindexer maintenant").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_sound(page, "running", "fr")
    expect(page.get_by_text("3 ajoutés", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("l'index correspond aux documents")).to_be_visible()
    assert_sound(page, "done", "fr")

    # Agents find it at once, without a restart.
    tab = asked(page, site)
    expect(tab.locator("#resultat")).to_contain_text("Douze bornes de recharge")
    tab.close()

    # Remove it.
    page.goto(f"{site}/personnel")
    assert_sound(page, "documents", "fr")
    page.get_by_role("row", name="bornes.pptx").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Renseignements")).to_be_visible()
    assert_sound(page, "document", "fr")
    page.get_by_role("link", name="Retirer ce document").click()
    expect(page.get_by_role("heading", name="Retirer « ")).to_be_visible()
    assert_sound(page, "confirmation", "fr")
    page.get_by_role("button", name="Effacer pour de bon").click()
    expect(page.get_by_text("Le document est effacé").first).to_be_visible()
    expect(page.get_by_text("bornes.pptx").first).to_be_visible()
    assert_sound(page, "receipt", "fr")

    # Nobody finds it any more.
    tab = asked(page, site)
    expect(tab.locator("#resultat")).not_to_contain_text("Douze bornes de recharge")
    tab.close()

    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Votre question")).to_be_visible()
    page.goto(f"{site}/personnel")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 1280), ("dark", 375), ("dark", 320)],
    ids=["wide", "phone", "narrow"],
)
def test_the_staff_pages_are_sound_in_every_window(
    browser: Browser, site: str, scheme: str, width: int
) -> None:
    context = browser.new_context(
        locale="fr-FR", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}/connexion")
    assert_sound(page, "sign-in", "fr")
    sign_in(page, site)
    for path in (
        "", "/depot", "/indexation", "/questions", "/etat", "/programme", "/programme/forum",
        "/recus", "/document/forum/voirie/notes.txt",
        "/document/forum/voirie/notes.txt/corriger",
    ):  # fmt: skip
        answer = page.goto(f"{site}/personnel{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert_sound(page, path or "documents", "fr")
    context.close()
