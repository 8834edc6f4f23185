"""A calendar in an event's folder says what a programme would."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.corpus.programme import load_programme

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Pause après l'atelier 3
DTSTART;TZID=Europe/Paris:20250318T120000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Atelier 3 : la voirie
DTSTART;TZID=Europe/Paris:20250318T093000
LOCATION:Salle B
CATEGORIES:Atelier
DESCRIPTION:Intervenants : Élue à la voirie\\, Animatrice
END:VEVENT
BEGIN:VEVENT
SUMMARY:Conférence sur les cantines
DTSTART;VALUE=DATE:20250319
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def event(tmp_path: Path) -> Path:
    for name in ("atelier-03", "cantines", "cloture"):
        (tmp_path / "forum" / name).mkdir(parents=True)
    (tmp_path / "forum" / "agenda.ics").write_text(CALENDAR, encoding="utf-8")
    return tmp_path / "forum"


def test_a_session_is_the_event_that_has_the_words_of_its_folder(event: Path) -> None:
    sessions, problems = load_programme(event)
    session = sessions["atelier-03"]
    assert (session.title, session.type) == ("Atelier 3 : la voirie", "atelier")
    assert (session.date, session.time, session.room) == ("2025-03-18", "9h30", "Salle B")
    assert session.speakers == ("Élue à la voirie", "Animatrice")
    assert problems == []


def test_a_whole_day_has_no_time_and_an_unknown_session_its_folder_s_name(event: Path) -> None:
    sessions, _ = load_programme(event)
    assert (sessions["cantines"].date, sessions["cantines"].time) == ("2025-03-19", "")
    assert (sessions["cloture"].title, sessions["cloture"].date) == ("Clôture", "")


def test_a_programme_comes_before_a_calendar(event: Path) -> None:
    (event / "programme.csv").write_text("seance;titre\natelier-03;Voirie\n", encoding="utf-8")
    sessions, _ = load_programme(event)
    assert (sessions["atelier-03"].title, sessions["cantines"].date) == ("Voirie", "")


def test_of_two_calendars_none_is_the_programme(event: Path) -> None:
    (event / "autre.ics").write_text(CALENDAR, encoding="utf-8")
    assert load_programme(event)[0]["atelier-03"].date == ""


def test_a_calendar_that_cannot_be_read_stops_nothing(event: Path) -> None:
    (event / "agenda.ics").write_text("rien", encoding="utf-8")
    sessions, problems = load_programme(event)
    assert (sessions["atelier-03"].title, problems) == ("Atelier 03", [])
