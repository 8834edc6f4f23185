"""What an OpenDocument file strikes out or raises, by its styles: taken out, or as it reads.

In: the root of one of its XML files. Out: the same without its struck-out words and note marks,
exponents as they read; and whether words were struck out.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from assistant.readers.formats.elements import emptied, says_words, words_before
from assistant.readers.formats.opendocument.names import name
from assistant.readers.raised import raised
from assistant.readers.safe_xml import local_name

#: How a file states that words are struck out or raised, and how that they are not.
_MARKS = (
    (b"text-line-through-style=", (b'"none"',)),
    (b"text-line-through-type=", (b'"none"',)),
    (b"text-position=", (b'"sub ', b'"0%')),
)
#: "super 58%", "33% 58%": above the line.
_RAISED = re.compile(r"super\b|0*[1-9]\d*(?:\.\d+)?%")
#: What the root of a document says once words were struck out of it.
_STRIKES = "strikes"
_FAMILIES = {"span": "text", "p": "paragraph", "h": "paragraph", "table-cell": "table-cell"}
_STYLED = tuple(map(name, ("text:span", "text:p", "text:h", "table:table-cell")))
#: What may hang on words that are raised, as the call of a note is.
_HUNG = tuple(map(name, ("text:note", "draw:frame", "office:annotation")))
#: The family and the name of a style, and the styles that strike out and that raise.
_StyleKey = tuple[str, str]
_Stating = tuple[Collection[_StyleKey], Collection[_StyleKey]]
_LINES_THROUGH = ("style:text-line-through-style", "style:text-line-through-type")


def may_mark(data: bytes) -> bool:
    """Tell whether a file may strike words out or raise them; one that isn't UTF-8 may."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or any(
        data.count(stated) > sum(data.count(stated + plain) for plain in plains)
        for stated, plains in _MARKS
    )


def heed_common_styles(root: etree._Element, common: etree._Element | None) -> None:
    """Take out of a document what its common styles strike out and raise, as its own do."""
    if common is not None and any(named := _styles(common)):
        as_read(root, named)


def as_read(root: etree._Element, named: _Stating = ((), ())) -> etree._Element:
    """Return a document without its struck-out words and note marks; exponents as they read.

    `named` are the styles that do so and are defined elsewhere.
    """
    struck, above = _styles(root, named)
    for part in [*root.iter(*_STYLED)] if struck or above else ():
        key = _FAMILIES[local_name(part)], _style_name(part)
        if key in struck:
            if says_words(part):
                root.set(_STRIKES, "true")
            _strike(part)
        elif key in above and part.tag == _STYLED[0] and next(part.iter(*_HUNG), None) is None:
            text = raised(words_before(part, _STYLED), "".join(map(str, part.itertext())))
            emptied(part)
            part.text = text
    return root


def strikes_out(root: etree._Element) -> bool:
    """Tell whether a document had words that are struck out, which its root was read without."""
    return root.get(_STRIKES) is not None


def _style_name(part: etree._Element) -> str:
    return part.get(name("text:style-name")) or part.get(name("table:style-name")) or ""


def _strike(part: etree._Element) -> None:
    """Take out what is struck out; a cell stays in its column."""
    if local_name(part) == "table-cell":
        for paragraph in part.iterchildren(name("text:p")):
            emptied(paragraph)
    else:
        emptied(part)


def _styles(
    root: etree._Element, named: _Stating = ((), ())
) -> tuple[set[_StyleKey], set[_StyleKey]]:
    """Return the styles that strike words out, and those that raise them, with what builds on them.

    A paragraph's own words are struck out by its style, never raised.
    """
    struck, above = set(named[0]), set(named[1])
    for style in root.iter(name("style:style")):
        family = style.get(name("style:family"), "text")
        key = family, style.get(name("style:name"), "")
        base = family, style.get(name("style:parent-style-name"), "")
        lines: list[str | None] = []
        position = None
        for properties in style.iterchildren(name("style:text-properties")):
            lines = [properties.get(name(line)) for line in _LINES_THROUGH]
            position = properties.get(name("style:text-position"))
        if any(line not in (None, "none") for line in lines) or (base in struck and not any(lines)):
            struck.add(key)
        if _RAISED.match(position or "") or (base in above and position is None):
            above.add(key)
    return struck, above
