"""Hearing a sentence: the player beside it, the lines that follow, captions, and what fails."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from assistant.readers.speech.captions import parse_cues, utterances
from assistant.records import Mark, Passage, Place
from assistant.web.documents.passage_page import PassageReading, reading_page
from assistant.web.documents.transcript import CAPTION_CHARACTERS, captions_of, line_at, lines_of
from assistant.web.shared.sources import Listening
from tests.support import patient
from tests.support.pages import Visit
from tests.support.recorded import (
    ALONE,
    BROKEN,
    FILM,
    HOSTILE_LINE,
    LEAVING,
    RECORDINGS,
    SPEAKERS,
    TALK,
    TALK_LINE_SECONDS,
)

NOISE = "Que divise le revêtement silencieux des pneus ?"
#: When the sentence that answers it is said, in seconds.
NOISE_SECOND = 300 * TALK_LINE_SECONDS
FILMED = "Que consacre l'équipe aux automates de prêt ?"
POOL = "Quand la piscine ferme-t-elle pour vidange ?"
CEMETERY = "Quand le cimetière ouvre-t-il plus tôt ?"
NURSERY = "Combien la crèche accueille-t-elle d'enfants ?"
#: How long a player may take to begin, on a busy machine: in milliseconds.
PATIENCE = 60_000
FOCUSED = "document.activeElement.matches('{}')"
TIME = "document.querySelector('.lecteur audio, .lecteur video').currentTime"


def _asked(visit: Visit, address: str, question: str, words: str = "Écouter") -> Locator:
    """Ask by the page's address; return the link that plays the first source."""
    visit.page.goto(f"{address}/?q={quote_plus(question)}")
    link = visit.page.locator("#source-1").get_by_role("link", name=re.compile(f"^{words} à"))
    expect(link).to_be_visible(timeout=PATIENCE)
    return link


def _listening(visit: Visit) -> Locator:
    """Return the player that opens, once it plays."""
    player = visit.page.locator("#source-1 .lecteur")
    expect(player).to_be_visible(timeout=PATIENCE)
    visit.wait_until(f"{TIME} > 0")
    return player


def _current(visit: Visit) -> Locator:
    return visit.page.locator("[data-de][aria-current=true]")


def _tab_to(visit: Visit, selector: str, key: str = "Tab") -> None:
    """Press a key until the focus is on what a selector names."""
    for _ in range(90):
        if visit.page.evaluate(FOCUSED.format(selector)):
            return
        visit.page.keyboard.press(key)
    raise AssertionError(f"the keyboard never comes to {selector}")


def _hold_still(visit: Visit) -> None:
    """Let no recording run: its clock then says where the player went, on the busiest machine."""
    visit.page.add_init_script("HTMLMediaElement.prototype.play = async function () {}")


# --- Hearing a sentence --------------------------------------------------------------------------


def test_a_sentence_is_heard_from_three_seconds_before_it(recorded: str, visit: Visit) -> None:
    _hold_still(visit)
    _asked(visit, recorded, NOISE).click()
    _listening(visit)
    visit.wait_until(f"Math.abs({TIME} - {NOISE_SECOND - 3}) <= 1")
    assert visit.page.evaluate("document.querySelector('.lecteur audio').paused")


def test_the_player_plays_at_once_and_the_lines_follow(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, NOISE).click()
    player = _listening(visit)
    expect(player.locator("mark")).to_have_text(
        "Le revêtement silencieux divise le bruit des pneus par deux."
    )
    visit.wait_until(
        f"{TIME} > {NOISE_SECOND} && ({TIME.removesuffix('.currentTime')}.pause(), true)"
    )
    expect(_current(visit)).to_contain_text("Le revêtement silencieux")
    expect(_current(visit)).to_have_count(1)
    expect(_current(visit)).to_be_in_viewport()
    assert visit.errors == []


def test_a_time_of_the_lines_plays_from_exactly_there(recorded: str, visit: Visit) -> None:
    _hold_still(visit)
    _asked(visit, recorded, NOISE).click()
    player = _listening(visit)
    player.get_by_role("link", name="Écouter à 20 min 20 s").click()
    expect(_current(visit)).to_contain_text("Phrase numéro 305")
    visit.wait_until(f"{TIME} === 1220")


