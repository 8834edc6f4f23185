"""Moments of speech → which of them are one voice, however many there are. Pure.

In: a vector of length 1 for each moment. Out: a number for each, voices being counted from 0 in the
order in which they first speak.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: float32 [moments, dimensions], each row of length 1.
VoiceVectors = NDArray[np.float32]
#: docs/reading.md, Voices: two groups of moments whose cosines are this on average are one voice.
SAME_VOICE = 0.65
#: Who speaks for fewer moments than this is too little known to be somebody else.
LEAST_MOMENTS = 6
#: The distances among so many moments take 36 MB; of a longer recording, so many are drawn evenly.
MOST_COMPARED = 3000


def voices_of(
    vectors: VoiceVectors, *, same: float = SAME_VOICE, least: int = LEAST_MOMENTS
) -> NDArray[np.intp]:
    """Return the voice of each moment.

    Groups are joined by the average of their cosines while that is `same` or more; those of fewer
    than `least` moments are then given to the nearest voice. Takes a second for 3,000 moments.
    """
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.intp)
    # Every reading process has this module; few tell voices apart.
    from scipy.cluster.hierarchy import fcluster, linkage

    drawn = np.linspace(0, len(vectors) - 1, min(len(vectors), MOST_COMPARED)).astype(np.intp)
    labels = fcluster(linkage(vectors[drawn], "average", "cosine"), 1 - same, "distance")
    sizes = np.bincount(labels)
    share = len(drawn) / len(vectors)
    kept = np.flatnonzero(sizes >= min(max(2.0, least * share), sizes.max()))
    centres = np.stack([vectors[drawn[labels == one]].mean(axis=0) for one in kept])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return in_order(np.argmax(vectors @ centres.T, axis=1))


def in_order(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the same parting, its groups counted from 0 as they first come."""
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number].astype(np.intp)
