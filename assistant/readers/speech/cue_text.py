"""What a cue shows: its lines as they are written → the words that are read.

Shared by all that reads captions, whatever their format.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

#: A cue: its start and end in seconds, and its lines as written.
Cue = tuple[float, float, tuple[str, ...]]

_TAG = re.compile(
    r"</?(?:b|i|u|s|c|v|em|rt|ruby|lang|font|strong|span)(?:[.\s][^<>]{0,200})?/?>"
    r"|<\d[\d:.,]{0,20}>|\{\\[^{}]{0,200}\}",
    re.IGNORECASE,
)
#: What SubStation Alpha writes for a space and a line break, and programs copy into other formats;
#: a folder after its disk ("C:\\home") is none.
_ESCAPED = re.compile(r"(?<![:\\])\\[hNn]")
#: A time that a transcriber left in what is said: "[00:00:31]".
_TIME = re.compile(r"\s?\[\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,3})?\]")
#: A line break of SubViewer.
_BREAK = re.compile(r"\[br\]|<br\s?/?>", re.IGNORECASE)


#: What only a line that has more than words has.
_SIGNS = re.compile(r"[<{\\\[&]")


# Each line is looked at several times, one pass over the cues after another.
@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """Return a line without tags, its entities decoded."""
    if not _SIGNS.search(text):
        return " ".join(text.split())
    shown = _TIME.sub("", _ESCAPED.sub(" ", _TAG.sub("", _BREAK.sub(" ", text))))
    return " ".join(html.unescape(shown).split())


def voiced(name: str, text: str) -> str:
    """Return what somebody says as a line of a cue that names its voice."""
    said = html.escape(text, quote=False)
    who = " ".join(name.split())[:100]
    return f"<v {html.escape(who, quote=False)}>{said}</v>" if who else said
