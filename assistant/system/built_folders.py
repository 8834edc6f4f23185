"""Folders built once beside their place, then renamed: whole or absent, whenever it is killed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from assistant.system.files import sync_to_disk

_SIZES = "built.json"


def build_folder(folder: Path, write: Callable[[Path], None]) -> Path:
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
