"""The raw text of PDF pages becomes clean lines, then blocks. Pure.

In: what two engines extracted from each page. Out: the better of the two, without ligatures,
line-end hyphens and running headers, its broken lines joined, its title apart. Every pattern is
bounded: an unbounded one was quadratic on a hostile word (docs/reading.md, PDF pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.readers.line_ends import is_open, is_unended
from assistant.readers.pdf.characters import spelled
from assistant.readers.pdf.hyphens import dehyphenated
from assistant.readers.pdf.running_lines import Survey, without_running
from assistant.readers.titles import unspaced
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean
from assistant.text.calendar_names import MONTHS

_BULLET = re.compile(
    r"^(?:[•●○◦▪■□▸►▶‣⁃∙·✓✔➢➤➔→❖◆◇⮚*–—-][ \t]{1,8}(?=\S)|[•●▪■▸►‣➢❖](?=[^\W\d_])"
    # What Word's bullets become without their fonts.
    r"|[oØüv§][ \t]{1,8}(?=[^\W\d_]|[«\"(]))"
)
#: What begins none: what closes, what divides, a remark in brackets; a unit, after its figure.
_GOES_ON = re.compile(r"[/)\]»]|\([a-zà-öø-ÿœ]")
_UNITS = "%€"
#: What stands alone on a line as one, in a margin, though it begins with a small letter.
_ADDRESS = re.compile(
    r"(?:www\.|https?://)\S{3,200}$|[^\s@]{1,60}@[^\s@]{3,60}$"
    r"|[\w-]{2,40}(?:\.[\w-]{2,40}){0,3}\.(?:fr|com|org|net|eu|io|info|ch|be|ca)$"
)
#: What closes a sentence, drawn apart from it.
_CLOSING = re.compile(r"[”’»)\]]{1,2}[.,;]?")
#: A line of a table of contents, and one with a letter of its own: "a. Objet", "B) Vote".
_LED = re.compile(r"(?:\. ?){4} ?\d{1,4}$")
_LETTERED = re.compile(r"[a-z][.)] |[A-Z]\) {1,4}[A-ZÀ-Ý]")
#: A month at the end of a line, and the year that goes on with it.
_MONTH = re.compile(rf"(?:^|[\s(])(?:{'|'.join(MONTHS)})$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\b")
#: A line in capitals of so many letters is a title.
_CAPITALS = 8
#: One of a programme: "9h30 Ouverture", not "48h avant".
_TIMED = re.compile(r"(?:[01]?\d|2[0-4]) ?[hH] ?(?:\d\d)? (?:[-–à] ?)?[^\W_]")
#: One with a number of its own: "6.8 Arbres", "3/ Motion", "IV. Budget", "4 Archivage".
_SECTION = re.compile(
    r"(?:\d{1,2}(?:\.(?:\d{1,2}\.?){1,4}|[.)])|[IVX]{2,5}[.)]) {1,4}[A-ZÀ-Ý]"
    r"|\d{1,2} ?/ ?[A-ZÀ-Ý][^\W\d_]"
)
_PLAIN_SECTION = re.compile(r"\d{1,2} [A-ZÀ-Ý][^\W\d_]{1,30}[^.;:!?]{0,80}")
_LONE_BULLET = re.compile(r"^(?:[•●○◦▪■□▸►▶‣⁃∙·✓✔➢➤➔→❖◆◇⮚] ?){1,5}$")
_TITLE_CHARACTERS = 120
#: The first line of a title has so many letters at least, a box drawn twice so many lines at most.
_TITLE_BEGUN, _MOST_DRAWN = 20, 8
#: The number of a title has so many figures at most.
_MOST_FIGURES = 20
#: Words of a page that one reader cuts and the other does not.
_LEAST_CUT = 3


def better_text(first: str | None, second: str | None) -> str | None:
    """Choose between pypdf's text and PDFium's (docs/reading.md, PDF pages)."""
    if first is None or second is None:
        return second if first is None else first
    ours, theirs = _solid(first), _solid(second)
    if theirs > 1.5 * ours:
        return first if ours >= 50 else second
    if abs(ours - theirs) <= 0.03 * max(ours, theirs):
        lines = [line for line in first.split("\n") if line.strip()]
        single = sum(len(line.split()) == 1 for line in lines)
        if len(lines) >= 15 and single > 0.6 * len(lines):
            return second  # one word per line
        words = first.split()
        if len(words) < 0.97 * len(second.split()):
            return second  # words glued together
        if len(words) < 1.08 * len(second.split()) and _cut(words, second.split()) >= _LEAST_CUT:
            return second  # words cut by spaces
        if _figures(first) >= 3 and 2 * _figures(second) <= _figures(first):
            return second  # a table taken apart, one cell per line
    return first


def clean_page(
    text: str, survey: Survey, *, report: bool, page: int = 0, titles: Sequence[str] = ()
) -> list[str]:
    """Return the lines of a page, from 0, joined where one was only full.

    `report`: text runs across the page. `titles`: what the outline names there.
    """
    text = spelled(text).replace("\r\n", "\n")
    text = "\n".join(unspaced(line.strip()) for line in text.split("\n"))
    lines = [_said_once(line.strip()) for line in clean(text).split("\n") if line.strip()]
    # Before words are put together: a page's number may follow one that the page cuts.
    lines = without_running(lines, survey, page)
    if not lines:
        return []
    lines = dehyphenated("\n".join(lines), survey.compounds).split("\n")
    lines = _bulleted(lines)
    if not report:
        return _joined(_without_shadows(lines), 0)
    lengths = sorted(len(line) for line in lines)
    full = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    return _joined(lines, full, frozenset(filter(None, map(_named, titles))))


def title_lines(
    lines: Sequence[str], largest: str, *, slides: bool
) -> tuple[list[str], str, list[str]]:
    """Part a page's title from its body: what is written largest, or a slide's first line.

    Before it come, in a report, the sentences that stand above: they are said under the title of
    the page before.
    """
    title, body, at = _title(lines, largest, slides=slides)
    above = 0 if slides or not any(map(_is_sentence, body[:at])) else at
    return body[:above], title, body[above:]


def _is_sentence(line: str) -> bool:
    return line.endswith((".", ";", "!", "?")) or len(line) > _TITLE_CHARACTERS


def _title(lines: Sequence[str], largest: str, *, slides: bool) -> tuple[str, list[str], int]:
    """Return a page's title, the other lines, and how many of these stand above it."""
    wanted = _squeezed(largest)
    if wanted and len(wanted) <= 200:
        for at in range(min(8, len(lines))):
            taken, rest = at, wanted
            while taken < len(lines):
                line = _squeezed(lines[taken])
                if not line or not rest.startswith(line):
                    break
                rest = rest[len(line) :]
                taken += 1
            named = taken > at and not any(map(_is_no_title, lines[at:taken]))
            if named and len(rest) <= 0.3 * len(wanted):
                return " ".join(lines[at:taken]), [*lines[:at], *lines[taken:]], at
    for at, line in enumerate(lines[:2] if slides else ()):
        if any(map(str.isalpha, line)) and not _has_address(line):
            if len(line) <= _TITLE_CHARACTERS and not _BULLET.match(line):
                return line, [*lines[:at], *lines[at + 1 :]], at
            break
    return "", list(lines), 0


