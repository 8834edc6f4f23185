"""A checked deposit → documents of the corpus: files moved into an event and a session by rename.

In: a deposit (`uploads.Staging`), and what staff chose of its files. Out: `Accepted`. A replaced
file is the old one or the new one, never half; killed in the middle, the same call goes on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.corpus.paths import alike, folder_for, is_ignored, move_new, names_in, numbered
from assistant.curation.upload_checks import Staged, UploadCheck, below, id_of, unwritable
from assistant.curation.uploads import Staging
from assistant.system.files import sync_to_disk

#: "replace" the file of the same name, keep "both", "leave" this one out.
Choice = Literal["replace", "both", "leave"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted, by id; `left` is what was not, and stays aside until it is dropped."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    left: tuple[UploadCheck, ...]


def accept(
    staging: Staging, event: str, session: str = "", choices: Mapping[int, Choice] | None = None
) -> Accepted:
    """Make documents of what is fine, judged anew, and of the rest what `choices` say.

    A file, by its number, whose name or content is there already, or that can't be read, is
    left out unless it is chosen to "replace" that name or to keep "both". When all are accepted
    the deposit is gone.
    Killed or refused by the disk in the middle, what was moved is there, the rest stays aside,
    and the same call goes on. Raises CorpusError, DepositError.
    """
    _end_moves(staging)
    added: list[str] = []
    replaced: list[str] = []
    left: list[UploadCheck] = []
    for check in staging.check(event, session):
        default: Choice = "both" if check.state == "ok" else "leave"
        choice = (choices or {}).get(check.staged.number, default)
        if check.state == "refused" or choice == "leave":
            left.append(check)
            continue
        folder = below(folder_for(staging.corpus, event, session), check.staged)
        try:
            if choice == "replace":
                (replaced if _replace(staging, folder, check) else added).append(check.target)
            else:
                added.append(_add(staging, folder, check.staged))
        except OSError as e:
            raise unwritable(e) from e
    if not left:
        staging.drop()
    return Accepted(tuple(added), tuple(replaced), tuple(left))


def _end_moves(staging: Staging) -> None:
    """Drop what a move that was killed left aside of a file that is in the corpus."""
    for staged in staging.files():
        if _is_in_corpus(staging.corpus, staging.path(staged)):
            staging.path(staged).unlink()
            staging.settle(staged)


def _is_in_corpus(corpus: Path, path: Path) -> bool:
    """Tell whether a file has a second name, and that one among the documents."""
    status = path.stat()
    if status.st_nlink == 1:
        return False
    for folder, names, leaves in os.walk(corpus):
        names[:] = [name for name in names if not is_ignored(name)]
        for name in leaves:
            with suppress(OSError):
                if os.path.samestat(os.lstat(os.path.join(folder, name)), status):
                    return True
    return False


def _add(staging: Staging, folder: Path, staged: Staged) -> str:
    """Move a file into the corpus under a name of its own, and return its id."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = set(names_in(folder))
    while True:
        target = folder / numbered(staged.name, taken)
        try:
            move_new(staging.path(staged), target)
        except FileExistsError:  # somebody was faster
            taken.add(alike(target.name))
        else:
            staging.settle(staged)
            return id_of(staging.corpus, target)


def _replace(staging: Staging, folder: Path, check: UploadCheck) -> bool:
    """Move a file into the place of the one of its name; tell whether there was one."""
    folder.mkdir(parents=True, exist_ok=True)
    there = names_in(folder).get(alike(check.staged.name), "")
    os.replace(staging.path(check.staged), folder / (there or check.staged.name))
    sync_to_disk(folder)
    staging.settle(check.staged)
    return bool(there)