def test_the_lines_stay_few_and_give_others_when_asked(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, NOISE).click()
    lines = _listening(visit).locator("li[data-de]")
    expect(lines).to_have_count(60)
    visit.page.get_by_role("button", name="Lignes suivantes").click()
    expect(lines).to_have_count(120)
    expect(lines.nth(60).locator("a")).to_be_focused()
    visit.page.get_by_role("button", name="Lignes précédentes").click()
    expect(lines).to_have_count(180)
    expect(lines.nth(59).locator("a")).to_be_focused()
    numbers = [int(float(one.get_attribute("data-de") or "")) for one in lines.all()]
    assert numbers == list(range(numbers[0], numbers[0] + 180 * 4, 4))


def test_the_lines_come_along_when_the_recording_is_moved_by_hand(
    recorded: str, visit: Visit
) -> None:
    _hold_still(visit)
    _asked(visit, recorded, NOISE).click()
    _listening(visit)
    visit.page.evaluate(f"{TIME} = 40")
    expect(_current(visit)).to_contain_text("Phrase numéro 10")
    expect(_current(visit)).to_be_in_viewport()
    expect(visit.page.locator(".lecteur li[data-de]")).to_have_count(60)


def _at_rest(box: Locator) -> float:
    """Return where a box was scrolled to, once it has been at rest for a second."""
    last: list[float] = [box.evaluate("box => box.scrollTop")]
    while len(last) < 6 or len(set(last[-6:])) > 1:
        box.page.wait_for_timeout(200)
        last.append(box.evaluate("box => box.scrollTop"))
    return last[-1]


def test_who_scrolls_the_lines_is_left_to_read_them(recorded: str, visit: Visit) -> None:
    _hold_still(visit)
    _asked(visit, recorded, NOISE).click()
    player = _listening(visit)
    follows = player.get_by_label("Suivre la lecture")
    expect(follows).to_be_checked()
    box = player.locator(".lignes")
    box.hover()
    visit.page.mouse.wheel(0, 900)
    expect(follows).not_to_be_checked()
    left_at = _at_rest(box)
    visit.page.evaluate(f"{TIME} = {NOISE_SECOND + 13}")
    expect(_current(visit)).to_contain_text("<img src=x")
    assert box.evaluate("box => box.scrollTop") == left_at
    follows.check()
    expect(_current(visit)).to_be_in_viewport()


def test_one_player_plays_at_a_time(recorded: str, visit: Visit) -> None:
    visit.page.goto(f"{recorded}/?q={quote_plus('Phrase numéro long exposé')}")
    links = visit.page.locator(".source[id] a.ecouter")
    expect(links).to_have_count(2, timeout=PATIENCE)
    playing = "[...document.querySelectorAll('audio')].filter(one => !one.paused).length"
    links.nth(0).click()
    _listening(visit)
    links.nth(1).click()
    expect(visit.page.locator(".lecteur")).to_have_count(2, timeout=PATIENCE)
    visit.wait_until("!document.querySelectorAll('audio')[1].paused")
    visit.wait_until(f"{playing} === 1")
    assert visit.page.evaluate("document.querySelectorAll('audio')[0].paused")


def test_closing_the_player_silences_it_and_gives_the_focus_back(
    recorded: str, visit: Visit
) -> None:
    link = _asked(visit, recorded, NOISE)
    link.click()
    player = _listening(visit)
    expect(player).to_be_focused()
    visit.page.evaluate("window.heard = document.querySelector('.lecteur audio')")
    player.get_by_role("button", name="Fermer le lecteur").click()
    expect(player).to_have_count(0)
    expect(link).to_be_focused()
    visit.wait_until("window.heard.paused")


def test_the_keyboard_alone_leads_to_a_sentence_and_back(recorded: str, visit: Visit) -> None:
    visit.open(recorded)
    keyboard = visit.page.keyboard
    keyboard.press("/")
    keyboard.type(NOISE)
    keyboard.press("Enter")
    visit.page.wait_for_selector("#source-1", timeout=PATIENCE)
    _tab_to(visit, "#source-1 .ecouter")
    keyboard.press("Enter")
    player = _listening(visit)
    expect(player).to_be_focused()
    _tab_to(visit, "#source-1 .lecteur .fermer")
    _tab_to(visit, "#source-1 .lecteur .heure a")
    keyboard.press("Enter")
    visit.wait_until(f"{TIME} < {NOISE_SECOND - 10}")
    keyboard.press("Escape")
    expect(player).to_have_count(0)
    visit.wait_until(FOCUSED.format("#source-1 .ecouter"))


