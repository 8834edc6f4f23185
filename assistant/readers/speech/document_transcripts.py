"""Transcripts kept as documents: Teams, Word and transcribers give DOCX, ODT or RTF.

In: the parts of a document as its reader yields them. Out: the same, or what is said with its
seconds and speakers where the paragraphs state times as a transcript does; with speakers alone
where paragraphs begin with their names, as minutes and Google Meet have them, or stand below them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from assistant.readers.parts import Fact, Part
from assistant.readers.speech.page_words import may_state_times, without_clocks, without_page_words
from assistant.readers.speech.scripts import as_script, cast_of
from assistant.readers.speech.speaker_names import (
    INTRODUCED_SHARE,
    introduced,
    is_field,
    is_role,
    may_be_name,
    names_that_introduce,
)
from assistant.readers.speech.table_rows import as_line
from assistant.readers.speech.timed_transcripts import LEAST_STAMPS, timed_speech
from assistant.records.documents import Block, BlockKind

#: A transcript shows among its first blocks that it is one: the others stream on as they are read.
_LOOKED_AT = 60
#: So many turns show that the names at the start of paragraphs are speakers'.
LEAST_TURNS = 4


def as_spoken(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield a document's parts, as a transcript where it is one.

    What stands above the first time stays as it was read. A transcript has no title of its own.
    """
    rest = iter(parts)
    looked_at = _first(rest)
    blocks = [part for part in looked_at if isinstance(part, Block)]
    if _states_times(_lines(looked_at)[0]):
        yield from _spoken([*looked_at, *rest])
    elif names := _speakers(blocks):
        yield Fact("kind", "transcript")
        for part in _turns(chain(looked_at, rest), names):
            if not isinstance(part, Fact) or part.name != "kind":
                yield part
    elif cast := cast_of(blocks):
        yield Fact("kind", "transcript")
        yield from as_script(chain(looked_at, rest), cast)
    else:
        yield from chain(looked_at, rest)


def _states_times(lines: Sequence[str]) -> bool:
    # Most documents state few or none, and nothing more is looked for.
    may = sum(map(may_state_times, lines)) >= LEAST_STAMPS
    return may and timed_speech(without_page_words(lines)) is not None


def _first(rest: Iterator[Part]) -> list[Part]:
    """Take the parts that show whether a document is a transcript."""
    looked_at: list[Part] = []
    blocks = 0
    for part in rest:
        looked_at.append(part)
        blocks += isinstance(part, Block)
        if blocks == _LOOKED_AT:
            break
    return looked_at


def speakers_of(lines: Sequence[str]) -> frozenset[str]:
    """Return who speaks in a document whose paragraphs plainly begin with names; else nobody."""
    return names_that_introduce(lines, LEAST_TURNS, INTRODUCED_SHARE)


def with_speakers(parts: Iterable[Part], names: Collection[str]) -> Iterator[Part]:
    """Yield a document's parts in their places, by speaker from when there are `names`.

    For what has pages, and stays the report that it is: each part comes as soon as it is read.
    """
    yield from _turns(parts, names)


def _speakers(blocks: Sequence[Block]) -> frozenset[str]:
    paragraphs = [block.text for block in blocks if block.kind in ("paragraph", "item")]
    lines = [line for text in paragraphs for line in text.split("\n")]
    return speakers_of(lines)


def _turns(parts: Iterable[Part], names: Collection[str]) -> Iterator[Part]:
    """Yield a document's parts, its paragraphs as what somebody says from the first name on."""
    speaker = ""
    for part in parts:
        if not names or not isinstance(part, Block) or part.kind not in ("paragraph", "item"):
            # Under a heading nobody speaks until named.
            speaker = "" if isinstance(part, Block) and part.kind == "heading" else speaker
            yield part
            continue
        for line in without_clocks(without_page_words(part.text.split("\n"))):
            found = introduced(line)
            if found and (found.name in names or (speaker and _is_somebody(found.name))):
                speaker, line = found.name, line[found.end :]
            elif found and is_field(found.name):
                speaker = ""
            if text := line.strip():
                kind: BlockKind = "speech" if speaker else part.kind
                yield replace(part, text=text, kind=kind, level=0, speaker=speaker)


def _is_somebody(name: str) -> bool:
    return is_role(name) and may_be_name(name)


def _spoken(parts: Sequence[Part]) -> Iterator[Part]:
    lines, numbers = _lines(parts)
    lines = without_page_words(lines)
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
            lines += map(as_line, own) if part.kind == "table" else own
            numbers += [number] * len(own)
    return lines, numbers
