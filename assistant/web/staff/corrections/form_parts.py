"""What the form that corrects a document is made of: a record for each of its parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Back:
    """The way back to the document; its `id`, empty where the page's title says it."""

    address: str
    id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why what was typed is not saved; `lost` is what of it has no place any more."""

    words: str
    is_kept: bool
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker: the name as read, as saved, as typed; how many blocks are theirs."""

    name: str
    now: str
    typed: str
    blocks: int
    is_renamed: bool


@dataclass(frozen=True, slots=True)
class Unfit:
    """A correction that fits nothing in the document any more; `place` is empty for a name."""

    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class BlockBox:
    """A block as the form shows it, by its kind: what it says, and what it said.

    `link` opens its place, heard or read; `meanwhile` is what others saved while it was typed
    over, None where they did not.
    """

    number: int
    kind: Literal["forgotten", "long", "text"]
    place: str
    who: str = ""
    link: str = ""
    is_heard: bool = False
    tag: str = ""
    text: str = ""
    rows: int = 0
    mark: str = ""
    is_changed: bool = False
    original: str = ""
    meanwhile: str | None = None
