"""Deposit: what staff upload, checked aside before anything of it is a document.

In: uploaded files, or a zip of a folder, piece by piece. Out: files in a hidden folder of the
corpus that nothing reads (`Staging`), a verdict on each in words, and those that are accepted moved
into an event and a session by rename: a replaced file is the old one or the new one, never half.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from assistant.errors import DepositError, ReadError
from assistant.filing import (
    LONGEST_PATH,
    alike,
    clean_name,
    folder_for,
    is_ignored,
    move_new,
    names_in,
    numbered,
    shown,
)
from assistant.intake import RECORDING_SUFFIXES
from assistant.prepared import sha256_of, sync_to_disk
from assistant.programme import FILE_NAME
from assistant.readers import READERS
from assistant.readers.content import TEXT_SUFFIXES, check_archive, sniff
from assistant.settings import Settings
from assistant.unpacking import DamagedEntry, check_directory, unpacked
from assistant.wording import Language, say

#: In the corpus, so that accepting is a rename; hidden, so that `intake.walk` ignores it.
FOLDER = ".depot"
MOST_FILES = 2_000
#: What is left free on the disk, for the index among others.
RESERVE_BYTES = 200_000_000
#: A deposit that nobody came back to.
_FORGOTTEN_SECONDS = 24 * 3600
_LOOKED_AT_BYTES = 16_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
#: Old Office formats, which only LibreOffice reads: their container is enough.
_OLD = frozenset({".doc", ".ppt", ".xls"})
#: How formats begin whose suffix `sniff` believes; MP4 and M4A, from the fourth byte on.
_BEGINNINGS = {
    ".rtf": (b"{\\rtf",),
    ".png": (b"\x89PNG",),
    **dict.fromkeys((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    **dict.fromkeys((".tif", ".tiff"), (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    ".wav": (b"RIFF", b"RF64"),
    ".ogg": (b"OggS",),
    **dict.fromkeys((".webm", ".mkv"), (b"\x1aE\xdf\xa3",)),
    ".mp3": (b"ID3", *(bytes((0xFF, second)) for second in range(0xE0, 0x100))),
}
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")

State = Literal["ok", "same_content", "same_name", "refused"]
#: "replace" the file of the same name, keep "both", "leave" this one out.
Choice = Literal["replace", "both", "leave"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the catalogue about an uploaded file: its whole key, and what it fills in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: Language = "fr") -> str:
        """Say it."""
        return say(self.key, language, **self.values)


@dataclass(frozen=True, slots=True)
class Staged:
    """An uploaded file, kept aside: what it was called, and its clean name and folders.

    `archive` is the stem of the zip that it came in; `refused` the key of what is wrong already.
    """

    number: int
    claimed: str
    folders: tuple[str, ...]
    name: str
    size: int
    sha256: str
    archive: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may become of an uploaded file: `target` is the id that it would have.

    `existing` is the document of the same content or of the same name; `reasons` say why.
    """

    staged: Staged
    state: State
    target: str
    existing: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted, by id; `left` is what was not, and stays aside until it is dropped."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    left: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a deposit's files were given already: names by folder, and who has each content."""

    names: dict[Path, set[str]] = field(default_factory=dict)
    contents: dict[str, Staged] = field(default_factory=dict)


