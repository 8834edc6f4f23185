"""The sources of a site, as its operator lists them: `sources.toml` → `RemoteSource` records.

    [[source]]
    name = "nuage"
    address = "https://nuage.ville.fr/remote.php/dav/files/assistant/Forum"
    folder = "forum-2026"
    credentials = "/etc/assistant/nuage"

An address is that of a WebDAV folder, or the path of a folder that the system mounts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import SourceError

_FIELDS = frozenset({"name", "address", "folder", "credentials", "ca"})
#: Who may read a password's file: its owner, and a group.
_OTHERS = 0o007


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs in to a server; it is read anew for each run, and written nowhere."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """A folder elsewhere, and the folder of the corpus that mirrors it ("" for the corpus itself).

    `credentials` and `ca` are files: who signs in, and the authority that vouches for the server;
    empty: nobody does, and the system's.
    """

    name: str
    address: str
    folder: str = ""
    credentials: str = ""
    ca: str = ""

    @property
    def is_web(self) -> bool:
        """Tell whether it is a server, rather than a folder that is mounted."""
        return "://" in self.address


def sources_in(file: str) -> tuple[RemoteSource, ...]:
    """Return the sources that a file lists, none where no file is named. Raises SourceError."""
    if not file:
        return ()
    path = Path(file)
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise SourceError("sources_unreadable", path=path, cause=type(e).__name__) from e
    tables = written.get("source", [])
    if not isinstance(tables, list) or set(written) - {"source"}:
        raise SourceError("sources_form", path=path)
    sources = tuple(_source(path, table) for table in tables)
    for several in ("name", "folder"):
        values = [getattr(source, several) for source in sources]
        if len(set(values)) != len(values):
            raise SourceError("source_twice", path=path, field=several)
    return sources


def _source(path: Path, table: Any) -> RemoteSource:
    if not isinstance(table, Mapping) or not all(isinstance(one, str) for one in table.values()):
        raise SourceError("sources_form", path=path)
    if set(table) - _FIELDS or not table.get("name") or not table.get("address"):
        raise SourceError("sources_form", path=path)
    source = RemoteSource(**table)
    parts = source.folder.split("/") if source.folder else []
    if any(part.startswith(".") or not part or "\\" in part for part in parts):
        raise SourceError("source_folder", path=path, name=source.name)
    if not source.is_web and not Path(source.address).is_absolute():
        raise SourceError("source_address", path=path, name=source.name)
    if source.is_web:
        _check_address(path, source)
    return source


def _check_address(path: Path, source: RemoteSource) -> None:
    """Make sure that an address is one, without a password in it. Raises SourceError."""
    try:
        parts = urlsplit(source.address)
        port = parts.port
    except ValueError as e:
        raise SourceError("source_address", path=path, name=source.name) from e
    fits = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not fits or parts.username or parts.password or parts.query or parts.fragment:
        raise SourceError("source_address", path=path, name=source.name)


def credentials_of(source: RemoteSource) -> Credentials | None:
    """Return who signs in: the two first lines of a file that not everybody may read.

    Raises SourceError.
    """
    if not source.credentials:
        return None
    path = Path(source.credentials)
    try:
        if path.stat().st_mode & _OTHERS:
            raise SourceError("source_credentials_open", path=path)
        name, password, *_ = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as e:
        raise SourceError("source_credentials", path=path) from e
    return Credentials(name.strip(), password)
