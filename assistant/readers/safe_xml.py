"""XML of a file, parsed without anything from outside: bytes → the root of a tree.

No entity is resolved, no DTD is loaded, nothing is fetched, and depth and size are bounded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.encodings import decode

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


def parsed(data: bytes) -> etree._Element:
    """Return the root of an XML document, whatever encoding it wrongly states. Raises ReadError."""
    if not _is_utf8(data):
        try:
            return etree.fromstring(data.lstrip(), safe_parser())
        except (etree.XMLSyntaxError, ValueError):
            pass  # it may still be what `decode` makes of it
    text = _DECLARATION.sub("", decode(data)).lstrip()
    try:
        return etree.fromstring(text.encode("utf-8"), safe_parser())
    except (etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e


def _is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8, whatever they state: no other text happens to be."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for a comment or an entity."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1_000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its name without namespace; "" where there is none."""
    for key, value in element.attrib.items():
        if etree.QName(str(key)).localname == name:
            return str(value).strip()
    return ""


def safe_parser() -> etree.XMLParser:
    """Return a parser that takes nothing from outside its document, and only so much of it."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
