"""Headings that only numbers tell, as in minutes: "4 Archivage", "6.10 Cantine", "III Adhésions".

In: the blocks of a document, in order. Out: the same, the lines whose numbers go on from one to
the next made headings of their levels. One number tells nothing ("12 Avenue du Port"); the numbers
of a list, an agenda or a table of contents stand on neighbouring lines. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.records.documents import Block

_Number = tuple[int, ...]
_HEADING = re.compile(
    r"(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})|(?P<roman>[IVX]{1,5}))"
    r"\s?[.)/–-]?\s{1,4}[A-ZÀ-Ý].{0,80}"
)
_BEGINS = frozenset("0123456789IVX")
_ROMAN = {
    roman: number
    for number, roman in enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split(), 1)
}
#: Roman numbers count by themselves, from here on: III isn't what follows 2.
_ROMANS = 1_000
#: What ends a sentence, or announces what comes; a section's title may end with a point.
_ENDS = (".", ";", ":", "!")
#: Siblings on so many neighbouring lines are a list, whatever comes after.
_LISTED = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A block that may be a heading: where it stands, its number and its level (0: none yet).

    One that `goes_on` is none itself, a heading over two lines, and its number counts.
    """

    at: int
    number: _Number
    level: int
    goes_on: bool = False

    @property
    def is_roman(self) -> bool:
        return self.number[0] > _ROMANS

    @property
    def following(self) -> Iterator[_Number]:
        """The numbers that may come next: 6.5.3 goes on with 6.5.3.1, 6.5.4, 6.6 and 7."""
        yield (*self.number, 1)
        for depth in range(len(self.number), 0, -1):
            yield (*self.number[: depth - 1], self.number[depth - 1] + 1)


def with_numbered_headings(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a document, those that numbers in sequence make so as headings."""
    numbered = list(_numbered(blocks))
    if len(numbered) < 2:
        return tuple(blocks)
    lines = _without_lists(numbered)
    named = list(blocks)
    for sequence in sorted(_sequences(lines), key=lambda lines: not lines[0].is_roman):
        above = _levels_above(named, sequence)
        for line in sequence:
            if not (line.level or line.goes_on):
                level = len(line.number) + above
                named[line.at] = replace(blocks[line.at], kind="heading", level=level)
    return tuple(named)


def _numbered(blocks: Sequence[Block]) -> Iterator[_Line]:
    for at, block in enumerate(blocks):
        if block.kind not in ("heading", "paragraph") or block.speaker:
            continue
        if number := _number(block.text):
            level = block.level if block.kind == "heading" else 0
            yield _Line(at, number, level, block.text.endswith(","))


def _number(text: str) -> _Number:
    """Return the number that a line begins with as headings do; () where it doesn't."""
    found = _HEADING.fullmatch(text) if text[:1] in _BEGINS else None
    if not found:
        return ()
    if found["roman"]:
        number: _Number = (_ROMANS + _ROMAN.get(found["roman"], 0),)
    else:
        number = tuple(map(int, found["number"].split(".")))
    # A date or a count may begin a sentence, "6.7" and "III" begin none.
    ended = text.endswith(_ENDS[1:] if number[1:] or number[0] >= _ROMANS else _ENDS)
    return () if ended or number == (_ROMANS,) else number


def _without_lists(lines: Sequence[_Line]) -> list[_Line]:
    """Leave out the lines that follow one another in the document as those of a list do."""
    kept: list[_Line] = []
    run: list[_Line] = []
    for line in lines:
        if not (run and line.at == run[-1].at + 1 and line.number in run[-1].following):
            kept += [] if _is_list(run) else run
            run = []
        run.append(line)
    return [*kept, *([] if _is_list(run) else run)]


def _is_list(run: Sequence[_Line]) -> bool:
    return sum(not _is_below(first, then) for first, then in pairwise(run)) >= _LISTED - 1


def _is_below(first: _Line, then: _Line) -> bool:
    return len(then.number) > len(first.number)


def _sequences(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield the runs of numbers in sequence, the longest first, each line in one at most."""
    length, before = _chained(lines)
    taken: set[int] = set()
    for end in sorted(range(len(lines)), key=lambda at: -length[at]):
        sequence = []
        at: int | None = end
        while at is not None and at not in taken:
            taken.add(at)
            sequence.append(lines[at])
            at = before.get(at)
        sequence.reverse()
        if any(then.at > first.at + 1 for first, then in pairwise(sequence)):
            yield sequence


def _chained(lines: Sequence[_Line]) -> tuple[list[int], Mapping[int, int]]:
    """Return how long the longest sequence is that ends at each line, and the line before it."""
    length = [1] * len(lines)
    before: dict[int, int] = {}
    awaited: dict[_Number, int] = {}
    for at, line in enumerate(lines):
        last = awaited.get(line.number)
        if last is not None:
            length[at], before[at] = length[last] + 1, last
        for number in line.following:
            if number not in awaited or length[awaited[number]] <= length[at]:
                awaited[number] = at
    return length, before


def _levels_above(blocks: Sequence[Block], sequence: Sequence[_Line]) -> int:
    """Return how many levels stand above a sequence: what its own headings or a title say."""
    said = [line.level - len(line.number) for line in sequence if line.level]
    if said:
        return max(0, min(said))
    return int(any(_stands_above(block, sequence[0]) for block in blocks[: sequence[0].at]))


def _stands_above(block: Block, line: _Line) -> bool:
    """Tell whether a block before a line is a title, or has a Roman number where it has none."""
    if block.kind != "heading":
        return False
    number = _number(block.text)
    return not number or (number[0] > _ROMANS and not line.is_roman)
