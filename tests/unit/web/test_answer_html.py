"""Document text as HTML: whatever it holds, it stays text."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.records import Answer, Citation, Filters, Passage, Place, Session
from assistant.records.answers import AssistantLine
from assistant.web.agents.answer_html import AnswerFrame, answer_piece, status_words, told_piece
from assistant.web.documents.routes import nearest
from assistant.web.shared.addresses import document_address, question_address
from assistant.web.shared.escaping import UNSEEN, escape
from assistant.web.shared.media_types import media_of
from assistant.web.shared.sources import _head, heading_of, trail_of


class Read(HTMLParser):
    """Gathers the text and the tags of HTML, as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@given(st.text())
def test_escaped_text_reads_as_itself_and_holds_no_markup(text: str) -> None:
    escaped = escape(text)
    read = Read(escaped)
    assert read.tags == []
    assert read.text == UNSEEN.sub("", text)
    assert not set(escaped) & set("<>\"'*_`[]!$\\~|(){}\n")


def test_what_would_reorder_the_page_is_left_out() -> None:
    assert escape("a\u202eb\x00c") == "abc"


@pytest.mark.parametrize(
    ("document", "place", "address"),
    [
        ("f/s/a b.pdf", Place("page", 3, 4), "/document/f/s/a%20b.pdf#page=3"),
        ("f/s/é#?.pdf", None, "/document/f/s/%C3%A9%23%3F.pdf"),
        ("f/s/a.pptx", Place("slide", 3, 3), "/document/f/s/a.pptx"),
    ],
    ids=["page", "signs", "no page"],
)
def test_an_address_leads_to_the_page(document: str, place: Place | None, address: str) -> None:
    assert document_address(document, place) == address


def test_the_address_of_a_question_carries_its_sessions() -> None:
    assert question_address("à & b ?", Filters(sessions=("f/a", "f/b"))) == (
        "/?q=%C3%A0+%26+b+%3F&seance=f%2Fa&seance=f%2Fb"
    )


@pytest.mark.parametrize(
    ("name", "treatment"),
    [("a.PDF", "open"), ("a.html", "download"), ("a.svg", "download"), ("a.md", "download"),
     ("a.vtt", "download"), ("a.txt", "text"),
     ("a.docx", "download"), ("a.exe", "download"), ("a", "download"), ("a.mp4", "open")],
)  # fmt: skip
def test_only_what_cannot_act_is_opened(name: str, treatment: str) -> None:
    assert media_of(name).treatment == treatment


def test_every_recording_that_intake_takes_is_served_as_one() -> None:
    assert [one for one in RECORDING_SUFFIXES if not media_of(f"a{one}").is_recording] == []


FACTS = {"event_title": "Forum › ville", "session_title": "Accueil"}


@pytest.mark.parametrize(
    ("context", "heading"),
    [
        ("Forum › ville › Accueil › Les délais", "Les délais"),
        ("Forum › ville › Accueil › Les délais › Direction", "Les délais"),
        ("Forum › ville › Accueil › Direction", ""),
        ("Forum › ville › Accueil", ""),
    ],
    ids=["heading", "heading and speaker", "speaker", "none"],
)
def test_a_heading_is_what_follows_the_titles_in_a_context(context: str, heading: str) -> None:
    passage = Passage("f/a/x.md", 0, "Texte.", context, Place("line", 1, 1), 2, "Direction")
    assert heading_of(passage, FACTS) == heading


def test_a_trail_says_the_titles_and_who_speaks() -> None:
    passage = Passage("f/a/x.md", 0, "Texte.", "", Place("line", 1, 1), 2)
    facts = {**FACTS, "speakers": "Direction / Mairie"}
    assert trail_of(passage, facts) == ("Forum › ville", "Accueil", "Direction ; Mairie")


@pytest.mark.parametrize(
    ("place", "index"),
    [("page-3", 1), ("page-6", 1), ("page-9", 2), ("line-3", 0), ("", 0), ("page-", 0)],
)
def test_the_nearest_passage_is_found_by_its_place(place: str, index: int) -> None:
    places = [Place("page", 1, 1), Place("page", 3, 4), Place("page", 9, 9)]
    passages = [Passage("a.pdf", at, "x", "", one, 1) for at, one in enumerate(places)]
    assert nearest(passages, place) == index


def test_an_answer_in_sentences_leads_from_each_to_its_source() -> None:
    citation = Citation(1, Passage("a", 0, "Yes.", "", Place("page", 1, 1), 1), "T", 0, 4)
    answer = Answer("?", "answered", "Oui [1], non [2].", (citation,), 0.9, "llm", (), 0.1)
    piece = answer_piece(answer, [], AnswerFrame(), "fr")
    assert 'href="#source-1" aria-label="Source 1"' in unescape(piece)
    assert "source-2" not in piece


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Peser le pain.", "Peser le pain."),
        ("C'est un accident. Nous verrons", "C'est un accident. …"),
        ("On pèse le pain, oui, et les fruits", "On pèse le pain…"),
    ],
)
def test_an_excerpt_is_cut_between_words_and_a_sentence_keeps_its_end(text: str, head: str) -> None:
    assert _head(text, 22) == head


def test_a_question_to_try_is_asked_by_its_link() -> None:
    told = (AssistantLine("talk.try"), AssistantLine("talk.try_programme", asks=True))
    answer = Answer("Aide", "answered", "", (), 1.0, "talk", (), 0.1, intent="talk", told=told)
    piece = unescape(told_piece(answer, AnswerFrame(), "fr"))
    assert '<ul><li><a href="/?q=Quel+est+le+programme+%3F">Quel est' in piece
    assert status_words(answer, "fr") == "Réponse prête."


@pytest.mark.parametrize(
    ("message", "address"),
    [("told.session", "/seance/forum/a-1"), ("told.day", "/evenement/forum"), ("talk.try", "")],
)
def test_a_line_on_a_session_or_an_event_leads_to_its_page(message: str, address: str) -> None:
    session = Session("forum/a-1", "forum", "Les cantines", "Le forum", date="2025-03-18")
    told = (AssistantLine(message, session=session if address else None),)
    answer = Answer("?", "answered", "", (), 1.0, "catalogue", (), 0.1, told=told)
    piece = unescape(told_piece(answer, AnswerFrame(), "fr"))
    assert (f'<a href="{address}">' in piece) == bool(address)
    assert ("<a " in piece) == bool(address)


def test_of_a_line_on_a_session_its_title_is_the_link() -> None:
    session = Session("forum/a-1", "forum", "Les cantines", type="atelier", room="Salle 2")
    told = (AssistantLine("told.session", session=session),)
    answer = Answer("?", "answered", "", (), 1.0, "catalogue", (), 0.1, told=told)
    piece = unescape(told_piece(answer, AnswerFrame(), "fr"))
    assert 'a-1">Les cantines</a>' in piece
    assert "Salle 2.</a>" not in piece


def test_a_question_that_names_a_session_is_all_a_link() -> None:
    session = Session("forum/a-1", "forum", "Les cantines")
    told = (AssistantLine("talk.try_summary", asks=True, session=session, names=("Les cantines",)),)
    answer = Answer("?", "answered", "", (), 1.0, "talk", (), 0.1, intent="talk", told=told)
    piece = unescape(told_piece(answer, AnswerFrame(), "fr"))
    assert ">Que retenir de" in piece and " ?</span></a>" in piece
