"""A `Talk` → timed cues → WebVTT or SubRip text, and the slide on screen at each second.

Times follow from the length of the text, but where the talk is recorded: there they are measured
(see `durations`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from makers.sources import DISCLAIMER, Speech, Talk

CHARACTERS_PER_SECOND = 14.5  # an unhurried French speaker, about 150 words a minute
CUE_CHARACTERS = 74
LINE_CHARACTERS = 44
SHORTEST_CUE, LONGEST_CUE = 2000, 7000
PAUSE_WITHIN, PAUSE_SENTENCE, PAUSE_PARAGRAPH = 40, 300, 900
PAUSE_SPEAKER, PAUSE_SLIDE = 1200, 2200
NOTICE = "[Transcription de démonstration, contenu fictif]"
RECORDED_NOTICE = "[Enregistrement de démonstration, contenu fictif, voix de synthèse]"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle, from `start` to `end` (milliseconds); `opens_turn` where the speaker changes."""

    start: int
    end: int
    text: str
    speaker: str
    opens_turn: bool
    slide: int


def recording_of(talk: Talk) -> str:
    """Return where the recording of a talk stands, under the event's folder."""
    return PurePosixPath(talk.source.destination).with_suffix(".mp3").as_posix()


def words_of(cues: Iterable[Cue]) -> list[tuple[str, str]]:
    """Return who says what, which is what a recording depends on."""
    return [(cue.speaker, cue.text) for cue in cues]


def retime(cues: Iterable[Cue], spans: Iterable[tuple[int, int]]) -> tuple[Cue, ...]:
    """Give cues the times that were measured."""
    pairs = zip(cues, spans, strict=True)
    return tuple(replace(cue, start=start, end=end) for cue, (start, end) in pairs)


def time_cues(talk: Talk, notice: str = NOTICE) -> tuple[Cue, ...]:
    """Lay the talk out in time; the first cue says that this is a demonstration."""
    cues = [Cue(500, 4500, notice, "", False, talk.speeches[0].slide)]
    previous: Speech | None = None
    for speech in talk.speeches:
        clock = cues[-1].end + pause_before(previous, speech)
        opens_turn = previous is None or speech.speaker != previous.speaker
        for text in split_cues(speech.text):
            duration = round(1000 * len(text) / CHARACTERS_PER_SECOND)
            end = clock + min(max(duration, SHORTEST_CUE), LONGEST_CUE)
            cues.append(Cue(clock, end, text, speech.speaker, opens_turn, speech.slide))
            clock = end + (PAUSE_SENTENCE if text[-1] in ".?!»" else PAUSE_WITHIN)
            opens_turn = False
        previous = speech
    return tuple(cues)


def split_cues(text: str) -> list[str]:
    """Cut a paragraph into cues of similar lengths, rather at punctuation, across sentences."""
    text = re.sub(r" (?=[:;?!»%€]|\d{3}\b)", NO_BREAK, text)
    text = re.sub(r"(?<=«) ", NO_BREAK, text)
    cues: list[str] = []
    while len(text) > CUE_CHARACTERS:
        target = len(text) / -(-len(text) // CUE_CHARACTERS)
        spaces = [match.start() for match in re.finditer(" ", text)]
        window = [cut for cut in spaces if target - 20 <= cut <= min(target + 12, 82)]
        cut = min(window, key=lambda cut: (abs(cut - target) - _bonus(text[cut - 1]), cut))
        cues.append(text[:cut])
        text = text[cut + 1 :]
    return [cue.replace(NO_BREAK, " ") for cue in [*cues, text]]


def write_vtt(talk: Talk, cues: tuple[Cue, ...]) -> str:
    """Write WebVTT, the speaker's role in a voice tag."""
    parts = [f"WEBVTT - {talk.source.title}", f"NOTE\n{DISCLAIMER}"]
    for cue in cues:
        voice = f"<v {cue.speaker}>" if cue.speaker else ""
        times = f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}"
        parts.append(f"{times}\n{voice}{_two_lines(cue.text)}")
    return "\n\n".join(parts) + "\n"


def write_srt(cues: tuple[Cue, ...]) -> str:
    """Write SubRip, with "Role : " where a speaker's turn opens."""
    parts = []
    for number, cue in enumerate(cues, start=1):
        prefix = f"{cue.speaker} : " if cue.opens_turn and cue.speaker else ""
        text = prefix + _two_lines(cue.text)
        times = f"{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}"
        parts.append(f"{number}\n{times}\n{text}")
    return "\n\n".join(parts) + "\n"


def align(cues: tuple[Cue, ...]) -> list[dict[str, float]]:
    """Tell which slide is on screen when; it changes in the middle of the pause."""
    spans: list[dict[str, float]] = []
    for previous, cue in zip((None, *cues), cues, strict=False):
        if previous is None or cue.slide != previous.slide:
            change = 0.0 if previous is None else (previous.end + cue.start) / 2000
            if spans:
                spans[-1]["last_second"] = change
            spans.append({"slide": cue.slide, "first_second": change, "last_second": change})
    spans[-1]["last_second"] = cues[-1].end / 1000
    return spans


def pause_before(previous: Speech | None, speech: Speech) -> int:
    """Return the milliseconds of silence between two paragraphs."""
    if previous is None:
        return PAUSE_PARAGRAPH
    if previous.slide != speech.slide:
        return PAUSE_SLIDE
    return PAUSE_SPEAKER if previous.speaker != speech.speaker else PAUSE_PARAGRAPH


def _bonus(character: str) -> int:
    """How many characters away from the target a cut after this character is still worth it."""
    if character in ".?!»":
        return 7
    return 10 if character in ",;:" else 0


def _two_lines(text: str) -> str:
    """Break a cue in two lines as even as they come."""
    if len(text) <= LINE_CHARACTERS:
        return text
    spaces = [match.start() for match in re.finditer(r" (?![:;?!»%€])", text)]
    cut = min(spaces, key=lambda cut: abs(cut - len(text) / 2))
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def _clock(milliseconds: int, separator: str) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"
