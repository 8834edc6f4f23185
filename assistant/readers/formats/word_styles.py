"""Styles of Word: what they strike out, raise or hide is written on each run that has them.

In: the root of a document's text, and that of its styles. Out: the same text, changed in place,
whose runs say by themselves what becomes of them.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from assistant.readers.formats.elements import finding
from assistant.readers.formats.ooxml.wordprocessingml import WORD, is_on, style_of

_VALUE = f"{WORD}val"
_MOST_ABOVE = 20


def write_out(root: etree._Element, styles: etree._Element) -> None:
    """Write on each run what its style, or its paragraph's, strikes out, raises and hides."""
    stated = {
        mark: having
        for mark, states in _STATED.items()
        if next(styles.iter(WORD + mark), None) is not None
        and (having := _having(styles, mark, states))
    }
    for run in root.iter(f"{WORD}r") if stated else ():
        properties = run.find(f"{WORD}rPr")
        own = properties.find(f"{WORD}rStyle") if properties is not None else None
        paragraph = next(run.iterancestors(f"{WORD}p"), None)
        names = {
            "" if own is None else own.get(_VALUE, ""),
            "" if paragraph is None else style_of(paragraph),
        }
        for mark, having in stated.items():
            if names & having and (properties is None or properties.find(WORD + mark) is None):
                properties = _marked(run, properties, mark)


def _marked(run: etree._Element, properties: etree._Element | None, mark: str) -> etree._Element:
    if properties is None:
        properties = run.makeelement(f"{WORD}rPr")
        run.insert(0, properties)
    added = etree.SubElement(properties, WORD + mark)
    if mark == "vertAlign":
        added.set(_VALUE, "superscript")
    return properties


def _is_above(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(_VALUE) == "superscript"


_STATED: dict[str, Callable[[etree._Element | None], bool]] = {
    "strike": is_on, "dstrike": is_on, "vanish": is_on, "vertAlign": _is_above,
}  # fmt: skip


_STATING = {mark: finding(f"w:style[w:rPr/w:{mark}]", w=WORD[1:-1]) for mark in _STATED}
_BUILT_ON = finding("w:style[w:basedOn/@w:val=$name]", w=WORD[1:-1])


def _having(
    styles: etree._Element, mark: str, states: Callable[[etree._Element | None], bool]
) -> set[str]:
    """Return the ids of the styles that state a mark, by themselves or by one they build on."""
    stated = {
        style.get(f"{WORD}styleId", ""): states(style.find(f"{WORD}rPr/{WORD}{mark}"))
        for style in _STATING[mark](styles)
    }
    having = reached = {name for name, states_it in stated.items() if name and states_it}
    for _ in range(_MOST_ABOVE):
        built = (style for name in reached for style in _BUILT_ON(styles, name=name))
        reached = {style.get(f"{WORD}styleId", "") for style in built} - stated.keys() - having
        having = having | (reached := reached - {""})
    return having
