"""What a store's tables are, and what is asked of them, whichever database has them.

SQL is written once, as SQLite has it: `?` for what is filled in, `ON CONFLICT … DO UPDATE` for what
may be there, tables without row numbers. `state.dialect` says it to PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from assistant.errors import AssistantError
from assistant.records.messages import Message

_Error = TypeVar("_Error", bound=AssistantError)


class FoundRows(Protocol):
    """What a statement found, or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""


class Database(Protocol):
    """Tables that are open, for one transaction where they are to be written."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> FoundRows:
        """Run a statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row."""


#: What takes tables from one format to the next.
Step = Callable[[Database], None]


@dataclass(frozen=True, slots=True)
class StoreTables:
    """The tables of a store: their name among those of a site, and how they came about.

    `steps` are by the format that they start from; 0: there is none yet.
    """

    name: str
    steps: Mapping[int, Step]

    @property
    def format(self) -> int:
        """The format of today."""
        return max(self.steps) + 1


class StateFault(Exception):  # noqa: N818  # each store says it in the words of its users
    """Tables can't be read or written.

    `name` is what a log may have of it: a code, never a word of what was to be kept. `told` says
    what is wrong with a shared database; it is empty where a file is at fault.
    """

    def __init__(self, name: str, told: Message | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.told = told

    def as_error(self, usual: _Error) -> _Error:
        """Return the error that users are told: `usual`, of its kind for a shared database."""
        if self.told is None:
            return usual
        return type(usual)(self.told.key.removeprefix("errors."), **self.told.values)
