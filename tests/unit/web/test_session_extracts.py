"""Excerpts laid out: a slide's title over its lines, and the rows of a table as a table."""

from __future__ import annotations

from assistant.web.sessions.extracts import ExtractBlock, blocks_of


def test_rows_in_a_row_are_a_table_and_other_lines_stay_lines() -> None:
    first, table, last = blocks_of(
        "Le coût\nPoste : Licences | Montant : 7 200 €\n"
        "Poste : Total | Montant : 18 600 €\nen euros"
    )
    assert (first, last) == (ExtractBlock("Le coût"), ExtractBlock("en euros"))
    assert table.headers == ("Poste", "Montant")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Licences", "7 200 €"],
        ["Total", "18 600 €"],
    ]


def test_rows_under_other_headers_stay_lines() -> None:
    text = "Poste : Licences | Montant : 7 200 €\nAnnée : 2025 | Part : 4 %"
    assert blocks_of(text) == [ExtractBlock(text)]


def test_a_table_without_headers_has_none() -> None:
    (table,) = blocks_of("lundi | mardi\n8 h | 9 h")
    assert table.headers == ()
    assert len(table.rows) == 2
