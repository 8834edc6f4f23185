"""Days and moments in words: "mardi 18 mars 2025", "1er mars 2025, 14:05", "15 h 15"."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from assistant.i18n import Language, say

#: Where the clock is that moments are told by.
PARIS = ZoneInfo("Europe/Paris")
#: The first of a month, as CLDR's French writes it: a lone 1 before the month's name.
_FIRST = re.compile(r"(?<![\d:])1(?= [^\W\d])")


def date_in_words(day: date, pattern: str, language: Language) -> str:
    """Write a day by one of Unicode's names ("long", "full") or patterns ("d MMM y").

    A `datetime` is written by a pattern, with its own hour. French says "1er mars", which CLDR
    does not know (findings/babel-french-first.sh).
    """
    written = format_datetime if isinstance(day, datetime) else format_date
    words = str(written(day, pattern, locale=language))
    return _FIRST.sub("1er", words, count=1) if language == "fr" else words


def day_in_words(day: str, language: Language) -> str:
    """Return a date of the programme (YYYY-MM-DD) as people write it; another as it is."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return date_in_words(found, "full", language)


def moment_in_words(moment: str, language: Language) -> str:
    """Return a moment (ISO 8601 with its zone) as Paris has it; another text as it is.

    "29 novembre 2026 à 21 h 10", "29 November 2026 at 21:10".
    """
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    local = found.astimezone(PARIS)
    day = date_in_words(local, "d MMMM y", language)
    clock = f"{local.hour} h {local:%M}" if language == "fr" else f"{local:%H:%M}"
    return say("audit.moment", language, day=day, clock=clock)


def clock_in_words(time: str, language: Language) -> str:
    """Return a time of the programme (HH:MM) as people write it; another as it is."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", time)
    if not found or language != "fr":
        return time
    hour, minutes = int(found[1]), found[2]
    return f"{hour} h" if minutes == "00" else f"{hour} h {minutes}"
