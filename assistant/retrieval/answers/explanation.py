"""At which stage a question was answered, or lost: `Results` and `Answer` → `Explanation`.

Made only for whoever asks why: `assistant ask --explain`, and staff's address for programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.records.answers import Answer
from assistant.records.hits import Hit
from assistant.retrieval.answerability import Contribution, Gate
from assistant.retrieval.search import Results
from assistant.retrieval.sentences import best_first

#: How far a question came. "told": the tool answers itself, nothing is searched. "nothing": no
#: passage was found. "below_perhaps" and "below_answer": found, but the gate is less sure than one
#: threshold or the other. "not_quoted": sure enough, but no sentence may be quoted. "not_claimed":
#: sure enough, but what is quoted doesn't speak of what a follow-up asks. "compared": each side was
#: searched by itself.
Stage = Literal[
    "told", "nothing", "below_perhaps", "below_answer", "not_quoted", "not_claimed", "answered",
    "compared",
]  # fmt: skip
#: Passages shown, best first.
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question was answered as it was.

    `searched` is the text that was searched. `confidence` is what the gate says of all that was
    found; it is the logistic function of `intercept` and what each feature adds, in logits. Of a
    comparison, `sides` tell each of what is compared, and the figures above them say nothing.
    """

    stage: Stage
    searched: str
    confidence: float
    answer_threshold: float
    perhaps_threshold: float
    intercept: float
    contributions: tuple[Contribution, ...]
    passages: tuple[Hit, ...]
    sides: tuple[Explanation, ...] = ()


def explanation_of(
    answer: Answer, results: Results, gate: Gate, *, threshold: float, perhaps: float
) -> Explanation:
    """Return why `answer` was made of what was found."""
    confidence = gate.confidence(results.evidence) if results.hits else 0.0
    return Explanation(
        stage=_stage(answer, results, confidence, threshold=threshold, perhaps=perhaps),
        searched=results.question,
        confidence=confidence,
        answer_threshold=threshold,
        perhaps_threshold=perhaps,
        intercept=gate.intercept,
        contributions=gate.contributions(results.evidence) if results.hits else (),
        passages=best_first(results.hits, results.candidates)[:_SHOWN],
    )


def compared(answer: Answer, sides: Sequence[Explanation]) -> Explanation:
    """Return why an answer puts what is said of some sides beside each other."""
    first = sides[0]
    return replace(
        first,
        stage="compared",
        searched=answer.question,
        confidence=answer.confidence,
        contributions=(),
        passages=(),
        sides=tuple(sides),
    )


def _stage(
    answer: Answer, results: Results, confidence: float, *, threshold: float, perhaps: float
) -> Stage:
    if answer.engine != "extractive":
        return "told"
    if not results.hits:
        return "nothing"
    if answer.status == "answered":
        return "answered"
    if confidence < perhaps:
        return "below_perhaps"
    if not answer.citations:
        return "not_quoted"
    return "below_answer" if confidence < threshold else "not_claimed"
