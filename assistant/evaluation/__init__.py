"""A question file asked of an opened `Assistant` → how good its search, quotes and refusals are.

`evaluate` measures, against a saved evaluation if one is given; `calibrate` fits the gate to the
questions. Both ask each question once, as an agent would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assistant.core import Assistant
from assistant.errors import QuestionError
from assistant.evaluation.cross_validation import crossed
from assistant.evaluation.intervals import REFUSED
from assistant.evaluation.metrics import (
    JUDGING,
    Difference,
    Measure,
    Outcome,
    differences,
    measures,
    paired,
)
from assistant.evaluation.question_files import Question, bad_line
from assistant.i18n import say
from assistant.retrieval.answerability import default_gate, fit
from assistant.retrieval.gate_files import parse_gate, write_gate
from assistant.retrieval.search import check_question
from assistant.system.outputs import check_target, write_whole
from assistant.text.analysis import fold
from assistant.view import Examined, View

#: Fewer answerable, or unanswerable, questions than this say too little to fit a gate to.
LEAST = 20

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An evaluation against a baseline, over the `questions` that both asked."""

    questions: int
    differences: tuple[Difference, ...]
    #: Median seconds a question, then and now: only the same quiet machine makes them comparable.
    seconds_before: float
    seconds_after: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How the assistant did on a question file.

    `kinds` hold the measures by kind of question; `unknown` are the documents named by questions
    that are not in the index, whose questions can only fail. Seconds are those of a question.
    """

    questions: int
    answerable: int
    generation: str
    answer_threshold: float
    unknown: tuple[str, ...]
    measures: tuple[Measure, ...]
    kinds: Mapping[str, tuple[Measure, ...]]
    seconds_median: float
    seconds_p95: float
    comparison: Comparison | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A gate fitted to a site's questions, against the shipped one on the same questions.

    The fitted side of `differences` is cross-validated: each question is judged by a gate that saw
    neither it nor those on its title. At `threshold_at_90`, 90 % of the unanswerable are refused.
    """

    path: str
    questions: int
    answerable: int
    answer_threshold: float
    threshold_at_90: float
    differences: tuple[Difference, ...]


def evaluate(
    assistant: Assistant,
    questions: Sequence[Question],
    path: Path,
    *,
    baseline: Sequence[Outcome] | None = None,
    progress: Step | None = None,
) -> Evaluation:
    """Ask the questions of the file `path`, and measure. Raises QuestionError, and as `ask`."""
    if baseline is not None and not {one.id for one in baseline} & {
        question.id for question in questions
    }:
        raise QuestionError("baseline_of_other_questions")
    view = assistant.view()
    unknown = _unknown(view, questions, path)
    _prepare(assistant, questions, path)
    outcomes = [outcome for outcome, _ in _ask(view, questions, progress)]
    return Evaluation(
        questions=len(outcomes),
        answerable=sum(outcome.answerable for outcome in outcomes),
        generation=view.generation,
        answer_threshold=assistant.settings.answer_threshold,
        unknown=unknown,
        measures=measures(outcomes),
        kinds={
            name: measures([outcome for outcome in outcomes if _is_of(outcome.kind, name)])
            for name in _kinds(outcomes)
        },
        seconds_median=_seconds(outcomes, 50),
        seconds_p95=_seconds(outcomes, 95),
        comparison=None if baseline is None else _compare(baseline, outcomes),
        outcomes=tuple(outcomes),
    )


def calibrate(
    assistant: Assistant,
    questions: Sequence[Question],
    path: Path,
    output: Path,
    *,
    fitted_on: str = "",
    progress: Step | None = None,
) -> Calibration:
    """Fit a gate to the questions of the file `path`, and write it to `output`.

    `fitted_on` is what the gate says of these questions, their file and number if not given.

    Raises QuestionError when there are too few of either kind, SettingsError when the gate can't
    be written, and as `ask`.
    """
    truth = [question.answerable for question in questions]
    if min(sum(truth), len(truth) - sum(truth)) < LEAST:
        raise QuestionError(
            "questions_too_few",
            path=path,
            answerable=sum(truth),
            unanswerable=len(truth) - sum(truth),
            least=LEAST,
        )
    check_target(output, parse_gate)
    view = assistant.view()
    _unknown(view, questions, path)
    _prepare(assistant, questions, path)
    asked = _ask(view, questions, progress)
    evidence = [examined.evidence for _, examined in asked]
    outcomes = [outcome for outcome, _ in asked]
    threshold = assistant.settings.answer_threshold
    shipped = [default_gate().confidence(one) for one in evidence]
    fitted = crossed(evidence, truth, [outcome.cluster for outcome in outcomes]).tolist()
    gate = fit(evidence, truth, fitted_on=fitted_on or _fitted_on(path, truth))
    write_gate(gate, output)
    unanswerable = [one for one, answer in zip(fitted, truth, strict=True) if not answer]
    return Calibration(
        path=str(output),
        questions=len(truth),
        answerable=sum(truth),
        answer_threshold=threshold,
        threshold_at_90=float(np.quantile(unanswerable, REFUSED)),
        differences=differences(
            _judged(outcomes, shipped, threshold),
            _judged(outcomes, fitted, threshold),
            only=JUDGING,
        ),
    )


