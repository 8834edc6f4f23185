"""Uploads: files of staff, kept aside and checked before anything of them is a document.

In: uploaded files, or a zip of a folder, piece by piece. Out: files in a hidden folder of the
corpus that nothing reads (`Staging`), checked there by `curation.upload_checks`; those that are
accepted become documents by `curation.accepting`.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from assistant.corpus.paths import (
    clean_name,
    folder_for,
    is_ignored,
    shown,
)
from assistant.curation.unzip import DamagedEntry, unpacked
from assistant.curation.upload_checks import (
    Opened,
    Reason,
    Staged,
    UploadCheck,
    check_files,
    fault_of,
    megabytes,
    unwritable,
    with_opened,
)
from assistant.errors import DepositError
from assistant.settings.options import UploadOptions
from assistant.system.antivirus import virus_in
from assistant.system.logs import happened

#: In the corpus, so that accepting is a rename; hidden, so that `corpus.walk.walk` ignores it.
FOLDER = ".depot"
MOST_FILES = 2_000
#: What is left free on the disk, for the index among others.
RESERVE_BYTES = 200_000_000
#: A deposit that nobody came back to.
_FORGOTTEN_SECONDS = 24 * 3600
_LOOKED_AT_BYTES = 16_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


class Staging:
    """A deposit, kept aside on disk under a key that can't be guessed, from request to request.

    Several threads and processes may write files of one at once. Raises DepositError where the
    key names none.
    """

    def __init__(self, options: UploadOptions, key: str = "") -> None:
        self.corpus = options.corpus
        self._max_upload_megabytes = options.max_upload_megabytes
        self._max_file_megabytes = options.max_file_megabytes
        self._antivirus = options.antivirus
        self.key = key or secrets.token_urlsafe(16)
        depot = self.corpus / FOLDER
        self._folder = depot / self.key
        self._last = 0
        #: The bytes of its files, None where others may have written since they were counted.
        self._taken: int | None = None
        if not _KEY.fullmatch(self.key) or depot.is_symlink():
            raise DepositError("deposit_gone")
        if key and not self._folder.is_dir():
            raise DepositError("deposit_gone")
        if not key:
            try:
                depot.mkdir(mode=0o700, exist_ok=True)
                self._folder.mkdir(mode=0o700)
            except OSError as e:
                raise unwritable(e) from e

    # --- Writing -------------------------------------------------------------------------------

    def write(self, name: str, chunks: Iterable[bytes], *, declared: int = 0) -> None:
        """Keep an uploaded file aside; a zip is unpacked. Nothing of it stays where this raises.

        `declared` is the size that the browser announces, if any: what can't fit is refused before
        it is received. Raises DepositError.
        """
        self._make_room(declared)
        last = re.split(r"[/\\]", name)[-1]
        number, path = self._new()
        try:
            size, digest = self._receive(path, chunks, self._left())
            if os.path.splitext(last)[1].lower() == ".zip":
                self._unpack(path, os.path.splitext(last)[0])
                path.unlink()
            else:
                refused = "deposit.hidden" if is_ignored(last) else ""
                name = clean_name(last)
                self._record([Staged(number, shown(last), (), name, size, digest, "", refused)])
        except OSError as e:
            path.unlink(missing_ok=True)
            raise unwritable(e) from e
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _unpack(self, archive: Path, stem: str) -> None:
        """Keep the files of a zip aside, all or none."""
        done: list[Staged] = []
        paths: list[Path] = []
        try:
            for entry, content in unpacked(archive, self._left()):
                number, path = self._new()
                paths.append(path)
                refused, size, digest = entry.refused, 0, ""
                try:
                    size, digest = self._receive(path, content, self._left())
                except DamagedEntry:
                    path.write_bytes(b"")
                    refused = "deposit.zip_entry_damaged"
                folders = tuple(clean_name(folder) for folder in entry.folders)
                if not all(folders):
                    refused = refused or "deposit.zip_name"
                name = clean_name(entry.name)
                done.append(
                    Staged(number, entry.claimed, folders, name, size, digest, stem, refused)
                )
            if not done:
                raise DepositError("deposit_zip_empty")
            self._record(done)
        except BaseException:
            for path in paths:
                path.unlink(missing_ok=True)
                path.with_suffix(".json").unlink(missing_ok=True)
            raise

    def _receive(self, path: Path, chunks: Iterable[bytes], most: int) -> tuple[int, str]:
        """Write what comes; return its size and its SHA-256. Raises DepositError, OSError."""
        digest, size, looked = sha256(), 0, 0
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise self._too_large()
                if size - looked > _LOOKED_AT_BYTES:
                    self._make_room(0)
                    looked = size
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if self._antivirus:
            _look_for_virus(path, self._antivirus)
        return size, digest.hexdigest()

    def _new(self) -> tuple[int, Path]:
        """Return the next free number and its file, made empty."""
        try:
            while self._last < MOST_FILES:
                self._last += 1
                path = self._folder / f"{self._last:05d}"
                try:
                    path.open("xb").close()
                except FileExistsError:
                    self._taken = None  # somebody else's
                else:
                    return self._last, path
        except OSError as e:
            raise unwritable(e) from e
        raise DepositError("deposit_crowded", most=MOST_FILES)

    def _record(self, staged: Iterable[Staged]) -> None:
        for file in staged:
            content = json.dumps(asdict(file), ensure_ascii=False)
            self.path(file).with_suffix(".json").write_text(content, encoding="utf-8")
            if self._taken is not None:
                self._taken += file.size

    def _left(self) -> int:
        """Return how many bytes this deposit may still receive.

        Its files are counted once, not for each that comes: 800 of them took 101 s.
        """
        if self._taken is None:
            self._taken = sum(file.size for file in self.files())
        return max(self._max_upload_megabytes * 1_000_000 - self._taken, 0)

    def _make_room(self, declared: int) -> None:
        if declared > self._left():
            raise self._too_large()
        free = free_bytes(self.corpus)
        if free - declared < RESERVE_BYTES:
            raise DepositError(
                "deposit_disk", needed=megabytes(declared + RESERVE_BYTES), free=megabytes(free)
            )

    def _too_large(self) -> DepositError:
        return DepositError("deposit_too_large", most=self._max_upload_megabytes)

    # --- What is there -------------------------------------------------------------------------

    def files(self) -> tuple[Staged, ...]:
        """Return what was uploaded and is not accepted yet, in order."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError):
                plain = json.loads(path.read_text(encoding="utf-8"))
                if path.with_suffix("").exists():
                    found.append(Staged(**(plain | {"folders": tuple(plain["folders"])})))
        return tuple(found)

    def path(self, staged: Staged) -> Path:
        """Return where an uploaded file lies."""
        return self._folder / f"{staged.number:05d}"

    def forget(self, staged: Staged) -> None:
        """Drop one file of the deposit, and the deposit with its last."""
        self.path(staged).unlink(missing_ok=True)
        self.settle(staged)
        if not any(self._folder.glob("*.json")):
            self.drop()

    def drop(self) -> None:
        """Drop the whole deposit."""
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- Checking ------------------------------------------------------------------------------

    def check(self, event: str, session: str = "") -> tuple[UploadCheck, ...]:
        """Return what may become of each file in a session of an event; change nothing.

        Both are names of folders, or what a person types for new ones; without a session, files
        stand in the event itself. Raises CorpusError (a name that can't be), DepositError.
        """
        folder = folder_for(self.corpus, event, session)
        files = [(file, self.path(file)) for file in self.files()]
        checks = check_files(self.corpus, files, folder, self._max_file_megabytes)
        return tuple(with_opened(one, self._opened(one.staged)) for one in checks)

    def keep_opened(self, staged: Staged, opened: Opened) -> None:
        """Keep what reading a file gave, for as long as it is aside. A full disk keeps nothing."""
        with suppress(OSError):
            content = json.dumps(asdict(opened), ensure_ascii=False)
            self._opened_path(staged).write_text(content, encoding="utf-8")

    def _opened(self, staged: Staged) -> Opened | None:
        with suppress(OSError, LookupError, TypeError, ValueError):
            return Opened.from_plain(json.loads(self._opened_path(staged).read_bytes()))
        return None

    def _opened_path(self, staged: Staged) -> Path:
        return self.path(staged).with_suffix(".opened")

    def fault(self, staged: Staged) -> Reason | None:
        """Return why a file can be no document, wherever it is put; None where it can."""
        return fault_of(staged, self.path(staged), self._max_file_megabytes)

    def settle(self, staged: Staged) -> None:
        """Drop what is noted of a file that was moved or dropped."""
        self._taken = None
        self.path(staged).with_suffix(".json").unlink(missing_ok=True)
        self._opened_path(staged).unlink(missing_ok=True)


def _look_for_virus(path: Path, antivirus: str) -> None:
    """Refuse a file in which the site's antivirus finds something, or that it can't look at.

    Raises DepositError.
    """
    try:
        found = virus_in(path, antivirus)
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise DepositError("deposit_unscanned", cause=cause) from e
    if found:
        happened("virus", name=found)
        raise DepositError("deposit_virus", found=found)


def drop_forgotten(corpus: Path, *, now: float | None = None) -> int:
    """Drop deposits that nobody wrote to for a day; return how many."""
    depot, dropped = corpus / FOLDER, 0
    folders: list[Path] = []
    with suppress(OSError):  # a share that is away
        folders = [] if depot.is_symlink() else [*depot.glob("*")]
    for folder in folders:
        with suppress(OSError):
            times = [folder.lstat().st_mtime, *(path.lstat().st_mtime for path in folder.iterdir())]
            if (now or time.time()) - max(times) > _FORGOTTEN_SECONDS:
                shutil.rmtree(folder)
                dropped += 1
    return dropped


def free_bytes(corpus: Path) -> int:
    """Return how much the disk of the corpus has left. Raises DepositError."""
    try:
        return shutil.disk_usage(corpus).free
    except OSError as e:
        raise unwritable(e) from e
