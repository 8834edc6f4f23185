"""Transcripts written as scripts are: a name in capitals on its line, below it what is said. Pure.

In: the first blocks of a document, then all of its parts. Out: who speaks there, and the parts
with what is said under their names. Podcasts and broadcasts are published so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.readers.parts import Fact, Part
from assistant.records.documents import Block

_NAME = re.compile(r"([A-ZÀ-Ý][A-ZÀ-Ý’' .-]{1,29}?)\s?:?")
#: So many turns, and this share of the blocks, show that names alone on their lines are speakers'.
_LEAST_TURNS, _LEAST_SHARE = 8, 0.25
_MOST_WORDS = 4
_ENDINGS = (".", "!", "?", "…", "»")


def cast_of(blocks: Sequence[Block]) -> frozenset[str]:
    """Return who speaks in a script, by its first blocks; nobody where it is none.

    Two at least, in turns, and what follows a name is mostly in sentences: a programme names its
    breaks as often.
    """
    named = [_name(block) for block in blocks]
    turns = Counter(filter(None, named))
    cast = frozenset(name for name, times in turns.items() if times > 1)
    said = [
        after.text.rstrip().endswith(_ENDINGS)
        for (name, _), (next_name, after) in pairwise(zip(named, blocks, strict=True))
        if name in cast and not next_name
    ]
    least = max(_LEAST_TURNS, _LEAST_SHARE * len(blocks))
    plainly = len(cast) > 1 and len(said) >= least and 2 * sum(said) > len(said)
    return cast if plainly else frozenset()


def as_script(parts: Iterable[Part], cast: Collection[str]) -> Iterator[Part]:
    """Yield a document's parts, what stands below a name as said by them.

    Under a heading, which tells what is done, nobody speaks until named; none of these after the
    first name is the document's title.
    """
    speaker = ""
    told: set[str] = set()
    begun = False
    for part in parts:
        if isinstance(part, Fact):
            if part.name != "kind" and not (part.name == "title" and part.value in told):
                yield part
        elif not isinstance(part, Block):
            yield part
        elif (name := _name(part)) in cast or (begun and name):
            speaker, begun = name, True
        elif speaker and part.kind in ("paragraph", "item"):
            yield replace(part, kind="speech", level=0, speaker=speaker)
        else:
            if part.kind == "heading":
                speaker = ""
                told |= {part.text} if begun else set()
            yield part


def _name(block: Block) -> str:
    found = _NAME.fullmatch(block.text) if block.kind in ("paragraph", "item", "heading") else None
    return found[1].strip() if found and len(found[1].split()) <= _MOST_WORDS else ""
