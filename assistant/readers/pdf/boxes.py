"""Boxes of a page that were drawn after what stands below them: said where they stand. Pure.

In: the runs of a page, as they are drawn. Out: the same runs, each box of them after what stands
above it; as they are where no box was drawn too late. Word draws the frames of a report after its
text, Canva and InDesign draw boxes as they were made. What is drawn twice in one place, its inside
and its edge, is said once; of a page that is turned the places are those that one sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.readers.pdf.runs import TextRun

#: How near in height two runs of a line stand, and how far down the next line of a box is, at
#: most, in sizes of their letters.
_SAME_LINE, _NEXT_LINE = 0.5, 2.2
#: Beside a label a text begins so many sizes of its letters above it, at most.
_ROW = 4.0
#: Letters are about so wide, in their sizes: less than most are, so that columns stay apart.
_WIDTH = 0.4
#: Boxes stand one above the other where they share this much of the narrower one's width.
_SHARED = 0.25
#: A page of more boxes is a table or a drawing.
_MOST_BOXES = 150
#: Lines go down so many times for each time that they go up: else heights are not those seen.
_DOWN = 2
#: In points, how near the same words are drawn again.
_SAME_PLACE = 1.0


@dataclass(slots=True)
class _Drawn:
    """Lines drawn one after another; edges in points, `top` and `bottom` those of base lines."""

    runs: list[TextRun]
    left: float
    right: float
    top: float
    bottom: float
    size: float

    def over(self, other: _Drawn) -> bool:
        """Tell whether it stands wholly above another, in the same column."""
        if self.bottom <= other.top + _SAME_LINE * min(self.size, other.size):
            return False
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared > _SHARED * min(self.right - self.left, other.right - other.left)


def drawn_once(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs of a page without words that are drawn over the same ones."""
    kept: list[TextRun] = []
    last: TextRun | None = None
    for run in runs:
        if last is not None and run.text.strip() and _is_over(last, run):
            kept.append(replace(run, text="\n" * run.text.count("\n")))
            continue
        kept.append(run)
        last = run if run.text.strip() else last
    return kept


def _is_over(last: TextRun, run: TextRun) -> bool:
    words = run.text.strip()
    return (
        words == last.text.strip()
        and len(words) > 1
        and abs(run.left - last.left) < _SAME_PLACE
        and abs(run.height - last.height) < _SAME_PLACE
    )


def as_seen(runs: Sequence[TextRun], turned: int) -> list[TextRun]:
    """Return the runs of a page with their places once it is turned, in degrees to the right."""
    seen = {
        90: lambda run: (-run.left, run.height),
        180: lambda run: (-run.height, -run.left),
        270: lambda run: (run.left, -run.height),
    }.get(turned % 360, lambda run: (run.height, run.left))
    places = map(seen, runs)
    return [
        replace(run, height=height, left=left)
        for run, (height, left) in zip(runs, places, strict=True)
    ]


def from_above(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs of a page, those of each box after what stands above it."""
    kept = list(runs)
    heights = [run.height for run in kept if run.text.strip()]
    steps = [after - before for before, after in pairwise(heights) if after != before]
    up = sum(step > 0 for step in steps)
    if not up or len(steps) - up < _DOWN * up:
        return kept
    boxes = _boxes(kept)
    if len(boxes) > _MOST_BOXES:
        return kept
    ordered = _ordered(boxes)
    if ordered == list(range(len(boxes))):
        return kept
    moved = [*(after != at + 1 for at, after in pairwise(ordered)), True]
    return [
        run
        for at, last in zip(ordered, moved, strict=True)
        for run in (_ended(boxes[at].runs) if last else boxes[at].runs)
    ]


def _boxes(runs: Sequence[TextRun]) -> list[_Drawn]:
    """Part runs where one does not go on with the line before it or with the next below."""
    boxes: list[_Drawn] = []
    for run in runs:
        if not run.text.strip():
            if boxes:
                boxes[-1].runs.append(run)
            continue
        right = run.left + _WIDTH * run.size * len(run.text.strip())
        box = boxes[-1] if boxes else None
        if box is not None and _goes_on(box, run, right):
            box.runs.append(run)
            box.left, box.right = min(box.left, run.left), max(box.right, right)
            box.top, box.bottom = max(box.top, run.height), min(box.bottom, run.height)
            box.size = max(box.size, run.size)
        else:
            boxes.append(_Drawn([run], run.left, right, run.height, run.height, run.size))
    return boxes


def _goes_on(box: _Drawn, run: TextRun, right: float) -> bool:
    size = max(box.size, run.size)
    down = box.bottom - run.height
    if abs(down) < _SAME_LINE * size:
        return True
    # A label, and what stands beside it over some lines, the middle one as high: a row of a table.
    labelled = box.top - box.bottom < _SAME_LINE * size and run.left >= box.right
    if labelled and 0 < -down < _ROW * min(box.size, run.size):
        return True
    return 0 < down < _NEXT_LINE * size and run.left < box.right and right > box.left


def _ordered(boxes: Sequence[_Drawn]) -> list[int]:
    """Return the boxes' numbers, each after those above it, else as they were drawn.

    Where the one drawn next has to wait, its column goes on.
    """
    above = [{at for at, one in enumerate(boxes) if one.over(box)} for box in boxes]
    waiting = list(range(len(boxes)))
    ordered: list[int] = []
    last = -1
    while waiting:
        ready = [at for at in waiting if above[at].isdisjoint(waiting)]
        below = [at for at in ready if last in above[at]]
        if last + 1 in ready:
            last += 1
        elif below:
            last = max(below, key=lambda at: boxes[at].top)
        else:
            last = ready[0]
        waiting.remove(last)
        ordered.append(last)
    return ordered


def _ended(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs of a box, the last of which ends a line."""
    *before, last = runs
    return [*before, replace(last, text=last.text.rstrip("\n") + "\n")]
