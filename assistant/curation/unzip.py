"""Unpack a zip archive that somebody uploads, without trusting a word of it.

In: an archive. Out: its files one after the other, their folders and names split and never used as
paths. Sizes are counted as bytes come out, whatever the archive declares.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus.paths import is_ignored, shown
from assistant.errors import DepositError
from assistant.readers.sniffing import MAX_RATIO, RATIO_COUNTS_FROM_BYTES

MOST_ENTRIES = 2_000
#: Folders in folders.
_DEEPEST = 10
#: What is read at once; a list of 2,000 entries has some 300 kB.
_MOST_AT_ONCE = 8_000_000
_PIECE = 1_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file of an archive: its folders and its name as it says, to be shown and cleaned.

    `refused` is the message that says why it may not be unpacked, empty where it may.
    """

    folders: tuple[str, ...]
    name: str
    refused: str = ""

    @property
    def claimed(self) -> str:
        """The whole name, for people."""
        return shown("/".join((*self.folders, self.name)))


class _BoundedFile(io.BufferedReader):
    """A file of which no more than some megabytes are read at once: a list of entries has them."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = Path(self.name).stat().st_size - self.tell()
        if size > _MOST_AT_ONCE:
            raise zipfile.BadZipFile("too much at once")
        return super().read(size)


def check_directory(path: Path) -> None:
    """Make sure that listing an archive takes little memory. Raises DepositError."""
    try:
        with _opened(path):
            pass
    except (*_BROKEN, OSError) as e:
        raise DepositError("deposit_zip_damaged") from e


def _opened(path: Path) -> zipfile.ZipFile:
    return _Owning(_BoundedFile(io.FileIO(path)))


class _Owning(zipfile.ZipFile):
    """A ZipFile that closes the file it was given."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._own = file
        try:
            super().__init__(file)
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        """Close the archive and its file."""
        super().close()
        self._own.close()


def unpacked(path: Path, most_bytes: int) -> Iterator[tuple[ArchiveEntry, Iterator[bytes]]]:
    """Yield each file of an archive with its content, to be read before the next is asked for.

    Folders, hidden files and what macOS adds are left out. One that is refused has no content; one
    that is damaged raises `DamagedEntry` while it is read. Raises DepositError for the archive as a
    whole: damaged, too many files, more than `most_bytes`, or compressed beyond reason.
    """
    try:
        with _opened(path) as archive:
            entries = [member for member in archive.infolist() if not member.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise DepositError("deposit_crowded", most=MOST_ENTRIES)
            left = [most_bytes]
            for info in entries:
                entry = _entry(info)
                parts = (*entry.folders, entry.name)
                # ".." begins with a dot, and is worth a word.
                if ".." not in parts and any(is_ignored(part) for part in parts):
                    continue
                yield entry, iter(()) if entry.refused else _content(archive, info, left)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as e:
        raise DepositError("deposit_zip_damaged") from e


class DamagedEntry(Exception):  # noqa: N818  # it stays between this module and `curation.uploads`
    """A file of an archive can't be unpacked; the others may."""


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: list[int]) -> Iterator[bytes]:
    """Yield the bytes of an entry; `left` is what the whole archive may still hold."""
    given = 0
    try:
        with archive.open(info) as file:
            while piece := file.read(_PIECE):
                given += len(piece)
                left[0] -= len(piece)
                ratio = given / max(info.compress_size, 1)
                if left[0] < 0 or (given > RATIO_COUNTS_FROM_BYTES and ratio > MAX_RATIO):
                    raise DepositError("deposit_zip_bomb")
                yield piece
    except _BROKEN as e:
        raise DamagedEntry from e


def _entry(info: zipfile.ZipInfo) -> ArchiveEntry:
    # Before `zipfile` cuts it at a NUL; Windows writes "\".
    whole = _decoded(info).replace("\\", "/")
    *folders, name = whole.split("/")
    return ArchiveEntry(tuple(folders), name, _refusal(info, whole))


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return an entry's name: UTF-8 even where it isn't said, else what French Windows writes."""
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # As CP437 for the letters of French, and with those that it lacks.
        return raw.decode("cp850")


def _refusal(info: zipfile.ZipInfo, name: str) -> str:
    parts = name.split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    is_drive = len(parts[0]) >= 2 and parts[0][1] == ":"
    if "\0" in name or "" in parts or ".." in parts or "." in parts or is_drive:
        return "deposit.zip_name"
    if len(parts) > _DEEPEST:
        return "deposit.zip_deep"
    if kind not in (0, stat.S_IFREG):
        return "deposit.zip_link"
    if info.flag_bits & 1:
        return "deposit.zip_encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "deposit.zip_method"
    return ""
