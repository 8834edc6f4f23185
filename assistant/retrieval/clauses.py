"""An endless sentence → the run of its clauses that answers, with others around it. Pure.

In: a sentence of a passage laid out, and what is asked. Out: the characters to quote. People speak
without a full stop, and captions without any mark.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import Kind
from assistant.retrieval.layout import MOST_WORDS, Laid
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import terms

#: A sentence of more words is cut between its clauses.
ENDLESS = 75
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
    start, end = laid.spans[at]
    text = laid.texts[at]
    clauses = [found.end() for found in _CLAUSE.finditer(text)]
    cues = [mark.offset - start for mark in laid.passage.marks if start < mark.offset < end]
    if laid.passage.place.kind == "second" and len(clauses) * ENDLESS < len(text.split()):
        clauses = cues
    bounds = [0, *clauses, len(text)]
    pieces = [text[one:other] for one, other in pairwise(bounds)]

    def worth(piece: str) -> float:
        return asked.coverage(set(terms(piece))) + any(answering_spans(kind, question, piece))

    first = last = max(range(len(pieces)), key=lambda number: worth(pieces[number]))
    count = len(pieces[first].split())
    while True:
        nearby = [number for number in (first - 1, last + 1) if 0 <= number < len(pieces)]
        fitting = [at for at in nearby if count + len(pieces[at].split()) <= MOST_WORDS]
        if not fitting:
            break
        taken = max(fitting, key=lambda number: worth(pieces[number]))
        count += len(pieces[taken].split())
        first, last = min(first, taken), max(last, taken)
    return start + bounds[first], start + bounds[first] + len(
        text[bounds[first] : bounds[last + 1]].rstrip()
    )
