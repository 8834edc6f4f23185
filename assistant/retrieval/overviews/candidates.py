"""The sentences that tell most of a theme → excerpts that may be shown of it. Pure.

In: the passages that a theme is looked for in, and what is asked. Out: `CandidateExcerpt`, best
first: a sentence with what it can't be understood without, or a list that is asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.records.answers import Citation, Intent
from assistant.records.hits import Hit
from assistant.records.vectors import Vector
from assistant.retrieval.layout import Laid, characters, list_around
from assistant.retrieval.overviews.theme_sentences import (
    ABOUT,
    ThemePassage,
    ThemeSentence,
    headed_by,
    terms_above,
    theme_sentences,
)
from assistant.retrieval.ranking import Asked
from assistant.retrieval.telling import leans, names_one
from assistant.text.analysis import terms

#: A quote that holds so much of what is asked tells all of it.
ALL = 0.9
#: An excerpt of fewer words takes the next sentences along; none is longer than so many.
_ENOUGH = 40
_LONGEST = 60
#: A list that is asked for is shown whole to so many words.
_LONGEST_LIST = 110
#: Where lines are parts of one thing, under its title.
_SLIDE_KINDS = ("slide", "page")
#: What answers is shown too where its passage's score is so near to the best.
_NEAR = 0.02
#: Fewer words that end without a mark say nothing of a theme.
_FEWEST = 6
_ENDS = (".", "!", "?", "…", ":", "»")
#: So many sentences are tried, best first.
_TRIED = 80


@dataclass(frozen=True, slots=True)
class CandidateExcerpt:
    """What may be shown: characters `start`..`end` of a hit's passage, of a `session`.

    `vector` is that of the sentence it was chosen for, of length 1; None of what is quoted already.
    """

    hit: Hit
    start: int
    end: int
    session: str
    score: float
    said: frozenset[str]
    vector: Vector | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, cited: Citation, session_of: Callable[[str], str]) -> CandidateExcerpt:
        """Return what an answer quotes already."""
        hit = Hit(cited.passage, cited.title, rank=0, score=0.0, cosine=0.0, sentence=0.0, bm25=0.0)
        session = session_of(cited.passage.document_id)
        return cls(hit, cited.start, cited.end, session, 0.0, frozenset(terms(cited.quote)))

    @property
    def passage(self) -> tuple[str, int]:
        return self.hit.passage.document_id, self.hit.passage.ordinal

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]

    @property
    def is_scrap(self) -> bool:
        """Whether it is a few words, no sentence, without a figure: the name of a link."""
        text = self.text
        is_sentence = text.endswith(_ENDS) or any(one.isdigit() for one in text)
        return not is_sentence and len(text.split()) < _FEWEST

    @property
    def place(self) -> tuple[str, int, int]:
        return self.hit.passage.document_id, self.hit.passage.ordinal, self.start


def candidate_excerpts(
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
    *,
    only_about: bool,
    listed: str = "",
) -> list[CandidateExcerpt]:
    """Return the best sentences with what they need around them, best first.

    Those are `only_about` the theme that hold its words, or that stand in a session on it; where
    nothing but a kind of thing is `listed`, those that name one.
    """
    every = theme_sentences(found, asked, intent, session_of, listed)
    best = heapq.nlargest(_TRIED, every, key=lambda one: one.score)
    excerpts = [_excerpt(one, session_of, is_list=bool(listed)) for one in best]
    named = [one for one in excerpts if _names(one, listed)] if listed else []
    if named and (asked.size == 1 or any(_is_list_of_all(one, asked, listed) for one in named)):
        return named
    if listed and asked.size == 1:
        return [one for one in excerpts if listed in one.said] or excerpts
    about = [
        one.found.is_core or _is_about(excerpt, asked)
        for one, excerpt in zip(best, excerpts, strict=True)
    ]
    if not (only_about and any(about)):
        # What answers a question need not hold its words.
        near = max((one.hit.score for one in found), default=0.0) - _NEAR
        about = [
            is_about or excerpt.hit.score >= near
            for is_about, excerpt in zip(about, excerpts, strict=True)
        ]
    return [
        excerpt
        for is_about, excerpt in zip(about, excerpts, strict=True)
        if is_about and not excerpt.is_scrap
    ]


def _names(one: CandidateExcerpt, listed: str) -> bool:
    """Tell whether an excerpt names one of what is listed, or stands under the word for it."""
    return names_one(listed, one.text) or headed_by(one.hit, listed) > 0


def _is_list_of_all(one: CandidateExcerpt, asked: Asked, listed: str) -> bool:
    """Tell whether an excerpt is a list under the word for what is listed, of all that is asked."""
    is_listed = "\n" in one.text and headed_by(one.hit, listed) > 0
    return is_listed and asked.coverage(one.said | terms_above(one.hit.passage)) >= ALL


def _is_about(one: CandidateExcerpt, asked: Asked) -> bool:
    """Tell whether an excerpt holds the theme's words, or stands under them."""
    return asked.coverage(one.said | terms_above(one.hit.passage)) >= ABOUT


def _excerpt(
    one: ThemeSentence, session_of: Callable[[str], str], *, is_list: bool = False
) -> CandidateExcerpt:
    hit = one.found.hit
    whole = list_around(one.laid, one.at) if is_list else None
    fits = whole and _length(one.laid, *whole) <= _LONGEST_LIST
    first, last = whole if whole and fits else _grown(one.laid, one.at)
    said = frozenset().union(*one.laid.terms[first : last + 1])
    session = session_of(hit.passage.document_id)
    start, end = characters(one.laid, first, last)
    vector = one.found.vectors[one.at]
    return CandidateExcerpt(hit, start, end, session, one.score, said, vector)


def _grown(laid: Laid, at: int) -> tuple[int, int]:
    """Return a sentence with what it can't be understood without, or is too short without.

    That is what goes on from it; and on a slide or a page of one, the lines and the title above.
    """
    first = last = at
    while first and _leans(laid, first) and _length(laid, first - 1, at) <= _LONGEST:
        first -= 1
    while last + 1 < len(laid) and _length(laid, first, last) < _ENOUGH:
        goes_on = laid.empty[last + 1] in ("", "fragment")
        if not goes_on or _length(laid, first, last + 1) > _LONGEST:
            break
        last += 1
    while first and laid.passage.place.kind in _SLIDE_KINDS:
        goes_on = laid.empty[first - 1] in ("", "fragment", "title")
        if not goes_on or _length(laid, first - 1, last) > _LONGEST:
            break
        first -= 1
    return first, last


def _leans(laid: Laid, at: int) -> bool:
    """Tell whether a sentence can't be understood without the one before, in the same line."""
    leaning = leans(laid.texts[at]) or laid.cited[at]
    return leaning and laid.lines[at - 1] == laid.lines[at]


def _length(laid: Laid, first: int, last: int) -> int:
    start, end = characters(laid, first, last)
    return len(laid.passage.text[start:end].split())
