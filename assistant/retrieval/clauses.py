"""An endless sentence → the run of its clauses that answers, with others around it. Pure.

In: a sentence of a passage laid out, and what is asked. Out: the characters to quote. People speak
without a full stop, and captions without any mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import Kind
from assistant.retrieval.layout import MOST_WORDS, Laid
from assistant.retrieval.ranking import Asked
from assistant.retrieval.telling import ENDLESS
from assistant.text.analysis import terms

_CLAUSE = re.compile(
    r"(?<=[;:])\s+|(?<=,)\s+(?=(?:et|mais|donc|car|parce|puis|alors|on|ils?|elles?|je|nous|vous"
    r"|c['’]|ça|avec|sans|pour|qui|où|quand|si)\b)|\s+(?=[–—]\s)"
)


def clauses_that_answer(
    asked: Asked, kind: Kind, question: str, laid: Laid, at: int
) -> tuple[int, int]:
    """Return the characters of the clauses of an endless sentence that answer, with others around.

    Cut at commas and the like before a word that begins a clause, captions without any where their
    cues begin; whole where there are neither.
    """
    start, text = laid.spans[at][0], laid.texts[at]
    clauses = [found.end() for found in _CLAUSE.finditer(text)]
    if laid.passage.place.kind == "second" and len(clauses) * ENDLESS < len(text.split()):
        clauses = laid.cues(at)
    bounds = [0, *clauses, len(text)]
    pieces = [text[one:other] for one, other in pairwise(bounds)]

    told = [_Told(asked, kind, question, piece) for piece in pieces]
    first, last = _run(told, max(range(len(told)), key=lambda number: told[number].worth))
    return start + bounds[first], start + bounds[first] + len(
        text[bounds[first] : bounds[last + 1]].rstrip()
    )


class _Told:
    """What a piece of a sentence tells: its terms, and whether it holds what is asked for."""

    def __init__(self, asked: Asked, kind: Kind, question: str, piece: str) -> None:
        self._asked = asked
        self.terms = frozenset(terms(piece))
        self.fits = any(answering_spans(kind, question, piece))
        self.count = len(piece.split())

    @property
    def worth(self) -> float:
        return self._asked.coverage(self.terms) + self.fits

    def adds(self, held: frozenset[str], *, fits: bool) -> float:
        """Return how much more of what is asked it tells than what is held already."""
        more = self._asked.coverage(held | self.terms) - self._asked.coverage(held)
        return more + (self.fits and not fits)


def _run(told: Sequence[_Told], best: int) -> tuple[int, int]:
    """Return the first and last piece to quote: the best, and those around it that tell more.

    What is told comes after the words that lead to it: the piece before is taken only where it
    adds more than the next one does.
    """
    first = last = best
    held, fits, count = told[best].terms, told[best].fits, told[best].count
    while True:
        # The next one first: of two that add as much, `max` takes it.
        nearby = [number for number in (last + 1, first - 1) if 0 <= number < len(told)]
        fitting = [at for at in nearby if count + told[at].count <= MOST_WORDS]
        if not fitting:
            return first, last
        taken = max(fitting, key=lambda at: told[at].adds(held, fits=fits))
        held, fits = held | told[taken].terms, fits or told[taken].fits
        count += told[taken].count
        first, last = min(first, taken), max(last, taken)
