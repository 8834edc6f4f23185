"""What a run has to do of a source: what is known and what is listed → what to read and to drop.

Pure: no file, no server. A guard stands before deletions: a source that is suddenly empty, or half
of it, is more often unmounted or moved than emptied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.sources.origins import RemoteFile, RemoteListing
from assistant.sources.state import Brought, hash_of

#: So many files may go at once without being asked about, however few there are.
FEW = 5


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What to read, what is gone there, and what is the same; `emptied` asks before deleting.

    `erased` are hashes of files that are gone there too, and need not be remembered.
    """

    to_read: Sequence[RemoteFile]
    gone: Sequence[Brought]
    erased: Sequence[str]
    unchanged: int
    emptied: bool


def plan_source(
    known: Mapping[str, Brought], listing: RemoteListing, there: Mapping[str, bool]
) -> SourcePlan:
    """Return what to do. `there` says of each path that is known whether its local file is there.

    A file whose tag is unknown is read each time. One that was erased here is not read again while
    its source has it as it was.
    """
    listed = {file.path: file for file in listing.files}
    to_read = [
        file for path, file in listed.items() if not _is_the_same(known, file, there.get(path))
    ]
    hashes = {hash_of(path) for path in listed}
    missing = [
        one
        for path, one in known.items()
        if one.local and path not in listed and not _is_below(path, listing.incomplete)
    ]
    erased = [] if listing.incomplete else [
        path for path, one in known.items() if not one.local and path not in hashes
    ]  # fmt: skip
    number = sum(bool(one.local) for one in known.values())
    is_much = len(missing) > FEW and 2 * len(missing) > number
    emptied = bool(missing) and (not listed or is_much)
    return SourcePlan(to_read, missing, erased, len(listed) - len(to_read), emptied)


def _is_the_same(known: Mapping[str, Brought], file: RemoteFile, is_there: bool | None) -> bool:
    erased = known.get(hash_of(file.path))
    if erased is not None:
        # Whatever its moment: who erased it doesn't want it back because somebody opened it.
        return erased.size == file.size or (bool(erased.tag) and erased.tag == file.tag)
    one = known.get(file.path)
    return (
        one is not None
        and bool(is_there)
        and bool(file.tag)
        and (one.tag, one.size) == (file.tag, file.size)
    )


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(not folder or path.startswith(f"{folder}/") for folder in folders)
