"""Does the corpus answer? Scores → a calibrated probability. Pure.

A logistic regression on a few features of the search (docs/retrieval.md), its weights in
`data/gate.json` with what they were fitted on. Refusing is a decision about numbers, never the
wording of a prompt.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import QuestionError

#: Pulls the weights towards 0; small beside thousands of questions, it keeps them finite.
_RIDGE = 1.0
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a search says about whether the corpus answers; the features of the gate."""

    #: The score of the best passage.
    score: float
    #: How many passages seem to answer about as well (an entropy, from 0).
    spread: float
    #: How much better the best passage meets the question's words than other candidates do.
    advance: float
    #: 1 where a number or a name of the question is not in the best passage.
    missing: float
    #: 1 where the question has but one word that tells something.
    vague: float
    #: 1 where the question asks for a kind of thing: a number, a date, a name, a place, a reason.
    typed: float = 0.0
    #: Of the three sentences that answer best, the largest share of the question's terms in one
    #: that holds the kind of thing asked for, and beside it what is counted.
    answering: float = 0.0
    #: The share of the question's terms in the sentence that answers best, and above and before it.
    told: float = 0.0
    #: How rare the rarest term is that the passage of that sentence lacks, as a share of the rarest
    #: of the question.
    absent: float = 0.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """A feature of the gate: its value, and what it adds to the confidence, in logits."""

    name: str
    value: float
    logits: float


@dataclass(frozen=True, slots=True)
class Gate:
    """A fitted gate: one weight per feature, features being centred and scaled first."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    fitted_on: str

    def confidence(self, evidence: Evidence) -> float:
        """Return the probability (0..1) that the corpus answers."""
        total = self.intercept + sum(one.logits for one in self.contributions(evidence))
        if not math.isfinite(total):
            return 0.0
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def contributions(self, evidence: Evidence) -> tuple[Contribution, ...]:
        """Return what each feature adds to the logits of the confidence, in the gate's order."""
        values = asdict(evidence)
        rows = zip(self.features, self.means, self.scales, self.weights, strict=True)
        return tuple(
            Contribution(name, values[name], weight * (values[name] - mean) / scale)
            for name, mean, scale, weight in rows
        )

    def to_json(self) -> dict[str, Any]:
        """Return the gate as JSON that a person can read."""
        rows = zip(self.features, self.means, self.scales, self.weights, strict=True)
        return {
            "fitted_on": self.fitted_on,
            "intercept": round(self.intercept, 6),
            "features": {
                name: {"mean": round(mean, 6), "scale": round(scale, 6), "weight": round(weight, 6)}
                for name, mean, scale, weight in rows
            },
        }


def from_json(found: dict[str, Any]) -> Gate:
    """Return the gate that `to_json` wrote."""
    features = found["features"]
    columns = {
        column: tuple(float(one[column]) for one in features.values())
        for column in ("mean", "scale", "weight")
    }
    return Gate(
        features=tuple(features),
        means=columns["mean"],
        scales=columns["scale"],
        weights=columns["weight"],
        intercept=float(found["intercept"]),
        fitted_on=str(found["fitted_on"]),
    )


@cache
def default_gate() -> Gate:
    """Return the gate that ships with the package."""
    text = (files("assistant") / "data" / "gate.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))


def fit(evidence: Sequence[Evidence], answerable: Sequence[bool], *, fitted_on: str) -> Gate:
    """Fit a gate to searches whose questions are known to be answerable, or not.

    Logistic regression by Newton's method with a ridge penalty (Hosmer & Lemeshow, Applied
    Logistic Regression, ch. 1–2). The intercept is corrected to even odds (King & Zeng, Logistic
    Regression in Rare Events Data, 2001, §4.1): how many questions of a set have no answer says
    nothing of those that agents will ask. Raises QuestionError when all questions are
    answerable, or none is.
    """
    names = tuple(asdict(evidence[0]))
    raw = np.array([list(asdict(one).values()) for one in evidence], dtype=np.float64)
    means, scales = raw.mean(axis=0), raw.std(axis=0)
    scales[scales == 0] = 1.0
    rows = np.column_stack([np.ones(len(raw)), (raw - means) / scales])
    truth = np.array(answerable, dtype=np.float64)
    if truth.min() == truth.max():
        raise QuestionError("questions_of_one_kind")
    weights = _newton(rows, truth)
    weights[0] -= math.log(truth.sum() / (len(truth) - truth.sum()))
    return Gate(
        features=names,
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        weights=tuple(weights[1:].tolist()),
        intercept=float(weights[0]),
        fitted_on=fitted_on,
    )


def _newton(rows: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.zeros(rows.shape[1])
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[0] = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (truth - chance) - ridge * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights
