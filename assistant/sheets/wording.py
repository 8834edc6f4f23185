"""Whether two texts say the same: by their terms, as titles, as names. Pure."""

from __future__ import annotations

import re

from assistant.text.analysis import fold

_NOT_WORD = re.compile(r"\W+")
#: Two excerpts that share so much of their terms say the same.
_ALIKE = 0.6


def plain(text: str) -> str:
    """Return the words of a text folded, one space between them."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two excerpts, by their terms, say the same in nearly the same words."""
    return len(one & other) > _ALIKE * min(len(one), len(other))


def same_words(one: str, other: str) -> bool:
    """Tell whether two titles are the same, whatever their capitals and accents."""
    return fold(one).strip() == fold(other).strip()


def name_key(name: str) -> str:
    """Return what makes two ways of writing a name the same."""
    return " ".join(fold(name).replace("’", "'").split())
