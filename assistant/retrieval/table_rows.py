"""Lines of a passage → the rows of the table that they are, if they are one. Pure.

`readers.formats.table_text` wrote them: "Dépense : Formation | Montant : 3 250 €", or the cells
alone where the table has no header.
"""

from __future__ import annotations

from assistant.records.answers import Cell
from assistant.retrieval.titles import CELLS

_AFTER_HEADER = " : "


def table_rows(text: str) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a text whose every line is one; () where one isn't."""
    lines = text.split("\n")
    if not all(CELLS in line for line in lines):
        return ()
    return tuple(tuple(_cell(one) for one in line.split(CELLS)) for line in lines)


def _cell(text: str) -> Cell:
    header, colon, value = text.partition(_AFTER_HEADER)
    return Cell(header.strip(), value.strip()) if colon else Cell("", text.strip())
