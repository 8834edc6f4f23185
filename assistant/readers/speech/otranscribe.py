"""oTranscribe's files: a page of text with clickable times → sentences with their seconds.

In: the JSON of an OTR file, whose text is HTML. Out: what is said from each time to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest

from lxml import etree
from lxml import html as lxml_html

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.captions import speech_of
from assistant.readers.speech.cue_text import Cue
from assistant.readers.speech.timeline import said_until
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean

_BREAKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3"})


def read_otr(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of an oTranscribe file, its paragraphs where it states no time.

    Raises ReadError.
    """
    try:
        found = json.loads(read_text_file(path))
        text = found["text"]
    except (ValueError, RecursionError, KeyError, TypeError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    if not isinstance(text, str) or not text.strip():
        raise ReadError("file_without_text")
    pieces = list(_pieces(text))
    yield Fact("kind", "transcript")
    yield from speech_of(list(_cues(pieces)))
    above = pieces[0][1] if pieces and pieces[0][0] is None else ""
    for number, line in enumerate(clean(above).split("\n"), start=1):
        if line:
            yield Block(line, "paragraph", Place("paragraph", number, number))


def _pieces(text: str) -> Iterator[tuple[float | None, str]]:
    """Yield the text from each time to the next, with its second; None above the first one."""
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
        root = lxml_html.document_fromstring(f"<div>{text}</div>".encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    second: float | None = None
    said: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        is_time = "timestamp" in (element.get("class") or "").split()
        if event == "start":
            if is_time:
                yield second, "".join(said)
                second, said = _second(element, second), []
            elif element.tag in _BREAKS:
                said.append("\n")
            said.append("" if is_time else element.text or "")
        else:
            said.append(element.tail or "")
    yield second, "".join(said)


def _second(element: etree._Element, before: float | None) -> float:
    """Return the second of a time, by what it states or what it shows."""
    stated = element.get("data-timestamp") or ""
    shown = "".join(map(str, element.itertext())).strip().split(":")
    try:
        if stated:
            return max(0.0, float(stated))
        return float(sum(60**power * int(one) for power, one in enumerate(reversed(shown))))
    except (ValueError, OverflowError):
        return before or 0.0


def _cues(pieces: list[tuple[float | None, str]]) -> Iterator[Cue]:
    timed = [(second, text) for second, text in pieces if second is not None and text.strip()]
    for (second, text), following in zip_longest(timed, timed[1:]):
        lines = tuple(line for line in clean(text).split("\n") if line)
        end = said_until(second, len(text), following[0] if following else None)
        yield second, max(second, round(end, 3)), lines
