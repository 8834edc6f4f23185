"""A folder of a WebDAV server (Nextcloud and others): → its files, told apart by their ETags.

PROPFIND, a folder at a time, and GET, and no other method: nothing is written. Redirections are not
followed, and proxies of the environment not used. Paths are quoted here: names hold "#", "?", "%".
"""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from assistant.errors import ReadError, SourceError
from assistant.readers.safe_xml import local_name, parsed
from assistant.sources.listed import Credentials
from assistant.sources.origins import DEEPEST, MOST_FILES, RemoteFile, RemoteListing
from assistant.sources.private_connections import connected, is_here

_ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/>'
    b"<d:getetag/><d:getcontentlength/><d:getlastmodified/></d:prop></d:propfind>"
)
_PIECE = 1 << 20
#: What a server says of one folder, at most, in bytes.
_MOST_LISTED = 64_000_000
#: Servers make ETags of the second and the size: what is younger may change and keep its own.
YOUNG_SECONDS = 2.0
#: What begins a tag that is an ETag; another is the moment of the last change.
_ETAG = "etag "
_UNREACHED = (OSError, http.client.HTTPException)


class WebDavOrigin:
    """A folder of a server, over one connection that is opened again when it is cut."""

    def __init__(self, address: str, credentials: Credentials | None, ca: str = "") -> None:
        parts = urlsplit(address)
        self._host, self._is_safe = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._is_safe else 80)
        self._base = unquote(parts.path).rstrip("/")
        if credentials and not self._is_safe and not is_here(self._host):
            # Anybody on the way would read the password.
            raise SourceError("source_not_safe", host=self._host)
        try:
            self._tls = ssl.create_default_context(cafile=ca or None) if self._is_safe else None
        except OSError as e:
            raise SourceError("source_ca", path=ca) from e
        self._headers = {"User-Agent": "assistant-evenement", "Accept-Encoding": "identity"}
        if credentials:
            pair = f"{credentials.name}:{credentials.password}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        self._open: http.client.HTTPConnection | None = None

    # --- Listing -------------------------------------------------------------------------------

    def listing(self) -> RemoteListing:
        """Return the files of the folder and of those below. Raises SourceError, OSError."""
        files: list[RemoteFile] = []
        incomplete: list[str] = []
        waiting = [("", 0)]
        while waiting:
            here, depth = waiting.pop()
            try:
                folders, found, is_whole = self._folder(here)
            except SourceError as e:
                if not here or e.key != "source_status":
                    raise
                incomplete.append(here)
                continue
            files += found
            waiting += [(folder, depth + 1) for folder in folders if depth < DEEPEST]
            incomplete += [folder for folder in folders if depth >= DEEPEST]
            incomplete += [] if is_whole else [here]
            if len(files) > MOST_FILES:
                raise SourceError("source_crowded", most=MOST_FILES)
        return RemoteListing(tuple(files), tuple(incomplete))

    def _folder(self, here: str) -> tuple[list[str], list[RemoteFile], bool]:
        """Return the folders and the files of a folder, and whether that is all of them."""
        path = f"{self._base}/{here}".rstrip("/")
        answer = self._ask("PROPFIND", quote(path) + "/", {"Depth": "1"}, _ASKED)
        body = answer.read(_MOST_LISTED + 1)
        if answer.status != 207 or len(body) > _MOST_LISTED:
            self._drop()
            raise SourceError("source_status", status=answer.status)
        clock = _seconds(answer.getheader("Date", ""))
        folders: list[str] = []
        files: list[RemoteFile] = []
        is_whole = True
        try:
            responses = [one for one in parsed(body) if local_name(one) == "response"]
        except ReadError as e:
            raise SourceError("source_answer") from e
        for response in responses:
            told = {name: value for name, value in _told(response)}
            name = _name_in(path, told.get("href", ""))
            if " 2" not in told.get("status", " 2"):
                is_whole = False  # 507: the server stopped before the end
            elif name and "collection" in told:
                folders.append(f"{here}/{name}".lstrip("/"))
            elif name:
                files.append(_file(f"{here}/{name}".lstrip("/"), told, clock))
        return folders, files, is_whole

    # --- Reading -------------------------------------------------------------------------------

    def read(self, file: RemoteFile, out: BinaryIO) -> str:
        """Write a file's content, as long as the server says it is. Raises SourceError, OSError."""
        answer = self._ask("GET", file.at, {}, b"")
        if answer.status != 200:
            answer.read(_PIECE)
            self._drop()
            raise SourceError("source_status", status=answer.status)
        told = answer.getheader("Content-Length")
        if answer.getheader("Content-Encoding", "identity") != "identity":
            self._drop()
            raise SourceError("source_answer")
        try:
            while piece := answer.read(_PIECE):
                out.write(piece)
        except http.client.HTTPException as e:
            self._drop()
            raise SourceError("source_file_cut") from e
        if told is not None and out.tell() != int(told):
            self._drop()
            raise SourceError("source_file_cut")
        if out.tell() != file.size:
            return ""  # it changed since it was listed: the next run looks again
        given = _plain_tag(answer.getheader("ETag", ""))
        is_other = given and file.tag.startswith(_ETAG) and file.tag != _ETAG + given
        return "" if is_other else file.tag

    def close(self) -> None:
        """Close the connection."""
        self._drop()

    # --- Asking --------------------------------------------------------------------------------

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> http.client.HTTPResponse:
        """Ask, over the connection that is open, or else a new one. Raises SourceError, OSError."""
        for is_last in (False, True):
            fresh = self._open is None
            connection = self._open or self._connect()
            self._open = connection
            try:
                connection.request(method, path, body or None, {**self._headers, **headers})
                answer = connection.getresponse()
            except _UNREACHED as e:
                self._drop()
                if is_last or fresh:
                    raise OSError(f"{type(e).__name__}") from e
                continue
            if answer.status in (401, 403) and path.rstrip("/") == quote(self._base):
                self._drop()
                raise SourceError("source_refused", host=self._host)
            if 300 <= answer.status < 400:
                self._drop()
                raise SourceError("source_moved", host=self._host)
            return answer
        raise AssertionError("unreachable")

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port)
        opened = connected(self._host, self._port)
        if self._tls:
            try:
                opened = self._tls.wrap_socket(opened, server_hostname=self._host)
            except ssl.SSLError as e:
                opened.close()
                raise SourceError("source_certificate", host=self._host) from e
        # Given its socket, it opens none of its own.
        connection.sock = opened
        connection.auto_open = 0
        return connection

    def _drop(self) -> None:
        if self._open:
            with suppress(*_UNREACHED):
                self._open.close()
        self._open = None


