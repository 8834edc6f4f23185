"""Messages: an EML file becomes its text, then the text of each attachment of a known format.

In: a message as mail programs save it. Out: the text in place `paragraph n`; an attachment's
blocks keep their own places, under a heading with its name. Attachments are read in memory,
nothing is written. Those that are left alone (pictures, recordings, old formats, what is attached
to an attached message) are named, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from assistant.errors import ReadError
from assistant.readers import read_parts
from assistant.readers.encodings import decode
from assistant.readers.file_states import state_of
from assistant.readers.formats.marked.markup import html_blocks
from assistant.readers.parts import (
    IMAGE_SUFFIXES,
    RECORDING_SUFFIXES,
    TRANSCRIPT_SUFFIXES,
    Attachment,
    Defect,
    Fact,
    Options,
    Part,
    Source,
)
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, Place
from assistant.records.messages import Message
from assistant.text.analysis import clean

#: What is read of attachments: formats that need neither a program apart nor a file on disk.
READ_SUFFIXES = frozenset(
    """.pdf .pptx .pptm .ppsx .potx .odp .docx .docm .odt .rtf .xlsx .xlsm .ods .csv .tsv .html
    .htm .md""".split()
).union(TRANSCRIPT_SUFFIXES)
MAX_ATTACHMENTS = 100
#: The parser of headers is quadratic: 1 MB of encoded words took it a minute.
MAX_HEADER_CHARACTERS = 2_000
#: Nobody misses their text; nor that of the pictures that a message shows among its words.
_DECORATION = ("application/pgp-signature", "application/pkcs7-signature", "text/calendar")
_OLD_SUFFIXES = (".doc", ".ppt", ".xls")
#: How HTML names a picture that comes with the message, by its Content-ID.
_SHOWN = re.compile(r"cid:([^\s\"'<>)]{1,200})")


#: What the parser of headers and of encodings raises of those that are made to have it raise.
_CHOKED = (MessageError, ValueError, LookupError, AttributeError, RecursionError)


class _HeaderPolicy(EmailPolicy):
    """The usual policy, on headers of bounded length; one that its parser chokes on is empty."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value[:MAX_HEADER_CHARACTERS])
        except _CHOKED:
            return super().header_fetch_parse(name, "")


def read_mail(path: Source, options: Options) -> Iterator[Part]:
    """Yield a message's text and its attachments. Raises ReadError."""
    message = message_from_bytes(path.read_bytes(), policy=_HeaderPolicy())
    assert isinstance(message, EmailMessage)  # what this policy makes
    if not any(header in message for header in ("From", "Subject", "Date", "Received")):
        raise ReadError("file_damaged", cause="en-têtes absents")
    yield Fact("kind", "page")
    subject = usable_title(_header(message, "Subject"))
    for name, value in (
        ("title", subject),
        ("author", _header(message, "From")),
        ("recipients", _header(message, "To")),
        ("date", _date(message)),
    ):
        if value:
            yield Fact(name, value)
    yield from _text(message, subject)
    shown = _shown(message)
    for number, attached in enumerate(_attachments(message)):
        if number >= MAX_ATTACHMENTS:
            yield Defect("attachments_beyond", {"most": str(MAX_ATTACHMENTS)})
            break
        if _content_id(attached) not in shown:
            yield from _attachment(attached, options)


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text; "" for one that is missing or that the parser chokes on."""
    try:
        return clean(" ".join(str(message.get(name, "")).split()))
    except _CHOKED:
        return ""


def _date(message: EmailMessage) -> str:
    try:
        return f"{parsedate_to_datetime(_header(message, 'Date')):%Y-%m-%d}"
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _text(message: EmailMessage, heading: str) -> Iterator[Block]:
    """Yield a message's own text: the plain part where there is one, else the HTML part."""
    number = 1 if heading else 0
    if heading:
        yield Block(heading, "heading", Place("paragraph", 1, 1), level=1)
    body = message.get_body(("plain", "html"))
    if body is None:
        return
    content = _content(body)
    if body.get_content_type() == "text/html":
        found = list(html_blocks(content)) if content.strip() else []
    else:
        found = [("paragraph", 0, text) for text in _paragraphs(content)]
    for kind, level, text in found:
        number += 1
        level += kind == "heading"
        yield Block(text, kind, Place("paragraph", number, number), level=level)


def _paragraphs(content: str) -> Iterator[str]:
    """Yield what blank lines separate, without the marks of quoted lines."""
    unquoted = re.sub(r"^(?:> ?){1,20}", "", content, flags=re.MULTILINE)
    for run in re.split(r"\n[ \t]*\n", unquoted):
        if text := clean(run):
            yield text


