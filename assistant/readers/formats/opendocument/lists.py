"""Numbers that OpenDocument programs write before items of lists and headings.

In: the root of a document's content, and that of its styles. Out: the content, changed in place:
"Article 3", "2.1", "b)" are words of the paragraphs that they stand before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from assistant.readers.formats.list_numbers import MAX_NUMBER, number_text
from assistant.readers.formats.opendocument.names import name
from assistant.readers.formats.table_text import span
from assistant.readers.safe_xml import local_name

_LIST, _ITEM, _P, _H = (name(f"text:{one}") for one in ("list", "list-item", "p", "h"))
_MAX_DEPTH = 10
_MOST_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class _ListLevel:
    """How a level is numbered; `shown` is how many levels its number shows."""

    way: str
    before: str
    after: str
    start: int
    shown: int


#: By level, from 1. A level that has bullets is not there.
_Levels = dict[int, _ListLevel]


@dataclass(slots=True)
class _ListCount:
    """How far a list has counted, by level."""

    counts: dict[int, int] = field(default_factory=dict)

    def label(self, levels: _Levels, at: int, start: int | None = None) -> str:
        """Count one more at a level, and return its number; "" where it has none."""
        for deeper in [count for count in self.counts if count > at]:
            del self.counts[deeper]
        level = levels.get(at)
        first = level.start if level else 1
        counted = self.counts.get(at, first - 1) + 1
        self.counts[at] = min(counted if start is None else start, MAX_NUMBER)
        if level is None:
            return ""
        from_ = max(1, at - level.shown + 1)
        numbers = [
            number_text(self.counts.get(one, 1), levels[one].way)
            for one in range(from_, at + 1)
            if one in levels
        ]
        return f"{level.before}{'.'.join(numbers)}{level.after}"[:_MOST_CHARACTERS].strip()


def write_numbers(root: etree._Element, common: etree._Element | None) -> None:
    """Write before each numbered item and heading its number, by a document's `common` styles."""
    common = root if common is None else common
    styles = {**_list_styles(common), **_list_styles(root)}
    outline = _levels(next(common.iter(name("text:outline-style")), None))
    if not any(styles.values()) and not outline:
        return
    headings = _ListCount()
    counted: dict[str, _ListCount] = {}
    for element in list(root.iter(_LIST, _H)):
        within = next(element.iterancestors(_LIST), None) is not None
        if within:
            continue
        if element.tag == _H:
            if element.get(name("text:is-list-header")) != "true":
                at = min(span(element.get(name("text:outline-level"))), _MAX_DEPTH)
                _write(element, headings.label(outline, at))
            continue
        style = element.get(name("text:style-name"), "")
        if not styles.get(style):
            continue
        goes_on = element.get(name("text:continue-numbering")) == "true" or (
            element.get(name("text:continue-list")) is not None
        )
        if not goes_on or style not in counted:
            counted[style] = _ListCount()
        _number(element, styles[style], 1, counted[style])


def are_own(root: etree._Element) -> bool:
    """Tell whether a document's content itself defines all that numbers its lists and headings."""
    named = {list_.get(name("text:style-name")) for list_ in root.iter(_LIST)} - {None}
    return next(root.iter(_H), None) is None and named <= {
        style.get(name("style:name")) for style in root.iter(name("text:list-style"))
    }


def _number(list_: etree._Element, levels: _Levels, at: int, counted: _ListCount) -> None:
    """Write the numbers of a list's items, and of the lists in them."""
    if at > _MAX_DEPTH:
        return
    for item in list_:
        if local_name(item) not in ("list-item", "list-header"):
            continue
        own = next(item.iterchildren(_P, _H), None)
        if item.tag == _ITEM and own is not None:
            stated = item.get(name("text:start-value"))
            _write(own, counted.label(levels, at, None if stated is None else span(stated)))
        for inner in item.iterchildren(_LIST):
            _number(inner, levels, at + 1, counted)


def _write(paragraph: etree._Element, label: str) -> None:
    if label and any(str(text).strip() for text in paragraph.itertext()):
        paragraph.text = f"{label} {paragraph.text or ''}"


def _list_styles(root: etree._Element) -> dict[str, _Levels]:
    return {
        style.get(name("style:name"), ""): _levels(style)
        for style in root.iter(name("text:list-style"))
    }


def _levels(style: etree._Element | None) -> _Levels:
    """Return the levels of a style of lists, or of headings, that have numbers."""
    levels: _Levels = {}
    for level in style if style is not None else ():
        way = level.get(name("style:num-format"), "")
        if way and local_name(level) in ("list-level-style-number", "outline-level-style"):
            levels[span(level.get(name("text:level")))] = _ListLevel(
                way,
                level.get(name("style:num-prefix"), ""),
                level.get(name("style:num-suffix"), ""),
                span(level.get(name("text:start-value"))),
                span(level.get(name("text:display-levels"))),
            )
    return levels
