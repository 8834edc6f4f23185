"""The marks of Markdown within a line, and those of templates, taken off. Pure.

In: a line as written. Out: the text as one reads it. Every pattern is bounded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from assistant.readers.raised import raised
from assistant.text.analysis import clean


def _raised(found: re.Match[str]) -> str:
    return found[1] + raised(found[1], found[2])


def _raised_after(found: re.Match[str]) -> str:
    return raised(found.string[max(0, found.start() - 12) : found.start()], found[1])


def _box(found: re.Match[str]) -> str:
    return "☐ " if found[1] == " " else "☒ "


#: An address, which may hold brackets of its own, and its title.
_ADDRESS = r"\((?:<[^<>\n]{0,2000}>|(?:[^()\n]|\([^()\n]{0,500}\)){0,2000})\)"
_LABEL = r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){1,500})\]"
#: No link, but the calls of notes one after the other: "[13][14]".
_CALLS = r"(?!\[(?:\d{1,3}|\w)\]\[(?:\d{1,3}|\w)\])"
_TAGS = "br|p|div|td|th|tr|li|ul|ol|dl|dt|dd|table|h[1-6]|details|summary|blockquote|hr|center"

#: What is struck out.
_STRUCK = (
    re.compile(r"<(del|s|strike)\b[^<>\n]{0,200}>[^<>\n]{0,1000}</\1>", re.IGNORECASE),
    re.compile(r"<(span|font)\b[^<>\n]{0,200}\bline-through\b[^<>\n]{0,200}>"
               r"[^<>\n]{0,1000}</\1>", re.IGNORECASE),
    re.compile(r"\{--[^{}\n]{0,1000}?--\}"),
    re.compile(r"~~(?=\S)[^~\n]{1,1000}~~"),
)  # fmt: skip
_Replacement = str | Callable[[re.Match[str]], str]
#: A mark, what replaces it, and the sign without which a line has none.
_INLINE: tuple[tuple[str, re.Pattern[str], _Replacement], ...] = (
    ("[", re.compile(r"^\[([ xX])\][ \t]+"), _box),
    ("{", re.compile(r"\{\{.{0,1000}?\}\}|\{%.{0,1000}?%\}|\{#.{0,1000}?#\}"), ""),
    ("%%", re.compile(r"%%.{0,1000}?%%"), ""),
    ("{", re.compile(r"[ \t]?\{:?[ \t]*(?:[#.][\w-]{1,100}|[\w-]{1,50}=[^\s{}]{1,200})"
                r"(?:[ \t]+[^{}\n]{0,500})?\}"), ""),
    ("[", re.compile(r"^\[\^[^\]\s]{1,100}\]:[ \t]*|\[\^[^\]\s]{1,100}\]"), ""),
    ("[", re.compile(r"!?\[\[[^\[\]|\n]{1,500}\|([^\[\]\n]{1,500})\]\]"), r"\1"),
    ("[", re.compile(r"!?\[\[([^\[\]|\n]{1,500})\]\]"), r"\1"),
    ("[", re.compile(r"!\[([^\]\n]{0,500})\]" + _ADDRESS), r"\1"),
    ("[", re.compile(_LABEL + _ADDRESS), r"\1"),
    ("[", re.compile(_CALLS + _LABEL + r"\[[^\]\n]{0,100}\]"), r"\1"),
    ("<", re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    ("<", _STRUCK[0], ""),
    ("<", _STRUCK[1], ""),
    ("{", _STRUCK[2], ""),
    ("{", re.compile(r"\{~~[^~{}\n]{0,500}~>([^~{}\n]{0,500})~~\}"), r"\1"),
    ("{", re.compile(r"\{\+\+([^{}\n]{0,1000}?)\+\+\}"), r"\1"),
    ("<", re.compile(r"(.{0,12})<sup\b[^<>\n]{0,200}>([^<>\n]{1,100})</sup>", re.IGNORECASE),
     _raised),
    ("^", re.compile(r"(?<=[\w)%€])\^([^\^\s\[\]]{1,20})\^(?!\^)"), _raised_after),
    ("~", re.compile(r"(?<=\w)~([^~\s]{1,20})~(?!~)"), r"\1"),
    ("<", re.compile(rf"</?(?:{_TAGS})\b[^<>\n]{{0,500}}>", re.IGNORECASE), " "),
    ("<", re.compile(r"</?[A-Za-z][^<>\n]{0,500}>"), ""),
    ("~", _STRUCK[3], ""),
    ("=", re.compile(r"==(?=\S)([^=\n]{1,1000}?)(?<=\S)=="), r"\1"),
)  # fmt: skip
#: Without one of these, nothing is struck out.
_STRIKING = ("~~", "{--", "</")
#: Emphasis, by its sign, which stands within other emphasis as deep as authors put it.
_EMPHASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("*", re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s\\])\*(?![\w*])")),
    ("**", re.compile(r"(?<!\\)\*\*(?=[^\s*])([^*\n]{1,1000}?)(?<=\S)\*\*")),
    ("_", re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s\\])_(?![\w_])")),
    ("__", re.compile(r"(?<![\w\\])__(?=[^\s_])([^_\n]{1,1000}?)(?<=\S)__(?!\w)")),
)
#: Bold as editors of web sites leave it: a space before its end, a break within it.
_LOOSELY_BOLD = re.compile(r"(?<![\w\\*])\*\*(?=[^\s*])((?:[^*]|\*(?!\*)){1,1000})\*\*")
#: A line that is bold from its first word to its last, and bold of nothing before it.
_BOLD_LINE = re.compile(r"[ \t]{0,3}(\*\*|__)(?=[^\s*_])((?:(?!\*\*|__).){1,160})\1[ \t]*")
_BOLD_NOTHING = re.compile(r"(\*\*|__)(?:\s|&nbsp;){0,20}\1(?=\S)")
#: With a number such a line is a title whatever its end; without one it is no longer than this.
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)/–-]|[IVX]{1,5}[.)/–-])\s{0,4}[^\W\d_]")
_TITLE_WORDS, _ENDS = 12, (".", ";", ",", ":", "!")
#: What is set in bold though it tells something: what was decided, when and where one met.
_TELLING = re.compile(
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?\d{1,2}(?:er)? [a-zéû]{3,9}\b"
    r"|(?:pour|contre|vot\w{0,3}|abstentions?|adopté\w{0,2}|approuvé\w{0,2}|accepté\w{0,2}"
    r"|rejeté\w{0,2}|refusé\w{0,2}|favorable|défavorable|décid\w{1,3}|délibération\w?)\b"
    r"|.{0,100}\bunanim",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[\[\]{}<>*_~=`\\&%^]")
_MAX_DEPTH = 4
_CODE = re.compile(r"(`{1,3})([^`\n]{1,1000})\1")
#: What stands for code meanwhile: the label of a link may hold some.
_HELD = re.compile("\0([0-9]{1,6})\0")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~>|-])")


def strikes_out(text: str) -> bool:
    """Tell whether a file of Markdown has words that are struck out."""
    return any(mark in text for mark in _STRIKING) and any(
        pattern.search(text) for pattern in _STRUCK
    )


def without_marks(text: str) -> str:
    """Return a line of Markdown as the text one reads; what is written as code stays as it is."""
    if _MARKED.search(text) is None:
        return clean(text.strip(" \n"))
    if "`" in text:
        codes: list[str] = []

        def held(code: re.Match[str]) -> str:
            codes.append(code[2])
            return f"\0{len(codes) - 1}\0"

        text = _unmarked(_CODE.sub(held, text.replace("\0", "")))
        text = _HELD.sub(lambda found: codes[int(found[1])], text)
    else:
        text = _unmarked(text)
    text = _unemphasised(text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return clean((html.unescape(text) if "&" in text else text).strip(" \n"))


def _unmarked(text: str) -> str:
    for sign, pattern, replacement in _INLINE:
        if sign in text:
            text = pattern.sub(replacement, text)
    return text


def _unemphasised(text: str) -> str:
    for _ in range(_MAX_DEPTH):
        patterns = [pattern for sign, pattern in _EMPHASES if sign in text]
        before = text
        for pattern in patterns:
            text = pattern.sub(r"\1", text)
        if text == before:
            break
    return _LOOSELY_BOLD.sub(r"\1", text) if "**" in text else text


def bold_title(line: str) -> str:
    """Return the title that a line is which is bold as a whole, without marks; "" if it is none.

    A title of many words, or with the end of a sentence, has a number; what was voted is none, nor
    is a day or a picture.
    """
    found = _BOLD_LINE.fullmatch(_BOLD_NOTHING.sub("", line))
    if found is None:
        return ""
    words = without_marks(found[2])
    if found[2].startswith("![") or _TELLING.match(words):
        return ""
    if _NUMBERED.match(words):
        return words
    short = len(words.split()) <= _TITLE_WORDS and not words.endswith(_ENDS)
    return words if short else ""
