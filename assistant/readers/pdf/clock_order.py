"""Programmes whose boxes were drawn in any order: read by place where the clock agrees. Pure.

In: the runs of a page. Out: the same runs, from the top down and column after column, where the
times that begin their lines go back as they are drawn and only forward so; else as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.readers.pdf.runs import TextRun

#: "8h30-9h30 : Allocutions", "14:00 Atelier", at the start of a line.
_TIME = re.compile(r"\s{0,3}(\d{1,2}) ?[hH:] ?(\d\d)?(?!\d)")
#: So many times make a programme.
_LEAST_TIMES = 4
#: How near in height two runs of a line stand, in sizes of their letters, and how near on the left,
#: in points, those of a column begin.
_SAME_LINE, _ALIGNED = 0.6, 20.0

_Line = list[TextRun]


def by_the_clock(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs of a page in the order in which its times go forward."""
    kept = list(runs)
    if sum(_TIME.match(run.text) is not None for run in kept) < _LEAST_TIMES:
        return kept
    lines = _lines(kept)
    times = _times(lines)
    if len(times) < _LEAST_TIMES or _forward(times):
        return kept
    ordered = _by_column(lines)
    return [run for line in ordered for run in _ended(line)] if _forward(_times(ordered)) else kept


def _lines(runs: Sequence[TextRun]) -> list[_Line]:
    """Part runs where one ends a line, or stands on another than the one before it."""
    lines: list[_Line] = []
    for run in runs:
        last = lines[-1][-1] if lines else None
        if (
            last is not None
            and not last.text.endswith("\n")
            and abs(run.height - last.height) < _SAME_LINE * max(run.size, last.size)
        ):
            lines[-1].append(run)
        elif run.text.strip():
            lines.append([run])
    return lines


def _times(lines: Sequence[_Line]) -> list[int]:
    """Return the times that begin lines, in minutes."""
    found = (_TIME.match(_text(line)) for line in lines)
    return [60 * int(time[1]) + int(time[2] or 0) for time in found if time]


def _forward(times: Sequence[int]) -> bool:
    return all(before <= after for before, after in pairwise(times))


def _by_column(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines from the top down, column after column; columns begin where times do.

    What stands further left than any is a title, and comes first.
    """
    timed = sorted(line[0].left for line in lines if _TIME.match(_text(line)))
    begins = [left for before, left in pairwise([-_ALIGNED, *timed]) if left - before > _ALIGNED]

    def place(line: _Line) -> tuple[int, float, float]:
        column = bisect_right(begins, line[0].left + _ALIGNED)
        return column, -round(line[0].height, 1), line[0].left

    return sorted(lines, key=place)


def _text(line: _Line) -> str:
    return "".join(run.text for run in line)


def _ended(line: _Line) -> _Line:
    *before, last = line
    return [*before, replace(last, text=last.text.rstrip("\n") + "\n")]
