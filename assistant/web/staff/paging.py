"""Long lists a page at a time: the sizes of what is listed → which of it stands on each page.

Bounded in characters too, so that a form that sends a page back stays below what the guard takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.i18n import Language, say
from assistant.web.shared.escaping import escape

#: In characters. Sent by a form, a letter takes 9 bytes at the worst, and an accent mostly 6.
MOST_CHARACTERS = 150_000
#: Boxes that such a form may send: the guard bounds what they hold.
MOST_FIELDS = 20_000
#: What the ways to other pages are called, above a list and below it.
PLACES = ("pages", "pages_end")


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


def pages_piece(
    at: int, total: int, address: Callable[[int], str], name: str, language: Language
) -> str:
    """Return the way to the other pages; nothing where there is one only. `name`: of PLACES."""
    if total < 2:
        return ""

    def link(number: int, key: str, relation: str) -> str:
        words = escape(say(f"correcting.{key}", language))
        if not 1 <= number <= total:
            return f'<span class="aide">{words}</span>'
        return f'<a class="lien" rel="{relation}" href="{escape(address(number))}">{words}</a>'

    return (
        f'<nav class="pagination" aria-label="{escape(say(f"correcting.{name}", language))}">'
        f"{link(at - 1, 'page_before', 'prev')}"
        f"<span>{escape(say('correcting.page_of', language, number=at, total=total))}</span>"
        f"{link(at + 1, 'page_after', 'next')}</nav>"
    )
