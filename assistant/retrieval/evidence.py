"""What a search says about whether the corpus answers: the features of the gate. Pure.

In: the best candidates with their scores. Out: `Evidence`, which `gate` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple
from functools import lru_cache

import numpy as np

from assistant.embedding.late_interaction import Cosines, met
from assistant.records.documents import Passage
from assistant.records.vectors import Scores
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.ranking import Asked, analysed
from assistant.text.analysis import fold, words
from assistant.text.families import number_of

#: A score that a passage on something else has: it stands for candidates that there aren't, so
#: that a filter that leaves three passages doesn't make the best of them look sure.
_FLOOR = 0.775
#: How sharply scores are told apart, and among how many.
_SHARPNESS = 23.0
_AMONG = 10
#: Above the other candidates by no more than the least is no advance; more than the most, that of
#: the only passage on its subject, says no more.
_LEAST_ADVANCE, _MOST_ADVANCE = 0.06, 0.15
_NUMBER = re.compile(r"\d+")
#: What stands between thousands: "12 000" and "12000" are one number.
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
#: Capitals that no sentence begins with.
_NAME = re.compile(r"(?<=[\s'’(«])(?<![.!?…:]\s)[A-ZÀ-ÖØ-Þ][\w’'-]+")
#: Capitals that many write otherwise: "l'État", "les Français".
_INSTITUTION = re.compile(
    r"(?:[ÉE]tat|R[ée]gion|D[ée]partement|Ville|Mairie|Conseil|Internet|Web|Gouvernement|Commune"
    r"|M[ée]tropole|Pr[ée]fecture|Administration|Maire|Pr[ée]sident)s?"
)
_PEOPLE = re.compile(
    r"\b(?i:les?|la|une?|des|aux?|du|ces|chaque)\s"
    r"([A-ZÀ-ÖØ-Þ]\w+(?:ais|aise|ois|oise|ien|ienne|éen|éenne)s?)\b"
)


def between(one: Evidence, other: Evidence) -> Evidence:
    """Return the mean of what two searches say: the gate is as sure as of both together."""
    pairs = zip(astuple(one), astuple(other), strict=True)
    return Evidence(*(sum(pair) / 2 for pair in pairs))


def evidence_of(
    asked: Asked,
    question: str,
    passages: Sequence[Passage],
    scores: Scores,
    words_met: Sequence[Cosines],
) -> Evidence:
    """Return what a search of these passages says, whatever their order."""
    if not passages:
        return Evidence(0.0, 0.0, 0.0, 0.0, 0.0)
    best = int(scores.argmax())
    return Evidence(
        score=float(scores[best]),
        spread=_spread(scores),
        advance=min(max(_advance(best, words_met), _LEAST_ADVANCE), _MOST_ADVANCE),
        missing=float(lacks_specifics(asked, question, passages[best])),
        vague=float(asked.size <= 1),
    )


def _spread(scores: Scores) -> float:
    """Return how many passages seem to answer about as well: the entropy of their scores."""
    first = np.sort(scores)[::-1][:_AMONG]
    slots = np.full(_AMONG, _FLOOR)
    slots[: len(first)] = np.maximum(first, _FLOOR)
    shares = np.exp(_SHARPNESS * (slots - slots.max()))
    shares /= shares.sum()
    return float(-(shares * np.log(shares)).sum())


def _advance(best: int, words_met: Sequence[Cosines]) -> float:
    """Return how much better the best passage meets the question's words than the others do."""
    found = np.array([met(one) for one in words_met])
    if len(found) < 2 or not found.shape[1]:
        return 0.0
    others = np.delete(found, best, axis=0).mean(axis=0)
    return float((found[best] - others).mean())


def lacks_specifics(
    asked: Asked, question: str, passage: Passage, *, acronyms: bool = True
) -> bool:
    """Tell whether a number or a name of the question is not in the passage, nor above it.

    Without `acronyms`, those are no names: documents often write them out.
    """
    if not _numbers(question) <= _numbers(passage.encoded_text):
        return True
    if question.isupper():
        return False  # a whole question in capitals names nothing
    people = _PEOPLE.findall(question)
    named = [
        one
        for one in _NAME.findall(question)
        if (acronyms or not one.isupper()) and not _INSTITUTION.fullmatch(one) and one not in people
    ]
    names = {fold(word) for name in named for word in words(name)}
    return asked.lacks(names, analysed(passage).written)


@lru_cache(maxsize=1024)
def _numbers(text: str) -> frozenset[str]:
    figures = _NUMBER.findall(_THOUSANDS.sub("", text))
    return frozenset({*figures, *filter(None, map(number_of, words(text)))})
