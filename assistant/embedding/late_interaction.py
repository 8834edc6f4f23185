"""Late interaction: how well each word of a question is met by a word of a passage. Pure.

In: the vectors of tokens in their context, from the encoder. Out: for a question and a passage,
the best cosine that each token of the question finds there (MaxSim: Khattab & Zaharia, ColBERT,
2020), and where. Only the words that tell something count, on both sides: that halves what is
stored, and ranks better than counting all of the question's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.vectors import cut, normalize, normalized
from assistant.records.vectors import Offsets, Scores, Words
from assistant.text.analysis import telling_spans

#: For each token of a question (rows) and of a passage (columns), their cosine; float32 [q, n].
Cosines = NDArray[np.float32]


def telling(text: str, ends: Offsets) -> NDArray[np.bool_]:
    """Tell which tokens, that end at `ends`, belong to words that tell something.

    A tokenizer may count the space before a word as its own, so that where a token ends says
    best which word it belongs to.
    """
    inside = np.zeros(len(text) + 1, dtype=np.bool_)
    for start, end in telling_spans(text):
        inside[start + 1 : end + 1] = True
    kept: NDArray[np.bool_] = inside[np.clip(ends, 0, len(text))]
    return kept


def cosines(question: Words, passages: Sequence[Words]) -> list[Cosines]:
    """Return the cosine of each token of the question with each of each passage, [q, n] each."""
    asked = normalized(question.vectors)
    every = [passage.vectors for passage in passages]
    if not every:
        return []
    joined = np.concatenate(every)
    found = asked @ normalize(joined.astype(np.float32, copy=False)).T
    return [part.T for part in cut(found.T, map(len, every))]


def met(cosines: Cosines) -> Scores:
    """Return the best cosine that each token of the question finds; 0 where there is none."""
    best: Scores = cosines.max(axis=1, initial=0.0)
    return best
