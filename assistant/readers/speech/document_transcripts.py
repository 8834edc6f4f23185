"""Transcripts kept as documents: Teams, Word and transcribers give DOCX, ODT or RTF.

In: the parts of a document as its reader yields them. Out: the same, or what is said with its
seconds and speakers where the paragraphs state times as a transcript does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from assistant.readers.parts import Fact, Part
from assistant.readers.speech.timed_transcripts import timed_speech
from assistant.records import Block

#: A transcript shows among its first blocks that it is one: the others stream on as they are read.
_LOOKED_AT = 60


def as_spoken(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield a document's parts, as a transcript where it is one.

    What stands above the first time stays as it was read. A transcript has no title of its own.
    """
    rest = iter(parts)
    looked_at: list[Part] = []
    blocks = 0
    for part in rest:
        looked_at.append(part)
        blocks += isinstance(part, Block)
        if blocks == _LOOKED_AT:
            break
    if timed_speech(_lines(looked_at)[0]):
        yield from _spoken([*looked_at, *rest])
    else:
        yield from chain(looked_at, rest)


def _spoken(parts: Sequence[Part]) -> Iterator[Part]:
    lines, numbers = _lines(parts)
    timed = timed_speech(lines)
    if timed is None:
        yield from parts
        return
    above = numbers[timed.first]
    for number, part in enumerate(parts):
        if isinstance(part, Block):
            if number < above:
                yield part
        elif not isinstance(part, Fact) or part.name not in ("kind", "title"):
            yield part
    yield Fact("kind", "transcript")
    yield from timed.sentences


def _lines(parts: Sequence[Part]) -> tuple[list[str], list[int]]:
    """Return the lines of the blocks, and of each the number of its part."""
    lines: list[str] = []
    numbers: list[int] = []
    for number, part in enumerate(parts):
        if isinstance(part, Block):
            own = part.text.split("\n")
            lines += own
            numbers += [number] * len(own)
    return lines, numbers
