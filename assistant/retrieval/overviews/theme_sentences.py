"""How much each sentence tells of a theme, among what a search found for it. Pure.

In: passages that a wide search found, with the vectors of their sentences. Out: a score in logits
for each sentence that tells something by itself; an overview shows the best (`citing`).
`docs/retrieval.md` says what the weights were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from assistant.i18n.places import in_notes
from assistant.records.answers import Intent
from assistant.records.documents import CONTEXT_SEPARATOR, Passage
from assistant.records.hits import Hit
from assistant.records.vectors import Scores, Vector, Vectors
from assistant.retrieval.layout import Laid, laid_out
from assistant.retrieval.ranking import Asked
from assistant.retrieval.telling import Manner, announced, manner, names_one, telling
from assistant.text.analysis import terms

#: The passages that the middle of what was found is made of.
_FIRST = 20
#: What holds so much of the theme's words, or stands under them, is about it.
ABOUT = 0.5
#: How fast what a passage counts for falls with its score.
_FALL = 30.0
#: A sentence of fewer words is short.
_SHORT = 8
#: By hand, in logits: under a title that has what is listed, and a sentence that names one.
_HEADED, _NAMED = 4.0, 1.5
#: What connects tells less than what it leads to.
_CONNECTS = -0.5
#: In a context, the event and the session come before headings.
_TITLES = 2


@dataclass(frozen=True, slots=True)
class ThemePassage:
    """A passage that a search found, or one beside it (`is_beyond`).

    It is of a session that is on the theme as a whole where `is_core`.
    `laid` has its sentences, endless ones in pieces; `cosines` are theirs with the theme, `vectors`
    their own, float32 [sentences, dim]; `middle` is the mean of all sentences of its document, of
    length 1.
    """

    hit: Hit
    laid: Laid
    cosines: Scores
    vectors: Vectors
    middle: Vector
    is_core: bool = False
    is_beyond: bool = False


class ThemeClues(NamedTuple):
    """What tells how much a sentence tells of a theme.

    `central` is its cosine with the middle of its document, `found` with that of what was found.
    `passage` and `nearness` are the cosines of its passage and its own with the theme, below the
    nearest sentence's. `rank` is the logarithm of its passage's, `share` what of all that was found
    is of its session, `held` the share of the theme's terms in its passage and above it. `length`
    is the logarithm of its words, `place` where it stands in its passage (0..1), `beyond` 1 where
    its passage wasn't found itself. The others say how it is said (`telling.Manner`); `steps` and
    `advised` count for a "how" alone.
    """

    central: float
    found: float
    passage: float
    nearness: float
    rank: float
    share: float
    held: float
    short: float
    length: float
    advice: float
    result: float
    own_view: float
    leans: float
    filler: float
    place: float
    beyond: float
    steps: float
    advised: float

    def score(self) -> float:
        """Return how much the sentence tells of the theme, in logits."""
        return sum(weight * clue for weight, clue in zip(_WEIGHTS, self, strict=True))


#: Softmax regression over the sentences found for broad questions (docs/retrieval.md).
_WEIGHTS = ThemeClues(
    central=-26.0,
    found=9.0,
    passage=18.0,
    nearness=19.0,
    rank=-0.43,
    share=0.95,
    held=0.75,
    short=-0.8,
    length=0.45,
    advice=0.6,
    result=0.6,
    own_view=-0.6,
    leans=-0.5,
    filler=-0.4,
    place=-0.4,
    beyond=-0.4,
    steps=2.4,
    advised=0.6,
)


@dataclass(frozen=True, slots=True)
class ThemeSentence:
    """The sentence at `at` of a passage found, with its clues and their score."""

    found: ThemePassage
    laid: Laid
    at: int
    clues: ThemeClues
    score: float


def theme_sentences(
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
    listed: str = "",
) -> Iterator[ThemeSentence]:
    """Yield each sentence that tells something by itself; a speaker's notes are left out.

    Where a list is asked for, `listed` is the term of what is to be named: what names one counts
    more, and what stands under a title that has it.
    """
    if not found:
        return
    shares = session_shares([one.hit for one in found if not one.is_beyond], session_of)
    nearest = max(float(one.cosines.max(initial=-1.0)) for one in found)
    middle = _middle(found)
    for one in found:
        if in_notes(one.hit.passage) or _only_refers(one.hit.passage):
            continue
        passage, laid = one.hit.passage, one.laid
        held = held_by(passage, asked)
        headed = headed_by(one.hit, listed) if listed else 0.0
        for at, text in enumerate(laid.texts):
            if laid.empty[at]:
                continue
            own, vector = manner(text), one.vectors[at]
            clues = ThemeClues(
                central=float(vector @ one.middle),
                found=float(vector @ middle),
                passage=one.hit.cosine - nearest,
                nearness=float(one.cosines[at]) - nearest,
                rank=math.log(one.hit.rank),
                share=shares.get(session_of(passage.document_id), 0.0),
                held=held,
                short=float(own.words < _SHORT),
                length=math.log(1 + own.words),
                advice=float(own.advice),
                result=float(own.result),
                own_view=float(own.own_view),
                leans=float(own.leans or laid.cited[at]),
                filler=float(own.filler),
                place=at / max(1, len(laid) - 1),
                beyond=float(one.is_beyond),
                steps=_if_how(own, intent, instructs=True),
                advised=_if_how(own, intent, instructs=False),
            )
            named = bool(listed) and names_one(listed, text)
            score = clues.score() + _HEADED * headed + _NAMED * named + _CONNECTS * own.connects
            yield ThemeSentence(one, laid, at, clues, score)


def held_by(passage: Passage, asked: Asked) -> float:
    """Return the share of the theme's words that a passage holds, or stands under."""
    return asked.coverage(terms_above(passage).union(*laid_out(passage).terms))


