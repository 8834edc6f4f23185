"""How much one file may give, whatever its reader makes of it. Pure.

In: a reader's parts. Out: the same parts, as text that any file or database can hold, in blocks
of a bounded length, up to a bounded total; beyond it, a defect says where the reading stopped.
The process that indexes keeps a few files in memory at a time: these bounds are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Defect, Fact, Part
from assistant.records.documents import Block
from assistant.text.analysis import without_endless_marks

#: A book of 1,000 pages holds some 3 million characters; a table of 50,000 rows, as many.
MAX_CHARACTERS = 4_000_000
MAX_BLOCKS = 100_000
#: Facts and defects are few and short; a file that has more is made to have them.
MAX_FACTS = 200
MAX_FACT_CHARACTERS = 2_000
#: Halves of a character that stand alone (no UTF-8 can hold them), and NUL.
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")


def bounded(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts within the bounds; stop reading beyond them, with a defect."""
    characters = blocks = facts = 0
    for part in parts:
        if not isinstance(part, Block):
            facts += 1
            if facts <= MAX_FACTS:
                yield _short(part)
            continue
        for piece in _pieces(part):
            characters += len(piece.text)
            blocks += 1
            if characters > MAX_CHARACTERS or blocks > MAX_BLOCKS:
                yield Defect("too_much_text", {"most": f"{MAX_CHARACTERS / 1e6:g}"})
                return
            yield piece


def _pieces(block: Block) -> Iterator[Block]:
    """Cut a block that is too long, at a space where there is one; its place stays."""
    text, speaker = _writable(block.text), _writable(block.speaker)[:MAX_FACT_CHARACTERS]
    if (text, speaker) != (block.text, block.speaker):
        block = replace(block, text=text, speaker=speaker)
    if len(text) <= MAX_BLOCK_CHARACTERS:
        yield block
        return
    start = 0
    while start < len(text):
        end = start + MAX_BLOCK_CHARACTERS
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space if space > start else end
        if piece := text[start:end].strip():
            yield replace(block, text=piece)
        start = end


def _writable(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    return without_endless_marks(_UNWRITABLE.sub("\ufffd", text))


def _short(part: Fact | Defect) -> Part:
    if isinstance(part, Fact):
        return Fact(part.name, _writable(part.value)[:MAX_FACT_CHARACTERS])
    short = {
        name: _writable(value)[:MAX_FACT_CHARACTERS] if isinstance(value, str) else value
        for name, value in part.values.items()
    }
    return Defect(part.key, short)