def _told(response: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what a server says of one thing: its address, and the properties that it has."""
    for child in response:
        name = local_name(child)
        if name in ("href", "status"):
            yield name, child.text or ""
        elif name == "propstat" and any(
            local_name(one) == "status" and " 200" in (one.text or "") for one in child
        ):
            for one in child.iter():
                yield local_name(one), (one.text or "").strip()


def _name_in(folder: str, href: str) -> str:
    """Return the name of what stands directly in a folder; "" for the folder, or what is not."""
    path = unquote(urlsplit(href).path if "://" in href else href).rstrip("/")
    parent, _, name = path.rpartition("/")
    return name if parent == folder and name not in ("", ".", "..") else ""


def _file(path: str, told: Mapping[str, str], clock: float) -> RemoteFile:
    size, modified = told.get("getcontentlength", ""), _seconds(told.get("getlastmodified", ""))
    href = told["href"]
    at = urlsplit(href).path if "://" in href else href
    etag = _plain_tag(told.get("getetag", ""))
    tag = _ETAG + etag if etag else told.get("getlastmodified", "")
    if modified and clock and clock - modified < YOUNG_SECONDS:
        tag = ""
    number = int(size) if size.isascii() and size.isdecimal() else 0
    return RemoteFile(path, number, tag, modified, quote(unquote(at)))


def _plain_tag(written: str) -> str:
    """Return an ETag without quotes, which some servers leave out, nor the mark of a weak one."""
    return written.strip().removeprefix("W/").strip('"')


def _seconds(written: str) -> float:
    try:
        return parsedate_to_datetime(written).timestamp() if written else 0.0
    except (ValueError, TypeError):
        return 0.0
