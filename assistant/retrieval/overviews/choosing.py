"""Excerpts that may be shown of a theme → those that are, no two of which say the same. Pure.

In: candidates, best first, and what is shown already. Out: at most `MOST_EXCERPTS` of `MOST_WORDS`
in all, and their citations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.records.answers import Citation
from assistant.retrieval.overviews.candidates import CandidateExcerpt
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import telling_spans, terms, words

#: At most so many excerpts, and so many words in all.
MOST_EXCERPTS = 8
MOST_WORDS = 300
#: The first places are those of the sessions devoted to the theme, where others speak of it too.
MOST_DEVOTED = 5
#: So many logits less for each excerpt of the same session that is shown already.
_TOLD = 0.3
#: What is near in meaning to what is shown already counts less: so many logits for each 1 by which
#: its cosine is above this.
_NEARER, _NEAR_FROM = 2.0, 0.65
#: Two excerpts that share so much of their terms say the same.
_ALIKE = 0.6


def choose(
    candidates: Sequence[CandidateExcerpt],
    before: Sequence[CandidateExcerpt] = (),
    most: int = MOST_EXCERPTS,
) -> list[CandidateExcerpt]:
    """Choose, best first, what says something else than those `before` and those chosen.

    What a session has told already makes its next excerpt count less, and so does what is near in
    meaning to what is chosen.
    """
    chosen: list[CandidateExcerpt] = []
    count = sum(len(words(one.text)) for one in before)
    most_words = MOST_WORDS * most // MOST_EXCERPTS
    told = Counter(one.session for one in before)
    left = list(candidates)

    def worth(one: CandidateExcerpt) -> float:
        return one.score - _TOLD * told[one.session] - _NEARER * _nearness(one, chosen)

    while left and len(before) + len(chosen) < most:
        best = max(left, key=worth)
        left.remove(best)
        length = len(words(best.text))
        fits = count + length <= most_words or not (chosen or before)
        if fits and not any(_is_same(best, other) for other in (*before, *chosen)):
            chosen.append(best)
            told[best.session] += 1
            count += length
    return chosen


def fitting_points(
    points: Sequence[Citation], most: int = MOST_EXCERPTS, most_words: int = MOST_WORDS
) -> Iterator[Citation]:
    """Yield as many points as fit in so many and in so many words, numbered; one at least.

    By default those are an overview's.
    """
    count = 0
    for number, point in enumerate(points[:most], start=1):
        count += len(point.quote.split())
        if number > 1 and count > most_words:
            return
        yield replace(point, number=number)


def cite(asked: Asked, chosen: Iterable[CandidateExcerpt], first: int = 1) -> Iterator[Citation]:
    """Yield excerpts as citations, numbered from the `first`."""
    for number, one in enumerate(chosen, start=first):
        yield Citation(
            number, one.hit.passage, one.hit.title, one.start, one.end, one.hit.automatic,
            tuple(_marked(asked, one)),
        )  # fmt: skip


def _is_same(one: CandidateExcerpt, other: CandidateExcerpt) -> bool:
    """Tell whether two excerpts are the same words, or say the same in nearly the same words."""
    if one.passage == other.passage and one.start < other.end and other.start < one.end:
        return True
    return len(one.said & other.said) > _ALIKE * min(len(one.said), len(other.said))


def _nearness(one: CandidateExcerpt, chosen: Sequence[CandidateExcerpt]) -> float:
    """Return by how much an excerpt is nearer in meaning to some than `_NEAR_FROM`."""
    if one.vector is None:
        return 0.0
    nearest = max((float(one.vector @ other.vector) for other in chosen
                   if other.vector is not None), default=0.0)  # fmt: skip
    return max(0.0, nearest - _NEAR_FROM)


def _marked(asked: Asked, one: CandidateExcerpt) -> Iterator[tuple[int, int]]:
    """Yield the spans of the theme's own words in an excerpt."""
    for first, last in telling_spans(one.text):
        if set(terms(one.text[first:last])) & asked.weights.keys():
            yield one.start + first, one.start + last
