"""Which session somebody asks the sheet of, and what is said where it is none."""

from __future__ import annotations

import pytest

from assistant.errors import SheetError
from assistant.records import Session
from assistant.sheets.naming import event_named, session_named


def session(folder: str, title: str, event: str = "forum", kind: str = "atelier") -> Session:
    return Session(f"{event}/{folder}", event, title, event_title="Le forum", type=kind)


SESSIONS = (
    session("atelier-1-cantines", "Restauration scolaire : prévoir les repas"),
    session("atelier-2-voirie", "Entretien de la voirie"),
    session("conference-1-achats", "Acheter et faire acheter", kind="conférence"),
)


@pytest.mark.parametrize(
    ("asked", "folder"),
    [
        ("forum/atelier-2-voirie", "atelier-2-voirie"),
        ("atelier-2-voirie", "atelier-2-voirie"),
        ("ENTRETIEN DE LA VOIRIE", "atelier-2-voirie"),
        ("atelier 1", "atelier-1-cantines"),
        ("l'atelier 2", "atelier-2-voirie"),
        ("la conférence sur les achats", "conference-1-achats"),
    ],
)
def test_a_session_goes_by_its_id_its_title_or_as_questions_name_it(
    asked: str, folder: str
) -> None:
    assert session_named(asked, SESSIONS).id == f"forum/{folder}"


def test_an_unknown_session_is_told_with_those_near() -> None:
    with pytest.raises(SheetError) as caught:
        session_named("le plan de la voirie", SESSIONS)
    assert caught.value.key == "session_unknown"
    assert "forum/atelier-2-voirie" in caught.value.remedy
    with pytest.raises(SheetError) as caught:
        session_named("", SESSIONS)
    assert caught.value.key == "session_unknown"


def test_a_name_of_several_sessions_is_told_with_them() -> None:
    with pytest.raises(SheetError) as caught:
        session_named("les ateliers", SESSIONS)
    assert caught.value.key == "session_several"
    assert "forum/atelier-1-cantines" in caught.value.remedy


def test_the_only_event_needs_no_name() -> None:
    assert event_named("", SESSIONS) == event_named("le forum", SESSIONS) == "forum"
    more = (*SESSIONS, session("atelier-1", "Autre chose", event="salon"))
    with pytest.raises(SheetError) as caught:
        event_named("", more)
    assert "forum, salon" in caught.value.remedy
