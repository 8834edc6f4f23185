"""Why a question was answered as it was, in words: an `Explanation` → lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.i18n import say
from assistant.records.hits import Hit

if TYPE_CHECKING:
    # Importing the search imports faiss, which `assistant --help` needs nothing of.
    from assistant.retrieval.answerability import Contribution
    from assistant.retrieval.answers.explanation import Explanation

#: What the features of the gate are in words; one that a newer gate has is only named.
_FEATURES = {
    "score": "explanation.feature_score",
    "spread": "explanation.feature_spread",
    "advance": "explanation.feature_advance",
    "missing": "explanation.feature_missing",
    "vague": "explanation.feature_vague",
    "typed": "explanation.feature_typed",
    "answering": "explanation.feature_answering",
    "told": "explanation.feature_told",
    "absent": "explanation.feature_absent",
}


def explanation_lines(explained: Explanation, source: Callable[[Hit], str]) -> Iterator[str]:
    """Say at which stage a question was lost, then the figures; `source` says where a hit is."""
    yield say("explanation.title")
    yield say(f"explanation.{explained.stage}")
    for side in explained.sides:
        yield from ("", say("explanation.side", text=side.searched))
        yield say(f"explanation.{side.stage}")
        yield from _figures(side, source)
    if explained.stage != "told" and not explained.sides:
        yield from _figures(explained, source)


def _figures(explained: Explanation, source: Callable[[Hit], str]) -> Iterator[str]:
    """Say what was searched, how sure the gate is and why, and which passages were found."""
    yield say("explanation.searched", text=explained.searched)
    yield say(
        "explanation.confidence",
        confidence=_figure(explained.confidence),
        perhaps=_figure(explained.perhaps_threshold),
        answer=_figure(explained.answer_threshold),
    )
    if explained.contributions:
        yield say("explanation.contributions")
        yield say("explanation.intercept", logits=_signed(explained.intercept))
        yield from map(_contribution_line, explained.contributions)
    if explained.passages:
        yield say("explanation.passages")
        yield from (_passage_line(hit, source(hit)) for hit in explained.passages)


def _contribution_line(contribution: Contribution) -> str:
    key = _FEATURES.get(contribution.name)
    words = say(key) if key else say("explanation.feature_other", name=contribution.name)
    return say(
        "explanation.contribution",
        logits=_signed(contribution.logits),
        words=words,
        value=_figure(contribution.value),
    )


def _passage_line(hit: Hit, source: str) -> str:
    return say(
        "explanation.passage",
        rank=hit.rank,
        score=_figure(hit.score),
        cosine=_figure(hit.cosine),
        sentence=_figure(hit.sentence),
        words=_figure(hit.bm25),
        source=source,
    )


def _figure(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def _signed(logits: float) -> str:
    return f"{logits:+.2f}".replace(".", ",").rjust(6)
