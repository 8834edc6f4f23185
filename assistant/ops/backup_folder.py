"""A folder of backups, one a night: what the next is called, which go, and whether one is whole.

In: a folder, and how many are kept. Out: names that sort by their moment. Only files of these names
are ever deleted. A drill restores an archive aside and counts what answers from it.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.errors import BackupError
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation

_NAMED = re.compile(r"assistant-\d{8}-\d{6}\.zip")


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a restored site holds: documents in its catalog, and those that answer."""

    documents: int
    answering: int


def next_backup(folder: Path, now: datetime) -> Path:
    """Return the file of the next backup, in the folder that holds them. Raises BackupError."""
    if not folder.is_dir():
        raise BackupError("backup_no_folder", path=folder)
    return folder / f"assistant-{now:%Y%m%d-%H%M%S}.zip"


def drop_former(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete all but the `keep` newest backups of a folder; return them. Raises OSError."""
    there = sorted(path for path in folder.iterdir() if _NAMED.fullmatch(path.name))
    gone = there[: max(0, len(there) - keep)]
    for one in gone:
        one.unlink()
    return tuple(gone)


def look_through(index: Path) -> Drilled:
    """Return what answers of an index that was restored for a trial.

    Raises BackupError, IndexFault. A backup without an index has nothing that answers.
    """
    path = index / CATALOG
    if not path.exists():
        return Drilled(0, 0)
    with Catalog(path, read_only=True) as catalog:
        states = [state for state in catalog.states() if state.passages]
    with closing(open_generation(index)) as opened:
        answering = len(opened.documents())
    if answering < len(states):
        raise BackupError("backup_drill", documents=len(states), answering=answering)
    return Drilled(len(states), answering)
