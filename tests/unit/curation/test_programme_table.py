"""The programme as a table: what is read, checked and written back, on real files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.programme import COLUMNS, FORMER_NAME, load_programme, unguarded
from assistant.corpus.walk import walk
from assistant.curation.programme_checks import check_table
from assistant.curation.programme_table import Row, Table, load_table
from assistant.curation.programme_writing import MOST_CHARACTERS, MOST_ROWS, guard, save_table
from assistant.errors import CorpusError
from assistant.i18n import say

PROGRAMME = """Séances;titre;Jauge;type;intervenants;date;heure;salle
atelier-1;L'été à l'école;40;Ateliers;Une agente / Un agent;18/03/2025;9h30;Salle A
*;Le forum;;;;2025-03-18;;
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in ("atelier-1", "atelier-2", "conference-1", ".git"):
        (tmp_path / "forum" / name).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def written(corpus: Path) -> Path:
    (corpus / "forum/programme.csv").write_text(PROGRAMME, encoding="cp1252")
    return corpus


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(CorpusError) as raised:
        call()
    error = raised.value
    assert error.remedy and error.remedy_in("en") and error.message("en")
    return error.key


def on_disk(corpus: Path) -> list[list[str]]:
    text = (corpus / "forum/programme.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def accepted(table: Table) -> Table:
    return replace(table, rows=tuple(replace(row, proposed=False) for row in table.rows))


# --- Reading -----------------------------------------------------------------------------------


def test_a_new_event_is_proposed_a_row_for_each_folder(corpus: Path) -> None:
    table = load_table(corpus, "forum")
    assert table.columns == COLUMNS and table.version == ""
    assert [(row.cells[:3], row.proposed) for row in table.rows] == [
        (("atelier-1", "Atelier 1", "atelier"), True),
        (("atelier-2", "Atelier 2", "atelier"), True),
        (("conference-1", "Conférence 1", "conférence"), True),
    ]
    assert check_table(corpus, table) == ()
    assert save_table(corpus, accepted(table)).rows[2].cells[0] == "conference-1"


def test_a_file_is_read_with_its_own_columns_and_what_it_lacks_is_proposed(written: Path) -> None:
    table = load_table(written, "forum")
    assert table.columns[2] == "Jauge"
    assert table.names == ("seance", "titre", "", "type", "intervenants", "date", "heure", "salle")
    assert (table.encoding, table.separator) == ("cp1252", ";")
    assert [(row.cells[:3], row.proposed) for row in table.rows] == [
        (("atelier-1", "L'été à l'école", "40"), False),
        (("*", "Le forum", ""), False),
        (("atelier-2", "Atelier 2", ""), True),
        (("conference-1", "Conférence 1", ""), True),
    ]


def test_columns_that_are_missing_come_after_and_ragged_rows_are_made_even(corpus: Path) -> None:
    (corpus / "forum/programme.csv").write_text("seance,titre\natelier-1\natelier-2,Deux,trois\n")
    table = load_table(corpus, "forum")
    assert table.columns == ("seance", "titre", "", *COLUMNS[2:])
    assert {len(row.cells) for row in table.rows} == {8}
    assert table.rows[1].cells[:3] == ("atelier-2", "Deux", "trois")
    assert table.separator == ","


@pytest.mark.parametrize("event", ["", "..", "rien", "forum/atelier-1", ".git", "/etc", "a\0b"])
def test_only_an_event_of_the_corpus_has_a_programme(corpus: Path, event: str) -> None:
    assert refused(lambda: load_table(corpus, event)) == "event_unknown"
    assert refused(lambda: save_table(corpus, Table(event, COLUMNS, ()))) == "event_unknown"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"PK\x03\x04rien", "programme_table_unreadable"),
        (b"colonne;autre\n1;2\n", "programme_table_without_seance"),
        (b'seance\n"' + b"x" * 200_000, "programme_table_unreadable"),
    ],
)
def test_what_is_no_table_is_said(corpus: Path, data: bytes, key: str) -> None:
    (corpus / "forum/programme.csv").write_bytes(data)
    assert refused(lambda: load_table(corpus, "forum")) == key


