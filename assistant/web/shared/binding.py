"""Words that stay on one line: a text → its parts, those that no line end should part told apart.

A browser ends a line at any space: « 10 min 50 / s », « 48 / 050 € », a colon alone on a line. The
text itself stays as it is, with the spaces it has: what is copied is what was quoted. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: A longer word may have to be parted itself, in a window of 320 pixels.
_WORD = r"[^\s«»]{1,20}"
_BOUND = re.compile(
    r"\A(?: [»:;!?%€])+|"  # after a word that stands before the text
    r"(?<!\S)(?:"
    r"\d+ h \d\d min \d\d s|\d+ min \d\d s|\d+ s"  # a time, as `clock` writes it
    r"|\d{1,2} h(?: \d\d)?"  # an hour of the day
    r"|\d{1,3}(?: \d{3})+(?: [%€])?"  # 48 050 €
    rf"|(?:« )?{_WORD}(?: [»:;!?%€])+"  # a sign after its word
    rf"|« {_WORD}"
    r")(?![^\s,.;)])"
)


@dataclass(frozen=True, slots=True)
class BoundPart:
    """Some of a text; `is_bound`: no line ends within."""

    text: str
    is_bound: bool


def bound_parts(text: str) -> Iterator[BoundPart]:
    """Yield the parts of a text in order; together they are the text."""
    at = 0
    for found in _BOUND.finditer(text):
        if found.start() > at:
            yield BoundPart(text[at : found.start()], False)
        yield BoundPart(found[0], True)
        at = found.end()
    if at < len(text):
        yield BoundPart(text[at:], False)
