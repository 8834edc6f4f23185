"""The page in a real browser, over documents made to be difficult."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support import patient
from tests.support.pages import Visit
from tests.support.stand_in import EVENT, LONG_TITLE, REPORT

ATTENTE = "Quel est le temps d'attente moyen avec l'assistant vocal ?"
CONSERVATION = "Quelle est la durée de conservation des enregistrements ?"


def test_an_answer_quotes_its_source_and_says_where_it_stands(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    answer = visit.page.locator(".reponse")
    expect(answer).to_contain_text("Le temps d'attente moyen est passé de sept minutes")
    source = visit.page.locator("#source-1")
    expect(source.locator("mark")).to_have_text(
        "Le temps d'attente moyen est passé de sept minutes à trois minutes."
    )
    expect(source.locator(".endroit")).to_have_text(re.compile(r"à 12\smin\s40\ss"))
    expect(visit.page.locator(".reponse .seance-citee h3")).to_have_text([LONG_TITLE])
    status = visit.page.locator("#etat")
    expect(status).to_contain_text("Réponse prête")
    expect(status).to_have_attribute("aria-live", "polite")
    # For who can't see the answer come: for others its title says so.
    assert status.evaluate("one => one.offsetHeight") == 1
    assert visit.errors == []


def test_enter_sends_the_question(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    visit.page.get_by_label("Votre question").fill(ATTENTE)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".reponse")).to_contain_text("sept minutes")


def test_a_quote_stands_once_and_what_is_around_it_unfolds(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    answer = visit.page.locator("#resultat .reponse")
    quoted = "Le temps d'attente moyen est passé de sept minutes"
    expect(answer).to_contain_text(quoted)
    assert answer.inner_text().count(quoted) == 1
    around = answer.get_by_text("Nous avons essayé un assistant vocal")
    expect(around).to_be_hidden()
    button = answer.get_by_role("button", name=re.compile("^Voir autour"))
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(around).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")


def test_a_citation_opens_the_pdf_at_its_page_with_its_words_highlighted(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, CONSERVATION)
    link = visit.page.get_by_role("link", name="Ouvrir à la page 3").first
    href = link.get_attribute("href") or ""
    assert re.fullmatch(rf"/surligne/{REPORT}\?p=\d+&de=0&a=\d+#page=3", href)
    # In a tab of its own, which shows it where the browser has a viewer.
    with (
        visit.page.context.expect_page(),
        visit.page.context.expect_event("request", lambda one: REPORT in one.url) as asked,
    ):
        link.click()
    assert asked.value.url.partition("#")[0] == stand_in + href.partition("#")[0]
    whole = patient.get(stand_in + href)
    part = patient.get(f"{stand_in}/document/{REPORT}", headers={"Range": "bytes=0-4"})
    assert (whole.status_code, whole.headers["content-type"]) == (200, "application/pdf")
    assert whole.headers["content-disposition"].startswith("inline")
    assert b"/Highlight" in whole.content
    assert (part.status_code, part.content) == (206, b"%PDF-")


def test_a_citation_of_a_recording_plays_from_its_second(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    link = visit.page.get_by_role("link", name=re.compile("^Écouter à 12"))
    address = stand_in + (link.first.get_attribute("href") or "")
    # Three seconds before the sentence.
    assert address.endswith("conference.vtt#t=757")
    assert patient.get(address, headers={"Range": "bytes=0-3"}).content == b"RIFF"
    visit.page.goto(address)
    media = "document.querySelector('video, audio')"
    visit.wait_until(f"{media}.readyState >= 1")
    # Stopped at once, or it would go on while a busy machine looks at it.
    visit.wait_until(f"{media}.currentTime >= 757 && ({media}.pause(), true)")
    assert visit.page.evaluate(f"{media}.currentTime") < 790


def test_the_page_of_a_passage_marks_the_quote_among_its_neighbours(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    href = visit.page.locator('#source-1 a.lien[href^="/passage/"]').get_attribute("href") or ""
    visit.page.goto(stand_in + href)
    expect(visit.page.locator("mark")).to_have_text(
        "Le temps d'attente moyen est passé de sept minutes à trois minutes."
    )
    expect(visit.page.locator("main")).to_contain_text("Un quart de ces appels")
    assert visit.page.locator(".lecteur audio").get_attribute("src") == (
        "/enregistrement/forum/conference-1/conference.vtt#t=757"
    )
    expect(visit.page.locator("main")).to_contain_text("Le syndicat a demandé")
    assert visit.errors == []


def test_speech_names_the_slide_on_screen_and_leads_to_it(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "Que demande le syndicat pour reprendre l'appel ?")
    source = visit.page.locator("#source-1")
    expect(source.locator(".endroit")).to_have_text("à 12 min 52 s, pendant la diapositive 3")
    link = source.get_by_role("link", name="Voir la diapositive 3")
    visit.page.goto(stand_in + (link.get_attribute("href") or ""))
    expect(visit.page.locator("#extrait")).to_contain_text("Réponse à une réclamation.")


def test_a_slide_says_when_it_was_spoken_about_and_leads_there(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "Quelle réponse à une réclamation, quelle invitation ?")
    source = visit.page.locator("#source-1")
    expect(source.locator(".endroit")).to_have_text("diapositive 3, dite à 12 min 52 s")
    expect(source.get_by_role("link", name="Écouter à 12 min 52 s")).to_be_visible()
    link = source.get_by_role("link", name="Voir ce qui en a été dit à 12 min 52 s")
    visit.page.goto(stand_in + (link.get_attribute("href") or ""))
    expect(visit.page.locator("#extrait")).to_contain_text("Le syndicat a demandé")


def test_a_time_of_the_transcript_moves_the_player(stand_in: str, visit: Visit) -> None:
    visit.page.goto(f"{stand_in}/passage/forum/conference-1/conference.vtt")
    visit.page.locator('a[data-seconde="724"]').click()
    visit.wait_until("document.querySelector('.lecteur audio').currentTime >= 724")


def test_a_passage_that_is_gone_is_said_and_its_place_shown(stand_in: str, visit: Visit) -> None:
    gone = "/passage/forum/conference-1/conference.vtt?p=12&de=0&a=5&lieu=second-750.5#extrait"
    visit.page.goto(stand_in + gone)
    expect(visit.page.locator(".avis")).to_have_text(
        "Ce document a été réindexé : le passage cité n'y est plus tel quel."
    )
    expect(visit.page.locator("#extrait")).to_contain_text("Nous avons essayé un assistant vocal")
    expect(visit.page.locator("mark, [aria-current]")).to_have_count(0)


def test_a_text_can_be_opened_from_its_citation(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "Que font les badges ouvrent la salle bleue ?")
    link = visit.page.get_by_role("link", name="Ouvrir le document").first
    address = stand_in + (link.get_attribute("href") or "")
    assert "salle bleue" in patient.get(address).text


SLOW = "Combien coûte la machine lente ?"


def _send(visit: Visit, question: str) -> None:
    """Ask another question on the page, without waiting for what comes of it."""
    visit.page.get_by_label("Votre question").fill(question)
    visit.page.keyboard.press("Enter")


def test_an_answer_is_greyed_at_once_when_another_question_is_asked(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    _send(visit, SLOW)
    # Before anything is known of the server.
    assert visit.page.evaluate("'recherche' in document.documentElement.dataset")
    assert visit.page.evaluate("document.getElementById('resultat').inert")
    expect(visit.page.locator(".attente [role=status]")).to_have_text("Recherche…")
    expect(visit.page.get_by_role("button", name="Réessayer")).to_be_hidden()
    expect(visit.page.locator("#etat")).to_be_hidden()
    expect(visit.page).to_have_title(re.compile(f"^{re.escape(SLOW)}"))
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()
    expect(visit.page.locator(".attente")).to_be_hidden()
    assert not visit.page.evaluate("document.getElementById('resultat').inert")


@pytest.mark.parametrize(("width", "height"), [(375, 667), (1280, 900), (640, 450)])
def test_the_answer_comes_into_view_with_the_focus(
    stand_in: str, visit: Visit, width: int, height: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.open(stand_in)
    visit.page.get_by_text("Limiter la recherche").click()
    _send(visit, ATTENTE)
    expect(visit.page.locator("#titre-reponse")).to_be_focused()
    expect(visit.page.locator("#source-1 blockquote")).to_be_in_viewport(ratio=1)
    expect(visit.page.locator("#titre-reponse")).to_be_in_viewport()
    expect(visit.page).to_have_title(f"{ATTENTE} – {EVENT}")


def test_an_excerpt_that_fits_a_phone_is_shown_whole(stand_in: str, visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 375, "height": 540})
    visit.open(stand_in)
    _send(visit, "tampon officiel reste")
    expect(visit.page.locator("#titre-reponse")).to_be_focused()
    expect(visit.page.locator("#source-1 blockquote")).to_be_in_viewport(ratio=1)


def test_who_types_on_is_left_to_it_when_the_answer_comes(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    _send(visit, SLOW)
    visit.page.keyboard.type(" Et encore")
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()
    expect(visit.page.get_by_label("Votre question")).to_be_focused()


def test_a_question_with_spaces_too_many_is_answered(stand_in: str, visit: Visit) -> None:
    # Each change of the page looked at the title anew, which a browser gives with single spaces.
    visit.ask(stand_in, "  Quel est le  temps d'attente moyen avec l'assistant vocal ? ")
    expect(visit.page).to_have_title(f"{ATTENTE} – {EVENT}")
    expect(visit.page.locator("#source-1 blockquote")).to_contain_text("sept minutes")


def test_a_server_lost_in_the_middle_of_a_question_is_said_and_asked_again(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    _send(visit, SLOW)
    visit.page.context.set_offline(True)
    said = visit.page.locator(".attente [role=status]")
    expect(said).to_contain_text("Le serveur ne répond plus", timeout=10_000)
    assert visit.page.evaluate("document.getElementById('resultat').inert")
    expect(visit.page.locator(".toast-wrap:visible")).to_have_count(0)
    retry = visit.page.get_by_role("button", name="Réessayer")
    retry.click()
    expect(said).to_contain_text("ne répond toujours pas")
    visit.page.context.set_offline(False)
    retry.click()
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()
    expect(visit.page.get_by_label("Votre question")).to_have_value(SLOW)


def test_a_question_whose_server_is_another_one_meanwhile_is_lost_and_asked_again(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    # As behind a proxy of several: the server that was asked is gone, another one answers.
    answering = iter(("un", *["deux"] * 999))

    def another(route: Route) -> None:
        route.fulfill(status=200, headers={"X-Assistant-Server": next(answering)})

    visit.page.route("**/apparence/icon.svg*", another)
    visit.page.route("**/queue/data*", lambda route: None)
    _send(visit, SLOW)
    said = visit.page.locator(".attente [role=status]")
    expect(said).to_contain_text("Le serveur ne répond plus", timeout=60_000)
    visit.page.unroute("**/queue/data*")
    visit.page.get_by_role("button", name="Réessayer").click()
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()


def test_a_server_that_hangs_is_said_within_five_seconds(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    # As a server that takes what is sent and answers nothing.
    visit.page.route("**/*", lambda _: None)
    _send(visit, SLOW)
    said = visit.page.locator(".attente [role=status]")
    expect(said).to_contain_text("Le serveur ne répond plus", timeout=5_000)
    assert visit.page.evaluate("document.getElementById('resultat').inert")


def test_a_question_sent_during_a_search_is_answered_after_it(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    _send(visit, SLOW)
    expect(visit.page.locator(".attente [role=status]")).to_have_text("Recherche…")
    _send(visit, ATTENTE)
    expect(visit.page.locator("#source-1")).to_contain_text("assistant vocal pendant trois mois")


def test_a_double_click_asks_once(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    visit.page.get_by_label("Votre question").fill("Combien coûte la machine lente ?")
    visit.page.get_by_role("button", name="Chercher").dblclick()
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()
    # A second search would begin at once, and last for two seconds.
    visit.page.wait_for_timeout(1000)
    expect(visit.page.locator("#resultat .reponse.refus")).to_be_visible()
    assert sum("queue/join" in one for one in visit.requests) == 2  # the opening, the question


def test_what_the_documents_do_not_answer_is_refused_with_the_closest_passages(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, "Quel est le prix des cerises vendues par un assistant ?")
    expect(visit.page.locator(".reponse h2")).to_have_text("Je n'ai pas trouvé.")
    expect(visit.page.get_by_role("heading", name="Voir aussi")).to_be_visible()
    expect(visit.page.locator(".source").first).to_be_visible()
    expect(visit.page.locator(".numero")).to_have_count(0)


def test_the_address_follows_the_answer_and_back_leads_to_the_one_before(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    visit.wait_until("location.search.startsWith('?q=Quel+est+le+temps')")
    visit.page.get_by_label("Votre question").fill(CONSERVATION)
    visit.page.keyboard.press("Enter")
    visit.wait_until("location.search.startsWith('?q=Quelle+est+la+dur')")
    visit.page.go_back()
    expect(visit.page.get_by_label("Votre question")).to_have_value(ATTENTE)
    expect(visit.page.locator(".reponse")).to_contain_text("sept minutes")
    visit.page.go_back()
    expect(visit.page.locator("#programme .seance").first).to_be_visible()


def test_an_address_written_otherwise_is_no_step_to_come_back_to(
    stand_in: str, visit: Visit
) -> None:
    """As mail programs write it, with %20 for spaces: its answer writes it with +."""
    visit.page.goto(f"{stand_in}/accessibilite")
    visit.page.goto(f"{stand_in}/?q={quote(ATTENTE)}")
    visit.wait_until("location.search.startsWith('?q=Quel+est+le+temps')")
    visit.page.go_back()
    expect(visit.page.locator("h1")).to_have_text("Déclaration d'accessibilité")


def test_what_an_address_asks_that_does_not_exist_is_left_out(stand_in: str, visit: Visit) -> None:
    """A session removed since, another tool's parameter: the question is answered anyway."""
    unknown = "seance=forum/atelier-99&type=concert&document=film&utm_source=x&langue=zz&suite="
    visit.page.goto(f"{stand_in}/?q={quote_plus(ATTENTE)}&{unknown}")
    expect(visit.page.locator(".reponse")).to_contain_text("sept minutes")
    expect(visit.page.locator("#resultat .compris")).to_have_count(0)
    assert visit.errors == []


