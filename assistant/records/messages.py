"""What is to be said to somebody, and what went wrong, in no language yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]
#: What became of a file; `i18n.problems` says each in words, and as programs have always read it.
FileState = Literal[
    "ok",
    "partial",
    "protected",
    "scanned",
    "archive_bomb",
    "unreadable",
    "timed_out",
    "out_of_memory",
    "crashed",
    "old_format",
    "unknown_format",
    "needs_extra",
    "outside_link",
    "empty",
]


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, in no language yet: a key of the catalogue, and what it fills in.

    A value may be such words too. Page numbers are written "3, 7-9" (`i18n.say`).
    """

    key: str
    values: Mapping[str, str | Message] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Message:
        """Return the message whose fields JSON carried. Raises ValueError for anything else."""
        if plain.keys() != {"key", "values"} or not isinstance(plain["key"], str):
            raise ValueError(plain)
        return cls(plain["key"], values_from_plain(plain["values"]))


def values_from_plain(plain: Mapping[str, Any]) -> dict[str, str | Message]:
    """Return the values of a message that JSON carried. Raises ValueError for anything else."""
    values: dict[str, str | Message] = {}
    for name, value in dict(plain).items():
        if not isinstance(value, str | dict):
            raise ValueError(value)
        values[name] = value if isinstance(value, str) else Message.from_plain(value)
    return values


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one subject (a document's id, mostly), in no language.

    `key` and `values` are those of a `Message`, whose remedy is at `key` + "_remedy"
    (`i18n.problems` says both). `state` says why something of the file is missing; it is "ok" where
    nothing is (a remark on a name, a line of the programme). `pages` are those concerned, where
    they are known: "3, 7-9".
    """

    subject: str
    severity: Severity
    key: str
    values: Mapping[str, str | Message] = field(default_factory=dict)
    state: FileState = "ok"
    pages: str = ""
