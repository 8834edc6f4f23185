"""Checks of uploaded files: what may become of each before it is a document.

In: files kept aside (`curation.uploads.Staging`), and the folder of the corpus that they are meant
for. Out: an `UploadCheck` of each, by its content, its name and what is there already. Nothing is
changed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from assistant.corpus.paths import (
    LONGEST_PATH,
    alike,
    clean_name,
    is_ignored,
    names_in,
    numbered,
    shown,
)
from assistant.corpus.programme import FILE_NAME
from assistant.curation.unzip import check_directory
from assistant.errors import DepositError, ReadError
from assistant.i18n import Language, say
from assistant.readers import READERS
from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.readers.sniffing import TEXT_SUFFIXES, check_archive, sniff
from assistant.records.messages import Message, values_from_plain
from assistant.system.files import sha256_of

#: Old Office formats, which only LibreOffice reads: their container is enough.
_OLD = frozenset({".doc", ".ppt", ".xls"})
#: How formats begin whose suffix `sniff` believes; MP4 and its kin, from the fourth byte on.
_BEGINNINGS = {
    ".rtf": (b"{\\rtf",),
    ".png": (b"\x89PNG",),
    **dict.fromkeys((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    **dict.fromkeys((".tif", ".tiff"), (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    ".wav": (b"RIFF", b"RF64"),
    **dict.fromkeys((".avi", ".webp"), (b"RIFF",)),
    ".wma": (b"\x30\x26\xb2\x75",),
    ".flac": (b"fLaC", b"ID3"),
    ".aac": (b"ID3", b"ADIF", b"\xff\xf0", b"\xff\xf1", b"\xff\xf8", b"\xff\xf9"),
    **dict.fromkeys((".ogg", ".opus"), (b"OggS",)),
    **dict.fromkeys((".webm", ".mkv"), (b"\x1aE\xdf\xa3",)),
    ".mp3": (b"ID3", *(bytes((0xFF, second)) for second in range(0xE0, 0x100))),
}
_BOXED = frozenset({".mp4", ".m4a", ".m4v", ".mov"})
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")

State = Literal["ok", "same_content", "same_name", "unreadable", "refused"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the catalogue about an uploaded file: its whole key, and what it fills in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: Language = "fr") -> str:
        """Say it."""
        return say(self.key, language, **self.values)


@dataclass(frozen=True, slots=True)
class Opened:
    """What reading an uploaded file gave: why it can't be read, or what of it can't.

    `is_later`: it is read when it is indexed, because it takes longer.
    """

    fault: Reason | None = None
    remarks: tuple[Reason, ...] = ()
    is_later: bool = False

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Opened:
        """Return what JSON carried. Raises LookupError, TypeError, ValueError."""
        fault = plain["fault"]
        return cls(
            _reason(fault) if fault else None,
            tuple(_reason(one) for one in plain["remarks"]),
            bool(plain["is_later"]),
        )


def _reason(plain: Mapping[str, Any]) -> Reason:
    return Reason(str(plain["key"]), values_from_plain(plain["values"]))


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
class UploadCheck:
    """What may become of an uploaded file: `target` is the id that it would have.

    `existing` is the document of the same content or of the same name; `reasons` say why.
    """

    staged: Staged
    state: State
    target: str
    existing: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a deposit's files were given already: names by folder, and who has each content."""

    names: dict[Path, set[str]] = field(default_factory=dict)
    contents: dict[str, Staged] = field(default_factory=dict)


def check_files(
    corpus: Path, files: Sequence[tuple[Staged, Path]], folder: Path, most: int
) -> tuple[UploadCheck, ...]:
    """Return what may become of files, each given with where it lies, in a folder of the corpus.

    A file but a recording has `most` megabytes. Raises DepositError (the disk).
    """
    contents = _contents(corpus, {one.size for one, _ in files})
    seen = _Seen()
    checks = []
    for staged, path in files:
        if reason := fault_of(staged, path, most):
            checks.append(UploadCheck(staged, "refused", "", "", (reason,)))
        else:
            checks.append(_checked(corpus, staged, folder, contents, seen))
    return tuple(checks)


