"""Sessions asked for by their hour, their part of the day, their room or their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.slots import slot_of
from assistant.records import Session


def session(title: str, type_: str, time: str, room: str) -> Session:
    return Session(
        f"f/{title}", "f", title, "Forum", type_, ("Une élue",), "2025-06-02", time, room
    )


SESSIONS = (
    session("Accueil", "conférence", "09:00", "Auditorium"),
    session("Bruit", "atelier", "10:30", "Salle Nord"),
    session("Vélo", "atelier", "10:30", "Salle Sud"),
    session("Arbres", "atelier", "14:00", "Salle Nord"),
    session("Clôture", "conférence", "16:30", "Auditorium"),
)


OTHER = (
    Session("g/accueil", "g", "Accueillir", "Formations Ardoise", "", (), "2024-11-05"),
    Session("g/ecrire", "g", "Écrire", "Formations Ardoise", "", (), "2025-03-04"),
)


def titles(question: str) -> list[str] | None:
    slot = slot_of(question, SESSIONS)
    return [one.title for one in slot.sessions] if slot else None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Quels ateliers à 10 h 30 ?", ["Bruit", "Vélo"]),
        ("Qu'est-ce qu'il y a à 14h ?", ["Arbres"]),
        ("que se passe-t-il à 10:30", ["Bruit", "Vélo"]),
        ("qui parle à 11 h ?", ["Bruit", "Vélo"]),
        ("What is on at 2 pm?", ["Arbres"]),
        ("Quels ateliers ont lieu l'après-midi ?", ["Arbres"]),
        ("programme du matin", ["Accueil", "Bruit", "Vélo"]),
        ("Qu'y a-t-il dans la salle Nord ?", ["Bruit", "Arbres"]),
        ("Quels ateliers le matin en salle Sud ?", ["Vélo"]),
        ("C'est quoi le dernier atelier ?", ["Arbres"]),
        ("y avait quoi cet après-midi", ["Arbres", "Clôture"]),
        ("Quelle est la première conférence ?", ["Accueil"]),
    ],
)
def test_sessions_are_asked_for_by_when_and_where(question: str, asked: list[str]) -> None:
    assert titles(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Quels ateliers ?",
        "Que dit-on du bruit le matin ?",
        "Combien de places dans la salle Nord ?",
        "Quel est le premier poste de dépense ?",
        "Le dernier mot",
        "Que se passe-t-il le soir ?",
        "À quelle heure finit la journée ?",
        "Les contrôles commencent à 14 h ?",
        "Combien de réunions en juin ?",
        "Quelles formations en 2025 ?",
        "",
    ],
)
def test_other_questions_ask_for_no_slot(question: str) -> None:
    assert titles(question) is None


def test_who_speaks_is_told_apart() -> None:
    asked = [slot_of(one, SESSIONS) for one in ("qui parle à 14 h ?", "ateliers à 14 h")]
    assert [slot.speakers for slot in asked if slot] == [True, False]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("quelles formations Ardoise en 2025", ["Écrire"]),
        ("quels ateliers en juin 2025 ?", ["Bruit", "Vélo", "Arbres"]),
        ("les formations de novembre", ["Accueillir"]),
        ("quelles formations en 2019 ?", None),
        ("quelles formations Accueillir en 2024 ?", None),
    ],
)
def test_sessions_are_asked_for_by_year_month_and_event(
    question: str, asked: list[str] | None
) -> None:
    slot = slot_of(question, (*SESSIONS, *OTHER))
    assert ([one.title for one in slot.sessions] if slot else None) == asked


@given(st.text(max_size=200))
def test_any_text_asks_for_some_or_none(text: str) -> None:
    slot = slot_of(text, SESSIONS)
    assert slot is None or slot.sessions
