"""What a PDF says of its own structure: its bookmarks, and the names of its pages.

In: a PDF as pypdf opened it. Out: the titles of each page with their levels, and the labels
("i", "ii", "1") where they are not the numbers of the pages. Titles only tell which lines of a
page are headings: no text is added that the page doesn't show.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.records.documents import Block, Place

#: What presentation programs write for every page; it says nothing.
_AUTOMATIC = re.compile(r"^(?:Diapo(?:sitive)?|Slide|Folie|Page) \d+$", re.IGNORECASE)
_BELOW_ONE = re.compile(r"-\d+|0+")
_TEX = re.compile(r"\\[A-Za-z'`^\"~=.\\]|[{}]|<let>")
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "c": "\u0327",
}
_ACCENT = re.compile(r"\{?\\(['`^\"~]|c(?=[ {]))\s?\{?\\?([A-Za-zı])\}?\}?")
#: Of a command that sets something, its argument goes too: "\vspace {2mm}"; others are words.
_COMMAND = re.compile(
    r"<let>-|\\(?:vspace|hspace|label|footnotemark|thanks|includegraphics|color|fontsize|setlength)"
    r"\*? ?(?:\[[^\]]{0,100}\])?(?: ?\{[^{}]{0,100}\}){0,2}|\\[A-Za-z]{1,30}\*? ?|\\[,;:! ]"
)
MAX_ENTRIES = 5_000
MAX_DEPTH = 6
#: A page shows "2.1 Le tri" or "Chapitre 2 : le tri" where the outline says "Le tri".
MAX_PREFIX_CHARACTERS = 12
MAX_LABELS = 300
MOST_CHARACTERS = 1_900

#: The level (from 1) and title of each entry, by page from 0.
Outline = dict[int, list[tuple[int, str]]]


def outline_of(pdf: Any) -> Outline:
    """Return the outline's titles by page. May raise whatever pypdf does on a damaged file."""
    found: Outline = {}
    waiting: list[tuple[int, Any]] = [(1, heading) for heading in reversed(pdf.outline)]
    entries = 0
    last = 1
    while waiting and entries < MAX_ENTRIES:
        level, entry = waiting.pop()
        if isinstance(entry, list):
            if last < MAX_DEPTH:
                waiting += [(last + 1, inner) for inner in reversed(entry)]
            continue
        entries += 1
        last = level
        title = " ".join(str(entry.title or "").split())
        if title and not _AUTOMATIC.match(title):
            page = pdf.get_destination_page_number(entry)
            if page is not None and page >= 0:
                found.setdefault(page, []).append((level, title))
    return found


def labels_of(pdf: Any) -> str:
    """Return the labels of the pages, as "i, ii, 1, 2"; "" where they are their numbers.

    Some programs count from 0 or below, which nobody prints: such labels say nothing.
    """
    labels = [str(label) for label in pdf.page_labels[:MAX_LABELS]]
    numbers = [str(number) for number in range(1, len(labels) + 1)]
    below = any(_BELOW_ONE.fullmatch(label) for label in labels)
    listed = "" if labels == numbers or below else ", ".join(labels)
    # A fact is short: of more labels the last ones are left, whole.
    return (
        listed if len(listed) <= MOST_CHARACTERS else listed[:MOST_CHARACTERS].rpartition(", ")[0]
    )


def without_tex(title: str) -> str:
    """Return a title without what LaTeX leaves in it: commands, braces, accents by hand."""
    if not _TEX.search(title):
        return title
    title = _ACCENT.sub(lambda found: unicodedata.normalize("NFC", found[2] + _ACCENTS[found[1]]),
                        title)  # fmt: skip
    title = _COMMAND.sub(" ", title.replace("\\\\", " ").replace("~", " "))
    return " ".join(re.sub(r"[{}$\\]", "", title).split())


def with_titles(blocks: Iterator[Block], titles: Sequence[tuple[int, str]]) -> Iterator[Block]:
    """Yield a page's blocks, those that the outline names made headings of its levels."""
    wanted = {squeezed(title): level for level, title in titles}
    if not wanted:
        yield from blocks
        return
    for block in blocks:
        shown = squeezed(block.text)
        level = next(
            (
                level
                for title, level in wanted.items()
                if title and shown.endswith(title) and len(shown) - len(title) <= _prefix(title)
            ),
            0,
        )
        if level:
            place = Place(block.place.kind, block.place.first, block.place.last)
            yield Block(block.text, "heading", place, level=level)
        else:
            yield block


def _prefix(title: str) -> int:
    return MAX_PREFIX_CHARACTERS if len(title) >= 4 else 0


def squeezed(text: str) -> str:
    """Return the letters and figures of a text, in small letters."""
    return "".join(filter(str.isalnum, text.lower()))