def _content(part: MIMEPart) -> str:
    """Return a text part decoded: as it declares, or as files are when that is wrong."""
    data = _payload(part)
    charset = part.get_content_charset("utf-8")
    try:
        return decode(data.decode(charset).encode("utf-8"))
    except (UnicodeDecodeError, UnicodeEncodeError, LookupError, ValueError):
        return decode(data)


def _payload(part: MIMEPart) -> bytes:
    payload = _held(part, decode=True)
    return payload if isinstance(payload, bytes) else b""


def _held(part: MIMEPart, *, decode: bool = False) -> object:
    """Return what a part holds: parts, text, or bytes; nothing where its encoding is no such."""
    try:
        return part.get_payload(decode=True) if decode else part.get_payload()
    except _CHOKED:
        return None


# --- Attachments -------------------------------------------------------------------------------


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the attachments of the message itself, not those of a message attached to it."""
    body = message.get_body(("plain", "html"))
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart":
            inner = _held(part)
            if isinstance(inner, list):
                waiting[:0] = [one for one in inner if isinstance(one, EmailMessage)]
        elif part.get_content_type() == "message/rfc822" or (
            part is not body and (part.get_filename() or part.is_attachment())
        ):
            yield part


def _shown(message: EmailMessage) -> frozenset[str]:
    """Return the Content-ID of the pictures that the message's HTML shows among its words."""
    body = message.get_body(("html",))
    return frozenset(_SHOWN.findall(_content(body))) if body is not None else frozenset()


def _content_id(part: EmailMessage) -> str:
    return _header(part, "Content-ID").strip("<>")


def _attachment(part: EmailMessage, options: Options) -> Iterator[Part]:
    """Yield what an attachment gives; where that is nothing, or not all, a defect says why."""
    name = _name(part)
    suffix = PurePosixPath(name).suffix.lower()
    if part.get_content_type() == "message/rfc822":
        yield from _forwarded(part, name)
    elif suffix in READ_SUFFIXES:
        why: Message | None = Message("reading.state_empty")
        try:
            for one in _under(name, read_parts(Attachment(name, _payload(part)), options)):
                yield one
                why = None if isinstance(one, Block) else why
        except MemoryError:
            raise
        except ReadError as e:
            why = Message(f"reading.state_{state_of(e.key)}")
        except Exception:  # a damaged attachment makes libraries raise anything; the message stays
            why = Message("reading.state_unreadable")
        if why:
            yield Defect("attachment_unread", {"name": name, "why": why})
    elif not part.get_content_type().startswith(_DECORATION):
        why = _left_alone(part.get_content_maintype(), suffix)
        yield Defect("attachment_unread", {"name": name, "why": why})


def _left_alone(kind: str, suffix: str) -> Message:
    """Return what an attachment is that is of no format read here."""
    if kind == "image" or suffix in IMAGE_SUFFIXES:
        return Message("reading.attachment_image")
    if kind in ("audio", "video") or suffix in RECORDING_SUFFIXES:
        return Message("reading.attachment_recording")
    old = suffix in _OLD_SUFFIXES
    return Message(f"reading.state_{'old_format' if old else 'unknown_format'}")


def _name(part: EmailMessage) -> str:
    """Return an attachment's name, without any folder that it may state."""
    try:
        stated = part.get_filename() or ""
    except _CHOKED:
        stated = ""
    name = clean(stated.replace("\\", "/").rpartition("/")[2].replace("\n", " "))
    return name[:200] or "sans nom"


def _forwarded(part: EmailMessage, name: str) -> Iterator[Part]:
    inner = _held(part)
    message = inner[0] if isinstance(inner, list) and inner else None
    if isinstance(message, EmailMessage):
        subject = usable_title(_header(message, "Subject")) or name
        yield from _under(subject, _text(message, ""))
        shown = _shown(message)
        attached = islice(_attachments(message), MAX_ATTACHMENTS)
        if names := [
            _name(attachment) for attachment in attached if _content_id(attachment) not in shown
        ]:
            yield Defect("attachments_forwarded", {"name": subject, "names": ", ".join(names)})


def _under(name: str, parts: Iterator[Part]) -> Iterator[Block | Defect]:
    """Yield an attachment's name as a heading, then its blocks one level lower, and its defects."""
    headed = False
    for part in parts:
        if isinstance(part, Block):
            if not headed:
                yield Block(name, "heading", part.place, level=1)
                headed = True
            yield replace(part, level=part.level + 1) if part.kind == "heading" else part
        elif isinstance(part, Defect):
            yield part
