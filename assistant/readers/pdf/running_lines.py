"""What only the whole of a PDF file tells: its running lines, its compound words. Pure.

In: the texts of its pages, and of their margins. Out: `Survey`, by which `layout` leaves out of a
page what repeats from page to page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.readers.pdf.characters import spelled
from assistant.readers.pdf.footers import Footers, footers_of
from assistant.readers.pdf.hyphens import compounds_in
from assistant.text.analysis import clean

#: A running line stands among so many lines from an edge, on at least this share of the pages.
_RUNNING_LINES = 3
_RUNNING_SHARE = 0.5
_FEWEST_PAGES = 3
_RUNNING_CHARACTERS = 100
#: A longer one, as the title of a webinar with its day, must stand on more of them.
_LONG_CHARACTERS = 160
_LONG_SHARE = 2 / 3
#: A page's number by itself, "3", "– 3 –", "iv", "3/12": only its value says that it is one.
_NUMBER = re.compile(r"\W{0,3}(\d{1,4}|[ivx]{1,5})(?: ?/ ?\d{1,4})?\W{0,3}")
#: One that says so, alone or beside words: "page 3 sur 12", "Forum 2025 – page 3".
_NUMBERED = re.compile(
    r"(?:(?P<before>.{1,100}?)\W{1,5})?\W{0,3}(?:pages?|p\.?)\W{0,3}\d{1,4}"
    r"(?:\W{0,3}(?:/|sur|of|de)\W{0,3}\d{1,4})?\W{0,3}(?:\W{1,5}(?P<after>.{1,100}))?"
)
#: One set apart from words by a line: "3 | Rapport annuel".
_APART = re.compile(r"\d{1,4} ?\| ?(?P<after>.{1,100})|(?P<before>.{1,100}?) ?\| ?\d{1,4}")
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:le )?\d{1,2}(?:er)? [a-zéû]{3,9}\.? \d{4}")
#: What tells something of its page, whatever repeats: "Rapporteur : le maire".
_LABELLED = re.compile(r"[^:]{2,60}:\s*\S")
#: The colon of a long title labels nothing: more words before it, no figure and no other after.
_TITLED = re.compile(r"(?:[^\s:]{1,40} ){4,12}[^\s:]{1,40} ?: [^:\d]{1,160}")
#: The day that a long running line ends with, and what stands for it.
_LAST_DAY = re.compile(rf"(?:{_DAY.pattern})$")
_ANY_DAY = "‹date›"
_ROMAN = {
    roman: number
    for number, roman in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}


@dataclass(frozen=True, slots=True)
class Survey:
    """What only the whole file tells: its running lines and its compound words.

    `running` are lines as `_key` writes them, `examples` how they are written somewhere. `shift`
    is what the printed numbers are ahead of the pages (from 0), None where none are printed.
    `footers` are the lines whose words stand around such a number, or around a day.
    """

    running: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()
    shift: int | None = None
    footers: Footers = field(default_factory=Footers)

    @classmethod
    def of(cls, texts: Mapping[int, str], margins: Mapping[int, str] | None = None) -> Survey:
        """Survey the texts of pages, by their number from 0.

        A running line is short and stands near the same edge of at least half of the pages, or is
        longer and stands so on two thirds: the same words, but for the page's own number or a
        day, alone or at the end of a long line. `margins` are what stands in the
        top and bottom margins; where they are known, words that repeat elsewhere are text. A line
        that says something of its page ("Rapporteur : …", "Délibération n° 12") never runs.
        """
        seen: Counter[tuple[int, str]] = Counter()
        examples: dict[str, str] = {}
        shifts: Counter[int] = Counter()
        compounds: set[str] = set()
        for page, text in texts.items():
            cleaned = clean(spelled(text))
            compounds |= compounds_in(cleaned)
            for at, line in _edges(cleaned.split("\n")):
                if at is not None and len(line) <= _LONG_CHARACTERS:
                    seen[at, _key(line)] += 1
                    examples.setdefault(_key(line), line)
                if (number := _number(line)) is not None:
                    shifts[number - page] += 1
        least = max(_FEWEST_PAGES, _RUNNING_SHARE * len(texts))
        apart = None if margins is None else _repeated(margins.values(), least)
        running = {
            key
            for (_, key), times in seen.items()
            if times >= max(least, _LONG_SHARE * len(texts) if _is_long(key) else 0)
            and key
            and _may_run(key, apart)
        }
        footers = Footers() if margins is None else footers_of(margins, least)
        shift, times = next(iter(shifts.most_common(1)), (0, 0))
        return cls(
            frozenset(running),
            frozenset(compounds),
            tuple(sorted({*footers.examples, *(examples[key] for key in running)})),
            shift if times >= least else None,
            footers,
        )

    def runs(self, line: str, page: int) -> bool:
        """Tell whether a line near an edge of a page, from 0, is a running one."""
        if (number := _number(line)) is not None:
            return self.shift is not None and number - page == self.shift
        return _key(line) in self.running


def _edges(lines: Sequence[str]) -> Iterator[tuple[int | None, str]]:
    """Yield the lines near the edges of a page, with where they stand: 0, 1, … or -1, -2, …"""
    for at, line in enumerate(lines[:_RUNNING_LINES]):
        yield at, line
    for at, line in enumerate(lines[::-1][:_RUNNING_LINES]):
        yield -1 - at, line


def _key(line: str) -> str:
    """Write a line so that running ones are alike: "Forum – Page 3" → "forum #"."""
    plain = " ".join(line.split()).lower()
    if _DAY.fullmatch(plain):
        return "date"
    if found := _NUMBERED.fullmatch(plain) or _APART.fullmatch(plain):
        return " ".join(filter(None, (found["before"], "#", found["after"])))
    return plain if len(plain) <= _RUNNING_CHARACTERS else _LAST_DAY.sub(_ANY_DAY, plain)


def _is_long(key: str) -> bool:
    return len(key) > _RUNNING_CHARACTERS or key.endswith(_ANY_DAY)


def _number(line: str) -> int | None:
    """Return the number that a line is, by itself, in figures or in Roman letters."""
    found = _NUMBER.fullmatch(line.strip().lower())
    if not found:
        return None
    return int(found[1]) if found[1].isdigit() else _ROMAN.get(found[1])


def _repeated(margins: Iterable[str], least: float) -> frozenset[str]:
    """Return the lines, as `_key` writes them, that stand in enough margins."""
    seen = Counter(
        key for text in margins for key in {_key(line) for line in clean(spelled(text)).split("\n")}
    )
    return frozenset(key for key, times in seen.items() if times >= least)


def _may_run(key: str, apart: frozenset[str] | None) -> bool:
    """Tell whether a repeated line is no text: in the margins, or of words that could be."""
    if "#" in key.split() or key == "date":
        return True
    if _LABELLED.match(key) and not (_is_long(key) and _TITLED.fullmatch(key)):
        return False
    return len(key.split()) > 1 if apart is None else key in apart


def without_running(lines: list[str], survey: Survey, page: int) -> list[str]:
    """Return the lines of a page, from 0, but for its running ones."""
    if not survey.footers.shifts:
        return _without_edges(lines, survey, page) or lines
    rest = _without_footers(lines, survey.footers, page)
    return _without_edges(rest, survey, page) or rest


def _without_footers(lines: list[str], footers: Footers, page: int) -> list[str]:
    """Leave out a footer wherever it is drawn, and its day where that stands alone."""
    edge = _outermost(lines)
    # Most lines have no figure; the words alone could be text.
    may = [at for at, line in enumerate(lines) if at in edge or any(map(str.isdigit, line))]
    found = {at: part for at in may if (part := footers.part(lines[at], page))}
    gone = {at for at, part in found.items() if part.day or part.number is not None or at in edge}
    if gone and not any(found[at].day for at in gone):
        gone.update([at for at, line in enumerate(lines) if footers.is_day(line)][:1])
    return [line for at, line in enumerate(lines) if at not in gone]


def _outermost(lines: Sequence[str]) -> set[int]:
    """Return which lines of a page stand at its head or its foot."""
    return {*range(_RUNNING_LINES), *range(len(lines) - _RUNNING_LINES, len(lines))}


def _without_edges(lines: list[str], survey: Survey, page: int) -> list[str]:
    edge = _outermost(lines)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        # One engine may break in two what the other, which surveyed the file, gave as one line.
        for number in (3, 2, 1):
            if at in edge and survey.runs(" ".join(lines[at : at + number]), page):
                at += number
                break
        else:
            kept.append(lines[at])
            at += 1
    return kept
