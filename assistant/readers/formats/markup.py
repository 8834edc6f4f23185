"""Web pages: HTML becomes headings, paragraphs, items and tables, without menus and banners.

In: an HTML file. Out: blocks in place `paragraph n`, numbered as in `documents`. Walked without
recursion: pages are nested as deeply as their authors' tools please.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.elements import emptied
from assistant.readers.formats.formulas import formula_text
from assistant.readers.formats.table_text import MergedCell, grid, span, table_text
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.raised import raised
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import usable_title
from assistant.records import Block, BlockKind, Place
from assistant.text.analysis import clean

_FURNITURE = {
    "script", "style", "nav", "template", "noscript", "head", "iframe", "svg", "button", "select",
    "object",
}  # fmt: skip
#: Of the page, and not of a text, where they stand outside of one.
_AROUND = {"header", "footer", "aside"}
_TEXTS = ("main", "article", "section")
#: What makes a form more than fields to fill in: some tools put the whole page in one.
_OF_A_PAGE = ("h1", "h2", "h3", "h4", "p", "table", "main", "article", "li")
#: A rule of the page's own style that hides what has a class or an id.
_HIDING_RULE = re.compile(
    r"([^{}@;]{1,300})\{[^{}]{0,500}?(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I
)
_NAMED = re.compile(r"\s*(?:[a-z]{1,12})?([.#])([\w-]{1,100})\s*", re.I)
#: What holds for other media than a screen of any width.
_MEDIA = re.compile(r"@(?:media|supports)[^{}]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}")
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
    "var", "wbr", "img", "acronym", "big", "tt",
    "math",
}  # fmt: skip


def read_html(path: Source, options: Options) -> Iterator[Part]:
    """Yield the text blocks of a web page; of a transcript, what is said. Raises ReadError."""
    return as_spoken(_page_parts(path, options))


def _page_parts(path: Source, options: Options) -> Iterator[Part]:
    root = _parsed(read_text_file(path))
    hidden = _hidden(root)
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
    if hidden and not options.hidden_slides:
        yield Defect("text_hidden", {})


def html_blocks(text: str) -> Iterator[tuple[BlockKind, int, str]]:
    """Yield (kind, level, text) for each block of a page. Raises ReadError."""
    root = _parsed(text)
    for part in _hidden(root):
        emptied(part)
    yield from _blocks(_main(root))


def _parsed(text: str) -> etree._Element:
    try:
        # Bytes again: lxml refuses text that declares an encoding, and this one is now true.
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
        return _as_read(lxml_html.document_fromstring(text.encode("utf-8"), parser=parser))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("file_damaged", cause=e) from e


def _as_read(root: etree._Element) -> etree._Element:
    """Return a page without its struck-out words and note marks; exponents as they read."""
    for formula in list(root.iter("math")):
        written = formula_text(formula)
        emptied(formula)
        formula.text = written
    for part in list(root.iter("s", "del", "strike", "sup")):
        text = ""
        if part.tag == "sup":
            before = part.getprevious()
            above = part.getparent()
            words = before.tail if before is not None else above.text if above is not None else ""
            text = raised(words or "", "".join(map(str, part.itertext())))
        emptied(part)
        part.text = text
    return root


def _hidden(root: etree._Element) -> list[etree._Element]:
    """Return the parts with text that the page itself says not to show."""
    classes, ids = _hiding_names(root)
    return [
        part
        for part in root.iter()
        if isinstance(part.tag, str)
        and part.tag not in _FURNITURE
        and (
            part.get("hidden") is not None
            or _UNSEEN.search(part.get("style") or "")
            or (classes and classes & {*(part.get("class") or "").split()})
            or (part.get("id") or "") in ids
            or (part.tag == "dialog" and part.get("open") is None)
        )
        and clean("".join(map(str, part.itertext())))
    ]


def _hiding_names(root: etree._Element) -> tuple[set[str], set[str]]:
    """Return the classes and the ids that the page's own style sheets hide on a screen."""
    names: dict[str, set[str]] = {".": set(), "#": set()}
    for sheet in root.iter("style"):
        for rule in _HIDING_RULE.finditer(_MEDIA.sub("", (sheet.text or "")[:200_000])):
            for selector in rule[1].split(","):
                if found := _NAMED.fullmatch(selector):
                    names[found[1]].add(found[2])
    return names["."], names["#"]


def _main(root: etree._Element) -> etree._Element:
    """Return the element that holds the page's own text."""
    for path in (".//main", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and clean("".join(map(str, found[0].itertext()))):
            return found[0]
    body = root.find(".//body")
    return root if body is None else body


def _blocks(root: etree._Element) -> Iterator[tuple[BlockKind, int, str]]:
    """Yield (kind, level, text) in order.

    Inline text gathers until a block element starts or ends: so no text is lost, whatever holds
    it. `<pre>` keeps its lines.
    """
    gathered: list[str] = []
    kind: BlockKind = "paragraph"
    level = lists = preformatted = 0

    def flush() -> Iterator[tuple[BlockKind, int, str]]:
        words = "".join(gathered)
        gathered.clear()
        words = clean(words if preformatted else _unwrapped(words))
        if words:
            yield kind, level, words

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = str(element.tag).lower() if event in ("start", "end") else ""
        if event == "start":
            if element is not root and _is_furniture(element, tag):
                yield from flush()
                walk.skip_subtree()
                continue
            if tag == "table" and not element.findall(".//table"):
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


def _skipped(element: etree._Element, root: etree._Element, tag: str) -> bool:
    return (element is not root and _is_furniture(element, tag)) or (
        tag == "table" and not element.findall(".//table")
    )


def _is_furniture(element: etree._Element, tag: str) -> bool:
    """Tell whether an element is no text of the page: its banner, a menu, fields to fill in."""
    if tag == "form":
        return next(element.iter(*_OF_A_PAGE), None) is None
    if tag in _AROUND:
        return next(element.iterancestors(*_TEXTS), None) is None
    return tag in _FURNITURE


def _unwrapped(words: str) -> str:
    """Turn the line ends of the source into spaces, and `<br>` into line ends."""
    return " ".join(words.replace("\v", "\0").split()).replace("\0", "\n")


def _cell_text(cell: etree._Element) -> str:
    """Return the text of a cell, whose paragraphs and lines stand apart."""
    pieces: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = str(element.tag).lower() if event in ("start", "end") else ""
        if event == "start" and tag in _FURNITURE:
            walk.skip_subtree()
            continue
        pieces.append("\v" if tag and tag not in _INLINE and element is not cell else "")
        if event == "start":
            pieces.append(element.text or "")
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
