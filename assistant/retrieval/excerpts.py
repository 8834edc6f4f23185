"""A sentence that answers → the run of sentences that a person understands without the rest. Pure.

In: a passage, and which of its sentences answers. Out: the characters to quote. A sentence that
announces, asks, or leans on another comes with it; a list that is asked for comes whole; and no
excerpt is long unless it is a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, replace

from assistant.records.hits import Hit
from assistant.retrieval.layout import (
    MOST_SECONDS,
    MOST_WORDS,
    Laid,
    characters,
    goes_on,
    hold_it_twice,
    list_around,
    row_of,
    series_around,
)
from assistant.retrieval.telling import HOLDS_TOGETHER, Empty, announces_several
from assistant.text.analysis import words

#: Sentences taken along at most, after the one that answers and before it.
_MOST_AFTER, _MOST_BEFORE = 3, 2
#: A sentence of fewer words is half of what is said: "Pas de donnée personnelle, jamais."
_FEWEST = 6
#: A line of a list is no longer, in words, and doesn't end as a sentence does.
_FRAGMENT = 8
_ENDS = (".", "!", "?", "…")
_LINE_ENDS = (*_ENDS, ":", ";", "»")
#: A line of fewer characters may end where it does.
_LONG_LINE = 45
#: So many sentences away, at most, is what one lacks that its paragraph tells.
_MOST_BESIDE = 2
#: What a sentence begins with when it can't be understood without the one before.
_LEANS = re.compile(
    r"(?:(?:et|mais|donc|or|enfin|ensuite|puis|ainsi|aussi|alors|oui|non|si|car|parce qu\w+|en fait"
    r"|par contre|en revanche|pourtant|par exemple|du coup)\b,?\s*)?"
    r"(?:ils?\b(?! (?:y a|faut|faudra\w*|s'agit|existe|reste|est (?:possible|important)))|elles?\b"
    r"|celui-ci|celle-ci|ceux-ci|celles-ci|celui-là|celle-là|ce dernier|cette dernière"
    r"|ces derniers|ces dernières|cela\b|ça\b|c['’]est\b|c['’]était\b|ce sont\b|ce sera\b"
    r"|ce n['’]est\b|(?:ce|cet|cette|ces) \w+ (?:est|sont|a|ont|doit|peut|permet|va)\b|l['’]une?\b"
    r"|résultats?,|rien que cela\b|rien que ça\b|lui\b|leurs?\b|le même\b|la même\b|les deux\b)"
    r"|(?:parce qu\w+|car|mais|et|oui|non|sauf|d['’]où)\b",
    re.IGNORECASE,
)
#: What goes on to explain the sentence before: "En réalité, c'est une conversation."
_EXPLAINS = re.compile(
    r"(?:en réalité|en fait|concrètement|autrement dit|c['’]est-à-dire|en d['’]autres termes"
    r"|plus précisément|en clair|en pratique)\b",
    re.IGNORECASE,
)
#: What a sentence begins with that speaks of something else: "La voirie avance."
_BEGINS = re.compile(
    r"(?:l[ae]s?|l['’]|une?|des|du|nos|notre|vos|votre|leurs?|mon|ma|mes|son|sa|ses|chaque)\b",
    re.IGNORECASE,
)
#: A sentence beside that tells so much more of the question, by weight, comes along.
_MORE = 0.15
#: So much of the question, by weight, is all of it.
_ALL = 0.99
#: Of what says nothing by itself, what comes with the next sentence.
_OPENS: frozenset[Empty] = HOLDS_TOGETHER | {"question"}


@dataclass(frozen=True, slots=True)
class QuoteSpan:
    """What may be quoted as a whole: characters `start`..`end` of a hit's passage.

    `read` are its terms with those above it, and before the sentence that answers; `is_title`: it
    is one, or several, and nothing else.
    """

    hit: Hit
    start: int
    end: int
    read: frozenset[str]
    is_title: bool = False

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]

    def touches(self, other: QuoteSpan) -> bool:
        """Tell whether nothing but spaces stands between two excerpts of a passage."""
        if self.hit is not other.hit:
            return False
        one, two = sorted((self, other), key=lambda each: each.start)
        return two.start <= one.end or not self.hit.passage.text[one.end : two.start].strip()

    def with_(self, other: QuoteSpan) -> QuoteSpan:
        """Return both as one."""
        start, end = min(self.start, other.start), max(self.end, other.end)
        is_title = self.is_title and other.is_title
        return replace(self, start=start, end=end, read=self.read | other.read, is_title=is_title)


def excerpt(
    laid: Laid,
    at: int,
    *,
    several: bool,
    answers: Callable[[str], bool] | None = None,
    told: Callable[[Set[str]], float] | None = None,
) -> tuple[int, int]:
    """Return the first and last sentence to quote for the one at `at`.

    `several`: the question asks for more than one thing, so that a list comes whole. `answers`
    tells whether a text holds the kind of thing asked for, where a kind is: a sentence beside
    that holds it comes with one that doesn't. `told` gives how much of the question is among some
    terms: a sentence beside that tells more of it comes along.
    """
    first, last = row_of(laid, at) if laid.is_row(at) else (at, at)
    listed = list_around(laid, at) or (series_around(laid, at) if several else None)
    if listed and (several or laid.texts[at].endswith(":")):
        return listed
    if listed and answers and hold_it_twice(laid, at, listed, answers):
        return listed
    if laid.is_row(at):
        return first, last
    while last + 1 < len(laid) and last - at < _MOST_AFTER and _opens(laid, last, at):
        if not _fits(laid, first, last + 1):
            break
        last += 1
    while first and at - first < _MOST_BEFORE and _leans(laid, first, is_answer=first == at):
        if not _fits(laid, first - 1, last):
            break
        first -= 1
    if first == last and _says_little(laid, at) and last + 1 < len(laid) and _goes_on(laid, last):
        last += 1
    if answers and not any(map(answers, laid.texts[first : last + 1])):
        first, last = _with_asked(laid, first, last, answers)
    return _unbroken(laid, *(_grown(laid, first, last, told) if told else (first, last)))


# --- Sentences that need another ---------------------------------------------------------------


def _opens(laid: Laid, at: int, answer: int) -> bool:
    """Tell whether a sentence says nothing without the next: it announces, asks, or only nods."""
    if laid.titles[at] or laid.empty[at] in _OPENS or _announces(laid, at):
        return True
    # "Oui, bien sûr que oui." after a question, and then what is so.
    return at > answer and _says_little(laid, at) and laid.lines[at] == laid.lines[at - 1]


def _announces(laid: Laid, at: int) -> bool:
    """Tell whether a line says what the next gives: "Pénalité de retard", then "150 € par jour"."""
    if laid.titles[at] or at + 1 == len(laid):
        return False
    text, following = laid.texts[at], laid.texts[at + 1]
    if text.endswith(":") or (laid.lines[at] == laid.lines[at + 1] and announces_several(text)):
        return True
    # A number alone is a page's; with its unit, it is a figure.
    says = any(one.isalpha() or one in "€%" for one in following)
    fragments = _is_fragment(text) and _is_fragment(following)
    return says and fragments and _has_digit(following) and not _has_digit(text)


def _leans(laid: Laid, at: int, *, is_answer: bool) -> bool:
    """Tell whether a sentence can't be understood without the one before.

    A short one says too little where it answers; before what answers, it says what that is about.
    """
    if _announces(laid, at - 1):
        return True
    if laid.lines[at - 1] != laid.lines[at] or laid.titles[at - 1]:
        return False
    if _LEANS.match(laid.texts[at]) or laid.cited[at]:
        return True
    return is_answer and _says_little(laid, at)


def _says_little(laid: Laid, at: int) -> bool:
    """Tell whether a sentence is too short to be understood alone; a line or a figure is not."""
    text = laid.texts[at]
    return not laid.titles[at] and not laid.is_alone(at) and len(words(text)) < _FEWEST


def _completes(laid: Laid, at: int) -> bool:
    """Tell whether a short sentence ends what the one before says: "Ne la supprimez pas."."""
    text = laid.texts[at]
    begins_anew = _BEGINS.match(text) is not None or announces_several(text)
    return _says_little(laid, at) and text.endswith((".", "!")) and not begins_anew


def _goes_on(laid: Laid, at: int) -> bool:
    """Tell whether the next sentence, in the same line, may come with one."""
    same_line = laid.lines[at] == laid.lines[at + 1]
    return same_line and laid.empty[at + 1] not in _OPENS and _fits(laid, at, at + 1)


def _with_asked(
    laid: Laid, first: int, last: int, answers: Callable[[str], bool]
) -> tuple[int, int]:
    """Return sentences with the nearest of their paragraph that holds what they lack.

    What only ends an item ("Bon nettoyage !") belongs to what stands before it in the next line.
    """
    for away in range(1, _MOST_BESIDE + 1):
        after, before = last + away, first - away
        if after < len(laid) and answers(laid.texts[after]) and _is_run(laid, first, after):
            return first, after
        if (
            before >= 0
            and answers(laid.texts[before])
            and (_is_run(laid, before, last) or _ends_item(laid, before, first, last))
        ):
            return before, last
    return first, last


def _ends_item(laid: Laid, before: int, first: int, last: int) -> bool:
    """Tell whether what ends with a short sentence goes on with the line above its own."""
    return (
        _says_little(laid, last)
        and laid.texts[last].endswith((".", "!"))
        and laid.lines[first] - laid.lines[before] == 1
        and laid.texts[before].endswith(_ENDS)
        and not any(laid.titles[before : last + 1])
        and _fits(laid, before, last)
    )


def _unbroken(laid: Laid, first: int, last: int) -> tuple[int, int]:
    """Return sentences with what a line break cuts off them: "dans la salle du", then "foyer"."""
    while last + 1 < len(laid) and _is_broken(laid, last) and _fits(laid, first, last + 1):
        last += 1
    while first and _is_broken(laid, first - 1) and _fits(laid, first - 1, last):
        first -= 1
    return first, last


def _is_broken(laid: Laid, at: int) -> bool:
    """Tell whether a long line without an end goes on in the next, in lower case."""
    line, following = laid.texts[at], laid.texts[at + 1]
    return (
        laid.lines[at + 1] - laid.lines[at] == 1
        and len(line) >= _LONG_LINE
        and following[0].islower()
        and not line.endswith(_LINE_ENDS)
        and not (laid.titles[at] or laid.is_row(at) or laid.is_row(at + 1))
    )


def _fits(laid: Laid, first: int, last: int) -> bool:
    """Tell whether sentences are together no longer than an excerpt may be."""
    start, end = characters(laid, first, last)
    if len(laid.passage.text[start:end].split()) > MOST_WORDS:
        return False
    place = laid.passage.place_of(start, end)
    return place.kind != "second" or place.last - place.first <= MOST_SECONDS


def _grown(laid: Laid, first: int, last: int, told: Callable[[Set[str]], float]) -> tuple[int, int]:
    """Return sentences with those beside them, in the same line, that tell more of what is asked.

    What goes on with "il" or "elle" comes along too, and the whole of a short paragraph where
    something asked is still not told.
    """
    held = told(_terms_of(laid, first, last))
    while True:
        wider = [one for one in ((first, last + 1), (first - 1, last)) if _is_run(laid, *one)]
        best = max(wider, key=lambda one: told(_terms_of(laid, *one)), default=(first, last))
        if told(_terms_of(laid, *best)) < held + _MORE:
            break
        held, (first, last) = told(_terms_of(laid, *best)), best
    if _is_run(laid, first, last + 1) and (
        _follows(laid.texts[last + 1]) or _completes(laid, last + 1)
    ):
        last += 1
    if held >= _ALL or laid.lines[first] != laid.lines[last]:
        return first, last
    whole = _paragraph(laid, first, last)
    return whole if _is_run(laid, *whole) else (first, last)


def _follows(text: str) -> bool:
    """Tell whether a sentence goes on with the one before, or explains it."""
    return goes_on(text) or _EXPLAINS.match(text) is not None


def _is_run(laid: Laid, first: int, last: int) -> bool:
    """Tell whether sentences of one line may be quoted together: both ends tell something."""
    if first < 0 or last >= len(laid) or laid.lines[first] != laid.lines[last]:
        return False
    return (
        laid.empty[first] not in _OPENS
        and _fits(laid, first, last)
        and (laid.empty[last] not in _OPENS)
    )


def _paragraph(laid: Laid, first: int, last: int) -> tuple[int, int]:
    """Return the sentences of a line, without those at its ends that say nothing."""
    start, end = row_of(laid, first)
    while start < first and laid.empty[start] in _OPENS:
        start += 1
    while end > last and laid.empty[end] in _OPENS:
        end -= 1
    return start, end


def _terms_of(laid: Laid, first: int, last: int) -> frozenset[str]:
    return frozenset().union(*laid.terms[first : last + 1])


def _is_fragment(line: str) -> bool:
    return bool(line) and len(words(line)) <= _FRAGMENT and not line.endswith(_ENDS)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
