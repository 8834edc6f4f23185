"""What a file itself hides is left out and told, and read where the site asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from assistant.readers import read
from assistant.readers.parts import Options
from tests.unit.readers.test_formats import write_opendocument

SHOWN = ("Service", "Voirie", "Propreté")
HIDDEN = ("06 00 00 00 00", "Brouillon")


def excel(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Contacts"
    for row in (
        ["Service", "Portable", "Lieu"],
        ["Voirie", "06 00 00 00 00", "Mairie"],
        ["Brouillon", "x", "y"],
        ["Propreté", "z", "Dépôt"],
    ):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def opendocument(folder: Path) -> Path:
    def row(cells: str, more: str = "") -> str:
        inner = "".join(
            f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
            for cell in cells.split("|")
        )
        return f"<table:table-row{more}>{inner}</table:table-row>"

    hidden = ' table:visibility="collapse"'
    body = (
        '<office:body><office:spreadsheet><table:table table:name="Contacts"><table:table-column/>'
        f"<table:table-column{hidden}/><table:table-column/>"
        + row("Service|Portable|Lieu")
        + row("Voirie|06 00 00 00 00|Mairie")
        + row("Brouillon|x|y", ' table:visibility="filter"')
        + row("Propreté|z|Dépôt")
        + "</table:table></office:spreadsheet></office:body>"
    )
    return write_opendocument(folder / "a.ods", "spreadsheet", body)


def web(folder: Path) -> Path:
    body = (
        "<p>Service Voirie<span style='color:red; display: none'> 06 00 00 00 00</span></p>"
        "<div hidden><p>Brouillon</p></div><p>Propreté</p>"
    )
    (folder / "a.html").write_text(f"<html><body>{body}</body></html>", "utf-8")
    return folder / "a.html"


def markdown(folder: Path) -> Path:
    text = "Service Voirie\n\n<!-- 06 00 00 00 00\nBrouillon -->\n\nPropreté <!-- vu -->\n"
    (folder / "a.md").write_text(text, "utf-8")
    return folder / "a.md"


WRITTEN = pytest.mark.parametrize("written", [excel, opendocument, web, markdown])


@WRITTEN
def test_hidden_content_is_left_out_and_told(
    written: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = written(tmp_path)
    document = read(path, f"e/s/{path.name}")
    text = "\n".join(block.text for block in document.blocks)
    assert all(word in text for word in SHOWN)
    assert not any(word in text for word in HIDDEN)
    assert len(document.problems) == 1


@WRITTEN
def test_hidden_content_is_read_where_the_site_asks_for_it(
    written: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = written(tmp_path)
    document = read(path, f"e/s/{path.name}", options=Options(hidden_slides=True))
    text = "\n".join(block.text for block in document.blocks)
    if path.suffix != ".md":  # a comment's words are no text of the page, even then
        assert all(word in text for word in (*SHOWN, *HIDDEN))
    assert document.problems == ()


def test_the_lines_after_a_comment_keep_their_numbers(tmp_path: Path) -> None:
    blocks = read(markdown(tmp_path), "e/s/a.md").blocks
    assert [(block.text, block.place.first) for block in blocks] == [
        ("Service Voirie", 1),
        ("Propreté", 6),
    ]


def test_an_endless_comment_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Début\n\n<!-- sans fin\n\nSuite\n" + "<!--" * 100_000, "utf-8")
    text = "\n".join(block.text for block in read(tmp_path / "a.md", "e/s/a.md").blocks)
    assert "Début" in text and "Suite" in text
