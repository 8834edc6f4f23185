"""Rows of tables, as they are quoted."""

from __future__ import annotations

import pytest

from assistant.readers.formats.table_text import table_text
from assistant.records import Cell
from assistant.retrieval.table_rows import table_rows


def test_a_table_that_was_read_is_given_back_in_cells() -> None:
    text = table_text([["Dépense", "Montant"], ["Four", "9 €"], ["Table", "3 €"]])
    assert table_rows(text) == (
        (Cell("Dépense", "Four"), Cell("Montant", "9 €")),
        (Cell("Dépense", "Table"), Cell("Montant", "3 €")),
    )


def test_cells_without_titles_have_none() -> None:
    assert table_rows(table_text([["12", "24"], ["3", "6"]])) == (
        (Cell("", "12"), Cell("", "24")),
        (Cell("", "3"), Cell("", "6")),
    )


@pytest.mark.parametrize("text", ["Le four vaut 9 €.", "Four : 9 €", "A : b | C : d\nUn texte"])
def test_a_text_is_no_table(text: str) -> None:
    assert table_rows(text) == ()
