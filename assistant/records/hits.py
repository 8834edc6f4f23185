"""What is searched for and what is found: filters, words for others, passages with scores."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.documents import Automatic, Passage


@dataclass(frozen=True, slots=True)
class Filters:
    """What to search in; an empty tuple leaves that facet open.

    `events` are folder names, `sessions` are "event/session" paths, `types` and `speakers` are
    as the programme spells them, `kinds` are `DocumentKind`s.
    """

    events: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def by_facet(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the values asked for by facet, as the index names facets."""
        return (
            ("event", self.events),
            ("session", self.sessions),
            ("type", self.types),
            ("speaker", self.speakers),
            ("kind", self.kinds),
        )

    def __bool__(self) -> bool:
        return any(values for _, values in self.by_facet())


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words of a question, and what the documents call the same thing: any one is enough.

    Where `others` come near rather than say the same, meeting them is `worth` less than 1.
    """

    typed: str
    others: tuple[str, ...]
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with every score that placed it at its `rank` (from 1).

    `automatic` tells a text that a machine heard or recognised: it may be wrong.

    `reply` tells one that stands there because the hit before it ends with a question.
    `score` is the fused one that ranks. `cosine` (of the passage) and `sentence` (the best of
    its sentences) are in -1..1; `bm25` is a share of the score a perfect match would have.
    """

    passage: Passage
    title: str
    rank: int
    score: float
    cosine: float
    sentence: float
    bm25: float
    rerank: float | None = None
    automatic: Automatic = ""
    reply: bool = False
