"""Where a site's stores are: in their files, or in the shared database that its settings name.

In: the address, said once by whoever has the settings. Out: for the path of a store, the address of
the database that has it instead. Nothing is connected to.
"""

from __future__ import annotations

from pathlib import Path

#: The address by the folder of the index, and by the file of the accounts. Where nothing is shared
#: it is empty.
_SHARED: dict[Path, str] = {}


def share(address: str, *places: Path) -> None:
    """Have what is kept in these folders and files be in a shared database; with "", in them.

    It counts for this process, whatever opens them from now on.
    """
    for place in places:
        if address:
            _SHARED[place.absolute()] = address
        else:
            _SHARED.pop(place.absolute(), None)


def shared_address(path: Path) -> str:
    """Return the address of the shared database that has a store, empty where its file has it."""
    if not _SHARED:
        return ""
    here = path.absolute()
    return _SHARED.get(here) or _SHARED.get(here.parent, "")


def is_kept(path: Path) -> bool:
    """Tell whether a store may hold anything: its file is there, or another database has it."""
    return bool(shared_address(path)) or path.exists()
