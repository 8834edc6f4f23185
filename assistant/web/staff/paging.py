"""Long lists a page at a time: the sizes of what is listed → which of it stands on each page.

Bounded in characters too, so that a form that sends a page back stays below what the guard takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: In characters. Sent by a form, a letter takes 9 bytes at the worst, and an accent mostly 6.
MOST_CHARACTERS = 150_000
#: Boxes that such a form may send: the guard bounds what they hold.
MOST_FIELDS = 20_000


def pages_of(sizes: Sequence[int], most: int) -> list[range]:
    """Cut a list into pages of at most `most` items and `MOST_CHARACTERS`; one page for nothing.

    `sizes` are the characters of each item. One that is too large alone has a page of its own.
    """
    pages: list[range] = []
    start = total = 0
    for at, size in enumerate(sizes):
        if at > start and (at - start == most or total + size > MOST_CHARACTERS):
            pages.append(range(start, at))
            start, total = at, 0
        total += size
    return [*pages, range(start, len(sizes))]


def number_of(asked: str) -> int:
    """Return the page asked for in an address, counted from 1."""
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Which page of a list one is on, and the addresses beside it, empty where there is none."""

    at: int
    total: int
    before: str
    after: str


def links_of(at: int, total: int, address: Callable[[int], str]) -> PageLinks | None:
    """Return the ways to the other pages; None where there is one page only."""
    if total < 2:
        return None
    before, after = (address(number) if 1 <= number <= total else "" for number in (at - 1, at + 1))
    return PageLinks(at, total, before, after)
