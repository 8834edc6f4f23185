"""Replace what stands in a site's folders by what was prepared beside it, to the end if killed.

In: a list of what moves where. Out: all of it is done, whenever the process is killed: the list is
written first, and whoever holds the index next (`sync`, `restore`) goes on from where it stopped.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.system.databases import copy_database, files_of
from assistant.system.files import sync_to_disk, write_whole

#: The list, in the index folder: while it is there, an exchange is to be finished.
JOURNAL = ".restauration.json"
#: What a restore calls the folders where it keeps what it replaced, and those it prepares.
FORMER, STAGED = ".avant-restauration-", ".restauration"


@dataclass(frozen=True, slots=True)
class Step:
    """A move: `kind` says how.

    "aside": what stands at `source` is kept at `target`. "place": what was prepared at `source`
    goes to `target`, and what stands there meanwhile, to `target` + "~". "database": SQLite puts
    `source` into the database `target`, which others may have open. "point": `target` is written
    anew with `content`. "clear": what is left below `target` is deleted.
    """

    kind: str
    source: str
    target: str
    content: str = ""


def begin(index: Path, steps: Sequence[Step]) -> None:
    """Write down what is to be done: from here on, it will be. Raises OSError."""
    write_whole(index / JOURNAL, json.dumps([asdict(step) for step in steps], indent=1))


def is_pending(index: Path) -> bool:
    """Tell whether an exchange was begun and not finished."""
    return (index / JOURNAL).exists()


def finish(index: Path) -> bool:
    """Do what is left of an exchange; tell whether there was one.

    The lock of the index must be held. Raises OSError, sqlite3.Error, ValueError (a journal that
    nobody wrote so).
    """
    try:
        written = json.loads((index / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    steps = [Step(**step) for step in written]
    for step in steps:
        _do(step)
    for folder in {Path(step.target).parent for step in steps}:
        if folder.is_dir():
            sync_to_disk(folder)
    (index / JOURNAL).unlink()
    sync_to_disk(index)
    return True


def _do(step: Step) -> None:
    """Do one step, or nothing where it is done: each leaves a mark that it needs no other of."""
    source, target = Path(step.source), Path(step.target)
    if step.kind == "point":
        write_whole(target, step.content)
    elif step.kind == "clear":
        shutil.rmtree(target, ignore_errors=True)
    elif not _exists(source):
        return  # done before the crash
    elif step.kind == "aside":
        if not _exists(target):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.rename(target)
    elif step.kind == "place":
        if _exists(target):
            target.rename(_free(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    elif step.kind == "database":
        _put(source, target)
        source.unlink()
    else:
        raise ValueError(step.kind)


def _put(source: Path, target: Path) -> None:
    """Replace a database's content in one transaction, that of one that is no database too."""
    try:
        copy_database(source, target)
    except sqlite3.DatabaseError as e:
        if isinstance(e, sqlite3.OperationalError):
            raise  # the disk is full, or the page has it for too long: there is something to keep
        for path in files_of(target):
            path.rename(_free(path))
        copy_database(source, target)


def _free(path: Path) -> Path:
    """Return a name near `path` that nothing has."""
    name = path.with_name(f"{path.name}~")
    while _exists(name):
        name = name.with_name(f"{name.name}~")
    return name


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def steps_aside(paths: Iterable[Path], folder: Path) -> list[Step]:
    """Return the steps that keep what stands at `paths` in `folder`, on the same disk."""
    return [Step("aside", str(path), str(folder / path.name)) for path in paths if _exists(path)]
