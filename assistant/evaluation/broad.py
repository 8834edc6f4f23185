"""Broad questions asked of an opened `Assistant` → how much of what counts is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.core import Assistant
from assistant.evaluation.intervals import LEVEL, RESAMPLES, SEED
from assistant.evaluation.metrics import Measure
from assistant.evaluation.nuggets import BroadQuestion, holds
from assistant.records.answers import Answer, Citation
from assistant.retrieval.telling import telling


@dataclass(frozen=True, slots=True)
class BroadOutcome:
    """What became of a broad question; shares are from 0 to 1.

    `vital` and `every` are the shares of nuggets that the quotes hold, None where the question has
    none; `words` those quoted. `beside` is the share of quotes that hold a nugget or stand in a
    passage that holds one, `empty` that of those that say nothing by themselves, `sessions` how
    many sessions are quoted; None where nothing is quoted.
    """

    id: str
    question: str
    kind: str
    status: str
    vital: float | None
    every: float | None
    words: int
    beside: float | None
    empty: float | None
    sessions: int | None


@dataclass(frozen=True, slots=True)
class BroadEvaluation:
    """How the assistant did on broad questions; `kinds` hold the measures of each kind."""

    questions: int
    answerable: int
    generation: str
    measures: tuple[Measure, ...]
    kinds: Mapping[str, tuple[Measure, ...]]
    outcomes: tuple[BroadOutcome, ...]


def evaluate_broad(
    assistant: Assistant,
    questions: Sequence[BroadQuestion],
    progress: Callable[[int, int], None] | None = None,
) -> BroadEvaluation:
    """Ask broad questions as an agent would, and measure. Raises as `ask` does."""
    view = assistant.view()
    outcomes = []
    for number, question in enumerate(questions, start=1):
        outcomes.append(_outcome(question, view.ask(question.question)))
        if progress:
            progress(number, len(questions))
    return BroadEvaluation(
        questions=len(outcomes),
        answerable=sum(outcome.vital is not None for outcome in outcomes),
        generation=view.generation,
        measures=broad_measures(outcomes),
        kinds={
            kind: broad_measures([outcome for outcome in outcomes if outcome.kind == kind])
            for kind in dict.fromkeys(outcome.kind for outcome in outcomes)
        },
        outcomes=tuple(outcomes),
    )


def broad_measures(outcomes: Sequence[BroadOutcome]) -> tuple[Measure, ...]:
    """Return the measures over some outcomes, those that none of them has left out."""
    answerable = [outcome for outcome in outcomes if outcome.vital is not None]
    absent = [outcome for outcome in outcomes if outcome.vital is None]
    columns: Iterator[tuple[str, Iterable[float | None]]] = iter(
        [
            ("vital_shown", (outcome.vital for outcome in answerable)),
            ("nuggets_shown", (outcome.every for outcome in answerable)),
            ("quotes_beside", (outcome.beside for outcome in answerable)),
            ("quotes_empty", (outcome.empty for outcome in answerable)),
            ("words_shown", (outcome.words for outcome in answerable)),
            ("sessions_shown", (outcome.sessions for outcome in answerable)),
            ("broad_refused", (outcome.status == "refused" for outcome in answerable)),
            ("absent_refused", (outcome.status == "refused" for outcome in absent)),
        ]
    )
    kept = ((name, [value for value in values if value is not None]) for name, values in columns)
    return tuple(_measure(name, values) for name, values in kept if values)


def _outcome(question: BroadQuestion, answer: Answer) -> BroadOutcome:
    quoted = () if answer.status == "refused" else answer.citations
    quotes = [citation.quote for citation in quoted]
    held = [(holds(quotes, nugget), nugget.vital) for nugget in question.nuggets]
    sessions = {citation.passage.document_id.rpartition("/")[0] for citation in quoted}
    return BroadOutcome(
        id=question.id,
        question=question.question,
        kind=question.kind,
        status=answer.status,
        vital=_mean([held for held, vital in held if vital]),
        every=_mean([held for held, _ in held]),
        words=sum(len(quote.split()) for quote in quotes),
        beside=_mean([_is_beside(question, citation) for citation in quoted]),
        empty=_mean([bool(telling(quote).empty) for quote in quotes]),
        sessions=len(sessions) if quoted else None,
    )


def _is_beside(question: BroadQuestion, citation: Citation) -> bool:
    """Tell whether a quote holds a nugget, or its passage does."""
    return any(
        holds([citation.quote], nugget) or holds([citation.passage.text], nugget)
        for nugget in question.nuggets
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _measure(name: str, values: Sequence[float]) -> Measure:
    """Return a mean with its bootstrap interval, whole questions being drawn."""
    found = np.asarray(values, np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(found), (RESAMPLES, len(found)))
    edge = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(found[draws].mean(axis=1), [edge, 100 - edge]).tolist()
    few = len(found) < 2
    return Measure(
        name, float(found.mean()), None if few else low, None if few else high, len(found)
    )
