"""A passage laid out: its sentences, the lines they stand in, its lists and rows. Pure.

In: a passage. Out: `Laid`, and which of its sentences make a list or a row together, in writing as
in speech.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.records.documents import Passage
from assistant.retrieval.telling import Empty, announces_several, telling
from assistant.retrieval.titles import CELLS, is_title
from assistant.text.analysis import split_sentences, terms

#: An excerpt is no longer, in words and in seconds, unless a sentence of it is, or it is a list.
MOST_WORDS = 60
MOST_SECONDS = 20.0
#: A list is quoted whole to so many items, each of so many words.
MOST_ITEMS = 12
_LONGEST_ITEM = 30
_BULLET = re.compile(r"(?:[•●○◦▪■□▸►‣⁃∙·✓✔➢➔→*–—-]|\(?\d{1,2}[.)°]|[a-h][.)])\s")
#: What the sentences of a list that is spoken begin with.
_ORDINAL = re.compile(
    r"(?:et |puis |ensuite,? |enfin,? )*(?:l[ea'’]\s?)?(?:(?:premi|deuxi|troisi|quatri|cinqui|sixi"
    r"|septi|huiti)\w+|seconde?s?\b|d['’]abord\b|ensuite\b|puis\b|enfin\b|derni(?:er|ère)\b)",
    re.IGNORECASE,
)
_FEWEST_IN_SERIES = 3
#: A first telling word stands within so many characters.
_OPENING_CHARACTERS = 200
#: What a sentence begins with when it goes on with what the one before is about.
_GOES_ON = re.compile(
    r"(?:(?:et|mais|ainsi|aussi),?\s*)?(?:ils?\b(?! (?:y a|faut|faudra\w*|s'agit|reste))|elles?\b"
    r"|ça (?!va|y est|dépend)|cela (?!dit)|celui-ci|celle-ci|ceux-ci|celles-ci"
    r"|ce(?:tte)? derni(?:er|ère)|ces derni(?:ers|ères))",
    re.IGNORECASE,
)


#: What short lines are by their heading, in so many words, without an end of their own.
_OF_LINES: tuple[Empty, ...] = ("contents", "contact")
_LONGEST_LINE = 16
_ENDS = (".", "!", "?", "…", ":", "»")

#: After who speaks: what is said begins.
_AFTER_LABEL = re.compile(r"\s?[:–—-]\s|\s(?=[A-ZÀ-Ý])|\n")


@dataclass(frozen=True)
class Laid:
    """A passage laid out: its sentences, and which line each stands in.

    `titles` tells those that are titles, `empty` why one says nothing by itself.
    """

    passage: Passage
    spans: tuple[tuple[int, int], ...]
    texts: tuple[str, ...]
    lines: tuple[int, ...]
    titles: tuple[bool, ...]
    empty: tuple[Empty, ...]

    def __len__(self) -> int:
        return len(self.spans)

    @cached_property
    def terms(self) -> tuple[frozenset[str], ...]:
        """The terms of each sentence; found when they are first asked for."""
        return tuple(frozenset(terms(text)) for text in self.texts)

    @cached_property
    def cited(self) -> tuple[bool, ...]:
        """Whether each sentence begins within what somebody cites: "« Venez. C'est ici. »"."""
        text = self.passage.text
        return tuple(
            text.rfind("«", 0, start) > text.rfind("»", 0, start) for start, _ in self.spans
        )

    def cues(self, at: int) -> list[int]:
        """Return where cues begin within a sentence of speech, in characters of it."""
        start, end = self.spans[at]
        return [mark.offset - start for mark in self.passage.marks if start < mark.offset < end]

    def is_alone(self, at: int) -> bool:
        """Tell whether a sentence is a whole line."""
        return self.lines.count(self.lines[at]) == 1

    def is_row(self, at: int) -> bool:
        """Tell whether a sentence stands in the row of a table."""
        return CELLS in self.line(at)

    def line(self, at: int) -> str:
        """Return the line that a sentence stands in."""
        text, (start, end) = self.passage.text, self.spans[at]
        stop = text.find("\n", end)
        return text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)]


@lru_cache(maxsize=4096)
def laid_out(passage: Passage) -> Laid:
    """Return a passage laid out; those that come up often are kept."""
    return lay_out(passage)


def lay_out(passage: Passage) -> Laid:
    """Return a passage laid out, once: nothing is kept."""
    text = passage.text
    spans = split_sentences(text)
    # A sentence that is said again is kept once.
    once: dict[str, str] = {}
    cuts = (text[start:end] for start, end in spans)
    texts = tuple(once.setdefault(one, one) for one in cuts)
    titles = tuple(is_title(passage, one) for one in texts)
    return Laid(
        passage,
        tuple(spans),
        texts,
        tuple(text.count("\n", 0, start) for start, _ in spans),
        titles,
        tuple(_emptied(passage.heading, texts, titles)),
    )


def _emptied(heading: str, texts: Sequence[str], titles: Sequence[bool]) -> Iterator[Empty]:
    """Yield why each sentence says nothing by itself: a short line is what its heading says it is.

    What stands under "Sommaire" is a table of contents, under "Liens utiles" where to read more.
    """
    under = telling(heading).empty
    for text, title in zip(texts, titles, strict=True):
        empty = telling(text, title=title).empty
        if title and empty in _OF_LINES:
            under = empty
        is_line = len(text.split()) <= _LONGEST_LINE and not text.endswith(_ENDS)
        is_told = bool(empty) or not is_line or any(map(str.isdigit, text))
        yield under if under in _OF_LINES and not is_told else empty


def characters(laid: Laid, first: int, last: int) -> tuple[int, int]:
    """Return the characters from the first to the last of some sentences."""
    return laid.spans[first][0], laid.spans[last][1]


def opens_next(laid: Laid) -> bool:
    """Tell whether what a passage ends with is gone on with in the next: it asks, or announces."""
    if not len(laid):
        return False
    text = laid.texts[-1]
    return text.endswith(("?", ":")) or announces_several(text)


def goes_on(text: str) -> bool:
    """Tell whether a sentence goes on with what the one before is about: "Il part en juin." """
    return _GOES_ON.match(text) is not None


def label_of(text: str, speakers: Sequence[str]) -> str:
    """Return how a sentence begins that a turn begins with: who speaks, of some; else ""."""
    start = len(text) - len(text.lstrip(" -–—"))
    for one in speakers:
        end = start + len(one)
        if one and text[start:end].lower() == one.lower() and _AFTER_LABEL.match(text, end):
            return text[:end]
    return ""


# --- Lists and tables --------------------------------------------------------------------------


def row_of(laid: Laid, at: int) -> tuple[int, int]:
    """Return the first and last sentence of the line that a sentence stands in."""
    same = [number for number, line in enumerate(laid.lines) if line == laid.lines[at]]
    return same[0], same[-1]


def list_around(laid: Laid, at: int) -> tuple[int, int] | None:
    """Return the list that a sentence is an item of, or announces, with what announces it.

    None where it is in no list, or in one of more than `MOST_ITEMS` items. A title right above a
    list announces it.
    """
    if laid.titles[at]:
        below = list_around(laid, at + 1) if at + 1 < len(laid) else None
        return below if below and below[0] <= at else None
    lines = list(_lines(laid))
    here = next(number for number, (first, last) in enumerate(lines) if first <= at <= last)
    announced = _announces_list(laid, lines, here)
    start = here + 1 if announced else here
    rows = start < len(lines) and laid.is_row(lines[start][0])

    def is_item(number: int) -> bool:
        return 0 <= number < len(lines) and _is_item(laid, *lines[number], rows=rows)

    if not is_item(start):
        return None
    first = last = start
    while not announced and is_item(first - 1) and not _announces_list(laid, lines, first - 1):
        first -= 1
    while is_item(last + 1):
        last += 1
    if last - first < 1 or last - first >= MOST_ITEMS:
        return None
    if first and (_announces_list(laid, lines, first - 1) or laid.titles[lines[first - 1][1]]):
        first -= 1
    return lines[first][0], lines[last][1]


def lead_of(laid: Laid, listed: tuple[int, int]) -> frozenset[str]:
    """Return the terms of what a list is of: its title, what announces it, a table's headers."""
    first, last = listed
    cells = laid.line(last).split(CELLS) if laid.is_row(last) else []
    told = [
        laid.passage.heading,
        laid.passage.title_line,
        *(one.partition(" : ")[0] for one in cells),
    ]
    above = frozenset(terms(" ".join(told)))
    return above | laid.terms[first] if _leads(laid, first) else above


