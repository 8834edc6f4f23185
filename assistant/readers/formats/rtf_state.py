"""What is being gathered of an RTF file: groups, paragraphs, and tables from cells as they end.

In: control words, and the texts of cells. Out: a paragraph's text; rows of texts, that of a merged
cell wherever it reaches. A table within a cell is said with that cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.readers.parts import MAX_BLOCK_CHARACTERS
from assistant.text.analysis import clean

_MERGES = {"clmrg": "left", "clvmrg": "above"}


@dataclass(frozen=True, slots=True)
class RtfGroup:
    """What holds until the group ends: its destination, whether it is shown, how."""

    destination: str = ""
    skipped: bool = False
    bold: bool = False
    hidden: bool = False
    struck: bool = False
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

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self._cells

    def define(self, word: str) -> None:
        """Take a word of a row's definition: what each of its cells is merged with."""
        if word == "trowd":
            self._merges, self._merge = [], ""
        elif word == "cellx":
            self._merges.append(self._merge)
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
        self._cells = []

    def taken(self) -> list[list[str]]:
        """Return the rows, and begin a new table."""
        rows = [*self.rows, self._cells] if self._cells else self.rows
        self.rows, self._cells, self._nested = [], [], []
        return rows


#: The words that define the cells of a row.
DEFINING = frozenset(("trowd", "cellx", *_MERGES))
