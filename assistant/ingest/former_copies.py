"""Copies of a site's former state: what a restore put aside, and a programme before its last edit.

In: what is to be erased, or today's date. Out: where the copies lie that hold it, and these gone.
All of them go by themselves after `KEPT_DAYS`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from assistant.corpus import corrections_store
from assistant.corpus.paths import find, is_ignored
from assistant.corpus.programme import FILE_NAME, FORMER_NAME
from assistant.errors import AssistantError
from assistant.index.catalog import CATALOG, Catalog
from assistant.readers.encodings import decode
from assistant.system.databases import files_of
from assistant.system.files import sha256_of, sync_to_disk
from assistant.system.journal import FORMER
from assistant.text.analysis import fold

#: How long they are of use to who finds that a restore, or an edit, was a mistake.
KEPT_DAYS = 30


def copies_of(
    index: Path, corpus: Path, id_: str, digests: Collection[str], sizes: Collection[int]
) -> list[Path]:
    """Return the copies that hold a document: under its id, or one of its contents elsewhere.

    `digests` are the SHA-256 of those contents, `sizes` their bytes.
    """
    found: list[Path] = []
    for folder in former_folders(corpus):
        if file := find(folder, id_):
            found.append(file)
        found += (path for path in _files(folder) if _has(path, digests, sizes))
        found += _corrections(folder, id_, digests)
    found += (folder / CATALOG for folder in former_folders(index) if _knows(folder, id_, digests))
    return list(dict.fromkeys(found))


def copies_naming(corpus: Path, name: str) -> list[Path]:
    """Return the copies of programmes that name somebody, case and accents aside."""
    asked = " ".join(fold(name).split())
    return [path for path in _programmes(corpus) if asked in _folded(path)]


def shown(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return where copies lie, as people are told."""
    return tuple(str(path) for path in paths)


def erase(paths: Iterable[Path]) -> None:
    """Delete copies for good. Raises OSError."""
    for path in paths:
        for file in [*files_of(path)] if path.name == CATALOG else [path]:
            file.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_to_disk(path.parent)


def drop_old(index: Path, corpus: Path, *, now: float | None = None) -> int:
    """Drop copies that have been kept long enough, as far as the disk lets us; return how many."""
    before = (time.time() if now is None else now) - KEPT_DAYS * 24 * 3600
    dropped = 0
    for folder in (*former_folders(index), *former_folders(corpus)):
        if _made(folder) < before:
            shutil.rmtree(folder, ignore_errors=True)
            dropped += 1
    for path in [one for one in _programmes(corpus) if one.name == FORMER_NAME]:
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped


def former_folders(place: Path) -> list[Path]:
    """Return the folders that restores put aside in the corpus, or in the index."""
    with suppress(OSError):  # a share that is away
        return sorted(path for path in place.glob(f"{FORMER}*") if path.is_dir())
    return []


def _made(folder: Path) -> float:
    """Return when a folder was put aside: its name says it, whatever happened in it since."""
    with suppress(ValueError):
        return time.mktime(time.strptime(folder.name.removeprefix(FORMER), "%Y%m%d-%H%M%S"))
    return folder.lstat().st_mtime


def _files(folder: Path) -> Iterator[Path]:
    for here, names, leaves in os.walk(folder):
        names[:] = [name for name in names if not is_ignored(name)]
        yield from (Path(here, name) for name in leaves if not is_ignored(name))


def _has(path: Path, digests: Collection[str], sizes: Collection[int]) -> bool:
    with suppress(OSError):  # gone meanwhile, or not to be read
        return path.lstat().st_size in sizes and sha256_of(path) in digests
    return False


def _corrections(folder: Path, id_: str, digests: Collection[str]) -> Iterator[Path]:
    """Yield what staff corrected of a document, in a former corpus."""
    stored = corrections_store.load_corrections(folder)
    for sha256, one in stored.by_content.items():
        if one.id == id_ or sha256 in digests:
            yield folder / corrections_store.FOLDER / f"{sha256}.json"
    for sha256 in {*digests} & {*stored.damaged}:
        yield folder / corrections_store.FOLDER / f"{sha256}.json"


def _knows(folder: Path, id_: str, digests: Collection[str]) -> bool:
    """Tell whether a former catalog holds a document; one that can't be read is taken to."""
    if not (folder / CATALOG).exists():
        return False
    try:
        with Catalog(folder / CATALOG, read_only=True) as catalog:
            return any(state.id == id_ or state.sha256 in digests for state in catalog.states())
    except (AssistantError, sqlite3.Error):
        return True


def _programmes(corpus: Path) -> Iterator[Path]:
    """Yield the former programmes of a corpus, and all of those that a restore put aside."""
    for folder in (corpus, *former_folders(corpus)):
        wanted = {FORMER_NAME} if folder == corpus else {FORMER_NAME, FILE_NAME}
        with suppress(OSError):
            yield from (
                path for path in sorted(folder.glob("*/*.csv")) if path.name.lower() in wanted
            )


def _folded(path: Path) -> str:
    with suppress(OSError):
        return " ".join(fold(decode(path.read_bytes())).split())
    return ""
