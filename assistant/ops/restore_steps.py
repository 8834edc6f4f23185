"""What was unpacked aside → the steps of the journal that put it in place.

In: the folders of the index and of the documents, what was unpacked in them. Out: steps in order;
what stands there is kept in a folder beside, databases copied before they are taken over.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from assistant import audit
from assistant.index.catalog import CATALOG
from assistant.ops.backup import KEPT_FOLDERS
from assistant.system import journal
from assistant.system.databases import copy_database, empty_log, files_of, open_to_write
from assistant.system.journal import FORMER, STAGED, Step


def index_steps(index: Path, former_name: str) -> Iterator[Step]:
    """Yield the steps that put an unpacked index in place, what stood there kept in a folder."""
    staged, former = index / STAGED, index / former_name
    for path in sorted(staged.iterdir()) if staged.exists() else ():
        place = index / path.name
        if path.name == CATALOG:
            _put_away_log(place)
            yield from journal.steps_aside(files_of(place), former)
            yield put_in_place(path, place)
        elif path.name == audit.FILE and place.exists():
            continue  # what was done since the backup was done: nothing of it is taken back
        elif path.suffix == ".sqlite3":
            _keep_database(place, former)
            yield Step("database", str(path), str(place))
        elif path.name in KEPT_FOLDERS:
            # What they hold besides stays: it is named by content, or dated.
            files = [one for one in sorted(path.rglob("*")) if one.is_file()]
            pairs = [(file, place / file.relative_to(path)) for file in files]
            yield from (put_in_place(one, there) for one, there in pairs if not there.exists())
        else:
            yield put_in_place(path, place)


def corpus_steps(corpus: Path, former_name: str) -> Iterator[Step]:
    """Yield the steps that put unpacked documents in place, those there kept in a folder."""
    staged = corpus / STAGED
    if not staged.exists():
        return
    ours = (STAGED, FORMER, ".depot")
    there = [one for one in sorted(corpus.iterdir()) if not one.name.startswith(ours)]
    yield from journal.steps_aside(there, corpus / former_name)
    for path in sorted(staged.iterdir()):
        yield put_in_place(path, corpus / path.name)


def put_in_place(source: Path, target: Path) -> Step:
    """Return the step that moves a file or a folder where it belongs."""
    return Step("place", str(source), str(target))


def absolute(steps: list[Step]) -> list[Step]:
    """Return the steps as the next command can do them, wherever it is started from."""
    return [
        replace(
            step,
            source=str(Path(step.source).absolute()) if step.source else "",
            target=str(Path(step.target).absolute()),
        )
        for step in steps
    ]


def _put_away_log(database: Path) -> None:
    """Have SQLite put what is in the write-ahead log into the file, where it still can."""
    if not database.exists():
        return
    try:
        with closing(open_to_write(database, journal="as it is")) as db:
            empty_log(db)
    except sqlite3.Error:
        return  # damaged: its files are kept as they are


def _keep_database(database: Path, folder: Path) -> None:
    """Copy a database into a folder, file by file where it is none any more."""
    if not database.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copy_database(database, folder / database.name)
    except sqlite3.DatabaseError as e:
        if isinstance(e, sqlite3.OperationalError):
            raise
        for path in files_of(database):
            shutil.copy2(path, folder / path.name)