# --- Asking ------------------------------------------------------------------------------------


def _unknown(view: View, questions: Sequence[Question], path: Path) -> tuple[str, ...]:
    """Return the documents asked for that are not indexed; all of them is another corpus."""
    wanted = {gold.document: None for question in questions for gold in question.golds}
    indexed = set(view.document_ids)
    unknown = tuple(one for one in wanted if one not in indexed)
    if unknown and len(unknown) == len(wanted):
        raise QuestionError("questions_of_another_corpus", path=path, document=unknown[0])
    return unknown


def _prepare(assistant: Assistant, questions: Sequence[Question], path: Path) -> None:
    """Check all questions, before the minutes that asking takes, and load the model."""
    for question in questions:
        try:
            check_question(question.text, longest=assistant.settings.max_question_characters)
        except QuestionError as e:
            raise bad_line(path, question.line, e) from e
    assistant.warm_up()


def _ask(
    view: View, questions: Sequence[Question], progress: Step | None
) -> list[tuple[Outcome, Examined]]:
    found = []
    for done, question in enumerate(questions, start=1):
        examined = view.examine(question.text)
        found.append((_outcome(view, question, examined), examined))
        if progress:
            progress(done, len(questions))
    return found


def _outcome(view: View, question: Question, examined: Examined) -> Outcome:
    answer = examined.answer
    return Outcome(
        id=question.id,
        question=question.text,
        kind=question.kind,
        cluster=_cluster(view, question),
        answerable=question.answerable,
        document_rank=question.document_rank(answer.hits),
        place_rank=question.place_rank(answer.hits),
        evidence_rank=question.evidence_rank(answer.hits),
        quoted=question.is_quoted(quote.quote for quote in examined.quotes),
        first=question.is_quoted(quote.quote for quote in examined.quotes[:1]),
        status=answer.status,
        confidence=answer.confidence,
        seconds=answer.seconds,
        wording=question.wording,
    )


def _cluster(view: View, question: Question) -> str:
    """Return what questions on the same subject share: the title, but for a number before it."""
    title = question.title
    if not title and question.golds:
        document = question.golds[0].document
        title = view.document(document).title or document
    return re.sub(r"^[\W\d_]+", "", fold(title)) or title or question.id


def _judged(
    outcomes: Sequence[Outcome], confidences: Sequence[float], threshold: float
) -> list[Outcome]:
    """Return the outcomes as another gate would have made them."""
    return [
        replace(outcome, confidence=one, status="answered" if one >= threshold else "refused")
        for outcome, one in zip(outcomes, confidences, strict=True)
    ]


def _fitted_on(path: Path, truth: Sequence[bool]) -> str:
    return say(
        "evaluation.fitted_on",
        name=path.name,
        answerable=sum(truth),
        unanswerable=len(truth) - sum(truth),
        date=date.today().isoformat(),
    )


# --- By kind, and in time ----------------------------------------------------------------------


def _kinds(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the kinds there are; "near-…" stands for "near-unsaid" and "near-premise" together."""
    kinds = sorted({outcome.kind for outcome in outcomes if outcome.kind})
    families = [kind.partition("-")[0] for kind in kinds if "-" in kind]
    several = {f"{family}-…" for family in families if families.count(family) > 1}
    return sorted({*kinds, *several})


def _is_of(kind: str, name: str) -> bool:
    return kind == name or (name.endswith("-…") and kind.startswith(name[:-1]))


def _seconds(outcomes: Sequence[Outcome], percent: float) -> float:
    return float(np.percentile([outcome.seconds for outcome in outcomes], percent))


# --- The baseline ------------------------------------------------------------------------------


def _compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> Comparison:
    old, new = paired(before, after)
    if not new:
        raise QuestionError("baseline_of_other_questions")
    return Comparison(len(new), differences(old, new), _seconds(old, 50), _seconds(new, 50))


def save(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation as JSON, to be a baseline. Raises SettingsError."""
    write_whole(path, json.dumps(asdict(evaluation), ensure_ascii=False, indent=1) + "\n")


def read_baseline(path: Path) -> tuple[Outcome, ...]:
    """Return the outcomes of a saved evaluation. Raises QuestionError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_read(one) for one in found["outcomes"])
    except OSError as e:
        raise QuestionError("questions_unreadable", path=path, cause=e.strerror or e) from e
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise QuestionError("baseline_unreadable", path=path) from e


def _read(found: Mapping[str, Any]) -> Outcome:
    """Return a saved outcome; of another version's, what is known here."""
    known = {field.name: found[field.name] for field in fields(Outcome) if field.name in found}
    outcome = Outcome(**known)
    numbers = (outcome.document_rank, outcome.place_rank or 0, outcome.confidence, outcome.seconds)
    texts = (outcome.id, outcome.question, outcome.kind, outcome.cluster, outcome.status)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("text expected")
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("number expected")
    return outcome
