"""What is answered from the programme and the list of documents, and what is left to search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.i18n.told import told_words
from assistant.query.intent import inquiry_of
from assistant.query.slots import slot_of
from assistant.records import Answer, Session
from assistant.records.answers import ListedDocument
from assistant.retrieval.catalogue_answers import (
    Shelf,
    catalogue_answer,
    is_unannounced,
    unannounced_answer,
    with_mentions,
)

NOISE = Session(
    "f/atelier-1-bruit", "f", "Le bruit en ville", "Forum des quartiers", "atelier",
    ("Animatrice, cadre de vie", "Participant, voirie"), "2025-06-02", "10:00", "Salle Nord",
)  # fmt: skip
WASTE = replace(NOISE, id="f/atelier-2-dechets", title="Collecte des déchets", time="11:15")
WELCOME = replace(
    NOISE, id="f/conference-1-accueil", title="Accueil", type="conférence", time="09:00",
    speakers=("Maire",),
)  # fmt: skip
SHELF = Shelf(
    (WELCOME, NOISE, WASTE),
    {
        "f/atelier-1-bruit": (
            ListedDocument("f/atelier-1-bruit/b.pptx", "Le bruit", "slides"),
            ListedDocument("f/atelier-1-bruit/b.vtt", "Le bruit", "transcript"),
        ),
        "": (ListedDocument("f/plan.txt", "Plan d'accès", "page"),),
    },
)


def asked(question: str, shelf: Shelf = SHELF) -> Answer | None:
    slot = slot_of(question, shelf.sessions)
    return catalogue_answer(question, inquiry_of(question), shelf, 0.0, slot)


def lines(question: str) -> list[str]:
    answer = asked(question)
    assert answer is not None
    assert (answer.engine, answer.intent, answer.status) == ("catalogue", "programme", "answered")
    return [told_words(one) for one in answer.told]


def test_sessions_at_an_hour_are_listed_or_who_speaks_there() -> None:
    assert lines("Quels ateliers le matin ?")[0] == "Au programme : 2 séances."
    assert lines("Que se passe-t-il à 9 h ?") == [
        "Conférence « Accueil » : lundi 2 juin 2025, 9 h, Salle Nord."
    ]
    assert lines("qui parle à 9 h ?") == ["Conférence « Accueil » : Maire."]


@pytest.mark.parametrize(
    "question",
    [
        "À quelle heure commence l'atelier sur les poubelles et dans quelle salle ?",
        "c'est quand l'atelier 2",
        "ou se tient l atelier 2 ?",
        "l'atelier 2, c'est à quelle heure ?",
        "horaire de l'atelier 2",
        "What time does workshop 2 start?",
    ],
)
def test_when_and_where_a_session_is(question: str) -> None:
    assert lines(question) == [
        "Atelier « Collecte des déchets » : lundi 2 juin 2025, 11 h 15, Salle Nord."
    ]


@pytest.mark.parametrize(
    ("question", "head", "number"),
    [
        ("Combien d'ateliers y a-t-il ?", "Le programme compte 2 séances de type « atelier ».", 2),
        ("liste des ateliers", "Le programme compte 2 séances de type « atelier ».", 2),
        ("Quel est le programme ?", "Le programme compte 3 séances.", 3),
        ("How many workshops are there?", "Le programme compte 2 séances de type « atelier ».", 2),
        ("Combien de séances ?", "Le programme compte 3 séances.", 3),
    ],
)
def test_sessions_are_counted_and_listed(question: str, head: str, number: int) -> None:
    first, *others = lines(question)
    assert (first, len(others)) == (head, number)


def test_speakers_of_one_session_or_of_all() -> None:
    noise = "Atelier « Le bruit en ville » : Animatrice, cadre de vie ; Participant, voirie."
    assert lines("Qui anime l'atelier 1 ?") == [noise]
    assert lines("qui a parlé du bruit ?") == [noise]
    assert len(lines("Quels sont les intervenants du forum ?")) == 3


def test_documents_lead_somewhere() -> None:
    answer = asked("Y a-t-il un diaporama de l'atelier 1 ?")
    assert answer is not None
    assert [one.id for one in answer.told[0].documents] == ["f/atelier-1-bruit/b.pptx"]
    assert lines("Quels documents sont disponibles ?") == [
        "3 documents peuvent être consultés.",
        "Atelier « Le bruit en ville », 2 documents :",
        "Pour tout l'événement, 1 document :",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Combien de participants à l'atelier 1 ?",
        "À quelle heure ouvre la piscine ?",
        "Quels documents faut-il fournir ?",
        "Quels sont les supports de communication ?",
        "Qui a parlé de la piscine ?",
        "C'est quand le prochain forum ?",
        "Y a-t-il un atelier sur la piscine ?",
        "Que dit-on du bruit ?",
    ],
)
def test_what_the_programme_cannot_tell_is_left_to_the_documents(question: str) -> None:
    assert asked(question) is None


def test_without_times_or_rooms_nothing_is_said_of_them() -> None:
    bare = replace(WASTE, date="", time="", room="")
    assert asked("c'est quand l'atelier 2", replace(SHELF, sessions=(bare,))) is None


@pytest.mark.parametrize(
    ("question", "others"),
    [
        (
            "Quelles séances parlent du bruit ?",
            ["Ces mots sont dits ou écrits dans 2 autres séances :", "« Accueil »", "« Collecte"],
        ),
        (
            "Quels ateliers parlent du bruit ?",
            ["Ces mots sont dits ou écrits dans 1 autre séance :", "« Collecte"],
        ),
    ],
    ids=["any session", "of a type"],
)
def test_sessions_that_say_the_words_follow_those_entitled_after_them(
    question: str, others: list[str]
) -> None:
    answer = asked(question)
    assert answer is not None
    speaking = {WELCOME.id, NOISE.id, WASTE.id, ""}
    told = with_mentions(answer, inquiry_of(question), speaking, SHELF).told
    assert told[: len(answer.told)] == answer.told
    for one, words in zip(told[len(answer.told) :], others, strict=True):
        assert words in told_words(one)
    assert with_mentions(answer, inquiry_of(question), {NOISE.id}, SHELF) == answer


@pytest.mark.parametrize(
    ("question", "is_none"),
    [
        ("Y a-t-il un atelier sur la piscine ?", True),
        ("quelles conférences parlent de la piscine ?", True),
        ("y avait-il une séance sur le bruit des bars ?", False),
        ("Y a-t-il une formation sur la piscine ?", False),
        ("Que dit-on de la piscine ?", False),
    ],
)
def test_no_session_announces_what_no_title_has_a_word_of(question: str, is_none: bool) -> None:
    assert is_unannounced(inquiry_of(question), SHELF) is is_none


def test_what_no_session_announces_is_told_with_what_the_documents_say() -> None:
    inquiry = inquiry_of("Y a-t-il un atelier sur la piscine ?")
    alone = unannounced_answer("?", inquiry, None, SHELF, 0.0)
    assert [told_words(one) for one in alone.told] == [
        "Aucune séance du programme n'annonce « la piscine »."
    ]
    said = replace(alone, engine="extractive", told=())
    (remark,) = unannounced_answer("?", inquiry, said, SHELF, 0.0).remarks
    assert remark.key == "remark.not_announced"
    assert unannounced_answer("?", inquiry, replace(said, status="refused"), SHELF, 0.0).told


def test_a_session_is_meant_without_a_word_for_it_by_its_whole_title_alone() -> None:
    assert lines("c'est à quelle heure Accueil ?") == [
        "Conférence « Accueil » : lundi 2 juin 2025, 9 h, Salle Nord."
    ]
    assert asked("quand a lieu la collecte ?") is None
