"""The raw text of PDF pages becomes clean lines, then blocks. Pure.

In: what two engines extracted from each page. Out: the better of the two, without ligatures,
line-end hyphens and running headers, its broken lines joined, its title apart. Every pattern is
bounded: an unbounded one was quadratic on a hostile word (docs/reading.md, PDF pages).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.records import Block, Place
from assistant.text.analysis import clean

#: Fonts of TeX in T1 encoding, when they don't say what their glyphs mean.
_T1 = {
    0x10: "“", 0x11: "”", 0x12: "„", 0x13: "«", 0x14: "»", 0x15: "–", 0x16: "—",
    0x18: "₀", 0x19: "ı", 0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl",
}  # fmt: skip
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip
_CHARACTERS = {**_T1, **_LIGATURES, 0x02: "-\n", 0x7F: "• ", 0xFFFE: "-\n"}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BULLET = re.compile(r"^[•●○◦▪■□▸►‣⁃∙·✓✔➢➔→*–—-][ \t]{1,8}(?=\S)")
_LONE_BULLET = re.compile(r"^[•●○◦▪■□▸►‣⁃∙·✓✔➢➔→]$")
_HYPHENATED = re.compile(r"\b(\w{1,40})-\n[ \t]{0,8}(\w{1,40})")
_COMPOUND = re.compile(r"\b\w{1,40}-\w{1,40}\b")
#: What follows a hyphen that belongs to the word: dit-il, celui-ci, peut-être, eux-mêmes.
_AFTER_HYPHEN = frozenset(
    """il elle ils elles on je tu nous vous ce ci là la le les lui leur leurs y en moi toi être
    même mêmes t""".split()
)
_RUNNING_LINES = 3
_RUNNING_SHARE = 0.5
_RUNNING_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Survey:
    """What only the whole file tells: its running lines and its compound words."""

    running: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Sequence[str]) -> Survey:
        """Survey the texts of all pages.

        A running line is short, and stands at the same place from the same edge of at least
        half of the pages, digits aside.
        """
        seen: Counter[tuple[int, str]] = Counter()
        compounds: set[str] = set()
        for text in texts:
            cleaned = clean(_spelled(text))
            compounds.update(word.lower() for word in _COMPOUND.findall(cleaned))
            lines = cleaned.split("\n")
            edges = {(at, _masked(line)) for at, line in enumerate(lines[:_RUNNING_LINES])}
            edges |= {
                (-1 - at, _masked(line)) for at, line in enumerate(lines[::-1][:_RUNNING_LINES])
            }
            seen.update(edges)
        least = max(3, _RUNNING_SHARE * len(texts))
        running = {line for (_, line), times in seen.items() if line and times >= least}
        short = {line for line in running if len(line) <= _RUNNING_CHARACTERS}
        return cls(frozenset(short), frozenset(compounds))


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
        if len(first.split()) < 0.97 * len(second.split()):
            return second  # words glued together
        if _figures(first) >= 3 and 2 * _figures(second) <= _figures(first):
            return second  # a table taken apart, one cell per line
    return first


def clean_page(text: str, survey: Survey, *, report: bool) -> list[str]:
    """Return a page's lines, joined where a line was only full. `report`: text runs across."""
    text = _dehyphenated(_spelled(text).replace("\r\n", "\n"), survey.compounds)
    lines = [line.strip() for line in clean(text).split("\n") if line.strip()]
    lines = _without_running(lines, survey.running)
    return _joined(_bulleted(lines), report=report)


def title_lines(lines: Sequence[str], largest: str, *, slides: bool) -> tuple[str, list[str]]:
    """Part a page's title from its body: what is written largest, or a slide's first line."""
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
            if taken > at and len(rest) <= 0.3 * len(wanted):
                return " ".join(lines[at:taken]), [*lines[:at], *lines[taken:]]
    if slides and lines:
        for at, line in enumerate(lines[:2]):
            if any(c.isalpha() for c in line):
                if len(line) <= 120 and not _BULLET.match(line):
                    return line, [*lines[:at], *lines[at + 1 :]]
                break
    return "", list(lines)


def blocks_of(heading: str, body: Sequence[str], place: Place) -> Iterator[Block]:
    """Yield a page's blocks: its heading, then one per line."""
    if heading:
        yield Block(heading, "heading", place, level=1)
    for line in body:
        bullet = _BULLET.match(line)
        if bullet:
            yield Block(line[bullet.end() :], "item", place)
        else:
            yield Block(line, "paragraph", place)


def _spelled(text: str) -> str:
    return _PRIVATE.sub("• ", text.translate(_CHARACTERS))


def _dehyphenated(text: str, compounds: frozenset[str]) -> str:
    def joined(found: re.Match[str]) -> str:
        before, after = found[1], found[2]
        whole = f"{before}-{after}"
        if not after[0].islower() or before[-1].isdigit():
            return f"{whole}" if after[0].isalnum() else found[0]
        keep = after.lower() in _AFTER_HYPHEN or whole.lower() in compounds
        return whole if keep else before + after

    return _HYPHENATED.sub(joined, text)


def _without_running(lines: list[str], running: frozenset[str]) -> list[str]:
    edge = {*range(_RUNNING_LINES), *range(len(lines) - _RUNNING_LINES, len(lines))}
    kept: list[str] = []
    at = 0
    while at < len(lines):
        # One engine may break in two what the other, which surveyed the file, gave as one line.
        for number in (3, 2, 1):
            if at in edge and _masked(" ".join(lines[at : at + number])) in running:
                at += number
                break
        else:
            kept.append(lines[at])
            at += 1
    return kept or lines


def _bulleted(lines: Sequence[str]) -> list[str]:
    """Put a bullet that stands alone on its line before the text that follows."""
    kept: list[str] = []
    for line in lines:
        if kept and _LONE_BULLET.match(kept[-1]):
            kept[-1] = f"• {line}"
        else:
            kept.append(line)
    return [line for line in kept if not _LONE_BULLET.match(line)]


def _joined(lines: Sequence[str], *, report: bool) -> list[str]:
    lengths = sorted(len(line) for line in lines)
    full = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and _continues(last, line, full if report else 0):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        last = line
    return joined


def _continues(last: str, line: str, full: int) -> bool:
    """Tell whether `line` goes on with the sentence of `last`.

    In a report also before a capital, when the line above was full: "la ville de / Lyon".
    """
    if last.endswith((".", "!", "?", ":", ";")) or _BULLET.match(line):
        return False
    if line[0].islower():
        return True
    return full >= 60 and len(last) >= 0.85 * full


def _figures(text: str) -> int:
    """Count the lines without any letter."""
    lines = [line for line in text.split("\n") if line.strip()]
    return sum(not any(character.isalpha() for character in line) for line in lines)


def _masked(line: str) -> str:
    return re.sub(r"\d{1,9}", "0", " ".join(line.split())).lower()


def _squeezed(text: str) -> str:
    return "".join(c for c in clean(_spelled(text)).lower() if c.isalnum())


def _solid(text: str) -> int:
    return sum(not c.isspace() for c in text)
