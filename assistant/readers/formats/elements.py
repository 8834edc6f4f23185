"""Elements of the trees of XML and HTML files, and what pictures are said to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import cast

from lxml import etree

from assistant.text.analysis import clean

#: Alternative texts that a program or a camera wrote, not the author.
_AUTOMATIC = re.compile(
    r"images?\b|pictures?\b|une image contenant|a picture containing|photo|img_|logo$|ic[oô]ne?$"
    r"|\S{1,200}\.(?:png|jpe?g|gif|svg|webp)$",
    re.IGNORECASE,
)


def finding(path: str, **namespaces: str) -> Callable[..., list[etree._Element]]:
    """Return what finds the elements at a path of XPath, by values of its variables.

    The library looks for them in less time than it shows all elements one by one.
    """
    found = etree.XPath(path, namespaces=namespaces or None)
    return cast("Callable[..., list[etree._Element]]", found)


def emptied(part: etree._Element) -> None:
    """Take out all that an element holds; what follows it stays."""
    for inner in list(part):
        part.remove(inner)
    part.text = ""


def says_words(part: etree._Element) -> bool:
    """Tell whether an element holds words or figures."""
    return any(any(map(str.isalnum, str(text))) for text in part.itertext())


def words_before(part: etree._Element, within: Container[str]) -> str:
    """Return what stands right before a part of a paragraph, whatever of `within` holds both."""
    above = part.getparent()
    while above is not None:
        before = part.getprevious()
        if before is not None:
            own = before.itertext() if isinstance(before.tag, str) else ()
            return "".join(map(str, own)) + (before.tail or "")
        if above.text or above.tag not in within:
            return above.text or ""
        part, above = above, above.getparent()
    return ""


def described(alternative: str | None) -> str:
    """Return what somebody wrote that a picture shows; "" for what a program did."""
    text = clean(alternative or "")
    return "" if _AUTOMATIC.match(text) else text
