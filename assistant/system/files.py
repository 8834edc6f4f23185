"""Files that the disk keeps whole.

In: a file's name and its content. Out: it is there complete, or as it was before, whenever the
process is killed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

#: Ends the name of a file that is being written.
ASIDE = ".writing"


def write_whole(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Write a file aside, then rename it: whole or not at all. Raises OSError.

    With a `mode` (0o600), nobody else can open it at any time.
    """
    aside = path.with_name(f"{path.name}{ASIDE}")
    if mode is not None:
        aside.unlink(missing_ok=True)
        aside.touch(mode)
    aside.write_bytes(content.encode() if isinstance(content, str) else content)
    sync_to_disk(aside)
    aside.replace(path)
    sync_to_disk(path.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_to_disk(path: Path) -> None:
    """Have the disk keep a file, or a folder's list of names, not only the system's memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
