"""Cross-validation: each question's confidence, by a gate fitted without it.

Questions on the same title are left out together: they are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.answerability import Evidence, fit

FOLDS = 5


def crossed(
    evidence: Sequence[Evidence], answerable: Sequence[bool], clusters: Sequence[str]
) -> NDArray[np.float64]:
    """Return each question's confidence by a gate fitted without it, nor any of its cluster.

    Five folds, fewer where there are not five clusters of both kinds of questions.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    truth = np.asarray(answerable)
    kinds = set(zip(clusters, truth.tolist(), strict=True))
    folds = min(FOLDS, *(sum(own == side for _, own in kinds) for side in (True, False)))
    if folds < 2:  # one title for all: its questions can only be split one by one
        folds, clusters = FOLDS, [str(at) for at in range(len(truth))]
    splits = StratifiedGroupKFold(folds)
    confidences = np.zeros(len(truth))
    for others, own in splits.split(np.zeros((len(truth), 1)), truth, clusters):
        gate = fit([evidence[at] for at in others], truth[others].tolist(), fitted_on="")
        confidences[own] = [gate.confidence(evidence[at]) for at in own]
    return confidences
