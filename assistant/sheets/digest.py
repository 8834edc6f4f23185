"""What the sheets may take from a document: characters of its passages, and no words.

`making` finds it once and keeps it as long as the document stays the same.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from assistant.records.documents import Passage


class Cut(NamedTuple):
    """Characters `start`..`end` of the passage `ordinal` of a document.

    `weight` says how much it is worth, `position` where it stands in the document (0..1).
    """

    ordinal: int
    start: int
    end: int
    weight: float = 0.0
    position: float = 0.0

    def text(self, passage: Passage) -> str:
        """Return its words."""
        return passage.text[self.start : self.end]

    def overlaps(self, other: Cut) -> bool:
        """Tell whether both have a character."""
        same = self.ordinal == other.ordinal
        return same and self.start < other.end and other.start < self.end


class Heading(NamedTuple):
    """A title in the text of a passage, from the top: `level` 1 is the highest."""

    ordinal: int
    start: int
    end: int
    level: int


class NameMention(NamedTuple):
    """A name where it is first cited: characters of a passage, and how many times it is cited."""

    ordinal: int
    start: int
    end: int
    times: int


class Exchange(NamedTuple):
    """A question and the reply to it; without reply, the question alone is no exchange."""

    question: Cut
    reply: Cut


class Digest(NamedTuple):
    """What the sheets may take from a document, each part in its order."""

    points: tuple[Cut, ...] = ()
    synthesis: tuple[Cut, ...] = ()
    outline: tuple[Heading, ...] = ()
    figures: tuple[Cut, ...] = ()
    names: tuple[NameMention, ...] = ()
    exchanges: tuple[Exchange, ...] = ()

    def to_json(self) -> str:
        """Return the digest as JSON: lists of numbers."""
        return json.dumps(self, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> Digest:
        """Return what `to_json` wrote. Raises ValueError or TypeError for anything else."""
        cuts, summed, headings, counted, named, asked = json.loads(written)
        return cls(
            tuple(Cut(*one) for one in cuts),
            tuple(Cut(*one) for one in summed),
            tuple(Heading(*one) for one in headings),
            tuple(Cut(*one) for one in counted),
            tuple(NameMention(*one) for one in named),
            tuple(Exchange(Cut(*question), Cut(*reply)) for question, reply in asked),
        )
