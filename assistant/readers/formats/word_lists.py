"""Numbers that Word writes before the paragraphs of its lists and its headings.

In: the root of a document's text, and those of its lists and styles. Out: the same text, changed
in place: "Article 3", "2.1", "b)" are words of the paragraphs that they stand before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from assistant.readers.formats.list_numbers import MAX_NUMBER, number_text
from assistant.readers.formats.ooxml.wordprocessingml import (
    WORD,
    P,
    paragraph_text,
    style_called,
    style_of,
)

_VALUE = f"{WORD}val"
_LEVEL_IN_TEXT = re.compile(r"%([1-9])")
_MOST_CHARACTERS, _MOST_ABOVE = 60, 20


@dataclass(frozen=True, slots=True)
class _WordLevel:
    """How a level of a list is numbered: from where, in what way, with what around."""

    start: int
    way: str
    text: str


@dataclass(slots=True)
class _Lists:
    """The lists that a document defines, and how far each has counted.

    `defined` are the elements that define the kinds of lists, by their ids, `levels` those of the
    kinds that are used, `kinds` the kind of each list with where it starts again, `styles` the list
    and the level that a style of paragraphs has.
    """

    defined: dict[str, etree._Element] = field(default_factory=dict)
    levels: dict[str, dict[int, _WordLevel]] = field(default_factory=dict)
    kinds: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label(self, paragraph: etree._Element) -> str:
        """Count a paragraph, and return the number that stands before it; "" where none does."""
        list_, level = self._place(paragraph)
        kind, restarts = self.kinds.get(list_, ("", {}))
        levels = self._levels(kind)
        if list_ not in self.kinds or level not in levels:
            return ""
        counts = self.counts.setdefault(kind, {})
        if list_ not in self.begun:
            self.begun.add(list_)
            counts.update({at: start - 1 for at, start in restarts.items()})
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        for at in range(level + 1):
            found = levels.get(at)
            counts.setdefault(at, (found.start if found else 1) - (at == level))
        counts[level] = min(counts[level] + 1, MAX_NUMBER)
        own = levels[level]
        return "" if own.way == "bullet" else _written(own.text, levels, counts)

    def _levels(self, kind: str) -> dict[int, _WordLevel]:
        """Return the levels of a kind of lists, read once."""
        if kind not in self.levels:
            self.levels[kind] = {
                _whole(level.get(f"{WORD}ilvl", "0")): _WordLevel(
                    _number(level.find(f"{WORD}start"), 1),
                    _value(level.find(f"{WORD}numFmt"), "decimal"),
                    _value(level.find(f"{WORD}lvlText")),
                )
                for level in _defining(self.defined.get(kind))
            }
        return self.levels[kind]

    def level_of(self, kind: str, style: str) -> int:
        """Return the level of a kind of lists that a style of paragraphs has; 0 where none says."""
        found = 0
        for level in _defining(self.defined.get(kind)):
            if _value(level.find(f"{WORD}pStyle")) == style:
                found = _whole(level.get(f"{WORD}ilvl", "0"))
        return found

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """Return the list and the level of a paragraph, its own or those of its style."""
        list_, level = self.styles.get(style_of(paragraph), ("", 0))
        own = paragraph.find(f"{WORD}pPr/{WORD}numPr")
        if own is None:
            return list_, level
        stated = own.find(f"{WORD}numId")
        return (
            list_ if stated is None else stated.get(_VALUE, ""),
            _number(own.find(f"{WORD}ilvl"), level),
        )


def _defining(kind: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if kind is None else kind.iterchildren(f"{WORD}lvl")


def _written(text: str, levels: dict[int, _WordLevel], counts: dict[int, int]) -> str:
    def number(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        return number_text(counts.get(at, 1), levels[at].way if at in levels else "decimal")

    return _LEVEL_IN_TEXT.sub(number, text[:_MOST_CHARACTERS]).strip()


def write_numbers(root: etree._Element, numbering: etree._Element, styles: etree._Element) -> None:
    """Write before each numbered paragraph that says something its number."""
    lists = _lists(numbering, styles, {style_of(paragraph) for paragraph in root.iter(P)})
    numbered = lists.styles or next(root.iter(f"{WORD}numPr"), None) is not None
    for paragraph in root.iter(P) if lists.kinds and numbered else ():
        if paragraph.find(f"{WORD}pPr/{WORD}rPr/{WORD}del") is not None:
            continue  # a tracked deletion
        label = lists.label(paragraph)
        if label and paragraph_text(paragraph):
            _write(paragraph, label)


def _write(paragraph: etree._Element, label: str) -> None:
    """Put a run with a number first in a paragraph, as bold as what follows."""
    run = paragraph.makeelement(f"{WORD}r")
    bold = paragraph.find(f".//{WORD}r/{WORD}rPr/{WORD}b")
    if bold is not None:
        etree.SubElement(run, f"{WORD}rPr").append(deepcopy(bold))
    etree.SubElement(run, f"{WORD}t").text = f"{label} "
    has_properties = paragraph.find(f"{WORD}pPr") is not None
    paragraph.insert(1 if has_properties else 0, run)


def _lists(numbering: etree._Element, styles: etree._Element, used: set[str]) -> _Lists:
    lists = _Lists()
    for kind in numbering.iter(f"{WORD}abstractNum"):
        lists.defined[kind.get(f"{WORD}abstractNumId", "")] = kind
    for list_ in numbering.iter(f"{WORD}num"):
        restarts = {
            _whole(element.get(f"{WORD}ilvl", "0")): _number(
                element.find(f"{WORD}startOverride"), 1
            )
            for element in list_.iterchildren(f"{WORD}lvlOverride")
            if element.find(f"{WORD}startOverride") is not None
        }
        kind_name = _value(list_.find(f"{WORD}abstractNumId"))
        lists.kinds[list_.get(f"{WORD}numId", "")] = kind_name, restarts
    if next(styles.iter(f"{WORD}numPr"), None) is not None:
        lists.styles = _styled(styles, used, lists)
    return lists


def _styled(styles: etree._Element, used: set[str], lists: _Lists) -> dict[str, tuple[str, int]]:
    """Return the list and level of each used style that has one, or builds on one that has."""
    found: dict[str, tuple[str, int]] = {}
    for name in used:
        at = name
        for _ in range(_MOST_ABOVE):
            style = style_called(styles, at) if at else None
            if style is None:
                break
            stated = style.find(f"{WORD}pPr/{WORD}numPr")
            if stated is not None:
                list_ = _value(stated.find(f"{WORD}numId"))
                kind, _ = lists.kinds.get(list_, ("", {}))
                level = _number(stated.find(f"{WORD}ilvl"), lists.level_of(kind, at))
                found[name] = list_, level
                break
            at = _value(style.find(f"{WORD}basedOn"))
    return found


def _value(element: etree._Element | None, otherwise: str = "") -> str:
    return otherwise if element is None else element.get(_VALUE, otherwise)


def _number(element: etree._Element | None, otherwise: int) -> int:
    return otherwise if element is None else _whole(element.get(_VALUE, "0"))


def _whole(stated: str) -> int:
    return int(stated[:6]) if stated.isdecimal() else 0