def test_the_keyboard_alone_leads_from_an_answer_to_its_session_and_back(
    recorded: str, visit: Visit
) -> None:
    visit.open(recorded)
    keyboard = visit.page.keyboard
    keyboard.press("/")
    keyboard.type(FILMED)
    keyboard.press("Enter")
    visit.page.wait_for_selector("#source-1", timeout=PATIENCE)
    _tab_to(visit, "#source-1 .ecouter")
    keyboard.press("Enter")
    _listening(visit)
    keyboard.press("Escape")
    _tab_to(visit, "#resultat h3 a", "Shift+Tab")
    keyboard.press("Enter")
    visit.page.wait_for_url("**/seance/forum/atelier-2")
    _tab_to(visit, "main .ecouter")
    keyboard.press("Enter")
    visit.wait_until(f"{TIME} > 0")
    _tab_to(visit, 'header a[href="/"]', "Shift+Tab")
    visit.page.go_back()
    expect(visit.page.locator("#source-1")).to_be_visible(timeout=PATIENCE)
    assert visit.errors == []


def test_a_recording_transcribed_by_itself_is_heard_too(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, POOL).click()
    _listening(visit)
    visit.wait_until(f"{TIME} >= 16")
    expect(visit.page.locator(".lecteur mark")).to_contain_text("La piscine ferme en février")


def test_without_recording_there_is_nothing_to_hear(recorded: str, visit: Visit) -> None:
    visit.ask(recorded, "Quelle est la durée de conservation des enregistrements ?")
    expect(visit.page.locator(".ecouter, .lecteur")).to_have_count(0)


def test_the_player_speaks_english_on_the_english_page(recorded: str, visit: Visit) -> None:
    visit.page.goto(f"{recorded}/en/?q={quote_plus(NOISE)}")
    link = visit.page.locator("#source-1").get_by_role("link", name=re.compile("^Listen at 20 min"))
    link.click(timeout=PATIENCE)
    player = _listening(visit)
    expect(player.get_by_role("button", name="Close the player")).to_be_visible()
    expect(player.get_by_role("button", name="Lines after")).to_be_visible()
    expect(player.locator(".dit").first).to_have_attribute("lang", "fr")


def test_the_words_of_a_transcript_stay_words(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, NOISE).click()
    player = _listening(visit)
    expect(player).to_contain_text(HOSTILE_LINE)
    expect(player).to_contain_text(SPEAKERS[1])
    assert player.locator("img, script, i").count() == 0
    assert visit.foreign_requests(recorded) == []


# --- The page of a passage -----------------------------------------------------------------------


def test_the_page_of_a_passage_plays_its_sentence_and_follows(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, NOISE)
    href = visit.page.locator('#source-1 a[href^="/passage/"]').get_attribute("href") or ""
    visit.page.goto(recorded + href)
    visit.page.get_by_role("link", name=re.compile("^Écouter à 20 min 00 s –")).click()
    visit.wait_until(f"{TIME} >= {NOISE_SECOND - 3}")
    expect(visit.page.locator(".texte [aria-current=true]")).to_contain_text("numéro 299")
    visit.page.get_by_role("link", name="Écouter à 20 min 40 s").click()
    expect(visit.page.locator(".texte [aria-current=true] .dit")).to_have_text(
        "Phrase numéro 310 du long exposé sur la voirie."
    )
    expect(_current(visit)).to_be_in_viewport()


# --- What fails ----------------------------------------------------------------------------------


def test_a_recording_deleted_since_the_answer_is_said(
    recorded: str, recordings: Path, visit: Visit
) -> None:
    link = _asked(visit, recorded, NURSERY)
    file = recordings / RECORDINGS[LEAVING]
    kept = file.rename(file.with_suffix(".kept"))
    try:
        link.click()
        player = visit.page.locator("#source-1 .lecteur")
        expect(player.get_by_role("alert")).to_have_text(
            "Cet enregistrement n'est plus sur le serveur. Prévenez le service informatique ; "
            "en attendant, son texte reste lisible."
        )
        expect(player.locator("mark")).to_contain_text("La crèche accueille")
        expect(player.locator("audio, a")).to_have_count(0)
        player.get_by_role("button", name="Fermer le lecteur").click()
        expect(link).to_be_focused()
    finally:
        kept.rename(file)


def test_a_recording_deleted_since_its_page_opened_is_said(
    recorded: str, recordings: Path, visit: Visit
) -> None:
    visit.page.goto(f"{recorded}/passage/{quote(LEAVING)}?lieu=second-20")
    file = recordings / RECORDINGS[LEAVING]
    kept = file.rename(file.with_suffix(".kept"))
    try:
        visit.page.locator("a.ecouter").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("n'est plus sur le serveur")
        expect(visit.page.locator("audio, .lecteur a")).to_have_count(2)
        expect(visit.page.locator("audio:visible, .lecteur a:visible")).to_have_count(0)
    finally:
        kept.rename(file)
    # Back where it was, it is heard: nothing has to be opened again.
    visit.page.locator("a.ecouter").click()
    visit.wait_until(f"{TIME} > 0")
    expect(visit.page.locator("audio")).to_be_visible()
    expect(visit.page.get_by_role("alert")).to_be_empty()


