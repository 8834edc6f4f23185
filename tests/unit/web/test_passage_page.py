"""The page where a document is read: sentences of speech, blocks of writing, its plan, a search."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from assistant.i18n import say
from assistant.records import Mark, Passage, Place
from assistant.web.documents.found import found_in
from assistant.web.documents.passage_page import PassageReading, reading_page
from assistant.web.shared.figures import Figure

FACTS = {"event_title": "Forum", "session_title": "Cantines"}
CONTEXT = "Forum › Cantines › "
NOTES_CONTEXT = CONTEXT + say("passages.speaker_notes")
TALK = [
    Passage(
        "f/s/a.vtt", 0, "Bonjour. On pèse le pain.", "Forum › Cantines", Place("second", 0, 60), 9,
        "Cheffe", (Mark(0, 0, 2), Mark(9, 2, 60)),
    ),
    Passage(
        "f/s/a.vtt", 1, "Et les restes.", "Forum › Cantines", Place("second", 60, 62), 4, "Cheffe",
        (Mark(0, 60, 62),),
    ),
    Passage(
        "f/s/a.vtt", 2, "Merci.", "Forum › Cantines", Place("second", 62, 63), 4, "Public",
        (Mark(0, 62, 63),),
    ),
]  # fmt: skip
NOTES = [
    Passage("f/s/a.md", at, text, CONTEXT + text.split("\n")[0], Place("line", at + 1, at + 2), 9)
    for at, text in enumerate(
        (
            "Les repas\nNous servons 900 repas par jour.",
            "Le coût\nObjet : Pain | Prix : 2 €\nObjet : Fruits | Prix : 3 €",
            "La suite\nPeser les restes\nPrévenir les familles",
        )
    )
]


def page_of(passages: list[Passage], index: int = 0, **chosen: object) -> html.HtmlElement:
    reading = PassageReading(
        "Cantines", (), passages, index, 0, 0, (), facts=FACTS, **chosen  # type: ignore[arg-type]
    )  # fmt: skip
    return html.fromstring(reading_page(reading))


def test_speech_is_read_by_sentences_under_who_speaks() -> None:
    page = page_of(TALK)
    said = [one.text_content() for one in page.xpath("//ol[@class='phrases']//*[@class='dit']")]
    assert said == ["Bonjour.", "On pèse le pain.", "Et les restes.", "Merci."]
    assert page.xpath("//ol[@class='phrases']/li/@data-de") == ["0", "2", "60", "62"]
    assert page.xpath("//*[@class='orateur']/text()") == ["Cheffe", "Public"]


def test_who_speaks_is_said_of_the_passage_asked_for() -> None:
    assert page_of(TALK, 1).xpath("//*[@id='extrait']//*[@class='orateur']/text()") == ["Cheffe"]


def test_writing_is_read_as_it_was_laid_out() -> None:
    page = page_of(NOTES)
    assert page.xpath("//main//h2/text()") == ["Les repas", "Le coût", "La suite"]
    assert page.xpath("//th/text()") == ["Objet", "Prix"]
    cells = [one.text_content() for one in page.xpath("//td")]
    assert cells == ["Pain", "2 €", "Fruits", "3 €"]
    assert page.xpath("//main//ul/li/text()") == ["Peser les restes", "Prévenir les familles"]
    assert "|" not in page.text_content()


def test_the_plan_leads_to_each_heading() -> None:
    links = page_of(NOTES).xpath("//details[@class='plan']//a")
    assert [one.text_content() for one in links] == ["Les repas", "Le coût", "La suite"]
    assert all(f"p={at.id}" in one.get("href") for one, at in zip(links, NOTES, strict=True))
    assert not page_of(TALK).xpath("//details[@class='plan']")


def test_words_are_looked_for_in_the_whole_document() -> None:
    found = page_of(NOTES, words="familles").xpath("//*[@class='trouves']")[0]
    assert "1 ligne" in found.text_content()
    assert found.xpath(".//mark/text()") == ["familles"]
    assert f"p={NOTES[2].id}&de=26&a=47" in found.xpath("string(.//a/@href)")
    nothing = page_of(NOTES, words="<b>").xpath("//*[@class='trouves']")[0]
    assert "aucune ligne" in nothing.text_content() and not nothing.xpath(".//li | .//b")
    assert not page_of(NOTES).xpath("//*[@class='trouves']")


def test_sentences_of_a_talk_are_found_with_their_second() -> None:
    found = found_in(TALK, "restes", "fr")
    assert (found.number, found.places[0].place) == (1, "à 1 min 00 s")


def deck_of(number: int) -> list[Passage]:
    return [
        Passage("f/s/a.pptx", at, f"Titre {at}\nUn\nDeux", CONTEXT, Place("slide", at, at), 9)
        for at in range(1, number + 1)
    ]


def moves_of(page: html.HtmlElement) -> list[tuple[str, str]]:
    """Return the ways before and after, as they stand above what is read."""
    links = page.xpath("//main/nav[1]/a")
    return [(" ".join(one.text_content().split()), one.get("href")) for one in links]


def test_one_reads_on_after_all_that_is_shown() -> None:
    page = page_of(deck_of(20))
    assert len(page.xpath("//section[contains(@class, 'passage')]")) == 9
    assert moves_of(page) == [
        ("Suite : diapositive 10", "/passage/f/s/a.pptx?lieu=slide-10#extrait")
    ]
    middle = page_of(deck_of(20), 9)
    assert [words for words, _ in moves_of(middle)] == [
        "Avant : diapositive 1",
        "Suite : diapositive 19",
    ]
    assert moves_of(page_of(deck_of(9))) == []


def test_around_a_quote_the_ways_lead_past_its_neighbours() -> None:
    quoted = PassageReading("T", (), deck_of(20), 9, 0, 5, (), facts=FACTS)
    page = html.fromstring(reading_page(quoted))
    assert [words for words, _ in moves_of(page)] == [
        "Avant : diapositive 1",
        "Suite : diapositive 15",
    ]


def test_within_one_place_one_reads_on_by_the_passage_itself() -> None:
    long = [
        Passage("f/s/a.pdf", at, f"Partie {at}.", CONTEXT, Place("page", 1, 1), 9)
        for at in range(12)
    ]
    # All of a page is shown that is not too long, and what is left is found.
    assert moves_of(page_of(long)) == []
    longer = [replace(one, text=f"{one.text} {turn}.") for turn in range(2) for one in long]
    ((_, address),) = moves_of(page_of(longer))
    assert f"p={longer[13].id}" in address


def test_each_slide_shown_has_its_picture() -> None:
    figures = {
        at: Figure(f"/vignette/{at}", f"/opens/{at}", "slide", 320, 180, "T", f"Diapositive {at}")
        for at in (0, 2)
    }
    page = page_of(deck_of(3), figures=figures)
    shown = page.xpath("//section[contains(@class, 'passage')]")
    assert [one.xpath("string(.//img/@src)") for one in shown] == ["/vignette/0", "", "/vignette/2"]


def test_notes_are_said_to_be_notes_once_and_the_kind_of_document_is_said() -> None:
    notes = Passage("f/s/a.pptx", 0, "Dire merci.", NOTES_CONTEXT, Place("slide", 1, 1), 9)
    facts = {**FACTS, "kind": "slides"}
    reading = PassageReading("T", ("Forum",), [notes], 0, 0, 0, (), facts=facts)
    page = html.fromstring(reading_page(reading))
    assert page.xpath("string(//section//*[@class='endroit'])").startswith("notes de l'orateur")
    assert not page.xpath("//section//*[@class='orateur']")
    assert page.xpath("string(//header/p[@class='fil'][1])") == "Diaporama · Forum"
