"""What a page says not to show, or shows struck out or raised; what its fields are filled with.

In: the root of a web page, as parsed. Out: the same, changed in place, such that its text is what
one reads; and the parts that the page hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from assistant.readers.formats.elements import emptied, finding, says_words, words_before
from assistant.readers.formats.formulas import formula_text
from assistant.readers.formats.list_numbers import number_text
from assistant.readers.raised import raised
from assistant.text.analysis import clean

#: What is no text of the page, wherever it stands.
FURNITURE = {
    "script", "style", "nav", "template", "noscript", "head", "iframe", "svg", "button", "select",
    "object",
}  # fmt: skip
_HIDDEN = r"(?:display\s*:\s*none|visibility\s*:\s*hidden)\b"
_STRUCK = r"text-decoration(?:-line)?\s*:[^;{}]{0,60}\bline-through\b"
_ABOVE = r"vertical-align\s*:\s*super\b"
#: A page that hides something says it in one of these words, in small letters.
_OF_HIDING = ("none", "hidden", "opacity", "font-size", "<dialog")
#: In an element's own style also what has no size or can't be seen; in a rule, that may only wait
#: for the page to be scrolled.
_UNSEEN = re.compile(
    rf"(?:^|;)\s*(?:{_HIDDEN}|(?:opacity|font-size)\s*:\s*0(?![.\d]{{0,9}}[1-9]))",
    re.I,
)
_OWN_STRUCK, _OWN_ABOVE = (re.compile(rf"(?:^|;)\s*{what}", re.I) for what in (_STRUCK, _ABOVE))


_HIDING_RULE, _STRIKING_RULE, _RAISING_RULE = (
    re.compile(what, re.I) for what in (_HIDDEN, _STRUCK, _ABOVE)
)
#: How long the selectors of a rule may be, and how far in a rule something is looked for.
_LONGEST_SELECTORS, _LONGEST_RULE = 300, 500
_NAMED = re.compile(r"\s*(?:[a-z]{1,12})?([.#])([\w-]{1,100})\s*", re.I)
#: What holds for other media than a screen of any width.
_MEDIA = re.compile(r"@(?:media|supports)[^{}]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}")
#: Lists without numbers, and what may stand first in an item.
_UNNUMBERED = re.compile(
    r"list-style(?:-type)?\s{0,3}:\s{0,3}none\b|breadcrumb|list-unstyled", re.I
)
_CLOSED = finding("descendant-or-self::*[@hidden or (self::dialog and not(@open))]")
_WITH_STYLE, _WITH_CLASS, _WITH_ID = (
    finding(f"descendant-or-self::*[@{attribute}]") for attribute in ("style", "class", "id")
)
_BEGINNING = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"))
#: What a link says of itself that leads to a note.
_OF_LINKS = ("role", "class", "epub:type", "type", "rel")
_NOTE_CALL = re.compile(r"\bdoc-noteref\b|\bnoteref\b|\bfootnote-?ref\b", re.I)
_CALLING = ("noteref", "footnoteref", "footnote-ref")
#: What is not read as it stands.
_READ_OTHERWISE = ("s", "del", "strike", "sup", "a", "input", "select")
#: What sets words apart within a paragraph.
_OF_WORDS = frozenset("a abbr b big cite em font i ins mark small span strong u var".split())
#: Fields that show no value that somebody may have typed.
_UNTYPED = frozenset(
    "hidden submit button reset image file password color range search checkbox radio".split()
)


def as_read(root: etree._Element, source: str) -> bool:
    """Make a page such that it says what one reads; tell whether words were struck out.

    These are gone, as note marks are; exponents are as they read, boxes stand ticked or not, and
    fields with what they are filled in with. What the page's `source`, in small letters, has no
    word of isn't looked for.
    """
    strikes = False
    for formula in list(root.iter("math")):
        written = formula_text(formula)
        emptied(formula)
        formula.text = written
    for part in list(root.iter("rt", "rp")):
        emptied(part)
    struck = _stating(root, _STRIKING_RULE, _OWN_STRUCK) if "line-through" in source else set()
    raises = "super" in source and "vertical-align" in source
    above = _stating(root, _RAISING_RULE, _OWN_ABOVE) if raises else set()
    calls = any(mark in source for mark in _CALLING)
    wanted = () if struck or above else _READ_OTHERWISE
    for part in [element for element in root.iter(*wanted) if isinstance(element.tag, str)]:
        if part.tag in ("s", "del", "strike") or part in struck:
            strikes = strikes or says_words(part)
            emptied(part)
        elif part.tag == "sup" or part in above or (calls and _calls_a_note(part)):
            text = raised(words_before(part, _OF_WORDS), "".join(map(str, part.itertext())))
            emptied(part)
            part.text = text
        elif part.tag in ("input", "select"):
            _fill_in(part)
    for list_ in root.iter("ol"):
        _write_numbers(list_)
    return strikes


def _calls_a_note(part: etree._Element) -> bool:
    """Tell whether a link leads to a note, as books and pages made of Markdown have them."""
    if part.tag != "a":
        return False
    stated = " ".join(part.get(name) or "" for name in _OF_LINKS)
    return _NOTE_CALL.search(stated) is not None


def _write_numbers(list_: etree._Element) -> None:
    """Write before the items of a numbered list their numbers."""
    if _UNNUMBERED.search(f"{list_.get('style') or ''} {list_.get('class') or ''}"):
        return
    number = _whole(list_.get("start"), 1) - 1
    for item in list_.iterchildren("li"):
        number = _whole(item.get("value"), number + 1)
        begun = item
        while not (begun.text or "").strip() and len(begun) and begun[0].tag in _BEGINNING:
            begun = begun[0]
        label = f"{number_text(number, list_.get('type') or '1')}."
        begun.text = f"{label} {(begun.text or '').lstrip()}"


def _whole(stated: str | None, otherwise: int) -> int:
    return int(stated[:6]) if stated and stated.isascii() and stated.isdigit() else otherwise


def _fill_in(field: etree._Element) -> None:
    """Put what a field shows in its place: a box ticked or not, what was chosen or typed."""
    kind = (field.get("type") or "text").lower()
    if field.tag == "select":
        chosen = [
            element for element in field.iter("option") if element.get("selected") is not None
        ]
        shown = ", ".join(" ".join("".join(map(str, one.itertext())).split()) for one in chosen)
    elif kind in ("checkbox", "radio"):
        shown = "☒" if field.get("checked") is not None else "☐"
    else:
        shown = "" if kind in _UNTYPED else field.get("value") or ""
    if shown:
        emptied(field)
        field.tag, field.text = "span", f" {shown} "


def hidden_parts(root: etree._Element, source: str) -> list[etree._Element]:
    """Return the parts with text that the page itself says not to show.

    `source`: the page in small letters.
    """
    if not any(word in source for word in _OF_HIDING):
        return []
    return [
        part
        for part in _stating(root, _HIDING_RULE, _UNSEEN) | {*_CLOSED(root)}
        if part.tag not in FURNITURE and clean("".join(map(str, part.itertext())))
    ]


def _stated_for(sheet: str, what: re.Pattern[str]) -> Iterator[str]:
    """Yield the selectors of the rules of a style sheet that state something."""
    sheet = sheet[:200_000]
    if what.search(sheet) is None:
        return
    before, *rules = _MEDIA.sub("", sheet).split("{")
    for rule in rules:
        found = what.search(rule.partition("}")[0])
        if found and found.start() <= _LONGEST_RULE:
            ended = max(before.rfind(end) for end in "}@;")
            yield before[ended + 1 :][-_LONGEST_SELECTORS:]
        before = rule


def _stating(
    root: etree._Element, rule: re.Pattern[str], own: re.Pattern[str]
) -> set[etree._Element]:
    """Return the parts of which a style sheet of the page, or their own style, states something."""
    names: dict[str, set[str]] = {".": set(), "#": set()}
    for sheet in root.iter("style"):
        for selectors in _stated_for(sheet.text or "", rule):
            for selector in selectors.split(","):
                if named := _NAMED.fullmatch(selector):
                    names[named[1]].add(named[2])
    stated = {part for part in _WITH_STYLE(root) if own.search(part.get("style") or "")}
    for part in _WITH_CLASS(root) if names["."] else ():
        if names["."] & {*(part.get("class") or "").split()}:
            stated.add(part)
    for part in _WITH_ID(root) if names["#"] else ():
        if (part.get("id") or "") in names["#"]:
            stated.add(part)
    return stated