def test_an_address_asks_its_question_within_its_sessions(stand_in: str, visit: Visit) -> None:
    visit.page.goto(f"{stand_in}/?q={quote_plus(ATTENTE)}&seance=forum/atelier-2")
    expect(visit.page.locator(".reponse.refus")).to_be_visible()
    expect(visit.page.get_by_label("Votre question")).to_have_value(ATTENTE)
    narrowed = "Recherche limitée à : Rédiger un courrier avec un assistant."
    expect(visit.page.locator("#resultat .compris")).to_have_text(narrowed)
    visit.page.get_by_role("button", name="Limiter la recherche").click()
    expect(visit.page.get_by_label("Rédiger un courrier avec un assistant")).to_be_checked()
    link = visit.page.get_by_role("link", name="Lien vers cette question")
    assert "seance=forum%2Fatelier-2" in (link.get_attribute("href") or "")


def test_a_session_chosen_limits_the_search(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    visit.page.get_by_role("button", name="Limiter la recherche").click()
    expect(visit.page.locator("#limites").get_by_role("checkbox")).to_have_count(0)
    visit.page.get_by_role("button", name="Conférences et ateliers").click()
    visit.page.get_by_label("Protéger les données personnelles").check()
    expect(visit.page.get_by_role("button", name="Limiter la recherche (1)")).to_be_visible()
    visit.page.get_by_label("Votre question").fill(ATTENTE)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".reponse.refus")).to_be_visible()


