"""Web pages: HTML becomes headings, paragraphs, items and tables, without menus and banners.

In: an HTML file. Out: blocks in place `paragraph n`, numbered as in `documents`. Walked without
recursion: pages are nested as deeply as their authors' tools please.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.elements import described, emptied
from assistant.readers.formats.marked.page_styles import FURNITURE, as_read, hidden_parts
from assistant.readers.formats.table_text import MergedCell, grid, span, table_text
from assistant.readers.parts import Fact, Options, Part, Source, left_unread
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, BlockKind, Place
from assistant.text.analysis import clean

#: Of the page, and not of a text, where they stand outside of one.
_AROUND = {"header", "footer", "aside"}
_MAYBE_FURNITURE = frozenset({"form", *_AROUND, *FURNITURE})
_TEXTS = ("main", "article", "section")
#: What makes a form more than fields to fill in: some tools put the whole page in one.
_OF_A_PAGE = ("h1", "h2", "h3", "h4", "p", "table", "main", "article", "li")
#: Of a page's words, so many stand in the one article that it is made of.
_LEAST_SHARE = 0.5
#: The kind of a block, its level and its text.
_PageBlock = tuple[BlockKind, int, str]
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
    "var", "wbr", "img", "acronym", "big", "tt",
    "math", "strike", "nobr", "input", "select", "ruby", "rb", "rt", "rp",
}  # fmt: skip
#: What stands within a line and is nothing but words.
_WORDS = frozenset(_INLINE - FURNITURE - {"img"})


def read_html(path: Source, options: Options) -> Iterator[Part]:
    """Yield the text blocks of a web page; of a transcript, what is said. Raises ReadError."""
    return as_spoken(_page_parts(path, options))


def _page_parts(path: Source, options: Options) -> Iterator[Part]:
    text = read_text_file(path)
    root, source = _parsed(text), text.lower()
    struck = as_read(root, source)
    hidden = hidden_parts(root, source)
    if not options.hidden_slides:
        for part in hidden:
            emptied(part)
    yield Fact("kind", "page")
    language = (root.get("lang") or root.get("xml:lang") or "")[:2].lower()
    if language.isalpha():
        yield Fact("language", language)
    title = usable_title(root.findtext(".//title"))
    if title:
        yield Fact("title", title)
    for number, (kind, level, words) in enumerate(_blocks(_main(root)), start=1):
        if kind == "heading" and not title:
            title = words
            yield Fact("title", title)
        yield Block(words, kind, Place("paragraph", number, number), level=level)
    yield from left_unread(hidden=bool(hidden) and not options.hidden_slides, struck=struck)


@dataclass(slots=True)
class LeftOut:
    """Whether what is left out of pages was hidden, and whether it was struck out."""

    hidden: bool = False
    struck: bool = False


def html_blocks(
    text: str, left_out: LeftOut | None = None, *, whole: bool = False
) -> Iterator[_PageBlock]:
    """Yield (kind, level, text) for each block of a page; `left_out` says what is not among them.

    `whole`: hidden parts are read too. Raises ReadError.
    """
    root, source = _parsed(text), text.lower()
    left_out = left_out or LeftOut()
    left_out.struck |= as_read(root, source)
    for part in () if whole else hidden_parts(root, source):
        left_out.hidden = True
        emptied(part)
    yield from _blocks(_main(root))


def _parsed(text: str) -> etree._Element:
    try:
        # Bytes again: lxml refuses text that declares an encoding, and this one is now true.
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
        return lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("file_damaged", cause=e) from e


def _main(root: etree._Element) -> etree._Element:
    """Return the element that holds the page's own text.

    An article is the page's where most of the text stands in it; else it is one among others.
    """
    body = root.find(".//body")
    whole = root if body is None else body
    for path, least in ((".//main", 0.0), (".//article", _LEAST_SHARE)):
        found = root.findall(path)
        if len(found) != 1:
            continue
        long = _length(found[0], enough=0 if least else 1)
        if long and (not least or long >= least * _length(whole)):
            return found[0]
    return whole


def _length(part: etree._Element, *, enough: int = 0) -> int:
    """Return how many characters the words of a part have, menus and banners left out.

    `enough`: no more are counted, where it is not 0.
    """
    length = 0
    walk = etree.iterwalk(part, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start" and element is not part and _is_furniture(element, str(element.tag)):
            walk.skip_subtree()
        elif event == "start":
            length += len("".join((element.text or "").split()))
        elif element is not part:
            length += len("".join((element.tail or "").split()))
        if enough and length >= enough:
            break
    return length


def _blocks(root: etree._Element) -> Iterator[tuple[BlockKind, int, str]]:
    """Yield (kind, level, text) in order.

    Inline text gathers until a block element starts or ends: so no text is lost, whatever holds
    it. `<pre>` keeps its lines.
    """
    gathered: list[str] = []
    captions: list[str] = []
    kind: BlockKind = "paragraph"
    level = lists = preformatted = 0

    def flush() -> Iterator[tuple[BlockKind, int, str]]:
        words = "".join(gathered)
        gathered.clear()
        words = clean(words if preformatted else _unwrapped(words))
        if words:
            yield kind, level, words
        yield from (("caption", 0, caption) for caption in captions)
        captions.clear()

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = str(element.tag).lower() if event in ("start", "end") else ""
        if event == "start":
            if tag in _MAYBE_FURNITURE and element is not root and _is_furniture(element, tag):
                yield from flush()
                walk.skip_subtree()
                continue
            if tag == "table" and element.find(".//table") is None:
                yield from flush()
                for caption in element.iterchildren("caption"):
                    if words := _cell_text(caption):
                        yield "paragraph", 0, words
                if table := table_text(_rows(element)):
                    yield "table", 0, table
                walk.skip_subtree()
                continue
            if tag == "br":
                gathered.append("\v")
            elif tag == "img":
                captions += filter(None, [_shown_in(element)])
            elif tag not in _INLINE:
                yield from flush()
                lists += tag in ("ul", "ol")
                preformatted += tag == "pre"
                if tag in _HEADINGS:
                    kind, level = "heading", _HEADINGS[tag]
                elif tag == "li":
                    kind, level = "item", max(0, lists - 1)
            gathered.append(element.text or "")
        elif event == "end":
            ended = tag in _HEADINGS or tag == "li"
            if tag not in _INLINE and tag != "br" and not _skipped(element, root, tag):
                yield from flush()
                lists -= tag in ("ul", "ol")
                preformatted -= tag == "pre"
                if ended:
                    kind, level = "paragraph", 0
            if element is not root:
                gathered.append(element.tail or "")
        elif element is not root:
            gathered.append(element.tail or "")
    yield from flush()


def _shown_in(picture: etree._Element) -> str:
    """Return what a picture is said to show; one word is a logo's, or a button's."""
    text = described(picture.get("alt"))
    return text if " " in text else ""


def _skipped(element: etree._Element, root: etree._Element, tag: str) -> bool:
    if tag == "table" and element.find(".//table") is None:
        return True
    return tag in _MAYBE_FURNITURE and element is not root and _is_furniture(element, tag)


def _is_furniture(element: etree._Element, tag: str) -> bool:
    """Tell whether an element is no text of the page: its banner, a menu, fields to fill in."""
    if tag == "form":
        return next(element.iter(*_OF_A_PAGE), None) is None
    if tag in _AROUND:
        return next(element.iterancestors(*_TEXTS), None) is None
    return tag in FURNITURE


def _unwrapped(words: str) -> str:
    """Turn the line ends of the source into spaces, and `<br>` into line ends."""
    return " ".join(words.replace("\v", "\0").split()).replace("\0", "\n")


def _cell_text(cell: etree._Element) -> str:
    """Return the text of a cell, whose paragraphs and lines stand apart."""
    if all(inner.tag in _WORDS and not len(inner) for inner in cell):
        return clean(_unwrapped("".join(map(str, cell.itertext()))))
    pieces: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = str(element.tag).lower() if event in ("start", "end") else ""
        if event == "start" and tag in FURNITURE:
            walk.skip_subtree()
            continue
        pieces.append("\v" if tag and tag not in _INLINE and element is not cell else "")
        if event == "start":
            pieces.append(f" {_shown_in(element)} " if tag == "img" else element.text or "")
        elif element is not cell:
            pieces.append(element.tail or "")
    return clean(_unwrapped("".join(pieces)))


def _rows(table: etree._Element) -> list[list[str]]:
    return grid(
        [
            MergedCell(
                _cell_text(cell),
                span(cell.get("colspan")),
                span(cell.get("rowspan")),
            )
            for cell in row
            if isinstance(cell.tag, str) and cell.tag.lower() in ("td", "th")
        ]
        for row in table.iter("tr")
    )
