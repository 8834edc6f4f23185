"""The size of a file, in bytes → words."""

from __future__ import annotations

from babel.numbers import format_decimal

from assistant.i18n import Language, say


def size_in_words(size: int, language: Language) -> str:
    """Write the size of a file, given in bytes."""
    for unit, name in ((1_000_000, "megabytes"), (1_000, "kilobytes")):
        if size >= unit:
            shown = round(size / unit, 1) if size < 10 * unit else round(size / unit)
            number = format_decimal(shown, locale=language)
            return say(f"shelf.size_{name}", language, number=number)
    return say("shelf.size_bytes", language, number=size)
