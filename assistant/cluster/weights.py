"""BM25 as inner products: of a passage's weights with those of a question. Pure.

In: how often terms stand in passages. Out: weights whose inner product is the score that
`index.lexical` gives for the same passages, lengths rounded alike, so that a site answers the same
from either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from assistant.index.lexical import K1, LENGTHS, B, inverse_frequency

_LENGTHS: list[int] = LENGTHS.tolist()


def kept_length(length: int) -> int:
    """Return the length of a passage, in terms, as BM25 counts it."""
    return _LENGTHS[bisect_right(_LENGTHS, length) - 1]


def passage_weights(counts: Mapping[int, int], mean_length: float) -> dict[int, float]:
    """Return the weight of each term, by its number, in a passage where it stands so often."""
    length = kept_length(sum(counts.values()))
    damped = K1 * (1 - B + B * length / mean_length)
    return {term: times / (times + damped) for term, times in counts.items()}


def asked_weight(passages: int, having: int, share: float = 1.0) -> float:
    """Return the weight of a term of a question that counts for a share of itself."""
    return (K1 + 1) * inverse_frequency(passages, having) * share
