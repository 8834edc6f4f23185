"""What the page of a transcript shows besides what is said: lines of a text → the same without it.

Copied from a browser, a transcript brings along lengths of time in words ("1 minute et 8 secondes")
that are there for screen readers, initials of who speaks, and who made it. Such lines become blank:
lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.readers.speech.credits import credit_words, is_credit
from assistant.text.folding import fold

_HOURS = r"\d{1,3}\s?(?:heures?|hours?|horas?|stunden?|ore|ora)"
_MINUTES = r"\d{1,3}\s?(?:minutes?|minutos?|minuten?|minuti|minuto)"
_SECONDS = r"\d{1,3}\s?(?:secondes?|seconds?|segundos?|sekunden?|secondi|secondo)"
_AND = r"[\s,]{1,3}(?:et|and|y|und|e)?\s{0,2}"
_LENGTH = (
    rf"(?:{_HOURS}(?:{_AND}{_MINUTES})?(?:{_AND}{_SECONDS})?"
    rf"|{_MINUTES}(?:{_AND}{_SECONDS})?|{_SECONDS})"
)
#: A length of time alone on its line, or after the name of who speaks, as Teams writes it.
_LENGTH_ALONE = re.compile(rf"^\s*(?P<name>[^\W\d_][^\d:.!?]{{0,60}}?\s+)?{_LENGTH}\s*$", re.I)
_LENGTH_ONLY = re.compile(rf"^\s*{_LENGTH}\s*$", re.I)
_LEAST_LENGTHS = 3
#: What is said begins within the first minute; a recipe seldom does.
_SOON = "00:01:00"
#: One glued to the time it says again: "0:08" and "8 secondes" of two elements of a page.
_GLUED = re.compile(rf"^(\s*(?:\d{{1,2}}:)?\d{{1,2}}:\d{{2}}){_LENGTH}\s*", re.I)
_GLUED_BEFORE = re.compile(rf"^\s*{_LENGTH}\s?((?:\d{{1,2}}:)?\d{{1,2}}:\d{{2}})\s*$", re.I)
_CLOCK = re.compile(r"^\s*(?:\d{1,2}:)?\d{1,2}:\d{2}\s*$")
#: What Google Meet writes below a transcript.
_OF_MEET = re.compile(
    r"^\s*(?:transcription (?:terminée après|ended after)|la réunion s['’]est terminée après"
    r"|meeting ended after|(?:cette transcription modifiable|ce"
    r" transcript modifiable|this editable transcript)\b).{0,200}$",
    re.IGNORECASE,
)
#: In every text that has such words, in small letters: a clock, a length of time, what Meet writes.
_SHOWN = re.compile(r"\d:\d|^\s*\d{1,3}\s?[hmso]|transcri|réunion|meeting", re.MULTILINE)
#: In every clock, and how every length of time in words begins.
_IN_CLOCKS = re.compile(r":\d")
_BEGINS_LENGTH = re.compile(r"\s*\d{1,3}\s?[hmso]", re.IGNORECASE)
_INITIALS = re.compile(r"^\s*[^\W\d_a-zà-ÿ]{2,3}\s*$")
_LONGEST = 250
#: A time within what is said, in brackets: "[00:00:31]", "(00:01:02)", "[12:34]".
INSIDE = re.compile(
    r"[ \t]*(?:\[(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,3})?)?)\]|\((\d{1,2}:\d{2}:\d{2})\))"
)
_SIGNATURE = re.compile(
    r"\s+\(?(?:transcribed|transcrit) (?:by|par) (?:https?://)?(?:www\.)?otter\.ai/?\)?\s*$",
    re.IGNORECASE,
)
#: How near a time stands to what says it in words, in lines.
_NEAR = 2


def without_page_words(lines: Sequence[str]) -> list[str]:
    """Return the lines, those that only a page shows made blank. As many lines come back."""
    if not any(len(line) <= _LONGEST or line.lstrip()[:1].isdigit() for line in lines):
        return [*lines]  # what a page shows is short, or begins with a time
    whole = "\n".join(lines).lower()
    words, shown = credit_words(whole), _SHOWN.search(whole) is not None
    if not shown and not words:
        return [*lines]
    kept = [_unglued(line) for line in lines]
    if lengths := _lengths(kept) if shown else {}:
        kept = [lengths.get(at, line) for at, line in enumerate(kept)]
    clocks = {at for at, line in enumerate(kept) if ":" in line and _CLOCK.match(line)}
    for at, line in enumerate(kept):
        if len(line) > _LONGEST or not line.strip():
            continue
        near = bool(clocks) and any(at + step in clocks for step in range(-_NEAR, _NEAR + 1))
        is_length = near and _LENGTH_ALONE.match(line)
        credited = any(map(line.lower().__contains__, words)) and is_credit(line)
        of_program = credited or (shown and _OF_MEET.match(line))
        above = bool(clocks) and any(at + step in clocks for step in range(2, 2 * _NEAR + 1))
        if is_length or of_program or (above and _are_initials(kept, at)):
            kept[at] = ""
    return kept


def may_state_times(line: str) -> bool:
    """Tell whether a line may state a time: a clock, or a length in words at its beginning."""
    return (":" in line and _IN_CLOCKS.search(line) is not None) or _BEGINS_LENGTH.match(
        line
    ) is not None


def _lengths(lines: Sequence[str]) -> dict[int, str]:
    """Return the clocks of lines that state a time in words alone; none where others have clocks.

    They go forward, as nothing else does that is said so.
    """
    if any(_CLOCK.match(line) for line in lines):
        return {}
    stated = {at: _clock_of(line) for at, line in enumerate(lines) if _LENGTH_ONLY.match(line)}
    forward = all(one < other for one, other in pairwise(stated.values()))
    soon = min(stated.values(), default="") < _SOON
    return stated if forward and soon and len(stated) >= _LEAST_LENGTHS else {}


def _clock_of(line: str) -> str:
    """Return "1 minute et 8 secondes" as "00:01:08"."""
    seconds = 0
    for number, unit in re.findall(r"(\d{1,3})\s?([^\W\d_])", line):
        seconds += int(number) * {"h": 3600, "o": 3600, "m": 60}.get(unit.lower(), 1)
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def without_clocks(lines: Sequence[str]) -> list[str]:
    """Return the lines without the times that stand alone or in brackets, as many lines.

    Nor who transcribed them, at the end of what is said.
    """
    return [_without_clock(line) for line in lines]


def _without_clock(line: str) -> str:
    if ":" in line:
        line = "" if _CLOCK.match(line) else INSIDE.sub("", line)
    return _SIGNATURE.sub("", line) if "otter" in line.rstrip()[-80:].lower() else line


def _unglued(line: str) -> str:
    """Return a line without the length of time that is glued to its clock."""
    if ":" not in line:
        return line
    if found := _GLUED_BEFORE.match(line):
        return found[1]
    return _GLUED.sub(r"\1 ", line) if _GLUED.match(line) else line


def _are_initials(lines: Sequence[str], at: int) -> bool:
    """Tell whether a line is the initials of the name on the next one."""
    below = lines[at + 1].split() if at + 1 < len(lines) else []
    initials = fold(lines[at].strip())
    begins = fold("".join(word[0] for word in below))[: len(initials)]
    return bool(_INITIALS.match(lines[at])) and len(below) > 1 and begins == initials