def test_all_that_limits_the_search_is_unticked_at_once(stand_in: str, visit: Visit) -> None:
    visit.open(f"{stand_in}/?seance=forum/atelier-2&type=atelier")
    boxes = visit.page.locator("#limites input:checked")
    expect(boxes).to_have_count(2)
    visit.page.get_by_role("button", name="Tout décocher").click()
    expect(boxes).to_have_count(0)
    expect(visit.page.get_by_role("button", name="Tout décocher")).to_be_hidden()
    _send(visit, ATTENTE)
    expect(visit.page.locator(".reponse")).to_contain_text("sept minutes")


def test_the_title_leads_home(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    visit.page.locator("h1 a").click()
    expect(visit.page.locator("#programme .seance").first).to_be_visible()
    expect(visit.page).to_have_title(EVENT)


def test_an_example_fills_the_question_in_and_asks_it(stand_in: str, visit: Visit) -> None:
    example = visit.examples(stand_in).first
    words = example.inner_text()
    example.click()
    expect(visit.page.locator(".reponse")).to_be_visible()
    expect(visit.page.get_by_label("Votre question")).to_have_value(words)
    expect(visit.page.locator("#exemples")).to_be_hidden()


def test_the_text_of_a_document_stays_text(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "tampon officiel reste")
    source = visit.page.locator("#source-1")
    for words in (
        "<img src=https://evil.example/x.png",
        "<script>",
        "![pixel]",
        "**gras**",
        "$$x^2$$",
    ):
        expect(source).to_contain_text(words)
        expect(visit.page.locator(".reponse")).to_contain_text(words)
    assert visit.page.locator("#resultat img, #resultat script, #resultat strong").count() == 0
    assert visit.page.locator('#resultat a[href*="evil"], a[href^="javascript"]').count() == 0
    href = source.locator('a[href^="/passage/"]').get_attribute("href") or ""
    visit.page.goto(stand_in + href)
    expect(visit.page.locator("main")).to_contain_text("<script>document.title")
    assert visit.page.locator("main img, main script, h2 b").count() == 0
    assert visit.foreign_requests(stand_in) == []


def test_a_reference_written_in_a_document_is_not_one_of_ours(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "tampon officiel reste")
    expect(visit.page.locator(".reponse")).to_contain_text("Voir aussi [2].")
    assert visit.page.get_by_role("link", name="Source 2").count() == 0


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("   ", "La question est vide."),
        ("long " * 2000, "La question est trop longue."),
        ("Que dire de la panne ?", "Une erreur inattendue s'est produite."),
    ],
    ids=["empty", "too long", "fault"],
)
def test_what_goes_wrong_is_said_in_french_with_what_to_do(
    stand_in: str, visit: Visit, question: str, words: str
) -> None:
    visit.ask(stand_in, question)
    expect(visit.page.locator(".erreur h2")).to_have_text(words)
    expect(visit.page.locator(".erreur p").first).not_to_be_empty()
    assert "secret-de-la-trace" not in visit.page.content()
    assert visit.errors == []


