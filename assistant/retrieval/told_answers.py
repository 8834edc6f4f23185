"""An `Answer` in the tool's own words: lines said, nothing quoted."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Literal

from assistant.records.answers import Answer, AssistantLine, Intent


def told_answer(
    question: str,
    lines: Sequence[AssistantLine],
    *,
    engine: Literal["catalogue", "talk"],
    intent: Intent,
    started: float,
) -> Answer:
    """Return an answer of lines. `started` is the `perf_counter` of the question's arrival."""
    return Answer(
        question=question,
        status="answered",
        text="",
        citations=(),
        confidence=1.0,
        engine=engine,
        hits=(),
        seconds=perf_counter() - started,
        intent=intent,
        told=tuple(lines),
    )
