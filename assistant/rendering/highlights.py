"""Where quoted words stand among the characters of a page; pure.

In: a page's text, character by character as a PDF gives it, and the words as they were read. Out:
spans of characters. Only letters and digits are compared, without case nor accents: lines broken
and hyphenated, ligatures, and spaces that one of the two has don't matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

#: How many letters before and after tell the words quoted from the same ones elsewhere.
CONTEXT_LETTERS = 60
#: Words that don't stand there in one piece are looked for by lines and sentences: a piece that
#: has fewer letters could stand anywhere, and less than this share of them proves nothing.
LEAST_LETTERS = 12
_LEAST_SHARE = 0.5
_PIECE_ENDS = re.compile(r"\n|(?<=[.!?;:…])\s")


@dataclass(frozen=True, slots=True)
class HighlightedWords:
    """Words, and what stands before and after them in what was read."""

    words: str
    before: str = ""
    after: str = ""


def spans_of(page: str, quote: HighlightedWords) -> list[Span]:
    """Return the spans of `page` where the words stand, in their order; none if they don't."""
    letters, places = folded(page)
    words = folded(quote.words)[0]
    if not words:
        return []
    at = _found(letters, words, quote)
    if at is not None:
        return [(places[at], places[at + len(words) - 1] + 1)]
    spans = []
    covered = at = 0
    for piece in _pieces(quote.words):
        found = letters.find(piece, at)
        found = letters.find(piece) if found < 0 else found
        if found >= 0:
            at = found + len(piece)
            spans.append((places[found], places[at - 1] + 1))
            covered += len(piece)
    return spans if covered >= _LEAST_SHARE * len(words) else []


def folded(text: str) -> tuple[str, Sequence[int]]:
    """Return the letters and digits of a text, plain, and where in it each stands."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if letter.isalnum():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _found(letters: str, words: str, quote: HighlightedWords) -> int | None:
    """Return where the words stand: with what surrounds them if possible, else the first time."""
    before = folded(quote.before)[0][-CONTEXT_LETTERS:]
    after = folded(quote.after)[0][:CONTEXT_LETTERS]
    for left, right in ((before, after), (before, ""), ("", after), ("", "")):
        at = letters.find(left + words + right)
        if at >= 0:
            return at + len(left)
    return None


def _pieces(words: str) -> Iterator[str]:
    for piece in _PIECE_ENDS.split(words):
        letters = folded(piece)[0]
        if len(letters) >= LEAST_LETTERS:
            yield letters
