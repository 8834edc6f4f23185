"""A folder that the system mounts (SMB, NFS): → its files, told apart by size and moment.

Links are not followed. What changes while it is read is left for the next run.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.origins import DEEPEST, MOST_FILES, RemoteFile, RemoteListing

_PIECE = 1 << 20
#: Shares keep moments by two seconds: what is younger may change again within the same one.
YOUNG_SECONDS = 2.0


class MountedOrigin:
    """A folder of this machine's that somebody else fills."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listing(self) -> RemoteListing:
        """Return its files. Raises SourceError where there is no such folder."""
        if not self._folder.is_dir():
            raise SourceError("source_not_mounted", path=self._folder)
        files: list[RemoteFile] = []
        incomplete: list[str] = []
        waiting = [("", 0)]
        while waiting:
            here, depth = waiting.pop()
            if depth > DEEPEST:
                incomplete.append(here)
                continue
            try:
                for entry in sorted(os.scandir(self._folder / here), key=lambda one: one.name):
                    path = f"{here}/{entry.name}" if here else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((path, depth + 1))
                    elif entry.is_file(follow_symlinks=False):
                        files.append(_file(path, entry.stat(follow_symlinks=False)))
            except OSError as e:
                if not here:
                    raise SourceError("source_not_mounted", path=self._folder) from e
                incomplete.append(here)
            if len(files) > MOST_FILES:
                raise SourceError("source_crowded", most=MOST_FILES)
        return RemoteListing(tuple(files), tuple(incomplete))

    def read(self, file: RemoteFile, out: BinaryIO) -> str:
        """Write a file's content; raises SourceError where it changed meanwhile, OSError."""
        with (self._folder / file.path).open("rb") as opened:
            before = os.fstat(opened.fileno())
            while piece := opened.read(_PIECE):
                out.write(piece)
            after = os.fstat(opened.fileno())
        if _file("", before) != _file("", after) or out.tell() != after.st_size:
            raise SourceError("source_file_changing")
        return _tag(after)

    def close(self) -> None:
        """Nothing is held."""


def _file(path: str, status: os.stat_result) -> RemoteFile:
    return RemoteFile(path, status.st_size, _tag(status), status.st_mtime)


def _tag(status: os.stat_result) -> str:
    is_young = time.time() - status.st_mtime < YOUNG_SECONDS
    return "" if is_young else str(status.st_mtime_ns)
