"""The programme: sessions and facets, and what staff are told of a programme that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.corpus.programme import facts_of, load_programme, load_programmes, type_of
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.records import Session

ROWS = (
    ("seance", "titre", "type", "intervenants", "date", "heure", "salle"),
    ("atelier-1", "L'IA, chez nous", "Atelier", "Élue, culture / Agent | Public", "2025-03-18",
     "10:30", "Salle Lin"),
    ("conference-1", "Ouverture", "conférence", "", "2025-03-18", "9:00", "Auditorium"),
)  # fmt: skip


@pytest.fixture
def event(tmp_path: Path) -> Path:
    for name in ("atelier-10", "atelier-2", "atelier-1", "conference-1"):
        (tmp_path / "forum-ia" / name).mkdir(parents=True)
    return tmp_path / "forum-ia"


def write(event: Path, rows: tuple[tuple[str, ...], ...] = ROWS, separator: str = ";") -> str:
    text = "\n".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in rows
    )
    (event / "programme.csv").write_text(text + "\n", encoding="utf-8")
    return text


ATELIER = Session(
    id="forum-ia/atelier-1",
    event="forum-ia",
    title="L'IA, chez nous",
    type="atelier",
    speakers=("Élue, culture", "Agent", "Public"),
    date="2025-03-18",
    time="10:30",
    room="Salle Lin",
)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_what_spreadsheets_export_reads_the_same(
    event: Path, separator: str, encoding: str
) -> None:
    text = write(event, separator=separator)
    (event / "programme.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    sessions, problems = load_programme(event)
    assert problems == []
    assert sessions["atelier-1"] == ATELIER


def test_headers_are_read_whatever_their_case_accents_and_order(event: Path) -> None:
    write(event, (("Titre", "SÉANCE ", "Intervenant"), ("Un", "atelier-1", "Élue")))
    sessions, problems = load_programme(event)
    assert problems == []
    assert (sessions["atelier-1"].title, sessions["atelier-1"].speakers) == ("Un", ("Élue",))


def test_sessions_come_in_the_programmes_order_then_by_folder_name(event: Path) -> None:
    write(event)
    sessions, _ = load_programme(event)
    assert list(sessions) == ["", "atelier-1", "conference-1", "atelier-2", "atelier-10"]


def test_without_a_programme_folder_names_tell_title_and_type(event: Path) -> None:
    sessions, problems = load_programme(event)
    assert problems == []
    assert sessions["conference-1"] == Session(
        id="forum-ia/conference-1", event="forum-ia", title="Conférence 1", type="conférence"
    )
    assert sessions[""].title == "Forum IA"


@pytest.mark.parametrize("named", ["", "*"])
def test_a_line_for_the_whole_event_gives_its_title_and_date(event: Path, named: str) -> None:
    write(event, (*ROWS, (named, "Le forum", "", "", "2025-03-18", "", "")))
    sessions, problems = load_programme(event)
    assert problems == []
    facts = facts_of("forum-ia/infos.txt", {"forum-ia": sessions})
    assert (facts["event_title"], facts["session"], facts["date"]) == (
        "Le forum",
        "",
        "2025-03-18",
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("atelier-9", "", "", "", "", "", ""), ["Ligne 4", "atelier-9"]),
        (("atelier-1", "Bis", "", "", "", "", ""), ["Ligne 4", "atelier-1", "ligne 2"]),
        (("atelier-2", "", "table ronde", "", "", "", ""), ["Ligne 4", "table ronde"]),
    ],
    ids=["unknown folder", "same line twice", "unknown type"],
)
def test_a_wrong_line_is_a_problem_with_its_number(
    event: Path, row: tuple[str, ...], words: list[str]
) -> None:
    write(event, (*ROWS, row))
    sessions, (problem,) = load_programme(event)
    assert problem.subject == "forum-ia/programme.csv"
    assert all(word in problem_in_words(problem) for word in words)
    assert remedy_in_words(problem)
    assert sessions["atelier-1"] == ATELIER
    assert sessions["atelier-2"].type == "atelier"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Keynote", "conférence"),
        ("keynote d'ouverture", "conférence"),
        ("Exposés", "conférence"),
        ("Conférence plénière", "conférence"),
        ("workshop", "atelier"),
        ("Ateliers", "atelier"),
        ("table ronde", ""),
        ("", ""),
    ],
)
def test_a_type_is_known_by_the_other_words_that_programmes_have(written: str, kind: str) -> None:
    assert type_of(written) == kind


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04classeur", b"titre;type\nUn;atelier\n", b'seance;titre\n"' + b"a" * 200_000],
    ids=["empty", "workbook", "no seance", "unclosed quote"],
)
def test_a_broken_programme_leaves_the_folder_names(event: Path, data: bytes) -> None:
    (event / "programme.csv").write_bytes(data)
    sessions, problems = load_programme(event)
    assert len(problems) == 1 and remedy_in_words(problems[0])
    assert set(sessions) == {"", "atelier-1", "atelier-2", "atelier-10", "conference-1"}


def test_lines_are_counted_through_blank_lines_and_cells_of_several_lines(event: Path) -> None:
    (event / "programme.csv").write_text(
        'seance;titre\n\natelier-1;"Sur deux\nlignes"\ninconnu;X\n', encoding="utf-8"
    )
    sessions, (problem,) = load_programme(event)
    assert "Ligne 5" in problem_in_words(problem)
    assert sessions["atelier-1"].title == "Sur deux lignes"


def test_a_document_has_the_facts_of_its_session_however_deep_it_lies(event: Path) -> None:
    write(event)
    programmes, problems = load_programmes(event.parent)
    assert problems == []
    assert facts_of("forum-ia/atelier-1/annexes/a.pdf", programmes) == {
        "event": "forum-ia",
        "event_title": "Forum IA",
        "session": "forum-ia/atelier-1",
        "session_title": "L'IA, chez nous",
        "type": "atelier",
        "speakers": "Élue, culture / Agent / Public",
        "date": "2025-03-18",
        "time": "10:30",
        "room": "Salle Lin",
    }