def test_a_recording_that_can_not_be_played_is_said(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, CEMETERY).click()
    player = visit.page.locator("#source-1 .lecteur")
    expect(player.get_by_role("alert")).to_have_text(
        "Ce navigateur n'arrive pas à lire cet enregistrement. Téléchargez-le pour l'ouvrir avec "
        "un autre logiciel.",
        timeout=PATIENCE,
    )
    expect(player.locator("audio, .suivre")).to_have_count(2)
    expect(player.locator("audio:visible, .suivre:visible")).to_have_count(0)
    expect(player.get_by_role("link", name="Télécharger l'enregistrement")).to_have_attribute(
        "href", f"/enregistrement/{quote(BROKEN)}"
    )


def test_a_recording_that_can_not_be_moved_in_is_said(
    recorded: str, recordings: Path, visit: Visit
) -> None:
    content = (recordings / RECORDINGS[ALONE]).read_bytes()

    def whole(route: Route) -> None:
        # As a server that knows nothing of ranges, which says nothing of its length either.
        route.fulfill(status=200, body=content, headers={"Content-Type": "audio/wav"})

    visit.page.route("**/enregistrement/**", whole)
    _asked(visit, recorded, POOL).click()
    player = visit.page.locator("#source-1 .lecteur")
    expect(player.get_by_role("alert")).to_have_text(
        "Le lecteur ne peut pas aller directement à ce moment. Lancez l'enregistrement depuis le "
        "début, ou téléchargez-le.",
        timeout=PATIENCE,
    )
    expect(player.locator("audio[controls]")).to_be_visible()


def test_a_browser_that_will_not_play_by_itself_leaves_its_controls(
    recorded: str, visit: Visit
) -> None:
    visit.page.add_init_script(
        "HTMLMediaElement.prototype.play = async () => "
        "{ throw new DOMException('no', 'NotAllowedError'); }"
    )
    _asked(visit, recorded, NOISE).click()
    player = _listening(visit)
    expect(player.get_by_role("alert")).to_contain_text("appuyez sur le bouton de lecture")
    expect(player.locator("audio[controls]")).to_be_visible()
    expect(_current(visit)).to_contain_text("Phrase numéro 299")
    assert visit.errors == []


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "n'est plus sur le serveur"), (503, "n'est pas accessible pour le moment")],
    ids=["no longer indexed", "no answer"],
)
def test_a_player_that_does_not_come_is_said(
    recorded: str, visit: Visit, status: int, words: str
) -> None:
    visit.page.route("**/lecture/**", lambda route: route.fulfill(status=status, body="x"))
    link = _asked(visit, recorded, NOISE)
    link.click()
    expect(visit.page.locator("#source-1").get_by_role("alert")).to_contain_text(words)
    visit.page.unroute("**/lecture/**")
    link.click()
    _listening(visit)
    expect(visit.page.locator("#source-1 > .avis-lecture")).to_have_count(0)


# --- Captions and lines --------------------------------------------------------------------------


def test_a_film_shows_its_captions(recorded: str, visit: Visit) -> None:
    _asked(visit, recorded, FILMED, "Regarder").click()
    _listening(visit)
    tracks = "document.querySelector('video').textTracks[0]"
    # Taken at once: the film goes on.
    visit.wait_until(f"window.shown = {tracks}.activeCues?.[0]?.getCueAsHTML().textContent")
    assert visit.page.evaluate(f"{tracks}.mode") == "showing"
    shown = visit.page.evaluate("window.shown")
    assert shown.startswith(("Bienvenue dans", "Les automates"))


def test_captions_are_read_again_as_they_were_said(recorded: str) -> None:
    served = patient.get(f"{recorded}/sous-titres/{quote(TALK)}.vtt")
    assert served.headers["content-type"] == "text/vtt; charset=utf-8"
    cues, backwards = parse_cues(served.text)
    said = [*utterances(cues)]
    assert backwards == 0
    assert (said[300].start, said[300].end) == (NOISE_SECOND, NOISE_SECOND + 3.5)
    assert said[300].text == "Le revêtement silencieux divise le bruit des pneus par deux."
    assert {one.speaker for one in said} == set(SPEAKERS)
    assert HOSTILE_LINE in {one.text for one in said}


