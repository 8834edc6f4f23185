"""The questions of the room, with what was replied. Pure.

A question is asked by somebody else than who speaks most, or is told as one: "un participant
demande si…", "une autre question, madame : …". Its reply is the run of sentences that follows, of
whoever speaks next. What a speaker asks to go on answers nobody and is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.retrieval.layout import MOST_WORDS
from assistant.sheets.digest import Cut, Exchange
from assistant.sheets.parts import ANNOUNCES_QUESTION, Part, run
from assistant.sheets.wording import plain
from assistant.text.analysis import words

#: What asks by its words, and not by its question mark alone, as the answers of a quiz do.
_INTERROGATIVE = re.compile(
    r"\b(?:est ce que|est ce qu|qu est ce|comment|combien|pourquoi|quand|quels?|quelles?|lequel"
    r"|laquelle|how|what|why|when|which|who)\b"
)
#: « Faut-il déclarer », « avez-vous pensé ».
_INVERTED = re.compile(r"\w-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je)\b", re.IGNORECASE)
#: Asked to go on, not to know.
_IDLE_QUESTION = re.compile(
    r"\b(?:entend|entendez|audible|voyez|questions?|remarques?|qui veut|d accord|ca va|n est ce pas"
    r"|c est bon|tout le monde|presenter|pret\w*)\b"
)
#: Said of a question before it is answered.
_PRAISE = re.compile(r"\b(?:bonne|belle|excellente|vaste|meilleure|vraie|good) question\b")
#: A question of fewer words is an interjection.
_FEWEST = 5
_MOST = 20
#: A question is looked for within so many sentences after what announces it.
_SOON = 3


def exchanges(parts: Sequence[Part]) -> list[Exchange]:
    """Return the questions of the room and their replies, in order."""
    main = _main_speaker(parts)
    found: list[Exchange] = []
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        asked = _asked_by_another(part, main) if main else None
        if asked and following and following.passage.speaker != part.passage.speaker:
            if reply := _reply(following, 0):
                found.append(Exchange(part.cut(*asked), reply))
            continue
        for first, stop in pairwise([*_told(part), len(part.laid)]):
            reply = _reply(part, first + 1, stop)
            if not reply and following and stop == len(part.laid):
                reply = _reply(following, 0)
            if reply:
                found.append(Exchange(part.cut(first, first), reply))
    return found[:_MOST]


def _main_speaker(parts: Sequence[Part]) -> str:
    """Return who says most, where several speak."""
    said: Counter[str] = Counter()
    for part in parts:
        said[part.passage.speaker] += len(part.passage.text)
    named = [one for one in said if one]
    return max(named, key=lambda one: said[one]) if len(named) > 1 else ""


def _asked_by_another(part: Part, main: str) -> tuple[int, int] | None:
    """Return the question that a passage of somebody else ends with, its sentences."""
    laid, speaker = part.laid, part.passage.speaker
    if not speaker or speaker == main or not len(laid):
        return None
    last = len(laid) - 1
    if laid.empty[last] != "question":
        return None
    if not _is_asked(laid.texts[last]):
        return None
    first = last
    while first and last - first < 2 and not part.idle[first - 1]:
        first -= 1
    return first, last


def _told(part: Part) -> Iterator[int]:
    """Yield the questions of the room that a passage tells itself."""
    laid = part.laid
    cue = -_SOON - 1
    for at, text in enumerate(laid.texts):
        said = plain(text)
        asks = _INTERROGATIVE.search(said) or _INVERTED.search(text)
        asked = text.endswith("?") and at - cue <= _SOON and _is_asked(text) and bool(asks)
        is_told = laid.empty[at] == "question" and not text.endswith("?")
        if is_told or (asked and not ANNOUNCES_QUESTION.search(said)):
            yield at
        if ANNOUNCES_QUESTION.search(said):
            cue = at


def _is_asked(text: str) -> bool:
    said = plain(text)
    return len(words(text)) >= _FEWEST and not (
        len(said.split()) < 12 and _IDLE_QUESTION.search(said)
    )


def _reply(part: Part, first: int, before: int | None = None) -> Cut | None:
    """Return what is replied from a sentence on, up to another; None where nothing is."""
    laid = part.laid
    stop = len(laid) if before is None else before
    while first < stop and (
        part.idle[first] or laid.titles[first] or _PRAISE.search(plain(laid.texts[first]))
    ):
        first += 1
    if first >= stop or laid.texts[first].endswith("?"):
        return None
    last = run(part, first, MOST_WORDS, stop)
    if not any(part.weights[first : last + 1]):
        return None
    return part.cut(first, last, float(max(part.weights[first : last + 1])))
