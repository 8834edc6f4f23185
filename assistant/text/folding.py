"""Folded text: in lower case, without accents, so that what people type is compared alike. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: In characters; what is longer isn't kept.
_LONGEST_WORD = 40


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, its ligatures written in two letters."""
    return _fold_word(text) if len(text) <= _LONGEST_WORD else _fold(text)


@lru_cache(maxsize=65536)
def _fold_word(word: str) -> str:
    return _fold(word)


def _fold(text: str) -> str:
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    lowered = lowered.replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