def with_opened(check: UploadCheck, opened: Opened | None) -> UploadCheck:
    """Return a check with what opening the file gave; a file that can't be read is not added."""
    if opened is None or check.state == "refused":
        return check
    if opened.is_later:
        return replace(check, reasons=(*check.reasons, Reason("deposit.read_later")))
    if opened.fault is None:
        return replace(check, reasons=(*check.reasons, *opened.remarks))
    state = "unreadable" if check.state == "ok" else check.state
    return replace(check, state=state, reasons=(opened.fault, *check.reasons))


def fault_of(staged: Staged, path: Path, most: int) -> Reason | None:
    """Return why a file, which lies at `path`, can be no document; None where it can.

    It has `most` megabytes, unless it is a recording.
    """
    if staged.refused:
        return Reason(staged.refused)
    suffix = os.path.splitext(staged.name)[1].lower()
    if not staged.name:
        return Reason("deposit.name_empty")
    if suffix not in READERS:
        known = ", ".join(sorted(suffix[1:].upper() for suffix in READERS if suffix != ".htm"))
        return Reason(
            "deposit.format_unknown",
            {"suffix": suffix or Message("reading.no_suffix"), "formats": known},
        )
    if staged.size > most * 1_000_000 and suffix not in RECORDING_SUFFIXES:
        return Reason("deposit.too_large", {"size": megabytes(staged.size), "most": most})
    return _content_fault(path, suffix)


def _checked(
    corpus: Path, staged: Staged, session: Path, contents: Mapping[str, str], seen: _Seen
) -> UploadCheck:
    """Judge a file without fault among those of its deposit, of which `seen` gains it."""
    folder = below(session, staged)
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
    target = id_of(corpus, folder / name)
    if len(target) > LONGEST_PATH:
        return _refused(staged, "deposit.path_long", most=LONGEST_PATH)
    if key == alike(FILE_NAME) and folder.parent != corpus:
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
        return UploadCheck(staged, "same_content", target, existing, (reason, *remarks))
    if twin is not staged:
        reason = Reason("deposit.twice", {"other": twin.claimed})
        return UploadCheck(staged, "same_content", target, "", (reason, *remarks))
    if there:
        reason = Reason("deposit.same_name", {"id": target})
        return UploadCheck(staged, "same_name", target, target, (reason, *remarks))
    return UploadCheck(staged, "ok", target, "", tuple(remarks))


def id_of(corpus: Path, path: Path) -> str:
    """Return the id that a file of the corpus has."""
    return shown(path.relative_to(corpus).as_posix())


def below(session: Path, staged: Staged) -> Path:
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
        for name in sorted(leave for leave in leaves if not is_ignored(leave)):
            path = Path(folder, name)
            with suppress(OSError):
                if path.is_file() and path.stat().st_size in sizes:
                    found.setdefault(sha256_of(path), id_of(corpus, path))
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
        raise unwritable(e) from e
    if found != suffix and not {found, suffix} <= TEXT_SUFFIXES:
        return Reason("deposit.content_differs", {"suffix": suffix, "found": found})
    return None if _begins_as(suffix, head) else Reason("deposit.content_other", {"suffix": suffix})


def _begins_as(suffix: str, head: bytes) -> bool:
    """Tell whether a content may be of a format by its beginning, where `sniff` is not sure."""
    if suffix in _OLD:
        return False  # `sniff` raises for these containers
    if suffix in _BOXED:
        return head[4:8] in _BOXES
    if suffix in TEXT_SUFFIXES:
        return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return suffix not in _BEGINNINGS or head.startswith(_BEGINNINGS[suffix])


def _refused(staged: Staged, key: str, **values: object) -> UploadCheck:
    return UploadCheck(staged, "refused", "", "", (Reason(key, values),))


def megabytes(size: int) -> int:
    """Return a size in megabytes as it is told: whole, and at least one."""
    return max(round(size / 1e6), 1)


def unwritable(error: OSError) -> DepositError:
    """Return a refusal of the disk as our error."""
    return DepositError("deposit_unwritable", cause=error.strerror or type(error).__name__)
