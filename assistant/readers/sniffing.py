"""What a file is, from its first bytes, and whether an archive may be opened.

In: a path and its suffix. Out: the suffix of the format found; a ReadError for what must not be
opened (zip bombs, protected or old formats). Nothing is decompressed here but small members.
"""

from __future__ import annotations

import re
import zipfile
import zlib

from assistant.errors import ReadError
from assistant.readers.parts import TRANSCRIPT_SUFFIXES, Source

#: docs/reading.md, Archives: with these limits, the four archive bombs tried are all refused.
MAX_ENTRIES = 20_000
MAX_TOTAL_BYTES = 1_000_000_000
MAX_XML_BYTES = 100_000_000
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 20_000_000

TEXT_SUFFIXES = {".html", ".htm", ".md", ".csv", ".tsv", ".eml", ".ics", *TRANSCRIPT_SUFFIXES}
#: Suffixes of one format: a deck with macros, to be shown or to start from is still a deck.
VARIANTS = {
    ".pptx": {".pptm", ".ppsx", ".ppsm", ".potx", ".potm"},
    ".docx": {".docm", ".dotx", ".dotm"},
    ".xlsx": {".xlsm", ".xltx", ".xltm"},
    ".odp": {".otp"},
    ".odt": {".ott"},
    ".ods": {".ots"},
}
ARCHIVE_SUFFIXES = VARIANTS.keys() | frozenset().union(*VARIANTS.values()) | {".epub"}

#: What reading a member of a damaged archive raises, besides KeyError for one that it lacks.
DAMAGED = (
    zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, EOFError, zlib.error,
)  # fmt: skip
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What an archive says that it is, in its first member.
_STATED = {
    b"application/epub+zip": ".epub",
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.text-template": ".odt",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
    b"application/vnd.oasis.opendocument.presentation-template": ".odp",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": ".ods",
}
_BINARY = (
    (b"%PDF-", ".pdf"), (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"),
    (b"{\\rtf", ".rtf"), (b"ID3", ".mp3"), (b"OggS", ".ogg"), (b"\x1aE\xdf\xa3", ".webm"),
    (b"fLaC", ".flac"), (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ".wma"),
    (b"\x1f\x8b", ".gz"), (b"7z\xbc\xaf", ".7z"), (b"\x7fELF", ".elf"),
    (b"II*\0", ".tiff"), (b"MM\0*", ".tiff"),
)  # fmt: skip
_RIFF = {b"WEBP": ".webp", b"AVI ": ".avi"}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
#: Other suffixes of the same beginning: Matroska and WebM are one container.
_ALSO = {
    ".jpg": {".jpeg"}, ".tiff": {".tif"}, ".webm": {".mkv"}, ".ogg": {".opus"},
    # Some programs put an MP3's tags before other sound.
    ".mp3": {".aac", ".flac", ".wav"},
}  # fmt: skip


def sniff(path: Source, suffix: str) -> str:
    """Return the suffix of the format that the content shows; the content wins over `suffix`.

    Raises ReadError for an empty, protected or old-format file.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0\t\r\n "):
        raise ReadError("file_empty")
    if head.startswith(_OLE2):
        return _sniff_ole2(path)
    if head.startswith(b"PK\x03\x04"):
        found = _sniff_archive(path)
        return suffix if suffix in VARIANTS.get(found, ()) else found
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], ".wav")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return suffix if suffix == ".heif" else ".heic"
    for magic, found in _BINARY:
        if head.startswith(magic):
            return suffix if suffix in _ALSO.get(found, ()) else found
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    return _sniff_text(head, suffix)


def _sniff_ole2(path: Source) -> str:
    """Old Office formats and password-protected new ones share this container."""
    with path.open("rb") as file:
        data = file.read(4_000_000)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError("file_protected")
    raise ReadError("file_format_old")


def _sniff_archive(path: Source) -> str:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                found = _STATED.get(_beginning(archive, "mimetype", 200).strip())
                if found:
                    return found
    except DAMAGED as e:
        raise ReadError("file_damaged", cause=e) from e
    for member, found in (
        ("ppt/presentation.xml", ".pptx"),
        ("word/document.xml", ".docx"),
        ("xl/workbook.xml", ".xlsx"),
    ):
        if member in names:
            return found
    return ".zip"


def _sniff_text(head: bytes, suffix: str) -> str:
    """Return the text format; a suffix of text is believed unless the content is plainly other."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"webvtt"):
        return ".vtt"
    if suffix in TEXT_SUFFIXES:
        return suffix
    if re.match(rb"<!doctype html|<html|<\?xml[^>]{0,200}\?>\s*<(?:!doctype )?html", text):
        return ".html"
    if suffix in ARCHIVE_SUFFIXES or suffix == ".pdf":
        # Not what its name says, and nothing else either: no reader could do better.
        raise ReadError("file_damaged", cause="signature absente")
    return suffix


def check_archive(path: Source, suffix: str) -> None:
    """Check a zip archive's directory, without decompressing it. Raises ReadError."""
    if suffix not in ARCHIVE_SUFFIXES:
        return
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            manifest = _odf_manifest(archive)
    except DAMAGED as e:
        raise ReadError("file_damaged", cause=e) from e
    if any(entry.flag_bits & 1 for entry in entries) or b"encryption-data" in manifest:
        raise ReadError("file_protected")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise ReadError("archive_too_large")
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        ratio = entry.file_size / max(entry.compress_size, 1)
        if (is_xml and entry.file_size > MAX_XML_BYTES) or (
            entry.file_size > RATIO_COUNTS_FROM_BYTES and ratio > MAX_RATIO
        ):
            raise ReadError("archive_too_large")


def _odf_manifest(archive: zipfile.ZipFile) -> bytes:
    name = "META-INF/manifest.xml"
    if name not in archive.namelist() or archive.getinfo(name).file_size > 10_000_000:
        return b""
    return _beginning(archive, name, 10_000_000)


def _beginning(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return the first bytes of a member, whatever size it declares and has."""
    with archive.open(name) as member:
        return member.read(most)
