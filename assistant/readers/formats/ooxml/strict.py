"""Office files saved as « Strict Open XML »: the same under other names, which no library knows.

In: a file. Out: a stream of the file as it is, or of one in memory with the usual names.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from assistant.errors import ReadError
from assistant.readers.parts import Source
from assistant.readers.sniffing import DAMAGED

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w{1,40})/(\w{1,40})")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"


@contextmanager
def opened(path: Source) -> Iterator[IO[bytes]]:
    """Open an office file to be read, with the usual names. Raises ReadError."""
    with path.open("rb") as file:
        yield _renamed(file) if _is_strict(file) else file


def _is_strict(file: IO[bytes]) -> bool:
    """Tell whether a file's first relations have the names of the strict format."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _STRICT.search(archive.read("_rels/.rels")) is not None
    except (*DAMAGED, KeyError):
        return False  # its reader says what is amiss
    finally:
        file.seek(0)


def _renamed(file: IO[bytes]) -> IO[bytes]:
    held = BytesIO()
    try:
        with zipfile.ZipFile(file) as archive, zipfile.ZipFile(held, "w") as written:
            for member in archive.namelist():
                data = archive.read(member)
                text = member.endswith((".xml", ".rels"))
                written.writestr(member, _STRICT.sub(_USUAL, data) if text else data)
    except (*DAMAGED, KeyError) as e:
        raise ReadError("file_damaged", cause=e) from e
    held.seek(0)
    return held