def _leads(laid: Laid, at: int) -> bool:
    return laid.titles[at] or laid.line(at).endswith(":")


def hold_it_twice(
    laid: Laid, at: int, listed: tuple[int, int], answers: Callable[[str], bool]
) -> bool:
    """Tell whether a short list has other items that hold what is asked for.

    A slide says what is invested and what is spent each year: they are read together.
    """
    first, last = listed
    start, end = characters(laid, first, last)
    is_announced = laid.is_row(at) or laid.line(at).endswith(":")
    if is_announced or len(laid.passage.text[start:end].split()) > MOST_WORDS:
        return False
    return answers(laid.texts[at]) and sum(map(answers, laid.texts[first : last + 1])) > 1


def series_around(laid: Laid, at: int) -> tuple[int, int] | None:
    """Return the run of sentences that count up what is asked: "Priorité un… Priorité deux…".

    None where there are fewer than three, or more than `MOST_ITEMS`.
    """
    first = last = at
    while last - first < MOST_ITEMS and _count_up(laid, first - 1, first):
        first -= 1
    while last - first < MOST_ITEMS and _count_up(laid, last, last + 1):
        last += 1
    count = last - first + 1
    return (first, last) if _FEWEST_IN_SERIES <= count <= MOST_ITEMS else None


def _count_up(laid: Laid, one: int, other: int) -> bool:
    """Tell whether two sentences of a line begin with the same word, or both with an ordinal."""
    if one < 0 or other >= len(laid) or laid.lines[one] != laid.lines[other]:
        return False
    opening = _opening(laid.texts[one])
    if opening and opening == _opening(laid.texts[other]):
        return True
    return all(_ORDINAL.match(laid.texts[at]) for at in (one, other))


