"""What captions show twice, said once: cues in order of time → the same without repetitions.

Rolling displays keep a line while the next one comes, converters write what stays on screen again
in the next cue, and transcribers show a sentence once for each of its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.readers.speech.cue_text import Cue, plain

#: A rolling display shows each line twice; a share of cues above this tells it from a repetition.
ROLLING_SHARE = 0.4
BLINK_SECONDS = 0.02
#: Cues so near to each other touch: times are rounded to a frame or so.
_TOUCHING_SECONDS = 0.05
#: One who says "Non." twice is heard twice; nobody says so many different words again at once.
_FEWEST_WORDS = 3
_DASHES = ("-", "–", "—")


def said_once(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues in which every line is said once, in the same order."""
    return _unheld(_unrolled(_unlit(cues)))


def _unlit(cues: Sequence[Cue]) -> list[Cue]:
    """Join the cues of one sentence whose words are highlighted in turn (`--highlight_words`)."""
    joined: list[Cue] = []
    for cue in cues:
        last = joined[-1] if joined else None
        if last and len(last[2]) == len(cue[2]) and _touch(last, cue) and _is_relit(last, cue):
            joined[-1] = (last[0], max(last[1], cue[1]), last[2])
        else:
            joined.append(cue)
    return joined


def _is_relit(one: Cue, other: Cue) -> bool:
    """Tell whether two cues have the same words, otherwise marked."""
    return (
        one[2] != other[2]
        and plain(one[2][0]) == plain(other[2][0])
        and (_shown(one) == _shown(other))
    )


def _unrolled(cues: list[Cue]) -> list[Cue]:
    """Remove the lines that a rolling display (YouTube) shows twice."""
    shown_lines = [_shown(cue) for cue in cues]
    # Someone who says "Oui." twice is no display: only a line shown above another one counts.
    repeats = sum(
        now[0] == before[-1] and (len(now) > 1 or _is_blink(cue))
        for (before, now), cue in zip(pairwise(shown_lines), cues[1:], strict=False)
    )
    if len(cues) < 3 or repeats < ROLLING_SHARE * len(cues):
        return cues
    kept: list[Cue] = []
    shown: list[str] = []
    for (start, end, lines), words in zip(cues, shown_lines, strict=True):
        first = 1 if shown and words[0] == shown[-1] else 0
        blink = _is_blink((start, end, lines)) and all(word in shown for word in words)
        if not blink and lines[first:]:
            kept.append((start, end, lines[first:]))
        shown = words
    return kept


def _unheld(cues: list[Cue]) -> list[Cue]:
    """Remove the lines that stay on screen from one cue to the next that touches it."""
    kept: list[Cue] = []
    before: Cue | None = None
    shown_before: list[str] = []
    for cue in cues:
        shown = _shown(cue)
        touching = before is not None and _touch(before, cue)
        held = _held(shown_before, shown) if touching else set()
        lines = cue[2]
        if held:
            lines = tuple(
                line for line, words in zip(lines, shown, strict=True) if words not in held
            )
        if lines:
            kept.append((cue[0], cue[1], lines))
        elif kept:
            kept[-1] = (kept[-1][0], max(kept[-1][1], cue[1]), kept[-1][2])
        before, shown_before = cue, shown
    return kept


def _held(before: Sequence[str], now: Sequence[str]) -> set[str]:
    """Return the lines of the cue before that a cue shows again, and nobody says again."""
    again = {line for line in before if line and line in now}
    if not again:
        return again
    if len(before) > 1 or len(now) > 1:
        # In a dialogue, one who says "– Oui." may well answer so again.
        return {line for line in again if not line.startswith(_DASHES) or _is_long(line)}
    return set(filter(_is_long, again))


def _is_long(line: str) -> bool:
    return len(set(line.lower().strip("-–— ").split())) >= _FEWEST_WORDS


def _touch(one: Cue, other: Cue) -> bool:
    return abs(other[0] - one[1]) <= _TOUCHING_SECONDS


def _is_blink(cue: Cue) -> bool:
    return cue[1] - cue[0] <= BLINK_SECONDS


def _shown(cue: Cue) -> list[str]:
    return [plain(line) for line in cue[2]]