def headed_by(hit: Hit, listed: str) -> float:
    """Return how clearly the headings above a hit announce what is listed (`announced`).

    The titles of the event, the session and the document announce nothing.
    """
    above = hit.passage.context.split(CONTEXT_SEPARATOR)
    titles = {hit.title, *above[:_TITLES]}
    headings = [one for one in (hit.passage.title_line, *above[_TITLES:]) if one not in titles]
    return max((announced(listed, one) for one in headings), default=0.0)


@lru_cache(maxsize=4096)
def terms_above(passage: Passage) -> frozenset[str]:
    """Return the terms of the headings and the title line above a passage."""
    return frozenset(terms(f"{passage.context} {passage.title_line}"))


def session_shares(hits: Sequence[Hit], session_of: Callable[[str], str]) -> dict[str, float]:
    """Return which share of what was found is of each session."""
    best = max((hit.score for hit in hits), default=0.0)
    found: dict[str, float] = {}
    for hit in hits:
        session = session_of(hit.passage.document_id)
        found[session] = found.get(session, 0.0) + math.exp(-_FALL * (best - hit.score))
    total = sum(found.values()) or 1.0
    return {session: one / total for session, one in found.items()}


def unit(vector: Vector) -> Vector:
    """Return a vector brought to length 1; 0 stays 0."""
    brought: Vector = vector / (float(np.linalg.norm(vector)) or 1.0)
    return brought


def _only_refers(passage: Passage) -> bool:
    """Tell whether a passage stands under "Sommaire", "En savoir plus" or the like."""
    return telling(passage.heading).empty in ("contents", "contact")


def _middle(found: Sequence[ThemePassage]) -> Vector:
    """Return where what was found lies, its best passages counting most."""
    first = [one for one in found[:_FIRST] if len(one.vectors)]
    best = max((one.hit.score for one in first), default=0.0)
    parts = [math.exp(-_FALL * (best - one.hit.score)) * one.vectors.mean(axis=0) for one in first]
    return unit(np.sum(parts, axis=0)) if parts else np.zeros(found[0].vectors.shape[1], np.float32)


def _if_how(own: Manner, intent: Intent, *, instructs: bool) -> float:
    """Return whether a sentence says what to do, where that is asked."""
    return float(intent == "how" and (own.instructs if instructs else own.advises))