def _opening(text: str) -> str:
    """Return the first telling word of a sentence."""
    return _first_term(text[:_OPENING_CHARACTERS])


@lru_cache(maxsize=4096)
def _first_term(text: str) -> str:
    return next(iter(terms(text)), "")


def _lines(laid: Laid) -> Iterator[tuple[int, int]]:
    """Yield the first and last sentence of each line."""
    first = 0
    for at in range(1, len(laid) + 1):
        if at == len(laid) or laid.lines[at] != laid.lines[first]:
            yield first, at - 1
            first = at


def _announces_list(laid: Laid, lines: Sequence[tuple[int, int]], number: int) -> bool:
    """Tell whether a line ends with a colon and an item follows."""
    return (
        laid.texts[lines[number][1]].endswith(":")
        and number + 1 < len(lines)
        and _is_item(laid, *lines[number + 1], rows=laid.is_row(lines[number + 1][0]))
    )


def _is_item(laid: Laid, first: int, last: int, *, rows: bool) -> bool:
    """Tell whether a line is an item of a list; where `rows`, a row of a table."""
    line = laid.line(first)
    if (CELLS in line) is not rows or any(laid.titles[first : last + 1]):
        return False
    if rows or _BULLET.match(line):
        return True
    if line.endswith("?") and not _asks_questions(laid.passage):
        return False
    return last == first and len(line.split()) <= _LONGEST_ITEM and not line.endswith(":")


def _asks_questions(passage: Passage) -> bool:
    """Tell whether a passage is headed as questions, so that a line that asks is an item."""
    return "question" in passage.title_line.lower()