def test_the_browser_asks_no_other_host(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, ATTENTE)
    visit.page.wait_for_load_state("networkidle")
    assert len(visit.requests) > 10
    assert visit.foreign_requests(stand_in) == []
    # Nor for what only a page within another would need.
    assert [one for one in visit.requests if "iframeResizer" in one] == []


def test_a_remote_image_is_refused_by_the_browser(stand_in: str, visit: Visit) -> None:
    visit.open(stand_in)
    visit.page.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'https://evil.example/z.png'}))"
    )
    visit.wait_for_error("Content Security Policy")


def test_the_page_is_in_french_and_keeps_only_the_history_in_the_browser(
    stand_in: str, visit: Visit
) -> None:
    visit.ask(stand_in, ATTENTE)
    assert visit.page.locator("html").get_attribute("lang") == "fr"
    expect(visit.page.locator(".historique li")).to_have_count(1)
    visit.page.evaluate("localStorage.removeItem('mes-questions')")
    kept = visit.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "attente" not in kept
    assert "gradio" not in visit.page.locator("body").inner_text().lower()


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_overflows_sideways(stand_in: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto(f"{stand_in}/?q={quote_plus(ATTENTE)}")
    page.wait_for_selector(".reponse")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{stand_in}/passage/forum/conference-1/conference.vtt")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
