"""Pictures of pages, drawn once and kept in `index/thumbnails/<sha256>/`.

In: the content of a picture. Out: the same, found again by the content of the file it shows and a
name, until the space is used up or the document is gone. What pictures are drawn from (a deck's
pages) has as much space of its own, and stays: it took a minute to make. Where the folder can't be
written, nothing is kept, and nothing else changes.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from threading import Lock

from assistant.system.files import write_whole

FOLDER = "thumbnails"
#: In bytes: some 30,000 thumbnails.
MOST_BYTES = 200_000_000
#: What is left after the oldest are dropped, so that it doesn't happen at every picture.
_KEPT_SHARE = 0.9
_PICTURE = ".webp"
_SHA256 = re.compile(r"[0-9a-f]{64}")

logger = logging.getLogger(__name__)


class KeptPictures:
    """The pictures kept beside an index; `most` bytes of them. For several threads at once."""

    def __init__(self, index: Path, most: int = MOST_BYTES) -> None:
        self._folder = index / FOLDER
        self._most = most
        self._taken: int | None = None  # not counted yet
        self._counting = Lock()

    def path(self, sha256: str, name: str) -> Path | None:
        """Return a kept file, None where there is none."""
        found = self._folder / sha256 / name
        return found if found.is_file() else None

    def load(self, sha256: str, name: str) -> bytes | None:
        """Return what is kept under a name for a file's content; None where nothing is."""
        try:
            return (self._folder / sha256 / name).read_bytes()
        except OSError:
            return None

    def keep(self, sha256: str, name: str, content: bytes) -> None:
        """Keep a picture, and drop the oldest when there are too many; or don't, if refused.

        Anything else is kept while there is space for it, and drops nothing.
        """
        if len(content) > self._most * _KEPT_SHARE:
            return
        file = self._folder / sha256 / name
        try:
            with self._counting:
                if not name.endswith(_PICTURE) and not self._has_room(len(content)):
                    logger.warning("There is no more space for the pages of decks in %s", FOLDER)
                    return
                file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(file, content)
                if name.endswith(_PICTURE):
                    taken = self._taken
                    self._taken = self._count() if taken is None else taken + len(content)
                    if self._taken > self._most:
                        self._taken = self._drop_oldest()
        except OSError as e:
            logger.debug("A picture can't be kept: %s", e)

    def _files(self) -> list[tuple[int, int, Path]]:
        """Return the pictures kept as (when they were written, bytes, path), oldest first."""
        return sorted(picture for picture in self._every() if picture[2].name.endswith(_PICTURE))

    def _has_room(self, size: int) -> bool:
        others = [picture for picture in self._every() if not picture[2].name.endswith(_PICTURE)]
        return sum(taken for _, taken, _ in others) + size <= self._most

    def _every(self) -> list[tuple[int, int, Path]]:
        found = []
        for file in self._folder.glob("*/*"):
            try:
                status = file.stat()
            except OSError:
                continue  # `sync` has just dropped it
            found.append((status.st_mtime_ns, status.st_size, file))
        return found

    def _count(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _drop_oldest(self) -> int:
        """Drop the oldest files until enough space is free; return what is taken."""
        files = self._files()
        taken = sum(size for _, size, _ in files)
        for _, size, file in files:
            if taken <= self._most * _KEPT_SHARE:
                break
            file.unlink(missing_ok=True)
            taken -= size
        return taken


def drop_others(index: Path, known: Collection[str]) -> None:
    """Drop what is kept of contents that no document of the index has, by its sha256."""
    folder = index / FOLDER
    if not folder.is_dir():
        return
    for kept in folder.iterdir():
        if _SHA256.fullmatch(kept.name) and kept.name not in known:
            shutil.rmtree(kept, ignore_errors=True)
            if kept.exists():
                logger.warning("Pictures of a removed document could not be deleted: %s", kept)


def drop(index: Path, sha256: str) -> int:
    """Drop what is kept of one content; return the number of files. Raises OSError."""
    folder = index / FOLDER / sha256
    if not _SHA256.fullmatch(sha256) or not folder.is_dir():
        return 0
    dropped = sum(path.is_file() for path in folder.iterdir())
    shutil.rmtree(folder)
    return dropped
