"""Footers around a bare page number: "Ville de Valdeclair 25 03/03/2026", "55Ville – Forum". Pure.

In: the lines of pages' margins. Out: `Footers`, by which a line that holds its page's number, or
the day that all pages bear, beside the same words is told from a line of text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|(?:le )?\d{1,2}(?:er)? [a-zéû]{3,9}\.? \d{4})"
_DAYS = re.compile(rf"(?<!\d){_DAY}")
#: A page's number before or behind the words, glued to them or not; no ordinal, no measure.
_FIRST = re.compile(
    r"(\d{1,3})(?:[\s|–—•·-]{1,5}|(?!(?:ers?|[eè]res?|e|[eè]mes?|nde?|ndes|h|[kcm]?m|kg|g|t|l)\b)"
    r"(?=[^\W\d_]))"
)
_LAST = re.compile(r"(?<![\d/.,°º+-])(\d{1,3})$")
_DIGITS = 3
#: What is counted has a number of its own: "Délibération n° 3", "Votants : 12".
_COUNTED = re.compile(r"(?:\bn\W{0,3}[°ºo]|\bnuméro|[#:=])\s{0,3}$")
_FIGURE = re.compile(r"\d")
_EDGES = " \t|–—•·,;-"
_CHARACTERS = 200
#: Without a day, so many words are no title of one slide after another: "Étape 1", "Étape 2".
_LEAST_WORDS, _LEAST_LETTERS = 2, 3


@dataclass(frozen=True, slots=True)
class Parted:
    """A line as its words, without spaces and signs, the number and the day beside them."""

    words: str
    many: bool
    number: int | None
    day: str


@dataclass(frozen=True, slots=True)
class Footers:
    """The footers of a file: by their words, what their numbers are ahead of the pages (from 0).

    `days`: those that stand in them. `examples`: how each footer is written somewhere.
    """

    shifts: Mapping[str, frozenset[int]] = field(default_factory=dict)
    days: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()

    def part(self, line: str, page: int) -> Parted | None:
        """Return what a line of a page, from 0, is as a footer; None if it is none."""
        found = parted(line) if self.shifts else None
        if found is None or found.words not in self.shifts:
            return None
        own = found.number is None or found.number - page in self.shifts[found.words]
        return found if own else None

    def is_day(self, line: str) -> bool:
        """Tell whether a line is the day of the footers, alone."""
        return bool(self.days) and line.strip().lower() in self.days


def parted(line: str) -> Parted | None:
    """Part a line into words, a page's number and a day; None for one without words."""
    plain = " ".join(line.split()).lower()
    if not 0 < len(plain) <= _CHARACTERS:
        return None
    days = _DAYS.findall(plain)
    if len(days) > 1 or not any(map(str.isdigit, plain)):
        return _parted(plain)
    before, _, after = plain.partition(days[0]) if days else (plain, "", "")
    # The number stands at an end of the line, or beside the day.
    number, before = _numbered(before.strip(_EDGES))
    if number is None:
        number, after = _numbered(after.strip(_EDGES))
    return _parted(f"{before} {after}", number, *days)


def _parted(words: str, number: int | None = None, day: str = "") -> Parted | None:
    squeezed = "".join(filter(str.isalnum, words))
    if sum(map(str.isalpha, squeezed)) < _LEAST_LETTERS:
        return None
    return Parted(squeezed, len(words.split()) >= _LEAST_WORDS, number, day)


def _numbered(piece: str) -> tuple[int | None, str]:
    """Return the number that words begin or end with, and the words without it."""
    if piece.isdigit():
        return (int(piece), "") if len(piece) <= _DIGITS else (None, piece)
    if first := _FIRST.match(piece):
        return int(first[1]), piece[first.end() :].strip(_EDGES)
    last = _LAST.search(piece, max(0, len(piece) - _DIGITS - 1))
    if last is None or _COUNTED.search(piece[: last.start()]):
        return None, piece
    return int(last[1]), piece[: last.start()].strip(_EDGES)


def footers_of(margins: Mapping[int, str], least: float) -> Footers:
    """Return the footers of a file by the texts of its margins, by page from 0.

    A footer has the same words on `least` pages, with the same day, or with a number that grows
    from one to the next; words that could be a slide's title ("Étape 1") need the day as well.
    """
    seen: dict[str, dict[int, Parted]] = defaultdict(dict)
    examples: dict[str, str] = {}
    for page, text in margins.items():
        for line in filter(_FIGURE.search, text.splitlines()):
            if found := parted(line):
                seen[found.words].setdefault(page, found)
                examples.setdefault(found.words, line.strip())
    shifts: dict[str, frozenset[int]] = {}
    days: set[str] = set()
    for words, pages in seen.items():
        day = _day_of(pages.values())
        if len(pages) >= least and _is_footer(pages, day, least):
            shifts[words] = frozenset(
                one.number - at for at, one in pages.items() if one.number is not None
            )
            days |= {day} - {""}
    return Footers(shifts, frozenset(days), tuple(examples[words] for words in shifts))


def _day_of(lines: Collection[Parted]) -> str:
    """Return the day that most of these lines have; "" if none."""
    day, times = Counter(line.day for line in lines).most_common(1)[0]
    return day if 2 * times > len(lines) else ""


def _is_footer(pages: Mapping[int, Parted], day: str, least: float) -> bool:
    numbers = [one.number for one in pages.values() if one.number is not None]
    if not numbers:
        return bool(day)
    grows = len(numbers) >= least and all(a < b for a, b in pairwise(numbers))
    return grows and (bool(day) or next(iter(pages.values())).many)
