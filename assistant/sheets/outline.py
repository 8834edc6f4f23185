"""How a document is made: the titles of its slides, or its headings, where they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.records.documents import CONTEXT_SEPARATOR
from assistant.sheets.digest import Heading
from assistant.sheets.parts import IDLE, Part
from assistant.sheets.wording import same_words

#: Of more headings, only the highest are kept.
_MOST = 30


def outline(parts: Sequence[Part], *, titles: Iterable[str]) -> list[Heading]:
    """Return the headings of a document in order, its own title left out."""
    known = [*titles]
    found: list[tuple[str, Heading]] = []
    for part in parts:
        for text, heading in _of(part, known):
            # A long slide is several passages, each under its title.
            if not found or not same_words(found[-1][0], text):
                found.append((text, heading))
    headings = [one for _, one in found]
    while len(headings) > _MOST and (deepest := max(one.level for one in headings)) > 1:
        headings = [one for one in headings if one.level < deepest]
    return headings[:_MOST]


def _of(part: Part, titles: Sequence[str]) -> Iterator[tuple[str, Heading]]:
    """Yield the lines that a passage begins with and that are headings above it."""
    above = part.passage.context.split(CONTEXT_SEPARATOR)[2:]
    start = 0
    for line in part.passage.text.split("\n"):
        end = start + len(line)
        level = next((at for at, one in enumerate(above, 1) if same_words(one, line)), 0)
        if not level or part.laid.empty[0] in IDLE:
            return
        if line.strip() and not any(same_words(line, one) for one in titles):
            yield line, Heading(part.passage.ordinal, start, end, level)
        start = end + 1
