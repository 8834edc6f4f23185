"""The archive that an OpenDocument file is. In: a path, a member. Out: the root of its XML."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.formats.opendocument.struck_words import as_read, may_mark
from assistant.readers.parts import Attachment, Source
from assistant.readers.safe_xml import safe_parser
from assistant.readers.sniffing import DAMAGED

_MOST_HELD = 4_000_000


def in_memory(path: Source) -> Source:
    """Return a small file as one in memory, whose members are read without opening it again."""
    try:
        if isinstance(path, Path) and path.stat().st_size <= _MOST_HELD:
            data = path.read_bytes()
            return _HeldArchive(path.name, data, zipfile.ZipFile(BytesIO(data)))
    except (OSError, *DAMAGED):
        pass  # told where it is read
    return path


@dataclass(frozen=True, slots=True)
class _HeldArchive(Attachment):
    """A file in memory whose archive's directory is read once."""

    archive: zipfile.ZipFile


@contextmanager
def _archive(path: Source) -> Iterator[zipfile.ZipFile]:
    if isinstance(path, _HeldArchive):
        yield path.archive
        return
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        yield archive


def parse_member(path: Source, member: str, without: bytes = b"") -> etree._Element:
    """Return the root of an XML file of the archive, read without any outside entity.

    `without`: what one element of this name holds is left out, unread. Raises ReadError where the
    file is damaged, or not there.
    """
    try:
        with _archive(path) as archive:
            data = _cut(archive.read(member), without)
            root = etree.fromstring(data, safe_parser())
            return as_read(root) if may_mark(data) else root
    except (*DAMAGED, KeyError, etree.XMLSyntaxError) as e:
        raise ReadError("file_damaged", cause=e) from e


def _cut(data: bytes, element: bytes) -> bytes:
    begins, ends = data.find(b"<%s>" % element), data.rfind(b"</%s>" % element)
    return data[:begins] + data[ends + len(element) + 3 :] if 0 <= begins < ends else data