# --- Checking ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("seance", "atelier-9", "atelier-9"),
        ("seance", "Atelier-1 ", "figure déjà à la ligne 1"),
        ("type", "concert", "concert"),
        ("date", "31/02/2025", "31/02/2025"),
        ("date", "mardi", "mardi"),
        ("date", "20250318", "20250318"),
        ("heure", "25h", "25h"),
        ("heure", "9h75", "9h75"),
        ("heure", "9h - midi", "9h - midi"),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(
    corpus: Path, name: str, value: str, said: str
) -> None:
    good = {"seance": "atelier-1", "type": "Ateliers", "date": "2025-03-18", "heure": "9h30"}
    rows = (good, {**good, "seance": "/atelier-2/", name: value})
    table = Table("forum", COLUMNS, tuple(Row(tuple(r.get(c, "") for c in COLUMNS)) for r in rows))
    (wrong,) = check_table(corpus, table)
    assert (wrong.row, COLUMNS[wrong.column]) == (1, name)
    french, english = wrong.in_a_line(), wrong.in_a_line("en")
    assert said in french
    assert (
        french != english
        and say(f"{wrong.wrong.key}_remedy", "en", **wrong.wrong.values) in english
    )


@pytest.mark.parametrize("time", ["9h", "9h30", "14:00", "14 h 05", "9h30 - 11h", "9h à 10h"])
def test_a_time_as_people_write_it_is_right(corpus: Path, time: str) -> None:
    row = Row(("atelier-1", "", "", "", "1/3/2025", time, ""))
    assert check_table(corpus, Table("forum", COLUMNS, (row,))) == ()


def test_what_is_wrong_does_not_keep_from_saving(corpus: Path) -> None:
    row = Row(("atelier-9", "", "concert", "", "mardi", "tard", ""))
    save_table(corpus, Table("forum", COLUMNS, (row,)))
    assert on_disk(corpus)[1][0] == "atelier-9"


# --- Writing -----------------------------------------------------------------------------------


