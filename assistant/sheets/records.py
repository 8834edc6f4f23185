"""The sheets of sessions and of events, as frozen dataclasses: excerpts and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.answers import Citation, ListedDocument
from assistant.records.documents import Session

#: What `assistant` makes public.
__all__ = [
    "EventSheet",
    "SessionSheet",
    "SheetHeading",
    "SheetName",
    "SheetQuestion",
    "SheetTheme",
    "ThemeExcerpt",
]


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """A title of a slide or a heading, where it stands; `level` 1 is the highest."""

    heading: Citation
    level: int


@dataclass(frozen=True, slots=True)
class SheetName:
    """A name that a session cites, where it does first, and how many times it does."""

    name: Citation
    times: int


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A question of the room and what was replied."""

    question: Citation
    reply: Citation


@dataclass(frozen=True, slots=True)
class SessionSheet:
    """What was said in a session, in excerpts alone, each part in order from beginning to end.

    `recordings` are those of the `documents` that one can listen to. `synthesis` is what the
    session sums up itself, `points` its key points; `figures` are those that neither says. The
    citations of a sheet are numbered from 1 through all its parts.
    """

    session: Session
    documents: tuple[ListedDocument, ...]
    recordings: tuple[ListedDocument, ...]
    synthesis: tuple[Citation, ...]
    points: tuple[Citation, ...]
    outline: tuple[SheetHeading, ...]
    figures: tuple[Citation, ...]
    names: tuple[SheetName, ...]
    questions: tuple[SheetQuestion, ...]


@dataclass(frozen=True, slots=True)
class ThemeExcerpt:
    """What tells most of a theme in the session of this id."""

    session: str
    excerpt: Citation


@dataclass(frozen=True, slots=True)
class SheetTheme:
    """A theme that comes up in several sessions, by the `words` that they share."""

    words: str
    excerpts: tuple[ThemeExcerpt, ...]


@dataclass(frozen=True, slots=True)
class EventSheet:
    """What was said at an event, in excerpts alone. `event` is its folder, `title` its name.

    `synthesis` is what its closing session sums up. Citations are numbered as a session's are.
    """

    event: str
    title: str
    sessions: tuple[Session, ...]
    synthesis: tuple[Citation, ...]
    themes: tuple[SheetTheme, ...]
    figures: tuple[Citation, ...]
    questions: tuple[SheetQuestion, ...]
