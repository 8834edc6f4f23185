"""Titles in minutes that were recognised from a scan, where nothing tells a title's size. Pure.

In: the parts of a document, line by line. Out: the same, one or two lines without the end of a
sentence made a heading where what follows begins as minutes do: "Monsieur le Maire expose",
"Vu l'article", "Le conseil municipal".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.readers.parts import Part
from assistant.records.documents import Block

#: How a paragraph of minutes begins an item.
_OPENS = re.compile(
    r"(?:(?:Monsieur|Madame|M\.|Mr|Mme)\s(?:l[ea]\s)?(?:maire|président\w?)\b|Vu\s(?:l|la|les?)\b"
    r"|Considérant\b|Le\sconseil\s(?:municipal|communautaire|départemental|d.administration)\b"
    r"|Après\s(?:en\savoir|avoir|délibération))",
    re.IGNORECASE,
)
#: What minutes state in short lines that are no titles: who was there, what was voted, a table.
_STATES = re.compile(
    r".{0,200}(?:[:€|@]|\bunanim|\d %)|(?:adopté|approuvé|accepté|rejeté|voté?s?|pour|contre"
    r"|abstentions?|présents?|absent\w{0,3}|excusé\w{0,2}|étaient|secrétaire|procurations?|pouvoirs?"
    r"|nombre|membres|convocation|date|total|décide|séance|le\s(?:\d|lun|mar|mer|jeu|ven|sam|dim))\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.;:!?…][»\")]?$|[\d€%]$")
_LEAST_WORDS, _CHARACTERS, _MOST_LINES = 3, 160, 2


def with_minutes_titles(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts, the titles of items as headings; a page may end between both."""
    held: list[Block] = []
    ended = True
    for part in parts:
        if not isinstance(part, Block) or part.kind != "paragraph":
            yield from held
            held, ended = [], True
            yield part
        elif held and _OPENS.match(part.text):
            yield _heading(held)
            held, ended = [], _ENDS.search(part.text) is not None
            yield part
        elif (held or ended) and len(held) < _MOST_LINES and _may_be_title(part.text):
            held.append(part)
        else:
            yield from held
            held, ended = [], _ENDS.search(part.text) is not None
            yield part
    yield from held


def _may_be_title(line: str) -> bool:
    if len(line) > _CHARACTERS or _ENDS.search(line) or line.endswith(",") or _OPENS.match(line):
        return False
    return line[:1].isupper() and len(line.split()) >= _LEAST_WORDS and not _STATES.match(line)


def _heading(lines: Sequence[Block]) -> Block:
    words = " ".join(line.text for line in lines)
    return replace(lines[0], text=words, kind="heading", level=1)
