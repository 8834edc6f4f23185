"""Books: an EPUB file becomes the blocks of its chapters, in the order of reading.

In: an archive of web pages. Out: blocks in place `paragraph n`, counted through the whole book.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.encodings import decode
from assistant.readers.formats.marked.markup import LeftOut, html_blocks
from assistant.readers.parts import Defect, Fact, Options, Part, Source, left_unread
from assistant.readers.safe_xml import attribute, local_name, parsed
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, Place

_PAGES = ("application/xhtml+xml", "text/html", "application/xml")
#: What hides the letters of a font, and nothing that is read.
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(path: Source, options: Options) -> Iterator[Part]:
    """Yield the blocks of a book. Raises ReadError."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            yield from _book(archive, whole=options.hidden_slides)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e


def _book(archive: zipfile.ZipFile, *, whole: bool) -> Iterator[Part]:
    _check_readable(archive)
    package_name = _package_name(archive)
    package = parsed(_member(archive, package_name))
    yield Fact("kind", "report")
    yield from _facts(package)
    number = 0
    missing: list[str] = []
    left_out = LeftOut()
    for name in _chapters(package, package_name):
        try:
            blocks = list(html_blocks(decode(_member(archive, name)), left_out, whole=whole))
        except ReadError:
            missing.append(posixpath.basename(name))
            continue
        for kind, level, words in blocks:
            number += 1
            yield Block(words, kind, Place("paragraph", number, number), level=level)
    if missing:
        yield Defect("chapters_unread", {"names": ", ".join(missing[:20])})
    yield from left_unread(hidden=left_out.hidden, struck=left_out.struck)


def _check_readable(archive: zipfile.ZipFile) -> None:
    """Raise ReadError where the pages are encrypted, as those of sold books are."""
    name = "META-INF/encryption.xml"
    if name in archive.namelist():
        methods = [
            attribute(element, "Algorithm")
            for element in parsed(_member(archive, name)).iter()
            if local_name(element) == "EncryptionMethod"
        ]
        if any(method not in _OF_FONTS for method in methods):
            raise ReadError("file_protected")


def _package_name(archive: zipfile.ZipFile) -> str:
    """Return the name of the file that lists the chapters."""
    container = parsed(_member(archive, "META-INF/container.xml"))
    for element in container.iter():
        if local_name(element) == "rootfile" and (name := attribute(element, "full-path")):
            return name
    raise ReadError("file_damaged", cause="rootfile")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError as e:
        raise ReadError("file_damaged", cause=name) from e


def _facts(package: etree._Element) -> Iterator[Fact]:
    """Yield the title, the author and the language that a book states."""
    wanted = {"title": "title", "creator": "author", "language": "language"}
    seen: set[str] = set()
    for element in package.iter():
        name = wanted.get(local_name(element))
        if name is None or name in seen:
            continue
        text = (element.text or "").strip()
        if value := text[:2].lower() if name == "language" else usable_title(text):
            seen.add(name)
            yield Fact(name, value)


def _chapters(package: etree._Element, package_name: str) -> Iterator[str]:
    """Yield the names of the pages in the order of reading, without the table of contents."""
    folder = posixpath.dirname(package_name)
    items = {
        attribute(element, "id"): element
        for element in package.iter()
        if local_name(element) == "item"
    }
    for one in package.iter():
        item = items.get(attribute(one, "idref")) if local_name(one) == "itemref" else None
        if item is None or "nav" in attribute(item, "properties").split():
            continue
        if attribute(item, "media-type") in _PAGES:
            name = unquote(attribute(item, "href").split("#")[0])
            yield posixpath.normpath(posixpath.join(folder, name))
