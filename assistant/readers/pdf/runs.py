"""Runs of text as pypdf meets them on a page, put right where they only follow one another. Pure.

In: runs with their places and sizes. Out: the page's text: exponents as they read, the marks of
notes left out, and columns that were drawn across, line by line, one after another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from assistant.readers.raised import raised

#: A mark is smaller than the words before it, and stands less than a line above them.
_MARK_SIZE, _MARK_RISE = 0.8, 0.8
_MARK = re.compile(r"[(\[]?(?:\d{1,3}|\*{1,3})[)\]]?(?:[,;][ ]?\d{1,3}){0,5}|[a-zé]{1,4}")
#: Small capitals are smaller than the capital before them, and no mark.
_LESS = 0.6, 0.95
#: "CO" and "2": below the line, though only a font's own rise would say so.
_CHEMICAL = re.compile(r"(?:[A-Z]|[A-Z][a-z]|PM)$")
#: Columns have at least so many lines beside each other, and lines of so many characters.
_LEAST_LINES, _LEAST_CHARACTERS = 4, 18
#: Lines of a column begin within so many points of each other.
_ALIGNED = 6.0
#: How many lines of a column go on with a small letter where it holds sentences, not cells.
_GOING_ON = 0.34


@dataclass(frozen=True, slots=True)
class TextRun:
    """Some text, with where it begins on the page, in points from below, and its size.

    A line end that follows it is part of it.
    """

    text: str
    size: float
    height: float
    left: float


@dataclass(frozen=True, slots=True)
class Settled:
    """A page's text put right, and the runs that it is made of.

    `marks` are those taken out: the words before and each, and how both read. `reordered`: columns
    were drawn across.
    """

    text: str
    runs: Sequence[TextRun]
    marks: Sequence[tuple[str, str]] = ()
    reordered: bool = False


def put_right(text: str, runs: Sequence[TextRun]) -> Settled:
    """Return a page's text, small capitals as one writes them, without the marks of notes.

    The text stays where the runs don't make it.
    """
    if "".join(run.text for run in runs) != text:
        return Settled(text, runs)
    settled, marks = _without_marks(_small_capitals([run for run in runs if run.text]))
    ordered = _by_column(settled)
    return Settled("".join(run.text for run in ordered), ordered, marks, ordered != settled)


# --- Small capitals ----------------------------------------------------------------------------


def _small_capitals(runs: Sequence[TextRun]) -> list[TextRun]:
    """Put words set in small capitals together again: "P" and "ROJET" are one."""
    kept: list[TextRun] = []
    small = False
    for run in runs:
        before = kept[-1] if kept else None
        words = before.text.rstrip("\n") if before is not None else ""
        if before is None or run.height != before.height or not _is_capitals(words, run):
            kept.append(run)
            small = False
        elif _LESS[0] * before.size < run.size < _LESS[1] * before.size and words[-1:].strip():
            kept[-1] = replace(before, text=words + run.text)
            small = True
        elif small and run.size == before.size:
            kept[-1] = replace(before, text=f"{words} {run.text}")
        else:
            kept.append(run)
            small = False
    return kept


def _is_capitals(words: str, run: TextRun) -> bool:
    last = words.split()[-1:] or [""]
    return run.text.strip().isupper() and last[0].isupper() and run.text.strip().isalpha()


# --- Exponents and marks -----------------------------------------------------------------------


def _without_marks(runs: Sequence[TextRun]) -> tuple[list[TextRun], list[tuple[str, str]]]:
    kept: list[TextRun] = []
    marks: list[tuple[str, str]] = []
    joins = False
    for run in runs:
        before = kept[-1] if kept else None
        if before is not None and _is_mark(before, run):
            words = before.text.rstrip("\n")
            mark = run.text.strip()
            shown = raised(words, mark)
            marks.append((words[-12:] + mark, words[-12:] + shown))
            joins = before.text.endswith("\n") and run.text.endswith("\n")
            end = "" if joins else run.text[len(run.text.rstrip()) :]
            kept[-1] = replace(before, text=words + shown + end)
        elif joins and before is not None and abs(run.height - before.height) < 0.1 * run.size:
            kept[-1] = replace(before, text=before.text + run.text)
            joins = False
        else:
            if joins and before is not None:
                kept[-1] = replace(before, text=f"{before.text}\n")
            joins = False
            kept.append(run)
    return kept, marks


def _is_mark(before: TextRun, run: TextRun) -> bool:
    """Tell whether a run is raised behind the words before it."""
    if not (0 < run.size <= _MARK_SIZE * before.size and _MARK.fullmatch(run.text.strip())):
        return False
    rise = run.height - before.height
    words = before.text.rstrip("\n")
    if not words[-1:].strip() or not 0 <= rise < _MARK_RISE * before.size:
        return False
    apart = before.text.endswith("\n")
    if apart and rise == 0:
        return False  # small print on the next line of a table
    return not (rise == 0 and _CHEMICAL.search(words) and not re.search(r"\b[a-z]m$", words))


# --- Columns -----------------------------------------------------------------------------------


def _by_column(runs: list[TextRun]) -> list[TextRun]:
    """Put columns that were drawn across one after another, where they hold sentences."""
    at = 0
    ordered: list[TextRun] = []
    while at < len(runs):
        rows = _rows_of_columns(runs, at)
        columns = [[row[side] for row in rows] for side in (0, 1)]
        if len(rows) >= _LEAST_LINES and all(map(_holds_sentences, columns)):
            ordered += [replace(run, text=run.text.rstrip() + "\n")
                        for column in columns for run in column]  # fmt: skip
            at += 2 * len(rows)
        else:
            ordered.append(runs[at])
            at += 1
    return ordered


_Row = tuple[TextRun, TextRun]


def _rows_of_columns(runs: Sequence[TextRun], start: int) -> list[_Row]:
    """Return the rows of two runs side by side that follow from `start`."""
    rows: list[_Row] = []
    at = start
    while at + 1 < len(runs):
        left, right = runs[at], runs[at + 1]
        beside = abs(left.height - right.height) < 0.2 * left.size
        if not beside or not _wide_apart(left, right):
            break
        first = rows[0] if rows else None
        if first is not None and not (
            abs(left.left - first[0].left) < _ALIGNED
            and abs(right.left - first[1].left) < _ALIGNED
            and left.height < first[0].height
        ):
            break
        rows.append((left, right))
        at += 2
    return rows


def _wide_apart(left: TextRun, right: TextRun) -> bool:
    """Tell whether a run begins further right than one before it may end."""
    return right.left - left.left > 0.3 * left.size * len(left.text.strip()) + left.size


def _holds_sentences(column: Sequence[TextRun]) -> bool:
    texts = [run.text.strip() for run in column]
    if not texts or median(map(len, texts)) < _LEAST_CHARACTERS:
        return False
    going_on = sum(text[:1].islower() for text in texts[1:])
    return going_on >= max(1, _GOING_ON * (len(texts) - 1))
