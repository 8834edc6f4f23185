"""What a `sync` says while it runs, and at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.records.messages import Message, Problem


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of `sync`, for a progress bar: `done` of `total` documents, and which one now.

    "preparing" is converting the model for its engine, which the first text waits for, once.
    `detail` is how far a long reading is, a recording's above all. `pages` and
    `passages` are what this run read and made so far; `share` (0..1) is the part of the reading
    and encoding that is done, by the sizes of the files (`ingest.eta`).
    """

    stage: Literal[
        "fetching", "reading", "preparing", "encoding", "committing", "building", "publishing"
    ]
    document_id: str
    done: int
    total: int
    detail: Message | None = None
    pages: int = 0
    passages: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a `sync` did. The first six are numbers of documents."""

    added: int
    changed: int
    renamed: int
    removed: int
    unchanged: int
    failed: int
    passages: int
    encoded: int
    problems: tuple[Problem, ...]
    generation: str
    seconds: float
