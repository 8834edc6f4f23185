"""Words looked for in a document → the lines that have them all, each with its moment or place.

Pure functions. Capitals and accents don't count; a word is found by its beginning, and in the
singular as well as in the plural.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.i18n import Language
from assistant.i18n.places import place_in_words
from assistant.records.documents import Passage, Place
from assistant.text.folding import fold
from assistant.web.documents.transcript import TranscriptLine, lines_in
from assistant.web.shared.addresses import passage_address, reading_address
from assistant.web.shared.sources import Listening
from assistant.web.shared.templates import render

#: What is looked for has so many letters and words at most; so many lines are shown.
MOST_LETTERS = 100
MOST_WORDS = 8
MOST_FOUND = 50
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"\S.*")
#: From so many letters on, a final s or x is a plural's.
_PLURAL_FROM = 4


@dataclass(frozen=True, slots=True)
class FoundPart:
    """Some words of a line, marked where they were looked for."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line that has the words, from second `first` on; `address` shows it in its document."""

    first: float
    parts: Sequence[FoundPart]
    address: str


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found: `number` lines in all, the first of them. See TranscriptPage for the rest."""

    words: str
    number: int
    lines: Sequence[FoundLine]
    listening: Listening | None
    spoken: str


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A line of a document that has the words: where it stands, in words, and its address."""

    place: str
    address: str
    parts: Sequence[FoundPart]


@dataclass(frozen=True, slots=True)
class FoundInDocument:
    """What was found in a whole document: `number` lines in all, the first of them."""

    words: str
    number: int
    places: Sequence[FoundPlace]


def found_in(passages: Sequence[Passage], words: str, language: Language) -> FoundInDocument:
    """Return the sentences said, or the lines written, that have all the words."""
    words = words.strip()[:MOST_LETTERS]
    lines = [line for passage in passages for line in _lines_of(passage)]
    found = [*lines_with(lines, words)]
    shown = [_found_place(line, parts, language) for line, parts in found[:MOST_FOUND]]
    return FoundInDocument(words, len(found), shown)


def _lines_of(passage: Passage) -> Iterator[TranscriptLine]:
    if passage.place.kind == "second":
        yield from lines_in(passage)
        return
    for match in _LINE.finditer(passage.text):
        place = passage.place_of(*match.span())
        yield TranscriptLine(passage, *match.span(), place.first, place.last)


def _found_place(
    line: TranscriptLine, parts: Sequence[FoundPart], language: Language
) -> FoundPlace:
    place = line.passage.place_of(line.start, line.end)
    address = passage_address(line.passage, line.start, line.end, language)
    return FoundPlace(place_in_words(place, language), address, parts)


def found_page(
    lines: Sequence[TranscriptLine],
    words: str,
    listening: Listening | None,
    spoken: str,
    language: Language,
) -> FoundPage:
    """Return the lines that have all the words, as templates take them."""
    words = words.strip()[:MOST_LETTERS]
    found = [*lines_with(lines, words)]
    shown = [
        FoundLine(line.first, parts, _address(line, language)) for line, parts in found[:MOST_FOUND]
    ]
    return FoundPage(words, len(found), shown, listening, spoken)


def found_piece(page: FoundPage, language: Language) -> str:
    """Return what was found as HTML: how many lines, and these."""
    return render("documents/player_found.html", language, found=page)


def lines_with(
    lines: Sequence[TranscriptLine], words: str
) -> Iterator[tuple[TranscriptLine, list[FoundPart]]]:
    """Yield the lines that have all the words, cut where these stand; none for no word."""
    asked = {_plain(word) for word in _WORD.findall(words)[:MOST_WORDS]}
    for line in lines if asked else ():
        spans = [
            (match.span(), {word for word in asked if fold(match[0]).startswith(word)})
            for match in _WORD.finditer(line.text)
        ]
        if asked == set().union(*(held for _, held in spans)):
            yield line, _parts(line.text, [span for span, held in spans if held])


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> list[FoundPart]:
    parts, at = [], 0
    for start, end in spans:
        parts += [FoundPart(text[at:start], False), FoundPart(text[start:end], True)]
        at = end
    return [one for one in (*parts, FoundPart(text[at:], False)) if one.text]


def _plain(word: str) -> str:
    """Return a word as lines are looked through for it."""
    folded = fold(word)
    return folded.rstrip("sx") if len(folded) > _PLURAL_FROM else folded


def _address(line: TranscriptLine, language: Language) -> str:
    place = Place("second", line.first, line.last)
    return reading_address(line.passage.document_id, language, place)
