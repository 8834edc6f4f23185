"""Citations as cards: each quote once, a session named once, one card for one slide or table."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import cast

from assistant.records import Answer, Citation, Filters, Mark, Passage, Place, Session
from assistant.records.answers import AnswerSection
from assistant.records.messages import Message
from assistant.view import View
from assistant.web.shared.arranging import arranged
from assistant.web.shared.card_records import CardGroup
from assistant.web.shared.cards import card_groups, found_of, leading_on
from assistant.web.shared.templates import render_for_markdown
from tests.unit.web.test_answer_html import Read

SESSIONS = (
    Session("f/a", "f", "La cantine", "Forum", "atelier", ("Cuisine", "Direction")),
    Session("f/b", "f", "La voirie", "Forum", "conférence", ("Travaux",)),
)
DECK, TALK, TABLE = "f/a/cantine.odp", "f/b/voirie.vtt", "f/a/prix.csv"
TITLES = {DECK: "La cantine", TALK: "La voirie", TABLE: "Les prix"}


class SmallView:
    """What cards ask of a view, over three documents."""

    sessions = SESSIONS

    def document(self, id_: str) -> SimpleNamespace:
        one = next(one for one in SESSIONS if id_.startswith(one.id))
        kinds = {DECK: "slides", TALK: "transcript", TABLE: "table"}
        facts = {
            "event_title": one.event_title, "session": one.id, "session_title": one.title,
            "type": one.type, "speakers": " / ".join(one.speakers), "kind": kinds[id_],
        }  # fmt: skip
        return SimpleNamespace(
            id=id_, facts=facts, title=TITLES[id_], language="fr", file=None, recording=None
        )

    def said_at(self, passage: Passage) -> None:
        return None

    def slide_of(self, passage: Passage, place: Place) -> None:
        return None


VIEW = cast(View, SmallView())
SLIDE = Passage(
    DECK, 3, "Le problème\nUn écart de 11 %\nCommander tôt\nMal peser", "", Place("slide", 3, 3), 9
)
ROWS = Passage(
    TABLE, 0, "Plat : Pain | Prix : 2 €\nPlat : Riz | Prix : 1 €\nPlat : Thé | Prix : 3 €", "",
    Place("row", 2, 4), 9, marks=(Mark(0, 2, 2), Mark(25, 3, 3), Mark(49, 4, 4)),
)  # fmt: skip
SPOKEN = Passage(
    TALK, 0, "Le bruit baisse. La rue ouvre. Merci.", "", Place("second", 5, 20), 9, "Travaux",
    (Mark(0, 5, 9), Mark(17, 10, 14), Mark(31, 15, 20)),
)  # fmt: skip


def _cited(*quotes: tuple[Passage, str]) -> Answer:
    citations = tuple(
        Citation(at, passage, TITLES[passage.document_id], start := passage.text.index(words),
                 start + len(words))
        for at, (passage, words) in enumerate(quotes, start=1)
    )  # fmt: skip
    text = " ".join(one.numbered for one in citations)
    return arranged(VIEW, Answer("?", "answered", text, citations, 0.9, "extractive", (), 0.1))


def _groups(answer: Answer) -> list[CardGroup]:
    return card_groups(VIEW, found_of(VIEW, answer, "fr"), "fr")


def _read(groups: list[CardGroup]) -> Read:
    return Read(render_for_markdown("shared/cards.html", "fr", groups=groups))


def test_a_quote_and_its_session_are_said_once() -> None:
    answer = _cited(
        (SPOKEN, "La rue ouvre."), (SLIDE, "Commander tôt"), (SPOKEN, "Le bruit baisse.")
    )
    html = render_for_markdown("shared/cards.html", "fr", groups=_groups(answer))
    assert [unescape(one) for one in re.findall("<mark>(.*?)</mark>", html)] == [
        "La rue ouvre.",
        "Le bruit baisse.",
        "Commander tôt",
    ]
    read = Read(html)
    assert read.text.count("Conférence · Travaux") == 1
    assert read.text.count("Atelier · Cuisine ; Direction") == 1
    assert read.tags.count("h3") == 2


def test_citations_of_a_session_stand_together_and_are_numbered_so() -> None:
    answer = _cited(
        (SPOKEN, "La rue ouvre."), (SLIDE, "Commander tôt"), (SPOKEN, "Le bruit baisse.")
    )
    assert [(one.number, one.quote) for one in answer.citations] == [
        (1, "La rue ouvre."),
        (2, "Le bruit baisse."),
        (3, "Commander tôt"),
    ]
    assert answer.text == "La rue ouvre. [1] Le bruit baisse. [2] Commander tôt [3]"
    assert [(group.title, group.address) for group in _groups(answer)] == [
        ("La voirie", "/seance/f/b"),
        ("La cantine", "/seance/f/a"),
    ]


def test_a_remark_names_a_citation_by_its_new_number() -> None:
    first, second, third = (
        _cited((one, words)).citations[0]
        for one, words in ((SPOKEN, "Merci."), (SLIDE, "Mal peser"), (SPOKEN, "La rue ouvre."))
    )
    figure = Message("remark.figure", {"figure": "11 %", "number": "3", "title": "T"})
    cited = (
        first,
        *(
            Citation(n, one.passage, "T", one.start, one.end)
            for n, one in ((2, second), (3, third))
        ),
    )
    remarks = (Message("remark.differ", {"first": figure, "second": figure}),)
    answer = Answer("?", "answered", "", cited, 0.9, "extractive", (), 0.1, remarks=remarks)
    found = arranged(VIEW, answer).remarks[0].values["first"]
    assert isinstance(found, Message) and found.values["number"] == "2"


def test_lines_of_one_slide_are_one_card_with_what_is_left_out_told() -> None:
    ((card,),) = (
        group.cards for group in _groups(_cited((SLIDE, "Mal peser"), (SLIDE, "Un écart de 11 %")))
    )
    assert card.numbers == (1, 2)
    (part,) = card.parts
    assert [block.kind for block in part.blocks] == ["text", "gap", "text"]
    assert (card.document, card.place) == ("Diaporama", "diapositive 3")


def test_lines_that_follow_each_other_are_one_list_under_the_slides_title() -> None:
    ((card,),) = (group.cards for group in _groups(_cited((SLIDE, SLIDE.text))))
    assert [block.kind for block in card.parts[0].blocks] == ["title", "list"]
    read = _read(_groups(_cited((SLIDE, SLIDE.text))))
    assert read.tags.count("li") == 1 + 3
    assert not card.has_surroundings


def test_the_heading_that_a_page_begins_with_is_its_title() -> None:
    text = "Les feux\nUn comptage toutes les dix secondes\nUne durée de vert"
    page = Passage(DECK, 4, text, "Forum › La cantine › Les feux", Place("page", 4, 4), 9)
    ((card,),) = (group.cards for group in _groups(_cited((page, text))))
    assert [block.kind for block in card.parts[0].blocks] == ["title", "list"]
    other = replace(page, context="Forum › La cantine")
    ((card,),) = (group.cards for group in _groups(_cited((other, text))))
    assert [block.kind for block in card.parts[0].blocks] == ["list"]


def test_a_document_of_no_session_is_read_by_its_title() -> None:
    class WholeEvent(SmallView):
        def document(self, id_: str) -> SimpleNamespace:
            found = super().document(id_)
            found.facts["session"] = found.facts["session_title"] = ""
            return found

    answer = _cited((SPOKEN, "Merci."))
    view = cast(View, WholeEvent())
    (group,) = card_groups(view, found_of(view, answer, "fr"), "fr")
    assert (group.session, group.title, group.address) == ("", "La voirie", f"/passage/{TALK}")


def test_rows_of_one_table_are_one_table_that_says_from_where_to_where() -> None:
    answer = _cited((ROWS, "Plat : Thé | Prix : 3 €"), (ROWS, "Plat : Pain | Prix : 2 €"))
    ((card,),) = (group.cards for group in _groups(answer))
    assert card.place == "lignes 2 à 4 du tableau"
    assert card.document == "Les prix"
    read = _read(_groups(answer))
    assert (read.tags.count("table"), read.tags.count("tr"), read.tags.count("th")) == (1, 3, 2)


def test_sentences_said_are_cards_apart_each_to_be_heard() -> None:
    (group,) = _groups(_cited((SPOKEN, "Le bruit baisse."), (SPOKEN, "Merci.")))
    assert [card.place for card in group.cards] == ["à 5 s", "à 15 s"]
    assert [card.speaker for card in group.cards] == ["", ""]
    assert group.about == "Conférence · Travaux"


def test_words_in_another_language_say_so() -> None:
    (group,) = _groups(_cited((SPOKEN, "Merci.")))
    assert "lang=" not in render_for_markdown("shared/cards.html", "fr", groups=[group])
    assert '<blockquote lang="fr">' in render_for_markdown(
        "shared/cards.html", "en", groups=[group]
    )


def test_who_speaks_is_said_where_it_changes() -> None:
    other = Passage(TALK, 1, "Et les arbres ?", "", Place("second", 30, 33), 5, "Participante")
    answer = _cited((SPOKEN, "Merci."), (SPOKEN, "La rue ouvre."), (other, "Et les arbres ?"))
    (group,) = _groups(answer)
    # The session had two voices here, and one by the programme: that one is named above.
    assert [card.speaker for card in group.cards] == ["", "", "Participante"]


def test_each_of_several_sessions_leads_to_what_else_it_says() -> None:
    answer = _cited((SLIDE, "Commander tôt"), (SPOKEN, "La rue ouvre."))
    slide, spoken = answer.citations
    sections = (AnswerSection("f/a", (slide,), 4), AnswerSection("f/b", (spoken,), 1))
    answer = replace(answer, question="le bruit ?", sections=sections)
    first, second = leading_on(_groups(answer), answer, Filters(), "fr")
    assert first.more
    assert first.more.words == "3 autres passages de cette séance en parlent"
    assert first.more.address == "/?q=le+bruit+%3F&seance=f%2Fa"
    assert second.more is None


def test_a_session_alone_leads_to_its_page_only() -> None:
    answer = _cited((SLIDE, "Commander tôt"))
    answer = replace(answer, sections=(AnswerSection("f/a", answer.citations, 4),))
    (group,) = leading_on(_groups(answer), answer, Filters(), "fr")
    assert group.more is None
