"""What the archive of a backup may hold, before anything of it is written.

In: an opened archive and what it says of itself. Out: nothing, or BackupError; and who may open
each of its files once it is restored.
"""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
from pathlib import Path

from assistant.errors import BackupError
from assistant.ops.backup import ACCOUNTS, CONTENTS, KEPT_FOLDERS, NOT_KEPT, Contents, SitePaths
from assistant.system.journal import FORMER, STAGED

#: What must stay free, in bytes, besides what is unpacked.
_MARGIN = 50_000_000
_ROOTS = "|".join(KEPT_FOLDERS)
_INDEX = re.compile(rf"index/(?:[a-z0-9_-]+\.sqlite3|(?:gen-\d+|{_ROOTS})/.+)", re.DOTALL)


def check_names(archive: zipfile.ZipFile, contents: Contents, path: Path) -> None:
    """Make sure that an archive holds the files it says, and that each goes where it may.

    Raises BackupError.
    """
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or set(names) != {*contents.files, CONTENTS}:
        raise BackupError("backup_altered", path=path, name=CONTENTS)
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        size = contents.files.get(entry.filename, (entry.file_size, "", 0))[0]
        fits = kind in (0, stat.S_IFREG) and entry.file_size == size
        if not fits or not (entry.filename == CONTENTS or is_safe(entry.filename)):
            raise BackupError("backup_altered", path=path, name=repr(entry.filename))


def is_safe(name: str) -> bool:
    """Tell whether a name of an archive is one that `backup` gives: below its folder, no trick."""
    parts = name.split("/")
    if "\0" in name or "\\" in name.split("/")[0] or {"", ".", ".."} & set(parts):
        return False
    if parts[0] == "corpus":
        return len(parts) > 1 and not parts[1].startswith((STAGED, FORMER))
    if parts[-1] in NOT_KEPT:
        return False
    return name == ACCOUNTS or _INDEX.fullmatch(name) is not None


def mode_of(entry: zipfile.ZipInfo) -> int:
    """Return who may open a restored file: who could when it was backed up, and this user.

    An archive of before that was kept has no kind of file: what can hold what people asked or
    erased is then for this user alone.
    """
    kept = entry.external_attr >> 16
    if entry.filename == ACCOUNTS:
        return 0o600
    if stat.S_ISREG(kept):
        return kept & 0o666 | 0o600
    return 0o666 if entry.filename.startswith("corpus/") else 0o600


def check_space(site: SitePaths, contents: Contents) -> None:
    """Make sure that each disk has room for what is unpacked on it. Raises BackupError."""
    wanted: dict[int, tuple[Path, int]] = {}
    for name, (size, _, _) in contents.files.items():
        place = site.corpus if name.startswith("corpus/") else site.index
        there = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
        device = there.stat().st_dev
        wanted[device] = there, wanted.get(device, (there, _MARGIN))[1] + size
    for path, needed in wanted.values():
        free = shutil.disk_usage(path).free
        if free < needed:
            values = {"needed": round(needed / 1e6), "free": round(free / 1e6)}
            raise BackupError("backup_no_space", path=path, **values)
