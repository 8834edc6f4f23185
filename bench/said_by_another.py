"""The words that docling's Markdown has of a file and ours lacks, and the reverse. Pure.

In: two texts of one file. Out: words and figures. Docling writes much that no reader of the file
sees; each rule below says what, and why it isn't counted as a word of the file.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.text.folding import fold

_WORD = re.compile(r"\w+")
#: A picture, and what docling takes it for ("Bar chart"): no program shows these words. The
#: figures that it says after them are the chart's.
_CHART = re.compile(r"<!-- image -->\s{1,9}\w{1,20} chart[ \t]*(?:\n|$)((?:\s*\|[^\n]*\n?)*)")
#: What is no text of the file, in the order in which it is taken out.
_MARKS = tuple(
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"<!--.*?-->",  # where a picture stands
        r"^# Slide ?\d{1,4}$",  # the program's own name of a slide without a title
        r"\]\((?:[^()]|\([^()]{0,500}\)){0,2000}\)|https?://\S+",  # addresses of links
        r"(?:^|(?<=[|\s]))- \[[ xX]\]",  # boxes, which we write ☐ and ☒
        r"^\s{0,40}\d{1,4}[.)](?=\s)",  # Markdown's own numbers of items
        r"(?<=\d{4}-\d\d-\d\d) 00:00:00",  # midnight: a spreadsheet shows the day alone
    )
)
#: Elements of HTML within another format, which a reader writes out or leaves out.
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
#: Of a formula's LaTeX, commands are names of signs and of layouts; these alone are its words.
_NAMED = re.compile(
    r"\\(?:operatorname|text|mathrm)\b|\\(?=(?:sin|cos|tan|log|ln|exp|lim|max|min)\b)"
)
_COMMAND = re.compile(r"\\[a-zA-Z]+|\{0pt\}|\\.")
#: So many words of theirs, at most, are one of ours ("H 2 O").
_MOST_JOINED = 4


def words_that_only_one_has(theirs: str, ours: str) -> tuple[list[str], list[str]]:
    """Return the words that docling has and we lack, and those that we have and it lacks."""
    text, charts, formulas = _parts(theirs)
    have = Counter(_words(ours))
    said = [*_words(_once_merged(text)), *(word for word in _words(charts) if word not in have)]
    missing, more = Counter(said) - have, have - Counter(said)
    _take_joined(said, missing, more)
    letters = Counter(_plain(formulas)) - (Counter(_plain(ours)) - Counter(_plain(text)))
    letters = Counter({letter: times for letter, times in letters.items() if letter.isalnum()})
    return sorted([*missing.elements(), *letters.elements()]), sorted(more.elements())


def _parts(theirs: str) -> tuple[str, str, str]:
    """Return their text, the figures of its charts, and its formulas.

    A chart of a workbook draws what stands in its cells, so that its figures count once; the
    letters of a formula count, whatever lines they are written on.
    """
    charts = "\n".join(found[1] for found in _CHART.finditer(theirs))
    text = _CHART.sub(" ", theirs)
    for mark in _MARKS:
        text = mark.sub(" ", text)
    formulas = " ".join(one or other for one, other in _FORMULA.findall(text))
    return _FORMULA.sub(" ", text), charts, _COMMAND.sub(" ", _NAMED.sub(" ", formulas))


def _words(text: str) -> Iterator[str]:
    """Yield words, folded, and numbers without the zeros before them."""
    for word in _WORD.findall(_plain(text)):
        yield word.lstrip("0") or "0" if word.isdigit() else word


def _plain(text: str) -> str:
    shown = _TAG.sub(" ", html.unescape(text.replace("\\_", "_")))
    return fold(unicodedata.normalize("NFKC", shown)).replace("_", " ")


def _once_merged(text: str) -> str:
    """Return a text where a cell of a table that says what the one to its left does says nothing.

    Docling repeats a merged cell over all of its columns.
    """
    return "\n".join(
        " ".join(_differing(line.split("|"))) if line.lstrip().startswith("|") else line
        for line in text.split("\n")
    )


def _differing(cells: Sequence[str]) -> Iterator[str]:
    before = ""
    for cell in cells:
        if cell.strip() != before:
            yield cell
        before = cell.strip()


def _take_joined(said: Sequence[str], missing: Counter[str], more: Counter[str]) -> None:
    """Take out of both what one writes apart and the other together."""
    for long in range(2, _MOST_JOINED + 1):
        for at in range(len(said) - long + 1):
            apart, joined = said[at : at + long], "".join(said[at : at + long])
            if more[joined] and any(missing[word] for word in apart):
                more[joined] -= 1
                for word in apart:
                    missing[word] = max(0, missing[word] - 1)
