"""A `Place` in the words that people use: "page 3", "diapositive 5", "à 12 min 04 s"."""

from __future__ import annotations

from assistant.records import Place
from assistant.wording import Language, say


def place_in_words(place: Place, language: Language = "fr") -> str:
    """Say where a text stands; of a passage of a recording, where it begins."""
    if place.kind == "second":
        return say("places.second", language, time=clock(place.first))
    first, last = round(place.first), round(place.last)
    if first == last:
        return say(f"places.{place.kind}", language, first=first)
    return say(f"places.{place.kind}_many", language, first=first, last=last)


def clock(seconds: float) -> str:
    """Write a time in a recording as people say it: "12 min 04 s", "1 h 02 min 04 s"."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02d} min {rest:02d} s"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
