"""The passages of a document as digests look at them: `Part`s, laid out and weighed. Pure.

In: passages and the weights of their sentences (`retrieval.key_sentences`). Out: which runs of
sentences stand alone, which only hold an event together, and `Cut`s of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.i18n.places import in_notes
from assistant.records.documents import Passage
from assistant.records.vectors import Scores
from assistant.retrieval.layout import Laid, characters
from assistant.retrieval.telling import HOLDS_TOGETHER, Empty, leans
from assistant.sheets.digest import Cut
from assistant.sheets.wording import plain

#: What no excerpt begins or ends with.
IDLE: frozenset[Empty] = HOLDS_TOGETHER | {"schedule", "contents", "contact"}
#: What announces a question of the room. Looked for in folded words.
ANNOUNCES_QUESTION = re.compile(
    r"\b(?:(?:une|autre|premiere|deuxieme|troisieme|quatrieme|derniere) question"
    r"|question (?:du|de|de la|d un|d une) (?:public|salle|participant\w*|internaute))\b"
)
#: A line of a table of contents, and a numbered heading that no reader took for one.
_CONTENTS = re.compile(r"\.{5}|…{2}|^\d+(?:\.\d+)+\.? [^.!?;:]+$")
#: What speaks of the talk itself: the screen, the recording, what is skipped.
_STAGING = re.compile(
    r"\b(?:(?:est|sont|detail|liste|page|grille|affiche\w*|voyez) a l ecran|on fait comme si"
    r"|je (?:ne )?vais (?:pas )?(?:lire|m arreter)|je (?:la|le|les) laisse (?:a|sous)|je remets"
    r"|(?:nous sommes|on est|vous etes) (?:filme|enregistre)e?s?|je vais vite|vous interromp\w+"
    r"|je vous (?:laisse|donne|passe) (?:\w+ ){0,2}(?:parole|micro|minutes?|lire|regarder|essayer)"
    r"|(?:slide|diapo(?:sitive)?) (?:suivante|precedente|d apres))\b"
)
_IMPERSONAL = re.compile(
    r"(?:\w+ ){0,2}il (?:y (?:a|en a|avait)|faut|faudra\w*|fallait|s agit|existe|reste|vaut|suffit"
    r"|est (?:possible|important|necessaire|essentiel))\b"
)
#: Said to somebody, in a talk written down line by line.
_SPOKEN_TO = re.compile(r"\b(?:je|j|tu|toi|te|vous|votre|vos|moi|me|m)\b")
#: A sentence of no more words, where more is said after it, opens what comes next.
_OPENING = 7
#: An excerpt of fewer words says too little on a sheet.
FEWEST_WORDS = 8
#: A slide is kept whole to so many words.
LONGEST_SLIDE = 70
#: What a sheet's line can't be understood without the one before, beside what leans: "sa réunion".
_DANGLES = re.compile(
    r"^(?:et |mais |donc |alors )*"
    r"(?:(?:la|le) (?:moins|plus)\b"
    r"|(?:la|ici) (?:il|on|vous|nous|c) |(?:un|deux|trois|sa|son|ses|leurs?|ce|cet|cette|ces) )"
)


@dataclass(frozen=True)
class Part:
    """A passage of a document, laid out, with the weights of its sentences and its position."""

    laid: Laid
    weights: Scores
    position: float

    @property
    def passage(self) -> Passage:
        """The passage."""
        return self.laid.passage

    @property
    def heading(self) -> str:
        """The heading that it stands under."""
        return self.passage.heading

    @cached_property
    def idle(self) -> tuple[bool, ...]:
        """Whether each sentence only holds an event together, or leans on one that does."""
        found: list[bool] = []
        for text, empty in zip(self.laid.texts, self.laid.empty, strict=True):
            announces = empty == "announcement" and text.endswith(":")
            idle = empty in IDLE and not announces
            idle |= _CONTENTS.search(text) is not None
            idle |= _STAGING.search(plain(text)) is not None
            idle |= ANNOUNCES_QUESTION.search(plain(text)) is not None and not text.endswith("?")
            found.append(idle or (bool(found) and found[-1] and _leans(text)))
        return tuple(found)

    def cut(self, first: int, last: int, weight: float = 0.0) -> Cut:
        """Return the sentences from `first` to `last`, as characters."""
        start, end = characters(self.laid, first, last)
        at = self.position + start / max(1, len(self.passage.text)) * 1e-3
        return Cut(self.passage.ordinal, start, end, round(weight, 4), round(at, 5))


def parts_of(laid: Sequence[Laid], weights: Sequence[Scores]) -> list[Part]:
    """Return the passages of a document, laid out, without a speaker's notes."""
    count = max(1, len(laid))
    return [
        Part(one, own, number / count)
        for number, (one, own) in enumerate(zip(laid, weights, strict=True))
        if not in_notes(one.passage)
    ]


