"""What a follow-up says itself."""

from __future__ import annotations

import pytest

from assistant.query.follow_up_phrase import alone, is_whole, own_words, without_session_type
from assistant.query.followup import carried_by_programme, last_question

ALONE = {
    "et combien de membres ?": "combien de membres ?",
    "et les pénalités de retard ?": "les pénalités de retard ?",
    "Mais alors, qui vote ?": "qui vote ?",
    "Et quel est leur salaire ?": "",
    "Quand peut-on la visiter ?": "",
    "Et pourquoi ?": "",
}


@pytest.mark.parametrize(("question", "text"), ALONE.items(), ids=ALONE)
def test_a_follow_up_is_asked_alone_where_it_names_what_it_asks(question: str, text: str) -> None:
    assert alone(question) == text


WHOLE = {
    "et combien de membres ?": True,
    "et qui est l'éditeur ?": False,
    "et quel est le prix ?": False,
    "et les pénalités de retard ?": False,
    "et combien sont venus ?": False,
    "mais à quelle heure ?": False,
    "et combien de membres sont venus ?": True,
    "et où se garer ?": True,
}


@pytest.mark.parametrize(("question", "whole"), WHOLE.items(), ids=WHOLE)
def test_what_is_of_something_else_asks_nothing_alone(question: str, whole: bool) -> None:
    assert is_whole(question) is whole


@pytest.mark.parametrize("question", ["ça prend combien de temps ?", "pourquoi ?", "et quand ?"])
def test_a_follow_up_may_say_nothing_of_its_own(question: str) -> None:
    assert not own_words(question)
    assert own_words("et les bus ?") == "et les bus ?"


def test_a_session_named_after_its_subject_is_its_subject() -> None:
    assert without_session_type("l'atelier sur la voirie").split() == ["l'", "sur", "la", "voirie"]
    assert without_session_type("l'atelier 5") == "l'atelier 5"


WHERE = "Où a lieu l'atelier routes connectées ?"
BY_PROGRAMME = {
    "Et celui sur la voirie ?": ("when", "atelier sur la voirie"),
    "et la voirie ?": ("when", "atelier sur la voirie"),
    "et l'atelier 5 ?": ("when", "l'atelier 5"),
    "et dans quelle salle ?": ("when", "l'atelier routes connectées"),
    "à quelle heure ?": ("when", "l'atelier routes connectées"),
    "et qui l'anime ?": ("speakers", "l'atelier routes connectées"),
}


@pytest.mark.parametrize(("question", "asked"), BY_PROGRAMME.items(), ids=BY_PROGRAMME)
def test_the_programme_is_asked_again(question: str, asked: tuple[str, str]) -> None:
    found = carried_by_programme(WHERE, question)
    assert found
    assert (found.catalogue, found.subject) == asked


@pytest.mark.parametrize("previous", ["", "Combien coûte un capteur ?"])
def test_the_programme_is_not_asked_after_another_question(previous: str) -> None:
    assert carried_by_programme(previous, "et dans quelle salle ?") is None


def test_the_last_of_several_questions_follows_those_before_it() -> None:
    assert last_question("Combien coûte la balance ? et le capteur ?") == (
        "et le capteur ?",
        "Combien coûte la balance ?",
    )
    assert last_question("Combien coûte la balance ?") == ("Combien coûte la balance ?", "")