def test_captions_that_nobody_corrected_say_so(recorded: str) -> None:
    served = patient.get(f"{recorded}/sous-titres/{quote(ALONE)}.vtt").text
    assert served.startswith("WEBVTT\nLanguage: fr\n\nNOTE Transcription automatique.\n\n")
    assert "NOTE" not in patient.get(f"{recorded}/sous-titres/{quote(FILM)}.vtt").text


def test_a_long_sentence_is_cut_in_short_captions() -> None:
    text = "mot " * 60 + "fin."
    passage = Passage("a.vtt", 0, text, "", Place("second", 10, 40), 60, "", (Mark(0, 10, 40),))
    cues, _ = parse_cues(captions_of(lines_of([passage])))
    assert len(cues) == 3
    assert all(len(" ".join(lines)) <= CAPTION_CHARACTERS for _, _, lines in cues)
    assert (cues[0][0], cues[-1][1]) == (10, 40)
    assert [one[1] for one in cues[:-1]] == [one[0] for one in cues[1:]]
    assert " ".join(line for _, _, lines in cues for line in lines) == text


@pytest.mark.parametrize("path", ["lecture", "sous-titres"])
@pytest.mark.parametrize("document", ["forum/atelier-3/compte-rendu.pdf", "absent.vtt"])
def test_what_is_no_transcript_has_neither_lines_nor_captions(
    recorded: str, path: str, document: str
) -> None:
    end = ".vtt" if path == "sous-titres" else ""
    assert patient.get(f"{recorded}/{path}/{document}{end}").status_code == 404


@pytest.mark.parametrize("asked", ["avant=99999999", "depuis=99999999", "avant=0", "seconde=x"])
def test_lines_asked_for_beyond_the_ends_are_none(recorded: str, asked: str) -> None:
    served = patient.get(f"{recorded}/lecture/{TALK}?{asked}")
    assert served.status_code == 200
    assert served.text.count("<li data-de") <= 60


def test_the_lines_of_passages_are_in_order_of_time() -> None:
    marks = (Mark(0, 5, 6), Mark(5, 6, 8))
    second = Passage("a.vtt", 1, "Oui. Non. ", "", Place("second", 5, 8), 4, "", marks)
    first = Passage("a.vtt", 0, "Seul", "", Place("second", 1, 2), 1)
    lines = lines_of([second, first])
    assert [(one.text, one.first) for one in lines] == [("Seul", 1), ("Oui.", 5), ("Non.", 6)]
    assert [line_at(lines, second) for second in (0, 1, 5.5, 99)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("quoted", "marked"),
    [
        ((0, 9), ["Oui.", "Non."]),
        ((5, 9), ["Non."]),
        ((2, 7), ["i.", "No"]),
        ((0, 0), []),
    ],
    ids=["sentences", "a sentence", "less than sentences", "nothing"],
)
def test_a_quote_is_marked_in_each_sentence_that_has_some_of_it(
    quoted: tuple[int, int], marked: list[str]
) -> None:
    marks = (Mark(0, 5, 6), Mark(5, 6, 8))
    passage = Passage("a.vtt", 0, "Oui. Non.", "", Place("second", 5, 8), 4, "", marks)
    listening = Listening("", "/e", "/l", "/s", 5)
    page = reading_page(PassageReading("T", (), [passage], 0, *quoted, (), listening))
    found = re.findall("<mark>(.*?)</mark>", page)
    assert [unescape(re.sub("<[^>]*>", "", one)) for one in found] == marked


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_player_fits_its_page(recorded: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, locale="fr-FR")
    page.goto(f"{recorded}/?q={quote_plus(NOISE)}")
    page.locator("#source-1 .ecouter").click(timeout=PATIENCE)
    expect(page.locator(".lecteur")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{recorded}/passage/{TALK}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


# --- On the page of a session --------------------------------------------------------------------


def test_a_session_is_heard_on_its_page_and_searched(recorded: str, visit: Visit) -> None:
    _hold_still(visit)
    visit.page.goto(f"{recorded}/seance/forum/atelier-2")
    visit.page.locator("main").get_by_role("link", name=re.compile("^Regarder à 24 s")).click()
    visit.wait_until(f"{TIME} === 21")
    expect(visit.page.locator(".lecteur")).to_have_count(1)
    visit.page.get_by_label("Chercher dans la transcription").fill("automate")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("status")).to_have_text("« automate » : 1 phrase.")
    visit.wait_until(f"{TIME} === 21")
    visit.page.locator(".trouves").get_by_role("link").click()
    visit.wait_until(f"{TIME} === 12")
    expect(_current(visit)).to_contain_text("Les automates de prêt")
    assert visit.errors == []
