"""RTF reads as Word shows it: tables, forms, formulas, margins, and what it hides."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.readers import read
from assistant.readers.parts import Options
from assistant.records import Document


def rtf(folder: Path, source: str, **options: bool) -> Document:
    escaped = "".join(c if ord(c) < 128 else f"\\'{ord(c):02x}" for c in source)
    (folder / "a.rtf").write_text("{\\rtf1\\ansi " + escaped + "}", "ascii")
    return read(folder / "a.rtf", "e/s/a.rtf", options=Options(**options))


FORM = "{\\field{\\*\\fldinst FORMCHECKBOX {\\*\\formfield{\\fftype1\\ffres%d\\ffdefres%d x}}}}"
MERGED = "\\trowd\\clvmgf\\cellx1\\cellx2\\cellx3"
BELOW = "\\trowd\\clvmrg\\cellx1\\clmgf\\cellx2\\clmrg\\cellx3"
HEADS = "\\trowd\\cellx1\\cellx2\\cellx3\\intbl Lieu\\cell Début\\cell Fin\\cell\\row"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("Taux {\\mmath{\\*\\moMath{\\mf{\\mfPr\\mctrlPr x}{\\mnum{\\mr 7}}{\\mden{\\mr 8}}}"
         "{\\mr  = 87,5 %}}} en mai.\\par", ["Taux 7/8 = 87,5 % en mai."]),
        (FORM % (1, 0) + "Oui\\par", ["☒ Oui"]),
        (FORM % (25, 1) + "Oui\\par", ["☒ Oui"]),
        (FORM % (25, 0) + "Non\\par", ["☐ Non"]),
        ("{\\header Réf. 2024-12\\par}{\\footer Mairie, page {\\field{\\*\\fldinst PAGE}"
         "{\\fldrslt 1}}\\par}{\\headerf Jamais montré\\par}Le conseil.\\par",
         ["Réf. 2024-12", "Mairie", "Le conseil."]),
        (HEADS + MERGED + "\\intbl Mairie\\cell mai\\cell juin\\cell\\row" + BELOW
         + "\\intbl\\cell été\\cell\\cell\\row\\pard\\par",
         ["Lieu : Mairie | Début : mai | Fin : juin\nLieu : Mairie | Début : été | Fin : été"]),
        (HEADS + "\\trowd\\cellx1\\cellx2\\cellx3\\intbl Mairie\\cell\\itap2 le 3\\nestcell mai"
         "\\nestcell{\\*\\nesttableprops\\trowd\\cellx1\\nestrow}{\\nonesttables\\par}\\itap1\\cell"
         " juin\\cell\\row\\pard\\par", ["Lieu : Mairie | Début : le 3 mai | Fin : juin"]),
        ("{\\*\\do{\\dptxbxtext Encadré\\par}}Après.\\par", ["Après.", "Encadré"]),
        ("Le {\\deleted 12}19 mai.\\par", ["Le 19 mai."]),
    ],
    ids=["formula", "ticked", "ticked by default", "not ticked", "margins", "merged cells",
         "a table in a cell", "an old text box", "deleted"],
)  # fmt: skip
def test_a_document_reads_as_it_is_shown(source: str, texts: list[str], tmp_path: Path) -> None:
    document = rtf(tmp_path, source)
    assert [block.text for block in document.blocks] == texts
    assert document.problems == ()


def test_the_margins_of_a_first_page_are_read_where_it_has_some(tmp_path: Path) -> None:
    document = rtf(tmp_path, "\\titlepg{\\headerf Ville de Valdeclair\\par}Le conseil.\\par")
    assert [block.text for block in document.blocks] == ["Ville de Valdeclair", "Le conseil."]


def test_hidden_text_is_left_out_and_told(tmp_path: Path) -> None:
    source = "Standard.{\\v  Portable : 06 00}\\par"
    left = rtf(tmp_path, source)
    assert [block.text for block in left.blocks] == ["Standard."]
    assert [problem.key for problem in left.problems] == ["reading.text_hidden"]
    (block,) = rtf(tmp_path, source, hidden_slides=True).blocks
    assert block.text == "Standard. Portable : 06 00"


def test_objects_and_remarks_are_named(tmp_path: Path) -> None:
    source = (
        "Voir{\\*\\annotation À revoir} le tableau.{\\object\\objemb{\\*\\objclass Excel.Sheet.12}"
        "{\\*\\objdata 0102}{\\result{\\pict 0102}}}\\par"
    )
    document = rtf(tmp_path, source)
    assert [block.text for block in document.blocks] == ["Voir le tableau."]
    assert [dict(problem.values) for problem in document.problems] == [
        {"names": "Excel.Sheet.12"},
        {"number": "1"},
    ]


def test_a_cell_as_wide_as_two_columns_moves_no_value_to_another_header(tmp_path: Path) -> None:
    heads = (
        "\\trowd\\cellx1000\\cellx2000\\cellx3000\\intbl Action\\cell Début\\cell Fin\\cell\\row"
    )
    wide = "\\trowd\\cellx2010\\cellx3000\\intbl Étude\\cell mai\\cell\\row"
    odd = "\\trowd\\cellx1500\\cellx3000\\intbl Bilan\\cell juin\\cell\\row\\pard Fin.\\par"
    (table, _) = rtf(tmp_path, heads + wide + odd).blocks
    assert table.text.split("\n") == [
        "Action : Étude | Début : Étude | Fin : mai",
        "Action : Bilan | Début : juin",
    ]
