"""What a voice is called that nobody named yet, and how to tell that it names nobody.

A number says who speaks within one recording; the same number in another one is somebody else.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?:speaker|spk|guest|locut(?:eur|rice)|interlocut(?:eur|rice)|voix|voice)[ _-]?\d{1,3}",
    re.IGNORECASE,
)


def numbered_voice(number: int) -> str:
    """Return what a recording's voice is called, counted from 1, until staff name it."""
    return f"Voix {number}"


def is_numbered(speaker: str) -> bool:
    """Tell whether a speaker is a voice by its number: "Voix 2", "SPEAKER_01"."""
    return _NUMBERED.fullmatch(speaker.strip()) is not None
