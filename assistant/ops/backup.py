"""Backups: one archive of all that a site can't make again, consistent while it serves.

In: a site's folders, a `sync` under way or not. Out: a ZIP file (64 bits, so that any tool takes a
document out of it) with the size and the hash of each file, whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from assistant.errors import BackupError, IndexDamaged
from assistant.index.catalog import CATALOG, Catalog, schema
from assistant.index.catalog.migrations import MIGRATIONS
from assistant.index.manifest import FORMAT as GENERATION_FORMAT
from assistant.index.manifest import READABLE, check_files, current_name, read_manifest
from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.settings import Settings
from assistant.system.databases import copy_database, files_of
from assistant.system.files import sync_to_disk
from assistant.system.journal import FORMER, STAGED
from assistant.version import installed_version

#: Raised when what an archive holds, or where, changes.
FORMAT = 1
CONTENTS = "sauvegarde.json"
#: Its name in an archive, whatever the site calls its own.
ACCOUNTS = "comptes.json"
#: Folders of the index that no `sync` makes again: hours of computing, and proofs of erasure.
KEPT_FOLDERS = ("transcriptions", "recus")
#: Who is signed in is of the day, and is never kept.
NOT_KEPT = frozenset({"sessions.sqlite3"})
#: Held in the index folder while a backup is written.
LOCK = "backup.lock"
#: Folders of the corpus where uploads wait, and those of a restore.
_PASSING = (".depot", STAGED, FORMER)
#: What gains nothing by being compressed again.
_COMPRESSED = frozenset(
    (*".pdf .pptx .docx .xlsx .odt .odp .ods .zip .jpg .jpeg .png .webp .npy .faiss".split(),
     *RECORDING_SUFFIXES)
) - {".wav"}  # fmt: skip
_PIECE = 1 << 20
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive says of itself; `files` gives (bytes, sha256, mtime in ns) by name."""

    format: int
    version: str
    made: str
    catalog_format: str
    generation_format: int
    generation: str
    with_corpus: bool
    files: dict[str, tuple[int, str, int]]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: `left_out` are files of the corpus that could not be read."""

    path: Path
    files: int
    bytes: int
    generation: str
    with_corpus: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SitePaths:
    """Where what is kept of a site lies: its folders, and the file of its accounts."""

    corpus: Path
    index: Path
    accounts: Path


def back_up(
    settings: Settings, target: Path, *, with_corpus: bool = True, force: bool = False
) -> Backup:
    """Write all that can't be made again to `target`, readable by this user only.

    Raises BackupError, IndexDamaged (what is damaged is not kept in place of a good backup),
    IndexMismatch.
    """
    site = SitePaths(settings.corpus, settings.index, settings.accounts)
    _check_target(site, target, force)
    try:
        # One of a site at a time: a second one to the same file would spoil both.
        lock = site.index / LOCK
        with FileLock(lock, timeout=0) if site.index.is_dir() else nullcontext():
            return _back_up(site, target, with_corpus=with_corpus, force=force)
    except Timeout as e:
        raise BackupError("backup_running", path=target) from e
    except OSError as e:
        raise BackupError("backup_unwritable", path=target, cause=e.strerror or e) from e


def _back_up(site: SitePaths, target: Path, *, with_corpus: bool, force: bool) -> Backup:
    aside = target.with_name(f"{target.name}.writing")
    copy = target.with_name(f"{target.name}.sqlite3.writing")
    try:
        try:
            aside.unlink(missing_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(aside, flags, 0o600)
            with os.fdopen(descriptor, "w+b") as file:
                writer = _Writer(site, file, copy)
                written = writer.write(with_corpus)
            sync_to_disk(aside)
            _check_target(site, target, force)  # one that came meanwhile stays too
            aside.replace(target)
            sync_to_disk(target.parent)
        finally:
            for left in (aside, *files_of(copy)):
                left.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as e:
        cause = getattr(e, "strerror", None) or e
        raise BackupError("backup_unwritable", path=target, cause=cause) from e
    sizes = [size for size, _, _ in written.files.values()]
    left_out = tuple(writer.left_out)
    return Backup(target, len(sizes), sum(sizes), written.generation, with_corpus, left_out)


def _check_target(site: SitePaths, target: Path, force: bool) -> None:
    if target.is_dir() or (target.exists() and not force):
        raise BackupError("backup_exists", path=target)
    for folder in (site.corpus, site.index):
        if target.resolve().is_relative_to(folder.resolve()):
            raise BackupError("backup_inside", path=target)


class _Writer:
    """Writes an archive, file by file, each hashed as it passes."""

    def __init__(self, site: SitePaths, file: BinaryIO, copy: Path) -> None:
        self._site = site
        self._copy = copy
        self._file = file
        self._files: dict[str, tuple[int, str, int]] = {}
        self._generation_format = GENERATION_FORMAT
        self.left_out: list[str] = []

    def write(self, with_corpus: bool) -> Contents:
        index = self._site.index
        with zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            self._archive = archive
            generation = self._generation()
            for path in sorted(index.glob("*.sqlite3")):
                if path.name not in NOT_KEPT:
                    self._database(path)
            for folder in KEPT_FOLDERS:
                for path in _files_below(index / folder):
                    self._put(path, f"index/{path.relative_to(index).as_posix()}")
            if self._site.accounts.is_file():
                self._put(self._site.accounts, ACCOUNTS)
            if with_corpus:
                self._corpus()
            contents = Contents(
                format=FORMAT,
                version=installed_version(),
                made=datetime.now().astimezone().isoformat(timespec="seconds"),
                catalog_format=str(schema.FORMAT),
                generation_format=self._generation_format,
                generation=generation,
                with_corpus=with_corpus,
                files=self._files,
            )
            archive.writestr(CONTENTS, json.dumps(asdict(contents), indent=1))
        return contents

    def _generation(self) -> str:
        """Put the published generation in; return its name, empty where there is none."""
        index = self._site.index
        for attempt in range(1, _ATTEMPTS + 1):
            name = current_name(index)
            if name is None:
                return ""
            try:
                manifest = read_manifest(index / name)
                check_files(index / name, manifest)
                self._generation_format = manifest.format
                with ExitStack() as stack:
                    # Opened before any is copied: what is dropped meanwhile stays for us.
                    opened = {
                        path: stack.enter_context((index / name / path).open("rb"))
                        for path in ("manifest.json", *manifest.files)
                    }
                    for path, file in opened.items():
                        self._copy_in(file, f"index/{name}/{path}")
                return name
            except (IndexDamaged, FileNotFoundError) as e:
                # Two publications may have gone by since its name was read, and dropped it.
                if attempt == _ATTEMPTS or current_name(index) == name:
                    if isinstance(e, IndexDamaged):
                        raise
                    raise IndexDamaged("index_damaged", path=index / name, cause=e) from e
        raise AssertionError("unreachable")

    def _database(self, path: Path) -> None:
        """Put a database in as it is at one moment, whoever writes it."""
        self._copy.unlink(missing_ok=True)
        self._copy.touch(0o600)
        try:
            copy_database(path, self._copy)
            if path.name == CATALOG:
                with Catalog(self._copy, read_only=True) as copied:
                    wrong = copied.fault()
                if wrong:
                    raise IndexDamaged("catalog_damaged", path=path, cause=wrong)
        except sqlite3.DatabaseError as e:
            if isinstance(e, sqlite3.OperationalError):
                raise
            raise IndexDamaged("catalog_damaged", path=path, cause=e) from e
        self._put(self._copy, f"index/{path.name}", mode=path.stat().st_mode)

    def _corpus(self) -> None:
        corpus = self._site.corpus
        for path in _files_below(corpus):
            name = path.relative_to(corpus).as_posix()
            try:
                name.encode()
                self._put(path, f"corpus/{name}")
            except FileNotFoundError:
                continue  # removed since it was listed
            except (PermissionError, UnicodeEncodeError):
                self.left_out.append(name.encode("utf-8", "replace").decode())

    def _put(self, path: Path, name: str, *, mode: int | None = None) -> None:
        with path.open("rb") as file:
            self._copy_in(file, name, mode=mode)

    def _copy_in(self, file: BinaryIO, name: str, *, mode: int | None = None) -> None:
        digest, size = hashlib.sha256(), 0
        stored = Path(name).suffix.lower() in _COMPRESSED
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        mode = os.fstat(file.fileno()).st_mode if mode is None else mode
        entry.external_attr = (stat.S_IFREG | mode & 0o777) << 16
        with self._archive.open(entry, "w", force_zip64=True) as out:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self._files[name] = size, digest.hexdigest(), os.fstat(file.fileno()).st_mtime_ns


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, hidden ones too, but links and what only passes there."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(_PASSING))
        for name in sorted(files):
            path = Path(here, name)
            if not path.is_symlink() and path.is_file() and path.suffix != ".writing":
                yield path


def _is_readable(formats: tuple[object, object, object]) -> bool:
    """Tell whether this version takes up these formats: today's, or what it migrates."""
    archive, catalog, generation = formats
    catalogs = {str(number) for number in (*MIGRATIONS, schema.FORMAT)}
    return archive == FORMAT and catalog in catalogs and generation in READABLE


def read_contents(archive: zipfile.ZipFile, path: Path) -> Contents:
    """Return what an archive says of itself. Raises BackupError."""
    try:
        plain = json.loads(archive.read(CONTENTS))
        with suppress(KeyError, TypeError):
            told = plain["version"] or "?"
            formats = (plain["format"], plain["catalog_format"], plain["generation_format"])
            wanted = (FORMAT, str(schema.FORMAT), GENERATION_FORMAT)
            if not _is_readable(formats):
                found = ".".join(map(str, formats))
                here = ".".join(map(str, wanted))
                raise BackupError("backup_format", version=told, found=found, wanted=here)
        files = {
            str(name): (int(size), str(digest), int(mtime))
            for name, (size, digest, mtime) in plain.pop("files").items()
        }
        return Contents(**plain, files=files)
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile, OSError) as e:
        raise BackupError("backup_unreadable", path=path, cause=CONTENTS) from e
