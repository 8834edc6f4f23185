"""Tables so long that reading them takes seconds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from assistant.i18n.problems import problem_in_words
from assistant.readers import read
from assistant.records import Document


def read_file(path: Path) -> Document:
    return read(path, f"e/s/{path.name}")


def write_rows(path: Path, last: int, *, between: bool) -> Path:
    """Write a sheet with a value in row 1 and in row `last`, and in those between if asked to."""
    rows = [[f"Valeur {n}"] if between or n in (1, last) else [] for n in range(1, last + 1)]
    if path.suffix == ".csv":
        path.write_text("\n".join("".join(row) for row in rows), encoding="utf-8")
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        cell = "<table:table-row><table:table-cell><text:p>Valeur</text:p></table:table-cell>"
        empty = f'<table:table-row table:number-rows-repeated="{last - 2}"/>'
        body = (
            '<table:table table:name="Feuille">'
            f"{cell}</table:table-row>{empty}{cell}</table:table-row></table:table>"
        )
        office = "urn:oasis:names:tc:opendocument:xmlns:"
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            made.writestr(
                "content.xml",
                f'<office:document-content xmlns:office="{office}office:1.0"'
                f' xmlns:text="{office}text:1.0" xmlns:table="{office}table:1.0"><office:body>'
                f"<office:spreadsheet>{body}</office:spreadsheet></office:body>"
                "</office:document-content>",
            )
    return path


@pytest.mark.parametrize(
    ("name", "between"), [("a.csv", True), ("a.csv", False), ("a.xlsx", False), ("a.ods", False)]
)
def test_a_table_is_read_up_to_its_50_000th_row_and_the_rest_is_told(
    tmp_path: Path, name: str, between: bool
) -> None:
    whole = read_file(write_rows(tmp_path / name, 50_000, between=between))
    assert whole.blocks[-1].place.last == 50_000 and whole.problems == ()
    for beyond in (50_001, 60_000):
        cut = read_file(write_rows(tmp_path / name, beyond, between=between))
        assert cut.blocks[-1].place.last <= 50_000
        (problem,) = cut.problems
        assert problem.state == "partial" and "lignes" in problem_in_words(problem)
