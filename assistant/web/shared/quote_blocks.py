"""The words of a quote as they were laid out: text → titles, paragraphs, lists and tables. Pure.

A slide's lines are a list, a table's rows a table, and a paragraph stays one. Every word of the
quote stands in a block, once, those that answer told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from assistant.retrieval.titles import CELLS

Kind = Literal["text", "title", "list", "table", "gap"]
#: What a line that says a whole sentence ends with, its closing marks left out.
_SENTENCE_ENDS = (".", "!", "?", "…", ":")
_CLOSING = '»”") '
_AFTER_HEADER = " : "
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class QuotePart:
    """Some words of a quote, in bold where they answer."""

    text: str
    is_strong: bool


#: A line, an item or a cell: its words in order.
Words = tuple[QuotePart, ...]


@dataclass(frozen=True, slots=True)
class QuoteBlock:
    """Words laid out in one way. A "gap" has none: there, some of the document is left out.

    `lines` are paragraphs or items, or the only one of a title; `rows` those of a table, whose
    columns are named by `headers`, empty where they have no names.
    """

    kind: Kind
    lines: tuple[Words, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[Words, ...], ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether a table's columns have names."""
        return any(self.headers)


GAP = QuoteBlock("gap")


def quote_parts(text: str, marked: Sequence[tuple[int, int]], start: int, end: int) -> Words:
    """Return characters `start`..`end` of a quote, cut where the `marked` spans begin and end."""
    parts, at = [], start
    for first, last in sorted(marked):
        first, last = max(first, at), min(last, end)
        if first < last:
            parts += [QuotePart(text[at:first], False), QuotePart(text[first:last], True)]
            at = last
    parts.append(QuotePart(text[at:end], False))
    return tuple(part for part in parts if part.text)


def quote_blocks(
    text: str, marked: Sequence[tuple[int, int]] = (), *, is_titled: bool = False
) -> list[QuoteBlock]:
    """Return the blocks of a quote. `is_titled`: it begins where a slide does, with its title."""
    lines = [*_lines(text)]
    blocks = []
    if is_titled and len(lines) > 1 and _is_title(text[slice(*lines[0])]):
        blocks.append(QuoteBlock("title", (quote_parts(text, marked, *lines.pop(0)),)))
    for kind, run in groupby(lines, key=lambda line: _kind(text[slice(*line)])):
        blocks += _blocks(kind, text, marked, [*run])
    return joined(blocks)


def joined(blocks: Sequence[QuoteBlock]) -> list[QuoteBlock]:
    """Return blocks with those that go on from the one before put into it."""
    found: list[QuoteBlock] = []
    for block in blocks:
        last = found[-1] if found else GAP
        if block.kind == last.kind == "table" and block.headers == last.headers:
            found[-1] = QuoteBlock("table", (), block.headers, (*last.rows, *block.rows))
        elif block.kind == last.kind == "list":
            found[-1] = QuoteBlock("list", (*last.lines, *block.lines))
        else:
            found.append(block)
    return found


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends that holds something."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def _kind(line: str) -> Kind:
    if CELLS in line:
        return "table"
    return "text" if line.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) else "list"


def _is_title(line: str) -> bool:
    """Tell whether a line may be a slide's title: no sentence, though it may ask one."""
    asks = line.rstrip().endswith("?")
    is_whole = _kind(line) == "list" and not line.endswith((";", ","))
    return len(line) <= _LONGEST_TITLE and (is_whole or asks)


def _blocks(
    kind: Kind, text: str, marked: Sequence[tuple[int, int]], lines: Sequence[tuple[int, int]]
) -> list[QuoteBlock]:
    """Return lines of one kind in a row as blocks; a line alone is no list."""
    if kind == "table":
        return [_row(text, marked, *line) for line in lines]
    words = tuple(quote_parts(text, marked, *line) for line in lines)
    if kind == "list" and len(lines) > 1:
        return [QuoteBlock("list", words)]
    return [QuoteBlock("text", (word,)) for word in words]


def _row(text: str, marked: Sequence[tuple[int, int]], start: int, end: int) -> QuoteBlock:
    """Return a line of a table as a table of this row: "Objet : Pain | Prix : 2 €"."""
    headers, cells, at = [], [], start
    for cell in text[start:end].split(CELLS):
        header, colon, _ = cell.partition(_AFTER_HEADER)
        begin = at + (len(header) + len(colon) if colon else 0)
        headers.append(header.strip() if colon else "")
        cells.append(quote_parts(text, marked, begin, at + len(cell)))
        at += len(cell) + len(CELLS)
    return QuoteBlock("table", (), tuple(headers), (tuple(cells),))