def _is_no_title(line: str) -> bool:
    return _BULLET.match(line) is not None or _has_address(line)


def _has_address(line: str) -> bool:
    return any(map(_ADDRESS.match, line.split()))


def blocks_of(
    heading: str, body: Sequence[str], place: Place, above: Sequence[str] = ()
) -> Iterator[Block]:
    """Yield a page's blocks, one per line: what stands above its heading, this, and the rest."""
    yield from _line_blocks(above, place)
    if heading:
        yield Block(heading, "heading", place, level=1)
    yield from _line_blocks(body, place)


def _line_blocks(lines: Sequence[str], place: Place) -> Iterator[Block]:
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet:
            yield Block(line[bullet.end() :], "item", place)
        else:
            yield Block(line, "paragraph", place)


def _said_once(line: str) -> str:
    """Return a line that was drawn twice, for its shadow, once: "Étape 2 : TrierÉtape 2 : Trier".

    Browsers print slides so. A single word said twice is left: "bonbon", "très très".
    """
    half = len(line) // 2
    first, second = line[:half], line[len(line) - half :]
    between = line[half : len(line) - half]
    doubled = first == second and not between.strip() and len(first.split()) > 1
    return first.strip() if doubled else line


def _bulleted(lines: Sequence[str]) -> list[str]:
    """Put a bullet that stands alone on its line before the text that follows."""
    kept: list[str] = []
    for line in lines:
        if kept and _LONE_BULLET.match(kept[-1]):
            kept[-1] = f"• {line}"
        else:
            kept.append(line)
    return [line for line in kept if not _LONE_BULLET.match(line)]


