"""Rename, move, replace and remove documents on the disk, as staff ask.

In: documents' ids. Out: their files elsewhere, over nothing; `sync` then finds them again by their
content. A removal is at once gone from answers (`erasure`); so is what goes with it, if asked.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.corpus.paths import (
    alike,
    clean_name,
    find,
    folder_for,
    is_ignored,
    move_new,
    shown,
    version_of,
)
from assistant.corpus.programme import FILE_NAME
from assistant.corpus.walk import stem_of
from assistant.curation.uploads import Staging
from assistant.errors import CorpusError, DepositError
from assistant.ingest import erasure
from assistant.ingest.receipts import Receipt
from assistant.readers import READERS
from assistant.readers.parts import RECORDING_SUFFIXES, TRANSCRIPT_SUFFIXES
from assistant.system.files import sync_to_disk

Relation = Literal["recording", "transcript", "same_name"]


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that stands beside a document under the same name, in another format."""

    id: str
    relation: Relation


def companions(corpus: Path, document_id: str) -> tuple[Companion, ...]:
    """Return what goes with a document: a transcript's recording, a deck's PDF… Raises CorpusError.

    "debat.mp4" goes with "debat.vtt", as with "debat.fr.vtt".
    """
    file = _file(corpus, document_id)
    own = alike(stem_of(shown(file.name)))
    found = []
    for name in sorted(os.listdir(file.parent)):
        one = file.parent / name
        if one == file or is_ignored(name) or not one.is_file():
            continue
        if alike(stem_of(shown(name))) == own:
            found.append(Companion(_id(corpus, one), _relation(one.suffix.lower())))
    return tuple(found)


def rename(
    corpus: Path, document_id: str, name: str, *, together: Collection[str] = ()
) -> dict[str, str]:
    """Give a document another name, and its companions `together` the same one; return new ids.

    The suffix may be left out, and must not change. Raises CorpusError; then nothing is renamed,
    unless the disk fails in the middle.
    """
    file = _file(corpus, document_id)
    clean = clean_name(name)
    if clean and not alike(clean).endswith(alike(file.suffix)):
        if os.path.splitext(clean)[1].lower() in READERS:
            raise CorpusError("document_suffix", suffix=file.suffix)
        clean = clean_name(f"{name}{file.suffix}")
    if not clean:
        raise CorpusError("name_refused", name=shown(name))
    stem, former = stem_of(clean), stem_of(shown(file.name))
    moves = {document_id: (file, file.with_name(clean))}
    for companion_id in together:
        beside = _file(corpus, companion_id)
        tail = shown(beside.name)[len(stem_of(shown(beside.name))) :]
        if beside.parent != file.parent or alike(stem_of(shown(beside.name))) != alike(former):
            raise CorpusError("document_unknown", id=companion_id)
        moves[companion_id] = (beside, beside.with_name(stem + tail))
    return _move(corpus, moves)


def move(corpus: Path, ids: Collection[str], event: str, session: str = "") -> dict[str, str]:
    """Move documents to an event, or a session of it, made if need be; return their new ids.

    Raises CorpusError; then nothing is moved, unless the disk fails in the middle.
    """
    folder = folder_for(corpus, event, session)
    moves = {}
    for id_ in dict.fromkeys(ids):
        file = _file(corpus, id_)
        moves[id_] = (file, folder / shown(file.name))
    return _move(corpus, moves)


def replace(
    corpus: Path,
    document_id: str,
    staging: Staging,
    *,
    number: int | None = None,
    seen: str | None = None,
) -> str:
    """Put an uploaded file, the only one of its deposit by default, in a document's place.

    It takes over the document's name; a kill leaves the one or the other. `seen` is the version
    looked at (`version_of`): another one is not replaced. Returns the id. Raises CorpusError,
    DepositError.
    """
    file = _file(corpus, document_id)
    _check_version(document_id, file, seen)
    staged = next((one for one in staging.files() if number in (None, one.number)), None)
    if staged is None:
        raise DepositError("deposit_gone")
    if reason := staging.fault(staged):
        raise DepositError("deposit_refused", reason=reason.words())
    if alike(os.path.splitext(staged.name)[1]) != alike(file.suffix):
        raise CorpusError("document_suffix", suffix=file.suffix)
    try:
        os.replace(staging.path(staged), file)
        sync_to_disk(file.parent)
    except OSError as e:
        raise _unmovable(document_id, e) from e
    staging.forget(staged)
    return document_id


def remove(
    index: Path,
    corpus: Path,
    ids: Collection[str],
    *,
    asked_by: str = "",
    wait_seconds: float = 0.0,
    seen: Mapping[str, str] | None = None,
) -> tuple[Receipt, ...]:
    """Remove documents, at once gone from answers; see `ingest.erasure.forget`.

    `seen` are the versions looked at, by id (`version_of`): if one is another now, nothing goes.
    """
    for document_id, version in (seen or {}).items():
        _check_version(document_id, find(corpus, document_id), version)
    return erasure.forget(index, corpus, ids, asked_by=asked_by, wait_seconds=wait_seconds)


def _move(corpus: Path, moves: Mapping[str, tuple[Path, Path]]) -> dict[str, str]:
    targets: set[str] = set()
    for id_, (file, target) in moves.items():
        if file.is_symlink():
            raise CorpusError("document_is_a_link", id=id_)
        if alike(target.name) == alike(FILE_NAME):  # it would be the programme
            raise CorpusError("name_refused", name=target.name)
        key = alike(str(target))
        if key in targets or (file != target and _is_taken(file, target)):
            raise CorpusError("document_taken", id=_id(corpus, target))
        targets.add(key)
    for id_, (file, target) in moves.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if file != target:
                move_new(file, target)
        except FileExistsError as e:
            raise CorpusError("document_taken", id=_id(corpus, target)) from e
        except OSError as e:
            raise _unmovable(id_, e) from e
    return {id_: _id(corpus, target) for id_, (_, target) in moves.items()}


def _is_taken(file: Path, target: Path) -> bool:
    """Tell whether there is a file of that name, however it is written, other than `file`."""
    try:
        names = os.listdir(target.parent)
    except FileNotFoundError:
        return False
    except OSError as e:
        raise _unmovable(target.name, e) from e
    beside = [target.parent / name for name in names if alike(name) == alike(target.name)]
    return any(path != file and not _is_same(path, file) for path in beside)


def _is_same(path: Path, file: Path) -> bool:
    """Tell a file under a second name: what a move that was killed leaves."""
    return os.path.samestat(path.lstat(), file.lstat())


def _file(corpus: Path, document_id: str) -> Path:
    file = find(corpus, document_id)
    if file is None:
        raise CorpusError("document_unknown", id=document_id)
    return file


def _check_version(document_id: str, file: Path | None, seen: str | None) -> None:
    if seen is not None and seen != version_of(file):
        raise CorpusError("document_changed", id=document_id)


def _id(corpus: Path, path: Path) -> str:
    return shown(path.relative_to(corpus).as_posix())


def _relation(suffix: str) -> Relation:
    if suffix in RECORDING_SUFFIXES:
        return "recording"
    return "transcript" if suffix in TRANSCRIPT_SUFFIXES else "same_name"


def _unmovable(document_id: str, error: OSError) -> CorpusError:
    cause = error.strerror or type(error).__name__
    return CorpusError("document_unmovable", id=document_id, cause=cause)
