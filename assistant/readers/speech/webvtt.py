"""WebVTT as it is written: a transcription for people to correct, cues for players.

In: the parts of a recording. Out: its text with times, a cue a sentence. `captions` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.readers.parts import Fact, Part
from assistant.readers.speech.turns import AUTOMATIC_NOTE
from assistant.records.documents import Block


def to_vtt(parts: Sequence[Part]) -> str:
    """Return a transcription as WebVTT, one cue a sentence."""
    return "\n".join(_lines(parts)) + "\n"


def _lines(parts: Sequence[Part]) -> Iterator[str]:
    facts = {part.name: part.value for part in parts if isinstance(part, Fact)}
    yield "WEBVTT"
    yield f"Language: {facts.get('language', 'fr')}"
    yield ""
    engine = facts.get("engine", "")
    yield f"{AUTOMATIC_NOTE}{f' ({engine})' if engine else ''}. Une fois le texte corrigé,"
    yield "supprimez ces deux lignes."
    for block in parts:
        if isinstance(block, Block):
            yield ""
            yield cue_times(block.place.first, block.place.last)
            voice = f"<v {cue_text(block.speaker)}>" if block.speaker else ""
            yield voice + " ".join(cue_text(block.text).split())


def cue_times(first: float, last: float) -> str:
    """Return the line of a WebVTT cue that says from which second to which it is shown."""
    return f"{_time(first)} --> {_time(last)}"


def cue_text(text: str) -> str:
    """Return a text without the three characters that WebVTT would read as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    minutes, thousandths = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{thousandths // 1000:02d}.{thousandths % 1000:03d}"
