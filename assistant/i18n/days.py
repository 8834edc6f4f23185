"""Days of the programme in the words that people use: "mardi 18 mars 2025"."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from assistant.i18n import Language


def day_in_words(day: str, language: Language) -> str:
    """Return a date of the programme (YYYY-MM-DD) as people write it; another as it is."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return format_date(found, "full", locale=language)
