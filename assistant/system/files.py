"""What the disk keeps whole: folders of models, built once for a site, and files.

In: a folder's name and how to fill it, or a file's and its text. Out: it is there complete,
whichever process wrote it and whenever it was killed, or it is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_SIZES = "built.json"
#: Ends the name of a file that is being written.
ASIDE = ".writing"


def prepared(folder: Path, write: Callable[[Path], None]) -> Path:
    """Return `folder`, filled by `write` at the first call. Raises OSError when the disk refuses.

    Two processes may call this at once, and may be killed at any line: the folder is built aside
    and renamed.
    """
    if is_complete(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        # Another process may have built it while this one waited for the lock.
        if not is_complete(folder):
            _build_aside(folder, write)
    return folder


def is_complete(folder: Path) -> bool:
    """Tell, fast, whether the folder is there as it was built."""
    try:
        sizes = json.loads((folder / _SIZES).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _build_aside(folder: Path, write: Callable[[Path], None]) -> None:
    """Build the folder under another name, then rename it; called with the lock held."""
    aside, old = (folder.with_name(f".{folder.name}.{name}") for name in ("building", "old"))
    for leftover in (aside, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    aside.mkdir()
    try:
        write(aside)
        _seal(aside)
        if folder.exists():
            # Incomplete, or it would not be built again: somebody deleted or cut a file of it.
            folder.rename(old)
        aside.rename(folder)
    finally:
        for leftover in (aside, old):
            shutil.rmtree(leftover, ignore_errors=True)
    sync_to_disk(folder.parent)


def _seal(folder: Path) -> None:
    """Write down the sizes of all files, and have the disk keep everything."""
    # A read-me is for people: one who edits it alters nothing.
    written = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "README.md")
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in written}
    (folder / _SIZES).write_text(json.dumps(sizes, indent=2), encoding="utf-8")
    for path in (*written, folder / _SIZES, *{path.parent for path in written}):
        sync_to_disk(path)


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
