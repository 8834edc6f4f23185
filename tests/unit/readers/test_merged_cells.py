"""Merged cells: a value stands under its own header, a label on each row that it is merged over."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from assistant.readers import read
from assistant.readers.formats.table_text import MAX_CELLS, MAX_SPAN, MergedCell, grid, table_text
from tests.unit.readers.test_formats import write_opendocument

#: Two phases, of which the second begins in May; the service is merged over both.
LINES = [
    "Service : Voirie | Phase : Étude | Début : mars | Fin : avril",
    "Service : Voirie | Phase : Travaux | Début : mai | Fin : juin",
]
ROWS = [
    ["Service", "Phase", "Début", "Fin"],
    ["Voirie", "Étude", "mars", "avril"],
    ["", "Travaux", "mai", "juin"],
]
#: What an OpenDocument table writes where a cell is merged: the label, then what it covers.
LABEL = '<table:table-cell table:number-rows-spanned="2"><text:p>Voirie</text:p></table:table-cell>'
HIDDEN = "<table:covered-table-cell><text:p>caché</text:p></table:covered-table-cell>"


def test_a_row_that_is_empty_keeps_what_reaches_over_it_and_a_timetable_its_days() -> None:
    """The invited talk is on Wednesday until the row of 15 h, whose Tuesday has a pause."""
    talk = MergedCell("Exposé", rows=3)
    rows = [
        [MergedCell(text) for text in ("", "Mardi", "Mercredi", "")],
        [MergedCell("14 h"), MergedCell("Session A"), talk, MergedCell("14 h")],
        [],
        [MergedCell("15 h"), MergedCell("Pause"), MergedCell("15 h")],
    ]
    assert table_text(grid(rows)).split("\n") == [
        "14 h | Mardi : Session A | Mercredi : Exposé | 14 h",
        "15 h | Mardi : Pause | Mercredi : Exposé | 15 h",
    ]


def test_a_title_of_a_column_that_is_empty_in_all_rows_is_said_once() -> None:
    rows = [["Nom", "Lot", "Lot", "Remise", "Signature"], ["A", "1", "", "", ""],
            ["B", "2", "", "", ""]]  # fmt: skip
    assert table_text(rows) == "Nom : A | Lot : 1 | Remise : | Signature :\nNom : B | Lot : 2"


def odf_rows() -> str:
    def cells(texts: list[str]) -> str:
        return "".join(f"<table:table-cell><text:p>{x}</text:p></table:table-cell>" for x in texts)

    heads = [cells(ROWS[0]), LABEL + cells(ROWS[1][1:]), HIDDEN + cells(ROWS[2][1:])]
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in heads)


def odt(path: Path) -> Path:
    body = f"<office:text><table:table>{odf_rows()}</table:table></office:text>"
    return write_opendocument(path / "a.odt", "text", f"<office:body>{body}</office:body>")


def odp(path: Path) -> Path:
    body = (
        '<office:body><office:presentation><draw:page draw:name="p1"><draw:frame svg:y="3cm">'
        f"<table:table>{odf_rows()}</table:table></draw:frame></draw:page></office:presentation>"
        "</office:body>"
    )
    return write_opendocument(path / "a.odp", "presentation", body)


def ods(path: Path) -> Path:
    body = (
        '<office:body><office:spreadsheet><table:table table:name="Phases">'
        f"{odf_rows()}</table:table></office:spreadsheet></office:body>"
    )
    return write_opendocument(path / "a.ods", "spreadsheet", body)


def html(path: Path) -> Path:
    rows = "<tr>" + "".join(f"<th>{x}</th>" for x in ROWS[0]) + "</tr>"
    rows += '<tr><td rowspan="2">Voirie</td><td>Étude</td><td>mars</td><td>avril</td></tr>'
    rows += "<tr><td>Travaux</td><td>mai</td><td>juin</td></tr>"
    (path / "a.html").write_text(f"<html><body><table>{rows}</table></body></html>", "utf-8")
    return path / "a.html"


def pptx(path: Path) -> Path:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    size = Inches(1), Inches(1), Inches(6), Inches(2)
    table = slide.shapes.add_table(3, 4, *size).table
    for at, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    deck.save(str(path / "a.pptx"))
    return path / "a.pptx"


def xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    sheet.append(["Total", "4"])
    sheet.merge_cells("A2:A3")
    book.save(path / "a.xlsx")
    return path / "a.xlsx"


@pytest.mark.parametrize("written", [odt, odp, ods, html, pptx, xlsx])
def test_a_label_merged_over_rows_is_said_on_each(written: object, tmp_path: Path) -> None:
    path = written(tmp_path)  # type: ignore[operator]
    blocks = read(path, f"e/s/{path.name}").blocks
    text = "\n".join(block.text for block in blocks if block.kind == "table")
    assert text.split("\n")[:2] == LINES


def test_what_a_merged_cell_covers_is_not_read(tmp_path: Path) -> None:
    for written in (odt, odp, ods):
        path = written(tmp_path)
        blocks = read(path, f"e/s/{path.name}").blocks
        assert not any("caché" in block.text for block in blocks)


def test_a_cell_merged_over_columns_moves_no_value_to_another_header(tmp_path: Path) -> None:
    rows = "<tr><th>Lieu</th><th>Début</th><th>Fin</th></tr>"
    rows += '<tr><td colspan="2">Mairie</td><td>mai</td></tr>'
    (tmp_path / "a.html").write_text(f"<html><body><table>{rows}</table></body></html>", "utf-8")
    (table,) = read(tmp_path / "a.html", "e/s/a.html").blocks
    assert table.text == "Lieu : Mairie | Début : Mairie | Fin : mai"


def test_years_are_titles_of_columns() -> None:
    rows = [["", "2024", "2025"], ["Cantine", "3 €", "4 €"]]
    assert table_text(rows) == "Cantine | 2024 : 3 € | 2025 : 4 €"
    assert table_text([["12", "2024"], ["13", "2025"]]) == "12 | 2024\n13 | 2025"


def test_the_columns_of_a_grid_follow_what_reaches_from_above() -> None:
    rows = [
        [MergedCell("a", rows=3), MergedCell("b", columns=2)],
        [MergedCell("c"), MergedCell("d", rows=2)],
        [MergedCell("e")],
        [MergedCell("f")],
    ]
    assert grid(rows) == [["a", "b", "b"], ["a", "c", "d"], ["a", "e", "d"], ["f"]]


def test_a_grid_has_bounds_whatever_a_file_claims() -> None:
    laid = grid([[MergedCell("a", columns=10**9, rows=10**9)]] * 3 + [[MergedCell("b")]] * 3)
    assert max(len(row) for row in laid) <= MAX_CELLS + MAX_SPAN


def test_titles_merged_over_columns_on_two_rows_name_every_value() -> None:
    rows = [
        ["", "Lot 1", "Lot 1", "Lot 1", "Lot 2"],
        ["", "Pose", "Pose", "Dépose", "Pose"],
        ["Nord", "oui", "", "non", "oui"],
    ]
    assert table_text(rows) == "Nord | Lot 1 Pose : oui | Lot 1 Dépose : non | Lot 2 Pose : oui"


def test_a_title_merged_over_columns_is_that_of_each() -> None:
    rows = [["Nom", "Adresse", "Adresse"], ["Mairie", "1 rue Haute", "Valdeclair"]]
    assert table_text(rows) == "Nom : Mairie | Adresse : 1 rue Haute | Adresse : Valdeclair"
