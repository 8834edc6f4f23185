"""Sheets: titles of two levels, what is drawn over the cells, and formulas without a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from assistant.readers import read
from assistant.records import Document
from tests.unit.readers.test_visible_text import body, opendocument


def workbook(folder: Path, rows: list[list[Any]], *merged: str) -> tuple[Path, Any, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in rows:
        sheet.append(row)
    for region in merged:
        sheet.merge_cells(region)
    return folder / "a.xlsx", book, sheet


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def read_file(path: Path) -> Document:
    return read(path, f"e/s/{path.name}")


ROWS = [
    ["Budget des services"],
    ["Service", 2024, None, 2025, None],
    [None, "Voté", "Réalisé", "Voté", "Réalisé"],
    ["Voirie", 12, 10, 14, 9],
]
LINES = [
    "Budget",
    "Budget des services",
    "Service : Voirie | 2024 Voté : 12 | 2024 Réalisé : 10 | 2025 Voté : 14 | 2025 Réalisé : 9",
]


def test_titles_merged_over_columns_go_before_those_under_them(tmp_path: Path) -> None:
    path, book, _ = workbook(tmp_path, ROWS, "A1:E1", "A2:A3", "B2:C2", "D2:E2")
    book.save(path)
    assert texts(read_file(path)) == LINES


def test_so_do_those_of_opendocument(tmp_path: Path) -> None:
    def cell(text: object, columns: int = 1, rows: int = 1) -> str:
        over = f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
        covered = "<table:covered-table-cell/>" * (columns - 1)
        return f"<table:table-cell{over}><text:p>{text}</text:p></table:table-cell>{covered}"

    rows = [
        cell("Budget des services", columns=5),
        cell("Service", rows=2) + cell(2024, columns=2) + cell(2025, columns=2),
        "<table:covered-table-cell/>" + "".join(map(cell, ROWS[2][1:])),
        "".join(map(cell, ROWS[3])),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = body(f'<table:table table:name="Budget">{table}</table:table>', "spreadsheet")
    assert texts(read_file(opendocument(tmp_path, "ods", content))) == LINES


def test_and_those_of_a_table_in_a_page(tmp_path: Path) -> None:
    rows = (
        '<tr><th rowspan="2">Service</th><th colspan="2">2024</th></tr>'
        "<tr><th>Voté</th><th>Réalisé</th></tr><tr><td>Voirie</td><td>12</td><td>10</td></tr>"
    )
    (tmp_path / "a.html").write_text(f"<html><body><table>{rows}</table></body></html>", "utf-8")
    assert texts(read_file(tmp_path / "a.html")) == [
        "Service : Voirie | 2024 Voté : 12 | 2024 Réalisé : 10"
    ]


def test_a_row_merged_over_columns_without_any_below_is_said_once(tmp_path: Path) -> None:
    rows = [["Lieu", None, "Jour"], ["Mairie", None, "3 mai"], ["Gymnase", "bas", "4 mai"]]
    path, book, _ = workbook(tmp_path, rows, "A1:B1", "A2:B2")
    book.save(path)
    assert texts(read_file(path))[1:] == [
        "Lieu : Mairie | Jour : 3 mai",
        "Lieu : Gymnase | bas | Jour : 4 mai",
    ]


def test_a_formula_without_its_result_is_told(tmp_path: Path) -> None:
    path, book, sheet = workbook(tmp_path, [["Poste", "Coût"], ["Salle", 12]])
    sheet["A3"], sheet["B3"] = "Total", "=SUM(B2:B2)"
    book.save(path)
    document = read_file(path)
    assert texts(document)[-1] == "Total"
    assert [problem.key for problem in document.problems] == ["reading.formulas_uncomputed"]


def test_a_chart_over_cells_says_its_titles_and_a_remark_is_told(tmp_path: Path) -> None:
    path, book, sheet = workbook(tmp_path, [["Poste", "Coût"], ["Salle", 12]])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    chart.title, chart.y_axis.title = "Dépenses du forum", "k€"
    sheet.add_chart(chart, "A5")
    sheet["B2"].comment = Comment("À revoir", "Relecture")
    book.save(path)
    document = read_file(path)
    drawn = document.blocks[-1]
    assert (drawn.text, drawn.place.first) == ("Dépenses du forum\nk€", 5)
    assert [problem.key for problem in document.problems] == ["reading.remarks_unread"]


def test_a_sheet_that_is_a_chart_alone_has_its_name(tmp_path: Path) -> None:
    path, book, sheet = workbook(tmp_path, [["Poste", "Coût"], ["Salle", 12]])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    chart.title = "Dépenses du forum"
    book.create_chartsheet("Graphique").add_chart(chart)
    book.save(path)
    assert texts(read_file(path))[-2:] == ["Graphique", "Dépenses du forum"]


def test_a_text_box_over_cells_is_read(tmp_path: Path) -> None:
    box = "<draw:frame><draw:text-box><text:p>Chiffres provisoires</text:p></draw:text-box>"
    cell = "<table:table-cell><text:p>Voirie</text:p></table:table-cell>"
    table = (
        f'<table:table table:name="Budget"><table:shapes>{box}</draw:frame></table:shapes>'
        f"<table:table-row>{cell}</table:table-row></table:table>"
    )
    path = opendocument(tmp_path, "ods", body(table, "spreadsheet"))
    assert texts(read_file(path)) == ["Budget", "Voirie", "Chiffres provisoires"]


def test_a_table_below_another_has_titles_of_its_own(tmp_path: Path) -> None:
    rows = [["Heure", "Salle", "Titre"], ["9h", "A", "Ouverture"], [], ["Contacts"]]
    rows += [["Nom", "Téléphone"], ["Accueil", "01 02"]]
    path, book, _ = workbook(tmp_path, rows)
    book.save(path)
    assert texts(read_file(path))[1:] == [
        "Heure : 9h | Salle : A | Titre : Ouverture",
        "Contacts",
        "Nom : Accueil | Téléphone : 01 02",
    ]


def test_a_caption_within_a_table_leaves_its_titles(tmp_path: Path) -> None:
    rows = [["Heure", "Salle", "Titre"], ["9h", "A", "Ouverture"], [], ["Après-midi"]]
    path, book, _ = workbook(tmp_path, [*rows, ["14h", None, "Pause"], ["15h", "B", "Fin"]])
    book.save(path)
    assert texts(read_file(path))[-2:] == [
        "Heure : 14h | Titre : Pause",
        "Heure : 15h | Salle : B | Titre : Fin",
    ]


def test_what_goes_beyond_a_table_after_a_gap_has_none_of_its_titles(tmp_path: Path) -> None:
    rows = [["N° :", "Date"], ["12", "3 mai"], [], ["Réseau"]]
    path, book, _ = workbook(tmp_path, [*rows, ["1.", "Tension", "130 kV"], ["2.", "Cycle", "50"]])
    book.save(path)
    assert texts(read_file(path))[1:] == [
        "N° : 12 | Date : 3 mai",
        "Réseau",
        "1. | Tension | 130 kV",
        "2. | Cycle | 50",
    ]
