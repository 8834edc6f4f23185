"""A site's own gate: fitted on its questions, kept as readable JSON, read back when answering.

Searches whose questions are known to be answerable or not → `Gate` → the file that the setting
`gate` names. Without one, the gate that ships with the package judges.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import SettingsError
from assistant.retrieval.answerability import Evidence, Gate, default_gate, fit, from_json
from assistant.system.outputs import write_whole

FOLDS = 5


def gate_for(path: str) -> Gate:
    """Return the gate that the setting `gate` names; the shipped one if it names none."""
    return read_gate(Path(path)) if path else default_gate()


def read_gate(path: Path) -> Gate:
    """Return the gate of a file. Raises SettingsError."""
    gate = parse_gate(path)
    known = {one.name for one in fields(Evidence)}
    if unknown := sorted(set(gate.features) - known):
        raise SettingsError("gate_outdated", path=path, names=", ".join(unknown))
    return gate


def parse_gate(path: Path) -> Gate:
    """Return the gate of a file, perhaps of another version. Raises SettingsError."""
    try:
        gate = from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as e:
        raise SettingsError("gate_missing", path=path, cause=e.strerror or e) from e
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise SettingsError("gate_unreadable", path=path) from e
    numbers = (*gate.means, *gate.scales, *gate.weights, gate.intercept)
    if not np.isfinite(numbers).all() or not all(gate.scales):
        raise SettingsError("gate_unreadable", path=path)
    return gate


def write_gate(gate: Gate, path: Path) -> None:
    """Write a gate as JSON that a person can read. Raises SettingsError."""
    write_whole(path, json.dumps(gate.to_json(), ensure_ascii=False, indent=2) + "\n")


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
