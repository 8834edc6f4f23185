"""Paths in the corpus: where a document lies, names that any system keeps, moves that are safe.

In: a document's id, or what a person calls a file or a folder. Out: a path of the corpus, a name
without harm, a file moved over nothing. What a browser or an archive calls a file is never a path.
"""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import CorpusError
from assistant.system.files import sync_to_disk

#: Bytes that are no text, controls (a line break, what a terminal obeys), marks of direction.
UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
#: What Windows, hence a share, takes in no name.
_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
#: A name has 255 bytes at most on disk; this leaves room for " (2)" and ".writing".
LONGEST_NAME_BYTES = 200
#: The whole path under the corpus: shares of Windows stop at 260 characters.
LONGEST_PATH = 240
#: What systems leave in folders.
IGNORED = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
#: What a file system that has no hard links answers.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def is_ignored(name: str) -> bool:
    """Tell a name that systems, and programs that have a file open, leave in folders."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED


def shown(name: str) -> str:
    """Return a name as ids have it: in NFC, what is no text as "\\ufffd"."""
    return unicodedata.normalize("NFC", UNSHOWABLE.sub("\ufffd", name))


def alike(name: str) -> str:
    """Return what two names share that a system, or a person, may take for the same one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def find(corpus: Path, document_id: str, spelled: str = "") -> Path | None:
    """Return where a document lies, however its name is written on disk; None if it does not.

    `spelled` is its path as the index knows it. A folder that is a link is not gone through.
    """
    for path in (spelled, document_id):
        if path and _is_inside(path):
            here = corpus / path
            if here.is_file() and not any(folder.is_symlink() for folder in _between(here, corpus)):
                return here
    if not _is_inside(document_id):
        return None
    return next(_matching(corpus, document_id.split("/")), None)


def version_of(file: Path | None) -> str:
    """Return what tells a file from another version of it, empty where there is none."""
    try:
        status = file.stat() if file else None
    except OSError:
        status = None
    return f"{status.st_size}-{status.st_mtime_ns}" if status else ""


def _is_inside(path: str) -> bool:
    """Tell whether a path names nothing above the corpus, and nothing hidden."""
    parts = path.split("/")
    return "\0" not in path and not any(is_ignored(part) or not part for part in parts)


def _between(path: Path, corpus: Path) -> Iterator[Path]:
    """Yield the folders from that of a file up to the corpus, both without."""
    for parent in path.parents:
        if parent == corpus:
            return
        yield parent


def _matching(folder: Path, parts: list[str]) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if shown(name) != parts[0]:
            continue
        path = folder / name
        if len(parts) == 1:
            if path.is_file():
                yield path
        elif path.is_dir() and not path.is_symlink():
            yield from _matching(path, parts[1:])


def clean_name(name: str) -> str:
    """Return a file's or a folder's name as any system keeps it; empty where nothing is left.

    It is in NFC, without folders, controls, marks of direction and signs that Windows refuses,
    and not too long; never hidden, nor a name that Windows keeps for itself.
    """
    name = unicodedata.normalize("NFC", UNSHOWABLE.sub("", name))
    name = "".join(one for one in name if unicodedata.category(one) != "Cf")
    name = " ".join(_FORBIDDEN.sub("-", name).split()).lstrip(" .~").rstrip(" .")
    stem, suffix = os.path.splitext(name)
    stem = stem.rstrip(" .")
    if stem.partition(".")[0].rstrip().lower() in _RESERVED:
        stem = f"_{stem}"
    if len(suffix.encode()) > LONGEST_NAME_BYTES // 2:
        stem, suffix = f"{stem}{suffix}", ""
    room = LONGEST_NAME_BYTES - len(suffix.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    # "-" alone is what is left of "/" or "?".
    return f"{stem}{suffix}" if stem.strip("-_") and not is_ignored(stem + suffix) else ""


def folder_for(corpus: Path, event: str, session: str = "") -> Path:
    """Return the folder of an event, or of a session of it: one that is there, or one to make.

    Names are those of folders, or what a person types for new ones. Raises CorpusError.
    """
    here = corpus
    for typed in (event, session) if session.strip() else (event,):
        name = _existing(here, typed.strip()) or clean_name(typed)
        here = here / name
        if not name or here.is_symlink() or (here.exists() and not here.is_dir()):
            raise CorpusError("name_refused", name=shown(typed))
    return here


def _existing(folder: Path, typed: str) -> str:
    """Return the name of the folder that is meant, empty where there is none."""
    names = sorted(names_in(folder).values())
    for same in (shown, alike):
        for name in names:
            if not is_ignored(name) and same(name) == same(typed):
                return name
    wanted = clean_name(typed)
    return next((name for name in names if wanted and alike(name) == alike(wanted)), "")


def names_in(folder: Path) -> dict[str, str]:
    """Return what a folder holds: names as on disk, by what they share with others (`alike`)."""
    try:
        return {alike(name): name for name in sorted(os.listdir(folder))}
    except FileNotFoundError:
        return {}
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise CorpusError("document_unmovable", id=folder.name, cause=cause) from e


def numbered(name: str, taken: set[str]) -> str:
    """Return a name that is not among those `taken` (`alike`): "notes.pdf" → "notes (2).pdf"."""
    stem, suffix = os.path.splitext(name)
    found, number = name, 1
    while alike(found) in taken:
        number += 1
        found = f"{stem} ({number}){suffix}"
    return found


def move_new(source: Path, target: Path) -> None:
    """Move a file, over nothing: FileExistsError where there is something. Raises OSError.

    Killed in the middle, the file is there, under both names at worst; the same call ends it.
    """
    if target.parent == source.parent and alike(target.name) == alike(source.name):
        os.rename(source, target)  # one name spelled otherwise: to some systems it is the same
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        if not os.path.samestat(source.lstat(), target.lstat()):
            raise
        os.unlink(source)
    except OSError as e:
        if e.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from e
        os.rename(source, target)
    else:
        os.unlink(source)
    sync_to_disk(target.parent)
    sync_to_disk(source.parent)
