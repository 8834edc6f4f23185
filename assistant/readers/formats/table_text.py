"""Rows of cells become lines that can be understood, and quoted, alone.

In: the texts of a table's cells. Out: one text, a line per row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

#: A cell reaches over so many columns or rows at most, and a row holds so many cells.
MAX_SPAN = 1_000
MAX_CELLS = 1_000

_TITLE_CHARACTERS = 80
#: A cell of so many paragraphs is a column of a page, unless so many rows begin with a label.
_COLUMN_PARAGRAPHS, _LABELLED_ROWS, _LABEL_CHARACTERS = 6, 3, 60
_YEAR = re.compile(r"(?:19|20)\d\d")

#: By column: the text of a cell that reaches there, and over how many more rows.
Reach = dict[int, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class MergedCell:
    """A cell as a file has it: its text, and over how many columns and rows it is merged."""

    text: str
    columns: int = 1
    rows: int = 1


def grid(rows: Iterable[Iterable[MergedCell]]) -> list[list[str]]:
    """Return a table's texts by row and column, that of a merged cell wherever it reaches.

    As HTML lays tables out: a cell stands in the first column of its row that none from above
    reaches.
    """
    laid: list[list[str]] = []
    reaching: Reach = {}
    for cells in rows:
        row: list[str] = []
        below: Reach = {}

        def put(text: str, more: int, row: list[str] = row, below: Reach = below) -> None:
            if more > 0:
                below[len(row)] = text, more
            row.append(text)

        own = [*cells]
        if not reaching and all(cell.columns <= 1 >= cell.rows for cell in own):
            laid.append([cell.text for cell in own[:MAX_CELLS]])
            continue
        for cell in own:
            while len(row) in reaching:
                text, more = reaching.pop(len(row))
                put(text, more - 1)
            for _ in range(min(max(1, cell.columns), MAX_SPAN)):
                if len(row) < MAX_CELLS:
                    reaching.pop(len(row), None)
                    put(cell.text, min(cell.rows, MAX_SPAN) - 1)
        while reaching:  # a row may end, or be empty, before columns that some reach from above
            text, more = reaching.pop(len(row), ("", 0))
            put(text, more - 1)
        laid.append(row if own else [])
        reaching = below
    return laid


def span(written: str | None) -> int:
    """Return over how many cells one is merged, as a file writes it; 1 where it says nothing."""
    return int(written[:4]) if written and written.isascii() and written.isdigit() else 1


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Return a table as text.

    With a header: "Nom : Atelier 1 | Durée : 2 h". Without one (a cell of the first row is empty,
    or holds only figures), cells are joined by " | ". A cell merged over several is said once. A
    title under which none of several rows has anything ends the first: "Nom : A | Signature :".
    """
    shown = [[" ".join(cell.split()) for cell in row] for row in rows]
    shown = [row for row in shown if any(row)]
    if not shown:
        return ""
    header, *body = shown
    if len(body) > 1 and (titles := two_levels(header, body[0])):
        header, body = titles, body[1:]
    if not body or not _is_header(header):
        return "\n".join(_plain(row) for row in shown)
    lines = []
    unused = _unused(header, body) if len(body) > 1 else []
    for row in body:
        if len(set(row)) == 1 and len(row) > 1:
            lines.append(row[0])  # one cell across the whole row: a subheading
            continue
        cells = [
            f"{title.rstrip(' :')} : {cell}" if title else cell
            for title, cell in zip([*header, *[""] * len(row)], row, strict=False)
            if cell
        ]
        lines.append(" | ".join(cells + unused))
        unused = []
    return "\n".join(lines)


def _unused(header: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Return the titles of the columns that are empty in every row, each once."""
    filled = {at for row in body for at, cell in enumerate(row) if cell}
    named = [title for at, title in enumerate(header) if title and at in filled]
    empty = (title for at, title in enumerate(header) if title and at not in filled)
    return [f"{title.rstrip(' :')} :" for title in dict.fromkeys(empty) if title not in named]


def lays_out(rows: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Tell whether a table only lays out a page, by its rows, cells and their paragraphs.

    A frame is one cell; a letter in two columns has cells of many paragraphs. Rows that begin with
    a label ("9 h | …") are a table, whatever stands beside it.
    """
    filled = [[kept for cell in row if (kept := [*filter(str.strip, cell)])] for row in rows]
    if sum(map(len, filled)) == 1:
        return True
    labelled = sum(
        len(row) > 1 and len(row[0]) == 1 and len(row[0][0]) <= _LABEL_CHARACTERS for row in filled
    )
    most = max((len(cell) for row in filled for cell in row), default=0)
    return (
        max(map(len, rows)) <= 2 and most >= _COLUMN_PARAGRAPHS and labelled < _LABELLED_ROWS
        if filled
        else False
    )


def two_levels(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Return the titles of columns that two rows make: "2024 Budget", "2024 Réalisé"; [] if none.

    Of the first, some titles are merged over several columns, which the second tells apart.
    """
    pairs = list(zip(above, below, strict=False))
    spread = any(a and a == b and one != other for (a, one), (b, other) in pairwise(pairs))
    if not spread or len(above) != len(below) or not all(map(_is_title, filter(None, below))):
        return []
    titles = [above if above == below else f"{above} {below}".strip() for above, below in pairs]
    return titles if _are_apart(titles) and all(titles[1:]) else []


def _are_apart(titles: Sequence[str]) -> bool:
    """Tell whether titles differ, but for those that are merged over neighbouring columns."""
    merged = [title for title, _ in groupby(titles)]
    return 1 < len(merged) == len(set(merged))


def _is_title(cell: str) -> bool:
    """Tell whether a cell may be a title of a column: short words, or a year."""
    says = any(map(str.isalpha, cell)) or _YEAR.fullmatch(cell) is not None
    return says and len(cell) <= _TITLE_CHARACTERS


def _is_header(row: Sequence[str]) -> bool:
    if len(row) > 3 and not row[0] and not row[-1]:
        row = row[:-1]  # a timetable has its times on both sides
    worded = sum(any(map(str.isalpha, cell)) for cell in row)
    years = sum(_YEAR.fullmatch(cell) is not None for cell in row)
    return (
        len(row) > 1
        and worded + (years if worded or years > 1 else 0) >= len(row) - 1
        and _are_apart(row)
        and all(len(cell) <= _TITLE_CHARACTERS for cell in row)
    )


def _plain(row: Sequence[str]) -> str:
    cells: list[str] = []
    for cell in row:
        if cell and (not cells or cells[-1] != cell):
            cells.append(cell)
    return " | ".join(cells)
