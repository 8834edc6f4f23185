"""What an origin of files tells and gives: `RemoteListing`, `RemoteFile`, `Origin`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

#: Whether a file of this name and of so many bytes is wanted at all.
IsWanted = Callable[[str, int], bool]
#: Deeper folders are not looked into.
DEEPEST = 20
#: More files than a town's event has; a source with more says so.
MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a source: its path there, "/" between names, and what tells that it changed.

    `tag` is empty where nothing tells: it is then read each time. `modified` is in seconds since
    1970, 0 where that is not known; `at` is how its origin finds it again.
    """

    path: str
    size: int
    tag: str
    modified: float = 0.0
    at: str = ""


@dataclass(frozen=True, slots=True)
class RemoteListing:
    """The files of a source; of the folders `incomplete` ("" for the source) not all is known."""

    files: tuple[RemoteFile, ...]
    incomplete: tuple[str, ...] = ()


class Origin(Protocol):
    """A folder elsewhere, that is read and never written to."""

    def listing(self) -> RemoteListing:
        """Return its files. Raises SourceError, OSError where it can't be reached at all."""

    def read(self, file: RemoteFile, out: BinaryIO) -> str:
        """Write the whole content of a file; return the tag of what was written.

        Raises SourceError, OSError: what was written is then not to be used.
        """

    def close(self) -> None:
        """Let go of it."""
