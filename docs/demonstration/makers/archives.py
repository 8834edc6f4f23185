"""Zip archives with the same bytes at each run: fixed dates, fixed order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

DATE = (2025, 3, 18, 9, 0, 0)


def zip_bytes(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Write the members in order; one named `mimetype` is stored, as OpenDocument requires."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            stored = name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def rezip(content: bytes) -> bytes:
    """Rewrite an archive with fixed dates, its members in the order they had."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zip_bytes((info.filename, archive.read(info)) for info in archive.infolist())
