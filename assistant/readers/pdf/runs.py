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
_MARK = re.compile(r"[(\[]?(?:\d{1,4}|\*{1,3})[)\]]?(?:[,;][ ]?\d{1,3}){0,5}|[a-zé]{1,4}")
#: Small capitals are smaller than the capital before them, and no mark.
_LESS = 0.6, 0.95
#: "CO" and "2": below the line, though only a font's own rise would say so.
_CHEMICAL = re.compile(r"(?:[A-Z]|[A-Z][a-z]|PM)$")
#: Columns have at least so many lines beside each other, and lines of so many characters.
_LEAST_LINES, _LEAST_CHARACTERS = 4, 18
#: Lines of a column begin within so many points of each other.
_ALIGNED = 6.0
#: Lines side by side may stand a little apart in height; the next line is not further down. In
#: sizes of the letters, as are the least and the usual width of one.
_BESIDE, _LINE = 0.7, 2.2
_LEAST_WIDTH, _USUAL_WIDTH = 0.3, 0.55
#: A time alone, how many together make a programme, and how far in height its line may stand.
_TIME = re.compile(r"\d{1,2} ?[hH:] ?(?:\d\d)?(?: ?[-–à] ?\d{1,2} ?[hH:] ?(?:\d\d)?)?")
_LEAST_TIMES, _SAME_LINE = 3, 0.5
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
    ordered = _with_times(_by_column(settled))
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
    letters = "".join(run.text.split())
    return letters.isupper() and last[0].isupper() and letters.isalpha()


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

#: What is drawn on one line without a wide gap.
_Segment = list[TextRun]


def _by_column(runs: list[TextRun]) -> list[TextRun]:
    """Put columns that were drawn across one after another, where they hold sentences."""
    rows = [_segments(row) for row in _rows(runs)]
    if not any(len(row) > 1 for row in rows):
        return runs
    ordered: list[TextRun] = []
    at = 0
    while at < len(rows):
        columns, taken = _columns(rows, at)
        if columns and all(map(_holds_sentences, columns)):
            ordered += [run for column in columns for line in column for run in _as_line(line)]
            at += taken
        else:
            ordered += [run for segment in rows[at] for run in segment]
            at += 1
    return ordered


def _rows(runs: Sequence[TextRun]) -> list[list[TextRun]]:
    """Part runs where one begins further left than the one before it, or on another line."""
    rows: list[list[TextRun]] = []
    for run in runs:
        last = rows[-1][-1] if rows else None
        beside = last is not None and abs(run.height - last.height) < _BESIDE * (last.size or 1)
        if last is not None and beside and run.left > last.left:
            rows[-1].append(run)
        else:
            rows.append([run])
    return rows


def _segments(row: Sequence[TextRun]) -> list[_Segment]:
    """Part a row where a gap is wide."""
    segments: list[_Segment] = []
    for run in row:
        if segments and not _wide_apart(segments[-1][-1], run):
            segments[-1].append(run)
        else:
            segments.append([run])
    return segments


def _columns(rows: Sequence[Sequence[_Segment]], start: int) -> tuple[list[list[_Segment]], int]:
    """Return the columns that begin with a row, and how many rows they take.

    In some rows a column may be empty: its sentence has ended before those beside it.
    """
    lefts = [segment[0].left for segment in rows[start]]
    columns: list[list[_Segment]] = [[] for _ in lefts]
    taken = 0
    for row in rows[start:] if len(lefts) > 1 else ():
        sides = _sides(row, lefts)
        if not sides or (taken and not _follows(rows[start + taken - 1], row)):
            break
        for side, segment in zip(sides, row, strict=True):
            columns[side].append(segment)
        taken += 1
    enough = columns and min(map(len, columns)) >= _LEAST_LINES
    return (columns, taken) if enough else ([], 0)


def _sides(row: Sequence[_Segment], lefts: Sequence[float]) -> list[int]:
    """Return in which column each segment of a row stands; none where one stands in no column."""
    sides: list[int] = []
    for segment in row:
        left = segment[0].left
        side = next((at for at, one in enumerate(lefts) if abs(left - one) < _ALIGNED), None)
        if side is None or side in sides:
            return []
        if side + 1 < len(lefts) and _least_right(segment[-1]) > lefts[side + 1]:
            return []  # it runs across both
        sides.append(side)
    return sides


def _follows(above: Sequence[_Segment], row: Sequence[_Segment]) -> bool:
    """Tell whether a row is the next line, without a gap."""
    # Some programs count heights from above.
    down = abs(above[0][0].height - row[0][0].height)
    return 0 < down <= _LINE * (above[0][0].size or 1)


def _least_right(run: TextRun) -> float:
    """Return where a run ends at the earliest: letters are at least so wide."""
    return run.left + _LEAST_WIDTH * run.size * len(run.text.strip())


def _wide_apart(left: TextRun, right: TextRun) -> bool:
    """Tell whether a run begins further right than one before it may end.

    Of a short run one guesses the width less well than of a line.
    """
    text = left.text.strip()
    width = _LEAST_WIDTH if len(text) >= _LEAST_CHARACTERS else _USUAL_WIDTH
    return right.left - left.left > width * left.size * len(text) + left.size


def _as_line(segment: _Segment) -> list[TextRun]:
    """Return the runs of a line, the last of which ends it."""
    *before, last = segment
    kept = [replace(run, text=run.text.replace("\n", " ")) for run in before]
    return [*kept, replace(last, text=last.text.rstrip() + "\n")]


def _holds_sentences(column: Sequence[_Segment]) -> bool:
    texts = ["".join(run.text for run in segment).strip() for segment in column]
    if not texts or median(map(len, texts)) < _LEAST_CHARACTERS:
        return False
    going_on = sum(text[:1].islower() for text in texts[1:])
    return going_on >= max(1, _GOING_ON * (len(texts) - 1))


# --- Times of a programme ------------------------------------------------------------------------


def _with_times(runs: list[TextRun]) -> list[TextRun]:
    """Put the times of a programme, drawn together, each before what stands beside it.

    Nothing moves where one of them has nothing beside it.
    """
    shown = [at for at, run in enumerate(runs) if run.text.strip()]
    is_time = [_TIME.fullmatch(runs[at].text.strip()) is not None for at in shown]
    alone = [False, *is_time, False]
    together = {at for n, at in enumerate(shown) if is_time[n] and (alone[n] or alone[n + 2])}
    if len(together) < _LEAST_TIMES:
        return runs
    others = [at for at, timed in zip(shown, is_time, strict=True) if not timed]
    beside: dict[int, int] = {}
    for time in sorted(together):
        found = [at for at in others if _stands_beside(runs[time], runs[at])]
        first = min(found, key=lambda at: runs[at].left, default=-1)
        if first < 0 or first in beside:
            return runs
        beside[first] = time
    ordered: list[TextRun] = []
    for at, run in enumerate(runs):
        if at in beside:
            ordered.append(replace(runs[beside[at]], text=f"{runs[beside[at]].text.strip()} "))
        if at not in together:
            ordered.append(run)
    return ordered


def _stands_beside(time: TextRun, other: TextRun) -> bool:
    return other.left > time.left and abs(other.height - time.height) < _SAME_LINE * time.size
