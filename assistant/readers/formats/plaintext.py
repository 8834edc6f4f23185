"""Plain text: TXT becomes blocks that know their lines.

In: a text file. Out: blocks in place `line first–last`, counted from 1 in the file as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.credits import without_invented
from assistant.readers.speech.plain_transcripts import plain_transcript
from assistant.records.documents import Block, BlockKind, Place
from assistant.text.analysis import clean


def read_text(path: Source, options: Options) -> Iterator[Part]:
    """Yield the paragraphs of a text file: what blank lines separate.

    A first line in capitals is the heading of its paragraph. What is plainly a transcript is
    read as one.
    """
    text = read_text_file(path)
    transcript = plain_transcript(text)
    if transcript is not None:
        yield from transcript
        return
    yield Fact("kind", "report")
    text = without_invented(text)
    run: list[str] = []
    first = 0
    lines = text.split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            first = first if run else number
            run.append(line)
        elif run:
            if _is_capitals(run[0]):
                yield from paragraph_block(run[:1], first, "heading")
                run, first = run[1:], first + 1
            yield from paragraph_block(run, first)
            run = []


def _is_capitals(line: str) -> bool:
    """Tell whether a line is written like "VENIR AU FORUM"."""
    return line.isupper() and 3 <= len(line.strip()) <= 100


def paragraph_block(
    lines: Sequence[str], first: int, kind: BlockKind = "paragraph"
) -> Iterator[Block]:
    if text := clean("\n".join(lines)):
        level = 1 if kind == "heading" else 0
        yield Block(text, kind, Place("line", first, first + len(lines) - 1), level=level)
