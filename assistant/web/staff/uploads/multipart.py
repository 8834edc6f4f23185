"""Uploads: a form with files, as its bytes come in → its fields, and its files in a deposit.

Nothing is held in memory beyond a piece, nor written twice: what the network gives goes to the
file that may be moved into the corpus. Whatever goes wrong, nothing of it stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field

from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from assistant.curation.uploads import Staging
from assistant.errors import DepositError

#: Uploads received at once; others wait, and their browsers with them.
MOST_AT_ONCE = 4
_MOST_FIELDS, _MOST_FIELD_BYTES = 20, 2_000
#: What is wrong with one archive says nothing about the files beside it.
_OF_ONE_FILE = ("deposit_zip_damaged", "deposit_zip_empty", "deposit_zip_bomb")


class UploadBroken(Exception):  # noqa: N818  # it stays within `web`
    """What was sent is no form with files, or not all of it came."""


@dataclass(slots=True)
class Upload:
    """What a form held: its fields, a deposit of its files, and what is wrong with some of them.

    `staging` is None where no file came. `faults` are files' names with what is wrong.
    """

    fields: dict[str, str] = field(default_factory=dict)
    staging: Staging | None = None
    faults: list[tuple[str, DepositError]] = field(default_factory=list)

    def drop(self) -> None:
        """Keep nothing of it."""
        if self.staging:
            self.staging.drop()


@dataclass(frozen=True, slots=True)
class FormPart:
    """A field of a form, or a file: `file_name` is None for a field."""

    name: str
    file_name: str | None


class Parts:
    """The parts of a form, each with its content, one after the other as bytes come in."""

    def __init__(self, content_type: str, pieces: Iterable[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UploadBroken
        #: A part that begins, a piece of its content, None where it ends.
        self._events: deque[FormPart | bytes | None] = deque()
        self._header, self._value, self._disposition = b"", b"", b""
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._name_header,
                    "on_header_value": self._fill_header,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
                    "on_part_end": lambda: self._events.append(None),
                    "on_end": self._end,
                },
            )
        except FormParserError as e:
            raise UploadBroken from e
        self._incoming = self._read(pieces)

    def __iter__(self) -> Iterator[tuple[FormPart, Iterator[bytes]]]:
        """Yield each part with its content, which is lost once the next one is asked for.

        Raises UploadBroken.
        """
        for event in self._incoming:
            if isinstance(event, FormPart):
                content = self._content()
                yield event, content
                for _ in content:
                    pass

    def _content(self) -> Iterator[bytes]:
        for event in self._incoming:
            if not isinstance(event, bytes):
                return
            yield event

    def _read(self, pieces: Iterable[bytes]) -> Iterator[FormPart | bytes | None]:
        for piece in pieces:
            try:
                self._parser.write(piece)
            except FormParserError as e:
                raise UploadBroken from e
            while self._events:
                yield self._events.popleft()
        if not self._is_whole:
            raise UploadBroken

    def _begin(self) -> None:
        self._header, self._value, self._disposition = b"", b"", b""

    def _name_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _fill_header(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        file_name = options.get(b"filename")
        self._events.append(
            FormPart(
                options.get(b"name", b"").decode("utf-8", "replace"),
                None if file_name is None else file_name.decode("utf-8", "replace"),
            )
        )

    def _end(self) -> None:
        self._is_whole = True


class _Counted:
    """Pieces of a body, counted as they come."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.bytes += len(piece)
            yield piece


def received(
    deposit: Callable[[], Staging], content_type: str, pieces: Iterable[bytes], announced: int = 0
) -> Upload:
    """Keep the files of a form aside, in a deposit of their own, which `deposit` opens.

    `announced` is how many bytes are to come, if that is known. Raises UploadBroken, and
    DepositError where nothing of it can be kept: then it is still read to its end, for a browser
    that is cut off shows no answer. Raises what `pieces` raises.
    """
    upload = Upload()
    counted = _Counted(pieces)
    try:
        for part, content in Parts(content_type, counted):
            if part.file_name is None:
                _note(upload, part, content)
            elif part.file_name:
                upload.staging = upload.staging or deposit()
                try:
                    left = max(announced - counted.bytes, 0)
                    upload.staging.write(part.file_name, content, declared=left)
                except DepositError as e:
                    if e.key not in _OF_ONE_FILE:
                        raise
                    upload.faults.append((part.file_name, e))
    except (DepositError, UploadBroken):
        upload.drop()
        for _ in counted:
            pass
        raise
    except BaseException:
        upload.drop()
        raise
    if upload.staging and not upload.staging.files():
        upload.drop()
        upload.staging = None
    return upload


def _note(upload: Upload, part: FormPart, content: Iterable[bytes]) -> None:
    """Take note of a field of a form, of which nothing is long."""
    value = b""
    for piece in content:
        value += piece
        if len(value) > _MOST_FIELD_BYTES:
            raise UploadBroken
    upload.fields[part.name] = value.decode("utf-8", "replace")
    if len(upload.fields) > _MOST_FIELDS:
        raise UploadBroken


async def upload_of(
    request: Request, deposit: Callable[[], Staging], places: CapacityLimiter
) -> Upload:
    """Take what a request sends, in a thread. Raises as `received` does, and ClientDisconnect."""
    stream = request.stream()
    announced = request.headers.get("content-length", "")

    def pieces() -> Iterator[bytes]:
        while piece := from_thread.run(_next, stream):
            yield piece

    def take() -> Upload:
        size = int(announced) if announced.isdecimal() else 0
        return received(deposit, request.headers.get("content-type", ""), pieces(), size)

    return await to_thread.run_sync(take, limiter=places)


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    """Return the next bytes of a body, none at its end."""
    async for piece in stream:
        if piece:
            return piece
    return b""
