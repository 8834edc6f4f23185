"""Where an opened generation comes from: this disk, or wherever else a site publishes its index."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from assistant.index.generation import open_audience, open_generation
from assistant.index.manifest import current_name
from assistant.index.search_index import PublishedIndex


class Generations(Protocol):
    """The generations of a site, to be opened. Methods may be called from several threads."""

    def current(self) -> str | None:
        """Return the name of the one that answers, None before the first is published."""

    def open(self) -> PublishedIndex:
        """Open the one that answers. Raises IndexFault."""

    def open_audience(self, name: str, key: str) -> PublishedIndex | None:
        """Open what an audience reads of the one called `name`; None where that is not made.

        Raises IndexFault.
        """


class LocalGenerations:
    """The generations in the index folder."""

    def __init__(self, index: Path) -> None:
        self._index = index

    def current(self) -> str | None:
        """Return the name of the one that answers. Raises IndexDamaged."""
        return current_name(self._index)

    def open(self) -> PublishedIndex:
        """Open the one that answers. Raises IndexMissing, IndexMismatch, IndexDamaged."""
        return open_generation(self._index)

    def open_audience(self, name: str, key: str) -> PublishedIndex | None:
        """Open what an audience reads of the one called `name`.

        Raises IndexMismatch, IndexDamaged.
        """
        return open_audience(self._index, name, key)