def _without_shadows(lines: Sequence[str]) -> list[str]:
    """Leave out the lines of a slide's box where the box is drawn again, for its shadow."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        for number in range(_MOST_DRAWN, 1, -1):
            box = lines[at : at + number]
            if box == lines[at + number : at + 2 * number] and sum(map(_words, box)) > number:
                kept += box
                at += 2 * number
                break
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _words(line: str) -> int:
    return sum(any(map(str.isalpha, word)) for word in line.split())


def _joined(lines: Sequence[str], full: int, titles: frozenset[str] = frozenset()) -> list[str]:
    """Put together lines that go on; `full`: characters of a full line, 0 where none is."""
    joined: list[str] = []
    last = ""
    for line in lines:
        bracketed = bool(joined) and is_open(joined[-1]) and not _BULLET.match(line)
        if joined and _CLOSING.fullmatch(line):
            joined[-1] += line if line in "”’)" else f" {line}"
        elif (
            titles
            and joined
            and _begins(joined[-1], titles)
            and _begins(f"{joined[-1]} {line}", titles)
        ):
            joined[-1] += f" {line}"
        elif titles and joined and (_begins(line, titles) or _is_title(joined[-1], titles)):
            joined.append(line)
        elif joined and (bracketed or _continues(last, line, full)):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        last = line
    return joined


@lru_cache(maxsize=8)  # a line is asked about again as the next one comes
def _named(title: str) -> str:
    """Write a title as the outline's are known, with its number or without."""
    return _squeezed(title).lstrip("0123456789")


def _is_title(line: str, titles: frozenset[str]) -> bool:
    return _begins(line, titles) and _named(line) in titles


def _begins(line: str, titles: frozenset[str]) -> bool:
    """Tell whether a line is a title of the outline, or the first line of one."""
    longest = max(map(len, titles)) + _MOST_FIGURES
    # A paragraph is longer than any title, which is told by its beginning.
    if sum(map(str.isalnum, line[: 3 * longest])) > longest:
        return False
    shown = _named(line)
    if shown in titles:
        return True
    return len(shown) >= _TITLE_BEGUN and any(title.startswith(shown) for title in titles)


def _continues(last: str, line: str, full: int) -> bool:
    """Tell whether `line` goes on with the sentence of `last`.

    In a report also before a capital, when the line above was full: "la ville de / Lyon".
    """
    if last.rstrip('”»" ').endswith((".", "!", "?", ":", ";")) or _BULLET.match(line):
        return False
    if _LED.search(last) or _LETTERED.match(line):
        return False
    if _is_section(line, full) and not is_unended(last):
        return False
    if _TIMED.match(line) and not is_unended(last):
        return False
    if _ADDRESS.match(line) and not is_unended(last) and not last.endswith(" /"):
        return False
    if line[0].isupper() and _ADDRESS.match(last):
        return False
    if _is_capitals(line) != _is_capitals(last) and not is_unended(last):
        return False  # a title
    if line[0].islower() or _GOES_ON.match(line):
        return True
    if _YEAR.match(line) and _MONTH.search(last):
        return True
    if line[0] in _UNITS and last[-1].isdigit():
        return True
    # What has no end of its own goes on whatever follows: "aide jusqu'à / 200 €".
    if is_unended(last):
        return True
    if last[-1] == "€" and line[0].isupper():
        return False  # a list of prices
    return full >= 60 and len(last) >= 0.85 * full


def _is_capitals(line: str) -> bool:
    """Tell whether a line is of two words or more in capitals alone."""
    return line.isupper() and sum(map(str.isalpha, line)) >= _CAPITALS and " " in line


def _is_section(line: str, full: int) -> bool:
    """Tell whether a line begins with a number of its own; without a point only a short one."""
    if _SECTION.match(line):
        return True
    return len(line) < 0.85 * full and _PLAIN_SECTION.fullmatch(line) is not None


def _cut(words: Sequence[str], whole: Sequence[str]) -> int:
    """Count the words that stand in two halves, of which one is no word: "réfecti on"."""
    known = set(whole)
    return sum(
        a + b in known and not (a in known and b in known) and a.isalpha() and b[0].isalpha()
        for a, b in pairwise(words)
    )


def _figures(text: str) -> int:
    """Count the lines without any letter."""
    lines = [line for line in text.split("\n") if line.strip()]
    return sum(not any(character.isalpha() for character in line) for line in lines)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, clean(spelled(text)).lower()))


def _solid(text: str) -> int:
    return len("".join(text.split()))
