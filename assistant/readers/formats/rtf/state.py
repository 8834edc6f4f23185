"""What is being gathered of an RTF file: groups, paragraphs, and tables from cells as they end.

In: control words, and the texts of cells. Out: a paragraph's text; rows of texts, that of a merged
cell wherever it reaches. A table within a cell is said with that cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.readers.parts import MAX_BLOCK_CHARACTERS
from assistant.text.analysis import clean

_MERGES = {"clmrg": "left", "clvmrg": "above"}
#: Right edges of cells so near to each other, in twentieths of a point, are those of one column.
_SAME_EDGE = 150


@dataclass(frozen=True, slots=True)
class RtfGroup:
    """What holds until the group ends: its destination, whether it is shown, how."""

    destination: str = ""
    skipped: bool = False
    bold: bool = False
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    above: bool = False
    fallback: int = 1


@dataclass(slots=True)
class RtfParagraph:
    """A paragraph being gathered, with what its control words say of it."""

    pieces: list[str] = field(default_factory=list)
    bold: bool = True
    style: int = -1
    outline: int = -1
    item: bool = False
    depth: int = 0
    in_table: bool = False

    @property
    def text(self) -> str:
        text = "".join(self.pieces)[:MAX_BLOCK_CHARACTERS]
        # RTF writes the two halves of a rare character apart.
        return clean(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


class RtfTable:
    """Gathers the rows of one table."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._cells: list[str] = []
        self._nested: list[str] = []
        self._merges: list[str] = []
        self._merge = ""
        self._edges: list[int] = []
        #: Of each row, where its cells end on the right; none where it doesn't say it of each.
        self._ends: list[list[int]] = []

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self._cells

    def define(self, word: str, value: int) -> None:
        """Take a word of a row's definition: where each of its cells ends, what it merges with."""
        if word == "trowd":
            self._merges, self._merge, self._edges = [], "", []
        elif word == "cellx":
            self._merges.append(self._merge)
            self._edges.append(value)
            self._merge = ""
        else:
            self._merge = _MERGES.get(word, self._merge)

    def end_cell(self, text: str) -> None:
        """Take the text of a cell."""
        self._cells.append(" ".join(filter(None, (*self._nested, text))))
        self._nested = []

    def end_nested_cell(self, text: str) -> None:
        """Take the text of a cell of a table within a cell."""
        self._nested.append(text)

    def end_row(self) -> None:
        """End a row, whose merged cells say what they are merged with."""
        above = self.rows[-1] if self.rows else []
        for at, merge in enumerate(self._merges[: len(self._cells)]):
            if merge == "above" and at < len(above):
                self._cells[at] = above[at]
            elif merge == "left" and at:
                self._cells[at] = self._cells[at - 1]
        self.rows.append(self._cells)
        self._ends.append(self._edges if len(self._edges) == len(self._cells) else [])
        self._cells = []

    def taken(self) -> list[list[str]]:
        """Return the rows, a cell that is wider than a column on each that it reaches over."""
        columns = max(self._ends, key=len, default=[])
        rows = [
            _spread(row, ends, columns) for row, ends in zip(self.rows, self._ends, strict=True)
        ]
        rows += [self._cells] if self._cells else []
        self.rows, self._ends, self._cells, self._nested = [], [], [], []
        return rows


def _spread(row: list[str], ends: Sequence[int], columns: Sequence[int]) -> list[str]:
    """Return a row by the columns of its table; as it is where its cells end between these.

    Word writes a cell merged over two columns as one that ends where the second does.
    """
    reached = [_column(end, columns) for end in ends]
    if len(row) == len(columns) or not reached or -1 in reached or sorted(set(reached)) != reached:
        return row
    widths = [last - before for before, last in pairwise([-1, *reached])]
    return [text for text, width in zip(row, widths, strict=True) for _ in range(width)]


def _column(end: int, columns: Sequence[int]) -> int:
    """Return the column, from 0, that ends where a cell does; -1 for none."""
    return next((at for at, edge in enumerate(columns) if abs(edge - end) <= _SAME_EDGE), -1)


#: The words that define the cells of a row.
DEFINING = frozenset(("trowd", "cellx", *_MERGES))
