"""How much each sentence of a document is worth keeping of it. Pure.

In: the passages of one document in order, laid out, and the vectors of their sentences. Out: a
weight from 0 to 1 for each sentence, 0 for what tells nothing by itself (`telling`) and for a
speaker's notes.
Session sheets choose by it, whatever is asked. Only the document counts, so that a change of
another leaves its weights as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.i18n.places import in_notes
from assistant.records.vectors import Scores, Vectors
from assistant.retrieval.layout import Laid
from assistant.retrieval.summaries import sums_up
from assistant.retrieval.telling import weigh
from assistant.text.analysis import terms, words

#: Raised when weights come out otherwise: those that are stored are made anew.
VERSION = 4

#: The last part of a document, where it concludes.
_END = 0.9
#: Of two sentences none is more central than the other, whatever rounding says; and none counts for
#: more than one so far from the mean.
_LEAST_DEVIATION = 1e-3
_MOST_DEVIATIONS = 3.0
#: A sentence of ordinary length, in words.
_ORDINARY = 16

#: One row for each sentence, one column for each field of `Traits`; float64 [sentences, traits].
Table = NDArray[np.float64]


class Traits(NamedTuple):
    """What tells how much a sentence is worth keeping.

    `telling` is how much it tells by itself (0..1). `central` is its mean cosine with the other
    sentences of the document, in standard deviations. `subject` is the share of its terms that the
    title and the headings above have. `sums_up` is 1 under a heading that sums up, `ends` 1 in the
    last part of the document. `length` is the logarithm of its words, 0 for an ordinary sentence.
    """

    telling: float
    central: float
    subject: float
    sums_up: float
    ends: float
    length: float


#: By hand, in logits.
_BIAS = -2.0
_WEIGHTS = Traits(telling=3.0, central=0.5, subject=0.8, sums_up=1.5, ends=0.2, length=0.5)


def weights(laid: Sequence[Laid], vectors: Sequence[Vectors]) -> list[Scores]:
    """Return a weight (0..1) for each sentence of each passage of one document, laid out.

    `vectors` are those of the sentences of each passage, float32 [sentences, dim].
    """
    logits = _BIAS + traits(laid, vectors) @ np.array(_WEIGHTS)
    found = np.where(_tells(laid), 1 / (1 + np.exp(-logits)), 0.0).astype(np.float32)
    return np.split(found, np.cumsum([len(one) for one in laid])[:-1]) if laid else []


def traits(laid: Sequence[Laid], vectors: Sequence[Vectors]) -> Table:
    """Return the traits of all sentences of a document, in order: a row each, as `Traits` has them.

    Those that tell nothing have theirs too.
    """
    rows = _rows(laid, _centrality(laid, vectors))
    # Row by row: a document may have a hundred thousand sentences.
    return np.fromiter(rows, np.dtype((np.float64, len(_WEIGHTS))))


def _rows(laid: Sequence[Laid], central: NDArray[np.float64]) -> Iterator[Traits]:
    total = max(1, sum(map(len, laid)))
    number = 0
    for one in laid:
        above = frozenset(terms(f"{one.passage.subject} {one.passage.title_line}"))
        heads = float(sums_up(one.passage))
        for at, text in enumerate(one.texts):
            own = frozenset(terms(text))
            yield Traits(
                telling=weigh(text, title=one.titles[at]),
                central=float(central[number]),
                subject=len(own & above) / max(1, len(own)),
                sums_up=heads,
                ends=float(number >= _END * total),
                length=math.log((1 + len(words(text))) / (1 + _ORDINARY)),
            )
            number += 1


def _tells(laid: Sequence[Laid]) -> NDArray[np.bool_]:
    """Return whether each sentence tells something by itself."""
    found: list[bool] = []
    for one in laid:
        notes = in_notes(one.passage)
        found += (not notes and not empty for empty in one.empty)
    return np.array(found, dtype=np.bool_)


def _centrality(laid: Sequence[Laid], vectors: Sequence[Vectors]) -> NDArray[np.float64]:
    """Return the mean cosine of each sentence with the others that tell something, standardised."""
    tells = _tells(laid)
    if tells.sum() < 2:
        return np.zeros(len(tells))
    # One copy and no more: a document may have a hundred thousand sentences.
    matrix = np.concatenate([one for one in vectors if len(one)], dtype=np.float64)
    middle = np.add.reduce(matrix, axis=0, where=tells[:, np.newaxis])
    own = np.where(tells, np.einsum("ij,ij->i", matrix, matrix), 0.0)
    found = (matrix @ middle - own) / (tells.sum() - tells)
    deviation = float(found[tells].std())
    central: NDArray[np.float64] = (found - found[tells].mean()) / max(deviation, _LEAST_DEVIATION)
    return np.clip(central, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
