"""Audiences: of a generation, the part that some readers may read, made as if the rest weren't.

An audience is a set of documents. It lies within the folder of its generation, under `audiences/`,
and is itself a whole generation, made from the catalog by the same code, in which nothing of the
other documents counts: neither words, nor frequencies, nor sheets. Nothing is encoded for it. It
goes with its generation.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

#: Where they lie in a generation's folder.
FOLDER = "audiences"
#: At most so many of a generation: each takes its share of the disk again, and of memory.
MOST_AUDIENCES = 12


def audience_key(ids: Iterable[str]) -> str:
    """Return the name of the audience that reads exactly these documents."""
    listed = json.dumps(sorted(ids)).encode()
    return hashlib.sha256(listed).hexdigest()[:32]


def audience_folder(generation: Path, key: str) -> Path:
    """Return where an audience of a generation lies, or will."""
    return generation / FOLDER / key


def audiences_in(generation: Path) -> tuple[str, ...]:
    """Return the names of the audiences that a generation has."""
    try:
        found = sorted(path.name for path in (generation / FOLDER).iterdir())
    except OSError:
        return ()
    return tuple(name for name in found if not name.startswith("."))


def drop_other_audiences(generation: Path, wanted: Collection[str]) -> None:
    """Remove the audiences of a generation that nobody is of any more, and those left half made."""
    folder = generation / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        # Readers that have it open keep what they opened.
        if path.name not in wanted:
            shutil.rmtree(path)
