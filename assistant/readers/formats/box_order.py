"""The order in which one reads what lies on a slide, from where each box stands. Pure.

In: boxes with their places. Out: what is in them: from the top down, columns one after another
where the boxes stand in columns, across where they stand in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: Columns are about as wide as each other; a narrow one before a wide one holds labels of rows.
_LEAST_SHARE = 0.6
#: Columns are looked for over so many bands; a slide has a dozen.
_MOST_BANDS = 100
#: No slide needs more cuts within cuts.
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Box(Generic[T]):
    """Something on a slide, with the rectangle that it takes; edges in any unit, from the top."""

    top: float
    left: float
    bottom: float
    right: float
    held: T


def in_reading_order(boxes: Sequence[Box[T]], tolerance: float) -> Iterator[T]:
    """Yield what the boxes hold, in reading order.

    Boxes may overlap by `tolerance`; those whose tops differ by less stand on one row.
    """
    yield from (box.held for box in _ordered(list(boxes), tolerance, 0))


def _ordered(boxes: list[Box[T]], tolerance: float, depth: int) -> Iterator[Box[T]]:
    groups = _groups(boxes, tolerance) if depth < _MAX_DEPTH else [boxes]
    if len(groups) == 1:
        yield from _by_rows(boxes, tolerance)
        return
    for group in groups:
        yield from _ordered(group, tolerance, depth + 1)


def _groups(boxes: list[Box[T]], tolerance: float) -> list[list[Box[T]]]:
    """Cut boxes from the top down, or else across: into one group where no line parts them."""
    bands = _parted(boxes, _down, tolerance)
    if len(bands) == 1:
        return _parted(boxes, _across, tolerance)
    groups: list[list[Box[T]]] = []
    at = 0
    while at < len(bands):
        columns, taken = _columns(bands[at:], tolerance)
        groups += columns
        at += taken
    return groups


def _columns(bands: list[list[Box[T]]], tolerance: float) -> tuple[list[list[Box[T]]], int]:
    """Return the columns that the first bands make together, and how many bands they take."""
    first = _parted(bands[0], _across, tolerance)
    reached = list(map(_around, first))
    taken = 1
    for more, band in enumerate(bands[1:_MOST_BANDS] if len(first) > 1 else (), start=2):
        parts = _parted(band, _across, tolerance)
        # Of columns only how far they reach counts: a thousand bands are no more than two.
        both = _parted([*reached, *map(_around, parts)], _across, tolerance)
        if not len(parts) == len(both) == len(first):
            break
        reached = [_around(column) for column in both]
        if _alike(reached):
            taken = more
    if taken == 1:
        return [bands[0]], 1
    return _parted([box for band in bands[:taken] for box in band], _across, tolerance), taken


def _around(boxes: Sequence[Box[Any]]) -> Box[Any]:
    """Return an empty box as wide as some boxes are together."""
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    return Box(boxes[0].top, left, boxes[0].bottom, right, None)


def _alike(columns: Sequence[Box[Any]]) -> bool:
    widths = [column.right - column.left for column in columns]
    return min(widths) > 0 and min(widths) >= _LEAST_SHARE * max(widths)


def _down(box: Box[T]) -> tuple[float, float]:
    return box.top, box.bottom


def _across(box: Box[T]) -> tuple[float, float]:
    return box.left, box.right


def _parted(
    boxes: Sequence[Box[T]], edges: Callable[[Box[T]], tuple[float, float]], tolerance: float
) -> list[list[Box[T]]]:
    """Part boxes where a line can be drawn between them."""
    parts: list[list[Box[T]]] = []
    reached = 0.0
    for box in sorted(boxes, key=edges):
        first, last = edges(box)
        if parts and first < max(reached - tolerance, edges(parts[-1][0])[0] + tolerance):
            parts[-1].append(box)
            reached = max(reached, last)
        else:
            parts.append([box])
            reached = last
    return parts


def _by_rows(boxes: Sequence[Box[T]], tolerance: float) -> Iterator[Box[T]]:
    """Yield boxes row after row: what stands about as high is a row, read across."""
    row: list[Box[T]] = []
    for box in sorted(boxes, key=lambda one: (one.top, one.left)):
        if row and box.top - row[0].top > tolerance:
            yield from sorted(row, key=lambda one: one.left)
            row = []
        row.append(box)
    yield from sorted(row, key=lambda one: one.left)