class Staging:
    """A deposit, kept aside on disk under a key that can't be guessed, from request to request.

    Several threads and processes may write files of one at once. Raises DepositError where the
    key names none.
    """

    def __init__(self, settings: Settings, key: str = "") -> None:
        self._settings = settings
        self.key = key or secrets.token_urlsafe(16)
        depot = settings.corpus / FOLDER
        self._folder = depot / self.key
        self._last = 0
        if not _KEY.fullmatch(self.key) or depot.is_symlink():
            raise DepositError("deposit_gone")
        if key and not self._folder.is_dir():
            raise DepositError("deposit_gone")
        if not key:
            try:
                depot.mkdir(mode=0o700, exist_ok=True)
                self._folder.mkdir(mode=0o700)
            except OSError as e:
                raise _unwritable(e) from e

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
            raise _unwritable(e) from e
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
                folders = tuple(clean_name(one) for one in entry.folders)
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
        return size, digest.hexdigest()

    def _new(self) -> tuple[int, Path]:
        """Return the next free number and its file, made empty."""
        try:
            while self._last < MOST_FILES:
                self._last += 1
                path = self._folder / f"{self._last:05d}"
                with suppress(FileExistsError):
                    path.open("xb").close()
                    return self._last, path
        except OSError as e:
            raise _unwritable(e) from e
        raise DepositError("deposit_crowded", most=MOST_FILES)

    def _record(self, staged: Iterable[Staged]) -> None:
        for one in staged:
            content = json.dumps(asdict(one), ensure_ascii=False)
            self.path(one).with_suffix(".json").write_text(content, encoding="utf-8")

    def _left(self) -> int:
        """Return how many bytes this deposit may still receive."""
        taken = sum(one.size for one in self.files())
        return max(self._settings.max_upload_megabytes * 1_000_000 - taken, 0)

    def _make_room(self, declared: int) -> None:
        if declared > self._left():
            raise self._too_large()
        free = free_bytes(self._settings)
        if free - declared < RESERVE_BYTES:
            raise DepositError(
                "deposit_disk", needed=_megabytes(declared + RESERVE_BYTES), free=_megabytes(free)
            )

    def _too_large(self) -> DepositError:
        return DepositError("deposit_too_large", most=self._settings.max_upload_megabytes)

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
        self.path(staged).with_suffix(".json").unlink(missing_ok=True)
        if not self.files():
            self.drop()

    def drop(self) -> None:
        """Drop the whole deposit."""
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- Checking ------------------------------------------------------------------------------

    def check(self, event: str, session: str = "") -> tuple[Verdict, ...]:
        """Return what may become of each file in a session of an event; change nothing.

        Both are names of folders, or what a person types for new ones; without a session, files
        stand in the event itself. Raises CorpusError (a name that can't be), DepositError.
        """
        folder = folder_for(self._settings.corpus, event, session)
        staged = self.files()
        contents = _contents(self._settings.corpus, {one.size for one in staged})
        seen = _Seen()
        return tuple(self._judge(one, folder, contents, seen) for one in staged)

    def fault(self, staged: Staged) -> Reason | None:
        """Return why a file can be no document, wherever it is put; None where it can."""
        if staged.refused:
            return Reason(staged.refused)
        suffix = os.path.splitext(staged.name)[1].lower()
        if not staged.name:
            return Reason("deposit.name_empty")
        if suffix not in READERS:
            known = ", ".join(sorted(one[1:].upper() for one in READERS if one != ".htm"))
            return Reason(
                "deposit.format_unknown",
                {"suffix": suffix or say("reading.no_suffix"), "formats": known},
            )
        most = self._settings.max_file_megabytes
        if staged.size > most * 1_000_000 and suffix not in RECORDING_SUFFIXES:
            return Reason("deposit.too_large", {"size": _megabytes(staged.size), "most": most})
        return _content_fault(self.path(staged), suffix)

    def _judge(
        self, staged: Staged, session: Path, contents: Mapping[str, str], seen: _Seen
    ) -> Verdict:
        """Judge one file among those of its deposit, of which `seen` gains it."""
        if reason := self.fault(staged):
            return Verdict(staged, "refused", "", "", (reason,))
        folder = _below(session, staged)
        for parent in (folder, *folder.parents):
            if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
                return _refused(staged, "deposit.folder_is_file", folder=shown(parent.name))
            if parent == session:
                break
        on_disk = names_in(folder)
        given = seen.names.setdefault(folder, set())
        key = alike(staged.name)
        there = on_disk.get(key, "") if key not in given else ""
        name = there or numbered(staged.name, {*on_disk, *given})
        target = self._id(folder / name)
        if len(target) > LONGEST_PATH:
            return _refused(staged, "deposit.path_long", most=LONGEST_PATH)
        if key == alike(FILE_NAME) and folder.parent != self._settings.corpus:
            return _refused(staged, "deposit.programme")
        if there and (folder / there).is_dir():
            return _refused(staged, "deposit.name_of_folder", name=shown(there))
        given.add(alike(name))
        twin = seen.contents.setdefault(staged.sha256, staged)
        remarks = []
        if name != staged.claimed.rpartition("/")[2] and not there:
            remarks.append(Reason("deposit.renamed", {"name": shown(name)}))
        if existing := contents.get(staged.sha256):
            reason = Reason("deposit.same_content", {"id": existing})
            return Verdict(staged, "same_content", target, existing, (reason, *remarks))
        if twin is not staged:
            reason = Reason("deposit.twice", {"other": twin.claimed})
            return Verdict(staged, "same_content", target, "", (reason, *remarks))
        if there:
            reason = Reason("deposit.same_name", {"id": target})
            return Verdict(staged, "same_name", target, target, (reason, *remarks))
        return Verdict(staged, "ok", target, "", tuple(remarks))

    def _id(self, path: Path) -> str:
        return shown(path.relative_to(self._settings.corpus).as_posix())

    # --- Accepting -----------------------------------------------------------------------------

    def accept(
        self, event: str, session: str = "", choices: Mapping[int, Choice] | None = None
    ) -> Accepted:
        """Make documents of what is fine, judged anew, and of the rest what `choices` say.

        A file, by its number, whose name or content is there already is left out unless it is
        chosen to "replace" that name or to keep "both". When all are accepted the deposit is gone.
        Killed or refused by the disk in the middle, what was moved is there, the rest stays aside,
        and the same call goes on. Raises CorpusError, DepositError.
        """
        self._end_moves()
        added: list[str] = []
        replaced: list[str] = []
        left: list[Verdict] = []
        for verdict in self.check(event, session):
            default: Choice = "both" if verdict.state == "ok" else "leave"
            choice = (choices or {}).get(verdict.staged.number, default)
            if verdict.state == "refused" or choice == "leave":
                left.append(verdict)
                continue
            folder = _below(folder_for(self._settings.corpus, event, session), verdict.staged)
            try:
                if choice == "replace":
                    (replaced if self._replace(folder, verdict) else added).append(verdict.target)
                else:
                    added.append(self._add(folder, verdict.staged))
            except OSError as e:
                raise _unwritable(e) from e
        if not left:
            self.drop()
        return Accepted(tuple(added), tuple(replaced), tuple(left))

    def _end_moves(self) -> None:
        """Drop what a move that was killed left aside of a file that is in the corpus."""
        for staged in self.files():
            if self.path(staged).stat().st_nlink > 1:
                self.path(staged).unlink()
                self._settle(staged)

    def _add(self, folder: Path, staged: Staged) -> str:
        """Move a file into the corpus under a name of its own, and return its id."""
        folder.mkdir(parents=True, exist_ok=True)
        taken = set(names_in(folder))
        while True:
            target = folder / numbered(staged.name, taken)
            try:
                move_new(self.path(staged), target)
            except FileExistsError:  # somebody was faster
                taken.add(alike(target.name))
            else:
                self._settle(staged)
                return self._id(target)

    def _replace(self, folder: Path, verdict: Verdict) -> bool:
        """Move a file into the place of the one of its name; tell whether there was one."""
        folder.mkdir(parents=True, exist_ok=True)
        there = names_in(folder).get(alike(verdict.staged.name), "")
        os.replace(self.path(verdict.staged), folder / (there or verdict.staged.name))
        sync_to_disk(folder)
        self._settle(verdict.staged)
        return bool(there)

    def _settle(self, staged: Staged) -> None:
        self.path(staged).with_suffix(".json").unlink(missing_ok=True)


