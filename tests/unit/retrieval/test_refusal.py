"""A refusal offers the sessions whose titles speak of what was asked, and claims nothing."""

from __future__ import annotations

from assistant.query.titles import nearest
from assistant.records import Answer, Session
from assistant.records.answers import ListedDocument
from assistant.retrieval.catalogue_answers import Shelf, with_sessions_near

SESSIONS = (
    Session("forum/atelier-1", "forum", "Restauration scolaire : prévoir les repas avec l'IA"),
    Session("forum/atelier-2", "forum", "Collecte des déchets : des tournées mieux ajustées"),
    Session("forum/atelier-3", "forum", "L'IA et les données personnelles"),
)
SLIDES = ListedDocument("forum/atelier-2/a.pptx", "Collecte", "slides")
SHELF = Shelf(SESSIONS, {"forum/atelier-2": [SLIDES]})


def refusal(question: str, status: str = "refused") -> Answer:
    return Answer(question, status, "", (), 0.1, "extractive", (), 0.0)  # type: ignore[arg-type]


def named(question: str) -> list[str]:
    return [one.id for one in nearest(question, SESSIONS)]


def test_a_session_is_near_by_a_word_of_its_title_or_a_synonym() -> None:
    assert named("Combien coûte la collecte ?") == ["forum/atelier-2"]
    assert named("Quel est le prix pour les poubelles ?") == ["forum/atelier-2"]
    assert named("Que dit-on des cantines ?") == ["forum/atelier-1"]


def test_the_title_that_holds_most_of_what_is_asked_comes_first() -> None:
    assert named("repas et déchets de la restauration")[0] == "forum/atelier-1"


def test_a_word_of_most_titles_tells_no_session_from_another() -> None:
    assert named("Quel budget pour l'IA ?") == []


def test_no_session_is_near_what_no_title_speaks_of() -> None:
    assert named("Combien coûte la piscine ?") == []
    assert named("") == []


def test_a_refusal_lists_the_sessions_near_and_a_question_on_the_first() -> None:
    heading, session, question = with_sessions_near(refusal("Prix de la collecte ?"), SHELF).told
    assert (heading.message, heading.number) == ("refusal.sessions", 1)
    assert session.session == SESSIONS[1] and session.documents == (SLIDES,)
    assert question.asks and question.names == ("Collecte des déchets",)


def test_what_is_answered_or_near_nothing_stays_as_it_is() -> None:
    answered = refusal("Prix de la collecte ?", "answered")
    assert with_sessions_near(answered, SHELF) is answered
    elsewhere = refusal("Combien coûte la piscine ?")
    assert with_sessions_near(elsewhere, SHELF) is elsewhere
