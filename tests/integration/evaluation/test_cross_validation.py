"""Cross-validation: a gate is judged by questions that it never saw, fitted by scikit-learn."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from assistant.evaluation.cross_validation import crossed
from assistant.retrieval.answerability import Evidence

FEATURES = [one.name for one in fields(Evidence)]


def evidence(number: int) -> list[Evidence]:
    """Return evidence that says nothing."""
    chance = np.random.default_rng(5)
    return [Evidence(*row) for row in chance.normal(0.5, 0.1, (number, len(FEATURES))).tolist()]


def test_no_question_is_judged_by_a_gate_that_saw_its_title() -> None:
    # Each title has its own evidence, and all its questions have an answer or none: who has seen
    # the title knows. A gate that hasn't can only guess.
    titles = [str(at // 4) for at in range(160)]
    truth = [int(title) % 2 == 0 for title in titles]
    by_title = evidence(40)
    own = [by_title[int(title)] for title in titles]
    alone = crossed(own, truth, [str(at) for at in range(160)])
    together = crossed(own, truth, titles)

    def told(confidences: np.ndarray) -> float:
        return float(np.mean((confidences > 0.5) == np.array(truth)))

    assert told(alone) > told(together) + 0.1


def test_questions_on_one_title_can_still_be_crossed() -> None:
    truth = [at % 2 == 0 for at in range(40)]
    confidences = crossed(evidence(40), truth, ["un seul titre"] * 40)
    assert ((confidences > 0) & (confidences < 1)).all()