def _leans(text: str) -> bool:
    """Tell whether a sentence leans on the one before; "il faut" stands alone."""
    return leans(text) and _IMPERSONAL.match(plain(text)) is None


def run(
    part: Part, first: int, most_words: int, before: int | None = None, *, in_line: bool = False
) -> int:
    """Return the last sentence of the run that begins at `first` and is no longer than that.

    It ends before what only holds an event together, before a title, a question, the sentence
    `before`, and before a short sentence that opens what comes next; `in_line`, with its line.
    """
    laid = part.laid
    last = first
    count = len(laid.texts[first].split())
    stop = len(laid) if before is None else before
    for at in range(first + 1, stop):
        count += len(laid.texts[at].split())
        if count > most_words or part.idle[at] or laid.empty[at] in ("question", "title"):
            break
        if in_line and laid.lines[at] != laid.lines[first]:
            break
        last = at
    while first < last < stop - 1 and len(laid.texts[last].split()) <= _OPENING:
        last -= 1
    return last


def without_idle(part: Part, first: int, at: int, last: int) -> tuple[int, int]:
    """Return the sentences around `at` between `first` and `last`, up to what is idle."""
    idle, empty = part.idle, part.laid.empty
    first = next((one + 1 for one in range(at - 1, first - 1, -1) if idle[one]), first)
    while first < at and empty[first] == "fragment" and not part.laid.is_alone(first):
        first += 1
    after = range(at + 1, last + 1)
    last = next((one - 1 for one in after if idle[one] or empty[one] == "question"), last)
    return first, last


def words_in(part: Part, first: int, last: int) -> int:
    """Return how many words there are from one sentence to another."""
    return sum(len(one.split()) for one in part.laid.texts[first : last + 1])


def is_talk(part: Part, first: int, last: int) -> bool:
    """Tell whether lines are what people say to each other, rather than a list."""
    return any(_SPOKEN_TO.search(plain(one)) for one in part.laid.texts[first : last + 1])


def together(weights: Sequence[float]) -> float:
    """Return what lines are worth together: those that tell add up, the best three of them."""
    return 1 - math.prod(1 - one for one in sorted(weights, reverse=True)[:3])


def dangles(laid: Laid, at: int) -> bool:
    """Tell whether a sentence can't be understood without the one before."""
    sentence = laid.texts[at]
    return laid.cited[at] or leans(sentence) or _DANGLES.search(plain(sentence)) is not None


def slide_of(part: Part) -> Cut | None:
    """Return a slide whole; None where it tells nothing, too little or too much."""
    lines = [at for at, idle in enumerate(part.idle) if not idle]
    if not part.weights.any() or not lines:
        return None
    first, last = lines[0], lines[-1]
    fits = FEWEST_WORDS <= words_in(part, first, last) <= LONGEST_SLIDE
    return part.cut(first, last, together(part.weights.tolist())) if fits else None
