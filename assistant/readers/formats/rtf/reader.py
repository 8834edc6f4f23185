"""RTF: text with control words becomes headings, paragraphs, items, tables and footnotes.

In: what Word, LibreOffice or an old text processor saved. Out: blocks in place `paragraph n`,
numbered as in `documents`. A reader of our own: striprtf keeps neither headings nor footnotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.errors import ReadError
from assistant.readers.formats.page_margins import margin_lines
from assistant.readers.formats.rtf.parser import RtfParser
from assistant.readers.parts import Fact, Options, Part, Source, left_unread
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, Place


def read_rtf(path: Source, options: Options) -> Iterator[Part]:
    """Yield the blocks of an RTF file; of a transcript, what is said. Raises ReadError."""
    return as_spoken(_rtf_parts(path, options))


def _rtf_parts(path: Source, options: Options) -> Iterator[Part]:
    source = path.read_bytes().decode("latin-1")
    if not source.lstrip().startswith("{\\rtf"):
        raise ReadError("file_damaged", cause="signature absente")
    reader = RtfParser(hidden=options.hidden_slides, first="\\titlepg" in source)
    reader.read(source)
    yield Fact("kind", "report")
    title = usable_title("".join(reader.info["title"]))
    if author := usable_title("".join(reader.info["author"])):
        yield Fact("author", author)
    for text in margin_lines(reader.margins):
        yield Block(text, "paragraph", Place("paragraph", 1, 1))
    styled = any(kind == "heading" for kind, *_ in reader.found)
    number = 0
    for kind, level, text, bold, counts in reader.found:
        number += counts
        if bold and kind == "paragraph" and not styled:
            kind, level = "heading", 1
        if kind == "heading":
            title = title or text
        yield Block(text, kind, Place("paragraph", number, number), level=level)
    if title:
        yield Fact("title", title)
    hidden = reader.hides and not options.hidden_slides
    names = dict.fromkeys("".join(reader.info["objclass"]).split())
    yield from left_unread(
        hidden=hidden, struck=reader.strikes, objects=names, remarks=reader.remarks
    )
