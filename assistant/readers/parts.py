"""What a reader yields, part by part, and what it is asked.

A reader takes a file and yields `Part`s: blocks with their places, facts about the document
(`kind`, `title`, `language`, `author`) and defects (what could not be read). Parts cross from
the reading child to the indexer one by one, so that a file stopped midway keeps what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.records import Block

#: A page, a slide or a paragraph holds no more than this; beyond, a file is not a text.
MAX_BLOCK_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the document besides its text; a later fact of a name wins."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Defect:
    """What could not be read; `key` names the message in the catalogue, section "reading"."""

    key: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader may be asked. `second_reader`: PDF pages are also read by PDFium."""

    hidden_slides: bool = False
    second_reader: bool = True


Part = Block | Fact | Defect
Reader = Callable[[Path, Options], Iterator[Part]]
