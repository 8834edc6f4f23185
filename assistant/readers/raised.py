"""What is written above the line: an exponent belongs to its word, a note's mark to none. Pure."""

from __future__ import annotations

import re

_EXPONENTS = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
#: No mark of a note is below zero.
_BELOW_ZERO = re.compile(r"\s*[-−–]\d{1,2}\s*")
#: What a figure above the line belongs to: a unit ("12 m²"), one letter ("x²"), a power of ten.
_TAKES_EXPONENT = re.compile(r"(?:(?<![^\W\d_])(?:[a-zA-Z]|[kdcmµ]m|dam|hm|ha)|(?<![\d.,])10)$")
_MARK = re.compile(r"\s*[(\[]?(?:\d{1,4}|\*{1,3})[)\]]?(?:\s*[,;]\s*[(\[]?\d{1,3}[)\]]?){0,9}\s*")
#: Looked at before what is raised.
_BEFORE = 12


def raised(before: str, text: str) -> str:
    """Return how what is raised reads after the words `before`.

    "12 m" and "2" read "12 m²", "1" and "er" read "1er"; the mark of a note is left out, so that
    "1 250" and "3" never read 1 2503.
    """
    if _BELOW_ZERO.fullmatch(text) and _TAKES_EXPONENT.search(before[-_BEFORE:]):
        return text.strip().translate(_EXPONENTS)
    if not _MARK.fullmatch(text):
        return text
    figure = text.strip()
    if figure.isdigit() and _TAKES_EXPONENT.search(before[-_BEFORE:]):
        return figure.translate(_EXPONENTS)
    return ""
