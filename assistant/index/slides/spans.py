"""The slide of a moment and the moment of a slide, from the spans of one talk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.index.slides.hmm import SURE

#: The least time that a sentence counts for: captions may begin and end together.
_LEAST_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence, from its `first` to its `last` second: its slide, and how sure that is (0..1)."""

    first: float
    last: float
    slide: int
    confidence: float


def slide_during(spans: Iterable[Span], first: float, last: float) -> tuple[int, float] | None:
    """Return the slide most likely on screen between two seconds, and how sure that is.

    `spans` are those of one talk. None where no sentence was said then.
    """
    likely: dict[int, float] = {}
    total = 0.0
    for span in spans:
        if span.first <= last and span.last >= first:
            seconds = max(min(span.last, last) - max(span.first, first), _LEAST_SECONDS)
            total += seconds
            likely[span.slide] = likely.get(span.slide, 0.0) + seconds * span.confidence
    if not likely:
        return None
    slide = max(likely, key=lambda one: likely[one])
    return slide, likely[slide] / total


def when_said(spans: Sequence[Span], slide: int, sure: float = SURE) -> Span | None:
    """Return when a slide was spoken about, from its first sentence that is sure to its last.

    `spans` are those of one talk, in order of time. Of several moments, the one with the most
    sentences that are sure; None where there is none.
    """
    visits = [
        list(visit) for number, visit in groupby(spans, lambda one: one.slide) if number == slide
    ]
    certain = [[one for one in visit if one.confidence >= sure] for visit in visits]
    longest = max(certain, key=len, default=[])
    if not longest:
        return None
    confidence = sum(one.confidence for one in longest) / len(longest)
    return Span(longest[0].first, longest[-1].last, slide, confidence)
