"""Automatic numbers of lists and headings: 3 as "3", "c", "III", as a program shows it. Pure.

In: numbers, and the names that formats give to a way to write them. Out: text.
"""

from __future__ import annotations

#: No list is longer; a larger number is a damaged file's.
MAX_NUMBER = 100_000
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
#: How letters and Roman figures are called in Word, PowerPoint, OpenDocument and HTML.
_WAYS = {
    "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
    "alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I",
    "a": "a", "A": "A", "i": "i", "I": "I",
}  # fmt: skip


def number_text(number: int, way: str) -> str:
    """Return a number as a list writes it; in figures where the way has no letters of its own."""
    number = min(max(number, 0), MAX_NUMBER)
    kind = _WAYS.get(way, "1")
    if way == "decimalZero":
        return f"{number:02d}"
    if kind == "1" or number == 0:
        return str(number)
    written = _letters(number) if kind in "aA" else _roman(number)
    return written.lower() if kind in "ai" else written


def _letters(number: int) -> str:
    """Return "A" to "Z", then "AA", "BB" as word processors do."""
    return chr(ord("A") + (number - 1) % 26) * min(5, (number - 1) // 26 + 1)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * min(times, 20)
    return written