def drop_forgotten(settings: Settings, *, now: float | None = None) -> int:
    """Drop deposits that nobody wrote to for a day; return how many."""
    depot, dropped = settings.corpus / FOLDER, 0
    folders: list[Path] = []
    with suppress(OSError):  # a share that is away
        folders = [] if depot.is_symlink() else [*depot.glob("*")]
    for folder in folders:
        with suppress(OSError):
            times = [folder.lstat().st_mtime, *(one.lstat().st_mtime for one in folder.iterdir())]
            if (now or time.time()) - max(times) > _FORGOTTEN_SECONDS:
                shutil.rmtree(folder)
                dropped += 1
    return dropped


def free_bytes(settings: Settings) -> int:
    """Return how much the disk of the corpus has left. Raises DepositError."""
    try:
        return shutil.disk_usage(settings.corpus).free
    except OSError as e:
        raise _unwritable(e) from e


def _below(session: Path, staged: Staged) -> Path:
    """Return the folder of a file: those of its zip are kept, but the one that was zipped."""
    folders = staged.folders
    if folders and alike(folders[0]) in (alike(clean_name(staged.archive)), alike(session.name)):
        folders = folders[1:]
    here = session
    for folder in folders:
        here = here / names_in(here).get(alike(folder), folder)
    return here


def _contents(corpus: Path, sizes: set[int]) -> dict[str, str]:
    """Return the ids of the corpus's files by content, of those that have one of these sizes."""
    found: dict[str, str] = {}
    for folder, names, leaves in os.walk(corpus):
        names[:] = sorted(one for one in names if not is_ignored(one))
        for name in sorted(one for one in leaves if not is_ignored(one)):
            path = Path(folder, name)
            with suppress(OSError):
                if path.is_file() and path.stat().st_size in sizes:
                    found.setdefault(sha256_of(path), shown(path.relative_to(corpus).as_posix()))
    return found


def _content_fault(path: Path, suffix: str) -> Reason | None:
    """Return what is wrong with a content, by its first bytes and its list of members."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(b"PK\x03\x04"):
            check_directory(path)
        found = sniff(path, suffix)
        if found == suffix:
            check_archive(path, suffix)
    except ReadError as e:
        # A protected file of today's formats has another key.
        if e.key == "file_format_old" and suffix in _OLD:
            return None
        return Reason(f"errors.{e.key}", e.values)
    except DepositError as e:
        return Reason(f"errors.{e.key}", e.values)
    except OSError as e:
        raise _unwritable(e) from e
    if found != suffix and not {found, suffix} <= TEXT_SUFFIXES:
        return Reason("deposit.content_differs", {"suffix": suffix, "found": found})
    return None if _begins_as(suffix, head) else Reason("deposit.content_other", {"suffix": suffix})


def _begins_as(suffix: str, head: bytes) -> bool:
    """Tell whether a content may be of a format by its beginning, where `sniff` is not sure."""
    if suffix in _OLD:
        return False  # `sniff` raises for these containers
    if suffix in (".mp4", ".m4a"):
        return head[4:8] in _BOXES
    if suffix in TEXT_SUFFIXES:
        return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return suffix not in _BEGINNINGS or head.startswith(_BEGINNINGS[suffix])


def _refused(staged: Staged, key: str, **values: object) -> Verdict:
    return Verdict(staged, "refused", "", "", (Reason(key, values),))


def _megabytes(size: int) -> int:
    return max(round(size / 1e6), 1)


def _unwritable(error: OSError) -> DepositError:
    return DepositError("deposit_unwritable", cause=error.strerror or type(error).__name__)
