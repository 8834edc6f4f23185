"""Generations: immutable indexes, built from the catalog and published by one rename.

`publish` writes a folder and makes `CURRENT` name it. A generation holds all that answering a
question needs; `generation` opens it, once each file is found to be what was written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.index.audiences import audience_folder, audiences_in, drop_other_audiences
from assistant.index.building import build
from assistant.index.catalog import Catalog
from assistant.index.former import Former, open_former
from assistant.index.manifest import (
    CURRENT,
    FORMAT,
    NAME,
    PREFIX,
    Manifest,
    check_files,
    current_name,
    read_manifest,
    write_manifest,
)
from assistant.index.slides import Facts, Talk
from assistant.system.files import sha256_of, sync_to_disk, write_whole

#: What makes the sheets of a generation out of the catalog, the facts of its documents and what was
#: on screen when: rows of (kind, subject, sheet), which `sheets.making` gives and `sheets.reading`
#: understands.
SheetMaker = Callable[
    [Catalog, Mapping[str, Facts], Sequence[Talk]], Iterable[tuple[str, str, str]]
]

#: Of each audience, by its name (`index.audiences`), the documents that it reads.
Audiences = Mapping[str, Collection[str]]


def publish(
    catalog: Catalog,
    index: Path,
    *,
    keep: int,
    sheets: SheetMaker,
    on_ready: Callable[[], None] = lambda: None,
    audiences: Audiences = MappingProxyType({}),
) -> str:
    """Build the next generation from the catalog, make it the current one, return its name.

    `sheets` makes those that it holds, and its `audiences`. `on_ready` is called when the
    generation is complete, before it is made current. Of the older ones, the newest are kept,
    `keep` in all.
    """
    name = _next_name(index)
    building = index / f".{name}.building"
    for left in index.glob(".*.building"):
        shutil.rmtree(left)
    building.mkdir()
    try:
        with open_former(index, catalog.meta("identity")) as former:
            _build(catalog, building, name, sheets, former)
            for key, ids in audiences.items():
                _build_audience(catalog, building, key, ids, sheets, former)
        _flush(building)
        building.rename(index / name)
    finally:
        # Of a disk that is full, what was written takes what the next attempt needs.
        shutil.rmtree(building, ignore_errors=True)
    sync_to_disk(index)
    on_ready()
    point(index, name)
    drop_older(index, keep)
    return name


def bring_in_step(
    catalog: Catalog,
    index: Path,
    *,
    keep: int,
    sheets: SheetMaker,
    audiences: Audiences,
    on_building: Callable[[], None] = lambda: None,
    on_ready: Callable[[], None] = lambda: None,
) -> str:
    """Publish what the catalog holds, unless that is done; return the generation's name.

    One that is there already is given the audiences that it lacks. `on_building` is called before
    a new one is built; for the rest see `publish`.
    """
    if not in_step(catalog, index):
        on_building()
        return publish(
            catalog, index, keep=keep, sheets=sheets, on_ready=on_ready, audiences=audiences
        )
    # A run killed after it published has left its former generations.
    drop_older(index, keep)
    name = current_name(index) or ""
    add_audiences(catalog, index / name, audiences, sheets=sheets)
    return name


def add_audiences(
    catalog: Catalog, generation: Path, audiences: Audiences, *, sheets: SheetMaker
) -> None:
    """Give a generation, made from the catalog as it is, the audiences that it lacks; drop others.

    Each is there whole or not at all.
    """
    drop_other_audiences(generation, audiences)
    lacking = sorted(audiences.keys() - set(audiences_in(generation)))
    for key in lacking:
        with open_former(generation.parent, catalog.meta("identity")) as former:
            building = _build_audience(
                catalog, generation, f".{key}.building", audiences[key], sheets, former
            )
        _flush(building)
        building.rename(audience_folder(generation, key))
        sync_to_disk(building.parent)


def _build_audience(
    catalog: Catalog,
    generation: Path,
    name: str,
    ids: Collection[str],
    sheets: SheetMaker,
    former: Former | None,
) -> Path:
    """Build, of a generation, what is made of some documents only; return its folder."""
    folder = audience_folder(generation, name)
    folder.mkdir(parents=True)
    number = generation.name.strip(".").removesuffix(".building")
    with catalog.only(ids):
        _build(catalog, folder, number, sheets, former)
    return folder


def _next_name(index: Path) -> str:
    return name_after(path.name for path in _generations(index))


def name_after(names: Iterable[str]) -> str:
    """Return the name of the generation that follows all those named."""
    numbers = [int(name.removeprefix(PREFIX)) for name in names]
    return f"{PREFIX}{max(numbers, default=0) + 1:06d}"


def _generations(index: Path) -> list[Path]:
    return sorted(path for path in index.iterdir() if NAME.fullmatch(path.name) and path.is_dir())


def _build(
    catalog: Catalog, folder: Path, name: str, sheets: SheetMaker, former: Former | None
) -> None:
    made = partial(sheets, catalog)
    counts = build(catalog, catalog.documents(), folder, sheets=made, former=former)
    _write_manifest(catalog, folder, name, dim=int(catalog.meta("dim")), counts=counts)


def _write_manifest(
    catalog: Catalog, folder: Path, name: str, *, dim: int, counts: tuple[int, int]
) -> None:
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = Manifest(
        format=FORMAT,
        generation=name,
        revision=catalog.meta("revision"),
        identity=catalog.meta("identity"),
        fingerprint=catalog.meta("fingerprint"),
        dim=dim,
        documents=counts[0],
        passages=counts[1],
        files={
            path.relative_to(folder).as_posix(): (path.stat().st_size, sha256_of(path))
            for path in written
        },
    )
    write_manifest(folder, manifest)


def _flush(folder: Path) -> None:
    """Make sure that all files of a folder are on disk, not only in the system's memory."""
    for path in folder.rglob("*"):
        sync_to_disk(path)
    sync_to_disk(folder)


def point(index: Path, name: str) -> None:
    """Make a generation the current one."""
    write_whole(index / CURRENT, name + "\n")


def drop_older(index: Path, keep: int) -> None:
    """Remove all generations but the newest, `keep` in all, and the current one."""
    current = current_name(index)
    for old in _generations(index)[:-keep]:
        # Readers that have it open keep what they opened: the names go, the files stay for them.
        if old.name != current:
            shutil.rmtree(old)


def generations(index: Path) -> int:
    """Return how many generations are on disk."""
    return len(_generations(index)) if index.is_dir() else 0


def drop_former(index: Path) -> None:
    """Drop every generation but the current one, and what a killed publication left."""
    current = current_name(index)
    for generation in (*_generations(index), *index.glob(".*.building")):
        if generation.name != current:
            shutil.rmtree(generation)


def in_step(catalog: Catalog, index: Path) -> bool:
    """Tell whether the current generation was made from the catalog as it is."""
    with suppress(IndexMismatch, IndexDamaged, OSError):
        name = current_name(index)
        if name is None:
            return False
        manifest = read_manifest(index / name)
        check_files(index / name, manifest)
        wanted = (catalog.meta("revision"), catalog.meta("identity"), catalog.meta("fingerprint"))
        same = (manifest.revision, manifest.identity, manifest.fingerprint) == wanted
        return same and manifest.format == FORMAT
    return False
