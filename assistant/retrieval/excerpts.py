"""A sentence that answers → the run of sentences that a person understands without the rest. Pure.

In: a passage, and which of its sentences answers. Out: the characters to quote. A sentence that
announces, asks, or leans on another comes with it; a list that is asked for comes whole; and no
excerpt is long unless it is a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.records import Passage
from assistant.retrieval.telling import Empty, telling
from assistant.retrieval.titles import CELLS, is_title
from assistant.text.analysis import split_sentences, terms, words

#: An excerpt is no longer, in words and in seconds, unless a sentence of it is, or it is a list.
MOST_WORDS = 60
MOST_SECONDS = 20.0
#: A list is quoted whole to so many items, each of so many words.
MOST_ITEMS = 12
_LONGEST_ITEM = 30
#: Sentences taken along at most, after the one that answers and before it.
_MOST_AFTER, _MOST_BEFORE = 3, 2
#: A sentence of fewer words is half of what is said: "Pas de donnée personnelle, jamais."
_FEWEST = 6
#: A line of a list is no longer, in words, and doesn't end as a sentence does.
_FRAGMENT = 8
_ENDS = (".", "!", "?", "…")
_BULLET = re.compile(r"(?:[•●○◦▪■□▸►‣⁃∙·✓✔➢➔→*–—-]|\(?\d{1,2}[.)°]|[a-h][.)])\s")
#: What a sentence begins with when it can't be understood without the one before.
_LEANS = re.compile(
    r"(?:(?:et|mais|donc|or|enfin|ensuite|puis|ainsi|aussi|alors|oui|non|si|car|parce qu\w+|en fait"
    r"|par contre|en revanche|pourtant|par exemple|du coup)\b,?\s*)?"
    r"(?:ils?\b(?! (?:y a|faut|faudra\w*|s'agit|existe|reste|est (?:possible|important)))|elles?\b"
    r"|celui-ci|celle-ci|ceux-ci|celles-ci|celui-là|celle-là|ce dernier|cette dernière"
    r"|ces derniers|ces dernières|cela\b|ça\b|c['’]est\b|c['’]était\b|ce sont\b|ce sera\b"
    r"|ce n['’]est\b|(?:ce|cet|cette|ces) \w+ (?:est|sont|a|ont|doit|peut|permet|va)\b|l['’]une?\b"
    r"|lui\b|leurs?\b|le même\b|la même\b|les deux\b)"
    r"|(?:parce qu\w+|car|mais|et|oui|non|sauf|d['’]où)\b",
    re.IGNORECASE,
)
#: Of what says nothing by itself, what comes with the next sentence.
_OPENS: frozenset[Empty] = frozenset(
    {"greeting", "thanks", "announcement", "housekeeping", "disclaimer", "chatter", "question"}
)


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
    texts = tuple(text[start:end] for start, end in spans)
    titles = tuple(is_title(passage, one) for one in texts)
    return Laid(
        passage,
        tuple(spans),
        texts,
        tuple(text.count("\n", 0, start) for start, _ in spans),
        titles,
        tuple(telling(one, title=title).empty for one, title in zip(texts, titles, strict=True)),
    )


def excerpt(
    laid: Laid, at: int, *, several: bool, answers: Callable[[str], bool] | None = None
) -> tuple[int, int]:
    """Return the first and last sentence to quote for the one at `at`.

    `several`: the question asks for more than one thing, so that a list comes whole. `answers`
    tells whether a text holds the kind of thing asked for, where a kind is: a sentence beside
    that holds it comes with one that doesn't.
    """
    first, last = row_of(laid, at) if laid.is_row(at) else (at, at)
    listed = list_around(laid, at)
    if listed and (several or laid.texts[at].endswith(":")):
        return listed
    if laid.is_row(at):
        return first, last
    while last + 1 < len(laid) and last - at < _MOST_AFTER and _opens(laid, last):
        if not _fits(laid, first, last + 1):
            break
        last += 1
    while first and at - first < _MOST_BEFORE and _leans(laid, first):
        if not _fits(laid, first - 1, last):
            break
        first -= 1
    if first == last and _says_little(laid, at) and last + 1 < len(laid) and _goes_on(laid, last):
        last += 1
    if answers and not any(map(answers, laid.texts[first : last + 1])):
        if last + 1 < len(laid) and answers(laid.texts[last + 1]) and _goes_on(laid, last):
            last += 1
        elif first and answers(laid.texts[first - 1]) and _goes_on(laid, first - 1):
            first -= 1
    return first, last


def characters(laid: Laid, first: int, last: int) -> tuple[int, int]:
    """Return the characters from the first to the last of some sentences."""
    return laid.spans[first][0], laid.spans[last][1]


# --- Sentences that need another ---------------------------------------------------------------


def _opens(laid: Laid, at: int) -> bool:
    """Tell whether a sentence says nothing without the next: it announces, or asks."""
    return laid.titles[at] or laid.empty[at] in _OPENS or _announces(laid, at)


def _announces(laid: Laid, at: int) -> bool:
    """Tell whether a line says what the next gives: "Pénalité de retard", then "150 € par jour"."""
    if laid.titles[at] or at + 1 == len(laid):
        return False
    text, following = laid.texts[at], laid.texts[at + 1]
    if text.endswith(":"):
        return True
    # A number alone is a page's; with its unit, it is a figure.
    says = any(one.isalpha() or one in "€%" for one in following)
    fragments = _is_fragment(text) and _is_fragment(following)
    return says and fragments and _has_digit(following) and not _has_digit(text)


def _leans(laid: Laid, at: int) -> bool:
    """Tell whether a sentence can't be understood without the one before."""
    if _announces(laid, at - 1):
        return True
    if laid.lines[at - 1] != laid.lines[at] or laid.titles[at - 1]:
        return False
    return _LEANS.match(laid.texts[at]) is not None or _says_little(laid, at)


def _says_little(laid: Laid, at: int) -> bool:
    """Tell whether a sentence is too short to be understood alone; a line or a figure is not."""
    text = laid.texts[at]
    return not laid.titles[at] and not laid.is_alone(at) and len(words(text)) < _FEWEST


def _goes_on(laid: Laid, at: int) -> bool:
    """Tell whether the next sentence, in the same line, may come with one."""
    same_line = laid.lines[at] == laid.lines[at + 1]
    return same_line and laid.empty[at + 1] not in _OPENS and _fits(laid, at, at + 1)


def _fits(laid: Laid, first: int, last: int) -> bool:
    """Tell whether sentences are together no longer than an excerpt may be."""
    start, end = characters(laid, first, last)
    if len(laid.passage.text[start:end].split()) > MOST_WORDS:
        return False
    place = laid.passage.place_of(start, end)
    return place.kind != "second" or place.last - place.first <= MOST_SECONDS


def _is_fragment(line: str) -> bool:
    return bool(line) and len(words(line)) <= _FRAGMENT and not line.endswith(_ENDS)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


# --- Lists and tables --------------------------------------------------------------------------


def row_of(laid: Laid, at: int) -> tuple[int, int]:
    """Return the first and last sentence of the line that a sentence stands in."""
    same = [number for number, line in enumerate(laid.lines) if line == laid.lines[at]]
    return same[0], same[-1]


def list_around(laid: Laid, at: int) -> tuple[int, int] | None:
    """Return the list that a sentence is an item of, or announces, with what announces it.

    None where it is in no list, or in one of more than `MOST_ITEMS` items.
    """
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
    return last == first and len(line.split()) <= _LONGEST_ITEM and not line.endswith((":", "?"))
