"""Rows of cells become lines that can be understood, and quoted, alone.

In: the texts of a table's cells. Out: one text, a line per row.
"""

from __future__ import annotations

from collections.abc import Sequence


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Return a table as text.

    With a header: "Nom : Atelier 1 | Durée : 2 h". Without one (a cell of the first row is empty,
    or holds only figures), cells are joined by " | ". A cell merged over several is said once.
    """
    shown = [[" ".join(cell.split()) for cell in row] for row in rows]
    shown = [row for row in shown if any(row)]
    if not shown:
        return ""
    header, *body = shown
    if not body or not _is_header(header):
        return "\n".join(_plain(row) for row in shown)
    lines = []
    for row in body:
        if len(set(row)) == 1 and len(row) > 1:
            lines.append(row[0])  # one cell across the whole row: a subheading
            continue
        cells = [
            f"{title} : {cell}" if title else cell
            for title, cell in zip([*header, *[""] * len(row)], row, strict=False)
            if cell
        ]
        lines.append(" | ".join(cells))
    return "\n".join(lines)


def _is_header(row: Sequence[str]) -> bool:
    named = [cell for cell in row if any(character.isalpha() for character in cell)]
    return (
        len(row) > 1
        and len(named) >= len(row) - 1
        and len(set(row)) == len(row)
        and all(len(cell) <= 80 for cell in row)
    )


def _plain(row: Sequence[str]) -> str:
    cells: list[str] = []
    for cell in row:
        if cell and (not cells or cells[-1] != cell):
            cells.append(cell)
    return " | ".join(cells)
