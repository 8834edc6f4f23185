"""Files that commands write for people: whole or not at all, and never over other work."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from assistant.errors import AssistantError, SettingsError
from assistant.system import files


def check_target(path: Path, read: Callable[[Path], object]) -> None:
    """Make sure, before the work, that its result can be written to `path`.

    What stands there already must be such a result: `read` reads it. Raises SettingsError.
    """
    if not path.parent.is_dir():
        raise SettingsError("file_unwritable", path=path, cause=os.strerror(errno.ENOENT))
    if path.exists():
        try:
            read(path)
        except AssistantError as e:
            raise SettingsError("file_taken", path=path) from e


def write_whole(path: Path, text: str) -> None:
    """Write a file, whole or not at all. Raises SettingsError."""
    try:
        files.write_whole(path, text)
    except OSError as e:
        raise SettingsError("file_unwritable", path=path, cause=e.strerror or e) from e