def test_what_is_saved_is_read_by_the_index_and_opens_right_in_a_spreadsheet(
    written: Path,
) -> None:
    table = load_table(written, "forum")
    cells = list(table.rows[0].cells)
    cells[1] = "L'œuvre ; l'été"
    saved = save_table(written, replace(table, rows=(Row(tuple(cells)), *table.rows[1:])))
    data = (written / "forum/programme.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    sessions, problems = load_programme(written / "forum")
    assert sessions["atelier-1"].title == "L'œuvre ; l'été" and problems == []
    assert [row[:3] for row in on_disk(written)] == [
        ["Séances", "titre", "Jauge"],
        ["atelier-1", "L'œuvre ; l'été", "40"],
        ["*", "Le forum", ""],
    ]
    assert save_table(written, saved).version == saved.version


def test_the_former_version_is_kept_and_neither_is_a_document(written: Path) -> None:
    save_table(written, load_table(written, "forum"))
    assert (written / "forum" / FORMER_NAME).read_bytes() == PROGRAMME.encode("cp1252")
    (written / "forum/.programme.new.csv.writing").write_text("coupé")
    assert walk(written, 1_000_000) == ([], [], {})


def test_who_comes_second_is_told_to_look_again(written: Path) -> None:
    first = second = load_table(written, "forum")
    save_table(written, replace(first, rows=(Row(("atelier-2",) + ("",) * 7),)))
    kept = on_disk(written)
    assert refused(lambda: save_table(written, second)) == "programme_table_changed"
    assert on_disk(written) == kept
    (written / "forum/programme.csv").unlink()
    assert refused(lambda: save_table(written, second)) == "programme_table_changed"


def test_a_programme_made_meanwhile_is_not_overwritten(corpus: Path) -> None:
    opened = load_table(corpus, "forum")
    (corpus / "forum/programme.csv").write_text(PROGRAMME, encoding="utf-8")
    assert refused(lambda: save_table(corpus, accepted(opened))) == "programme_table_changed"


def test_one_saves_at_a_time(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.curation.programme_writing._PATIENCE", 0)
    opened = load_table(written, "forum")
    with FileLock(written / "forum/.programme.lock"):
        assert refused(lambda: save_table(written, opened)) == "programme_table_changed"


def test_a_programme_that_is_a_link_is_left_alone(corpus: Path) -> None:
    other = corpus / "ailleurs.csv"
    other.write_text(PROGRAMME, encoding="utf-8")
    (corpus / "forum/programme.csv").symlink_to(other)
    opened = load_table(corpus, "forum")
    assert refused(lambda: save_table(corpus, opened)) == "programme_table_unwritable"
    assert other.read_text(encoding="utf-8") == PROGRAMME


def test_a_disk_that_refuses_leaves_the_programme_as_it_was(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    opened = load_table(written, "forum")
    monkeypatch.setattr("assistant.curation.programme_writing.write_whole", full)
    assert refused(lambda: save_table(written, opened)) == "programme_table_unwritable"
    assert (written / "forum/programme.csv").read_bytes() == PROGRAMME.encode("cp1252")


@pytest.mark.parametrize(
    "table",
    [
        Table("forum", COLUMNS, (Row(("atelier-1",)),)),
        Table("forum", COLUMNS, (Row(("x" * (MOST_CHARACTERS + 1), *[""] * 6)),)),
        Table("forum", ("seance",), (Row(("a",)),) * (MOST_ROWS + 1)),
        Table("forum", ("seance", *["x"] * 60), ()),
    ],
    ids=["ragged", "a long cell", "many rows", "many columns"],
)
def test_what_is_too_large_or_uneven_is_refused(corpus: Path, table: Table) -> None:
    assert refused(lambda: save_table(corpus, table)) == "programme_table_too_large"
    assert not (corpus / "forum/programme.csv").exists()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1-1", "-cmd|' /C calc'!A0", "@SUM(A1)", "'=1", "  =1", "＝1+1", "''@x"]
)
def test_what_a_spreadsheet_would_run_is_harmless_in_the_file_and_itself_in_the_table(
    corpus: Path, cell: str
) -> None:
    row = Row(("atelier-1", cell, "", "", "", "", ""))
    saved = save_table(corpus, Table("forum", COLUMNS, (row,)))
    assert on_disk(corpus)[1][1].startswith("'")
    assert saved.rows[0].cells[1] == cell.strip()
    assert load_programme(corpus / "forum")[0]["atelier-1"].title == cell.strip()


@pytest.mark.parametrize("cell", ["-5", "+33", "-1,5", "12 - 14", "a@b", "'été", ""])
def test_what_runs_nothing_is_written_as_it_is(cell: str) -> None:
    assert guard(cell) == cell


_CELL = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(_CELL)
def test_a_guarded_cell_is_given_back(cell: str) -> None:
    assert unguarded(guard(cell)) == cell or cell.startswith("'")


@settings(max_examples=40)
@given(
    titles=st.lists(_CELL, max_size=3),
    rows=st.lists(st.lists(_CELL, min_size=10, max_size=10), max_size=4),
    separator=st.sampled_from([";", ",", "\t", "x", ""]),
)
def test_what_is_written_is_read_back_cell_for_cell(
    titles: list[str], rows: list[list[str]], separator: str
) -> None:
    columns = (*COLUMNS, *titles)
    table = Table(
        "forum", columns, tuple(Row(tuple(row[: len(columns)])) for row in rows), separator
    )
    with TemporaryDirectory() as folder:
        (Path(folder) / "forum").mkdir()
        once = save_table(Path(folder), table)
        twice = save_table(Path(folder), once)
    assert (twice.columns, twice.rows) == (once.columns, once.rows)
    assert len(once.columns) == len(columns)
