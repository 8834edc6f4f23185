"""What a cluster answers in place of what it was asked for, and what stands for an answer.

Records that travel as they are: exceptions lose what they were made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import ReadError

#: What a result stands for before it is there: Ray's own reference.
Reference = Any
#: An encoder there: Ray's own handle.
EncoderHandle = Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A `ReadError` of a file."""

    key: str
    values: Mapping[str, object]

    def error(self) -> ReadError:
        """Return the error again."""
        return ReadError(self.key, **self.values)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file that a machine doesn't see as the one that indexes does."""


@dataclass(frozen=True, slots=True)
class Unable:
    """A machine that can't do what it is there for, a model being missing, say."""

    cause: str
