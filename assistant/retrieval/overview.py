"""What was said of a theme, or in a session: a wide search → its most telling excerpts.

In: many hits of a theme, with the cosine of each of their sentences. Out: excerpts of a sentence or
two that speak of the theme and tell something by themselves (`telling`), no two of which say the
same; the session devoted to the theme first, or in reading order where one session is summed up.
`answers.broad` says whether there is an answer at all.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from assistant.i18n.places import automatic_of
from assistant.index.search_index import SearchIndex
from assistant.query.asked_lists import asked_noun
from assistant.records.answers import Answer, Citation, Intent
from assistant.records.documents import Passage
from assistant.records.hits import Hit
from assistant.records.vectors import Scores, Vector, Vectors
from assistant.retrieval.layout import Laid, characters, laid_out, lead_of, list_around
from assistant.retrieval.ranking import Asked
from assistant.retrieval.search import Results
from assistant.retrieval.telling import leans, names_one
from assistant.retrieval.theme_sentences import (
    ThemePassage,
    ThemeSentence,
    headed_by,
    held_by,
    session_shares,
    terms_above,
    theme_sentences,
    unit,
)
from assistant.text.analysis import telling_spans, terms, words

#: All of a session is looked at to so many passages.
WHOLE = 200
#: At most so many excerpts, and so many words in all.
MOST_EXCERPTS = 8
MOST_WORDS = 300
#: Those of the sessions devoted to the theme, where others speak of it too.
_MOST_DEVOTED = 5
#: Those of an answer, with what was said besides, where it asks for one thing.
_MOST_MORE: dict[Intent, int] = {"fact": 5, "comparison": 5, "opinion": 5}
#: An excerpt of fewer words takes the next sentences along; none is longer than so many.
_ENOUGH = 40
_LONGEST = 60
#: A list that is asked for is shown whole to so many words.
_LONGEST_LIST = 110
#: Where lines are parts of one thing, under its title.
_SLIDE_KINDS = ("slide", "page")
#: All of a session is looked at where so much of what was found is of it, and at least so many of
#: its passages hold so much of the theme's words: one that mentions it isn't enough.
_MOSTLY = 0.4
_FEWEST_ABOUT = 2
_MENTIONS = 0.3
#: An excerpt is about what is asked where its passage's score is so near to the best, or where it
#: holds so much of its words, or stands under them.
_NEAR = 0.02
_ABOUT = 0.5
#: A quote that holds so much of what is asked tells all of it.
_ALL = 0.9
#: What tells so many logits less than the best follows no answer.
_FALLS = 1.5
#: So many sentences are tried, best first.
_TRIED = 80
#: So many logits less for each excerpt of the same session that is shown already.
_TOLD = 0.3
#: Two excerpts that share so much of their terms say the same.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class _CandidateExcerpt:
    """What may be shown: characters `start`..`end` of a hit's passage, of a `session`."""

    hit: Hit
    start: int
    end: int
    session: str
    score: float
    said: frozenset[str]

    @classmethod
    def of(cls, cited: Citation, session_of: Callable[[str], str]) -> _CandidateExcerpt:
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
    def place(self) -> tuple[str, int, int]:
        return self.hit.passage.document_id, self.hit.passage.ordinal, self.start


def sessions_by_document(index: SearchIndex) -> Callable[[str], str]:
    """Return what gives the session of a document; one without is a session of its own."""
    documents = index.documents()
    return lambda id_: documents[id_].facts.get("session", "") or id_


def cite_overview(
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
    devoted: Sequence[str] = (),
    *,
    in_order: bool = False,
    listed: str = "",
) -> tuple[Citation, ...]:
    """Quote the excerpts that tell most of a theme, numbered.

    Sessions that are `devoted` to it come first, then those that say most; or, `in_order`, all in
    reading order. `listed` is the term of what a list is to name: what names most comes first.
    """
    only_about = intent == "overview"
    every = _candidates(found, asked, intent, session_of, only_about=only_about, listed=listed)
    inside = [one for one in every if one.session in devoted]
    first = _chosen(inside, most=_MOST_DEVOTED)
    chosen = [*first, *_chosen(every, first)]
    best = {one.session: one.score for one in sorted(chosen, key=lambda one: one.score)}

    def position(one: _CandidateExcerpt) -> tuple[bool, float, float, tuple[str, int, int]]:
        first = in_order or one.session in devoted
        named_most = -one.score if listed else 0.0
        return not first, 0.0 if in_order else -best[one.session], named_most, one.place

    return tuple(_cited(asked, sorted(chosen, key=position)))


def cite_others(
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
    points: Sequence[Citation],
    devoted: Sequence[str],
) -> tuple[Citation, ...]:
    """Quote what other sessions than the `devoted` ones say of a theme, numbered on from `points`.

    Those are what the devoted sessions keep of it themselves, and come first. All together are no
    more than an overview has.
    """
    every = _candidates(found, asked, intent, session_of, only_about=True)
    others = [one for one in every if one.session not in devoted]
    chosen = _chosen(others, [_CandidateExcerpt.of(one, session_of) for one in points])
    return tuple(_cited(asked, chosen, first=len(points) + 1))


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


def speaking(results: Results) -> list[Passage]:
    """Return the passages found that speak of what was searched: they hold half of its words."""
    asked = results.asked
    return [hit.passage for hit in results.hits if held_by(hit.passage, asked) >= _ABOUT]


def with_more(
    answer: Answer,
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
) -> Answer:
    """Return an answer whose quotes are followed by what else was said of what is asked.

    All together are no more than an overview has. `found` are the passages it was found in.
    """
    if answer.status == "answered" and _tells_all(answer, asked, intent):
        return answer
    quoted = [_CandidateExcerpt.of(one, session_of) for one in answer.citations]
    unsure = answer.status != "answered"
    every = _candidates(found, asked, intent, session_of, only_about=unsure)
    least = max((one.score for one in every), default=0.0) - _FALLS
    every = [one for one in every if one.score >= least]
    more = _chosen(every, quoted, most=_MOST_MORE.get(intent, MOST_EXCERPTS))
    citations = (*answer.citations, *_cited(asked, more, first=len(quoted) + 1))
    text = " ".join(one.numbered for one in citations) if answer.text else ""
    return replace(answer, citations=citations, text=text)


def pool(
    results: Results,
    index: SearchIndex,
    session_of: Callable[[str], str],
    devoted: Sequence[str] = (),
    answering: Sequence[str] = (),
    *,
    intent: Intent = "fact",
) -> list[ThemePassage]:
    """Return the passages found, and the others of the sessions that are on the theme.

    Those are the `devoted` ones, and one that most of what was found stands in, where two passages
    hold a third of the theme's words (half where it is the theme alone that is asked) or it is one
    of the `answering` ones.
    """
    shares = session_shares(results.hits, session_of)
    least = _ABOUT if intent == "overview" else _MENTIONS
    about = Counter(
        session_of(hit.passage.document_id)
        for hit in results.hits
        if held_by(hit.passage, results.asked) >= least
    )
    core = {
        session
        for session, share in shares.items()
        if share >= _MOSTLY and (about[session] >= _FEWEST_ABOUT or session in answering)
    }.union(devoted)
    vectors: dict[str, list[Vectors]] = {}
    middles: dict[str, Vector] = {}

    def of(id_: str) -> list[Vectors]:
        if id_ not in vectors:
            vectors[id_] = index.sentence_vectors(id_)
            middles[id_] = unit(np.concatenate(vectors[id_]).mean(axis=0))
        return vectors[id_]

    found = [
        ThemePassage(
            hit, cosines, of(id_)[hit.passage.ordinal], middles[id_], session_of(id_) in core
        )
        for hit, cosines in zip(results.hits, results.sentences, strict=True)
        for id_ in [hit.passage.document_id]
    ]
    have = {(one.hit.passage.document_id, one.hit.passage.ordinal) for one in found}
    for id_ in [id_ for id_ in index.documents() if session_of(id_) in core]:
        for passage, own in zip(index.passages_of(id_)[:WHOLE], of(id_), strict=False):
            if (id_, passage.ordinal) not in have and len(own):
                cosines: Scores = own @ results.vector
                last = replace(
                    results.hits[-1], passage=passage, title=index.documents()[id_].title,
                    rank=len(results.hits) + 1, cosine=float(cosines.max()), reply=False,
                    automatic=automatic_of(index.documents()[id_].facts, passage.place),
                )  # fmt: skip
                found.append(
                    ThemePassage(last, cosines, own, middles[id_], is_core=True, is_beyond=True)
                )
    return found


def _tells_all(answer: Answer, asked: Asked, intent: Intent) -> bool:
    """Tell whether the first quote of an answer leaves nothing to add.

    It holds all that is asked, with what stands above it, or is the list that is asked for. Who
    asks how or why is told more by others.
    """
    first = answer.citations[0]
    if intent == "list":
        return _is_list_of(first, asked_noun(answer.question))
    held = terms_above(first.passage).union(terms(first.quote))
    return intent == "fact" and asked.coverage(held) >= _ALL


def _is_list_of(quote: Citation, noun: Set[str]) -> bool:
    """Tell whether a quote holds a list whose head says so: "Six clauses à écrire"."""
    laid = laid_out(quote.passage)
    inside = [at for at, (start, end) in enumerate(laid.spans)
              if quote.start <= start and end <= quote.end]  # fmt: skip
    listed = list_around(laid, inside[-1]) if inside else None
    return listed is not None and listed[0] in inside and bool(noun & lead_of(laid, listed))


# --- What may be shown ---------------------------------------------------------------------------


def _candidates(
    found: Sequence[ThemePassage],
    asked: Asked,
    intent: Intent,
    session_of: Callable[[str], str],
    *,
    only_about: bool,
    listed: str = "",
) -> list[_CandidateExcerpt]:
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
    return [excerpt for is_about, excerpt in zip(about, excerpts, strict=True) if is_about]


def _names(one: _CandidateExcerpt, listed: str) -> bool:
    """Tell whether an excerpt names one of what is listed, or stands under the word for it."""
    return names_one(listed, one.text) or headed_by(one.hit, listed) > 0


def _is_list_of_all(one: _CandidateExcerpt, asked: Asked, listed: str) -> bool:
    """Tell whether an excerpt is a list under the word for what is listed, of all that is asked."""
    is_listed = "\n" in one.text and headed_by(one.hit, listed) > 0
    return is_listed and asked.coverage(one.said | terms_above(one.hit.passage)) >= _ALL


def _is_about(one: _CandidateExcerpt, asked: Asked) -> bool:
    """Tell whether an excerpt holds the theme's words, or stands under them."""
    return asked.coverage(one.said | terms_above(one.hit.passage)) >= _ABOUT


def _excerpt(
    one: ThemeSentence, session_of: Callable[[str], str], *, is_list: bool = False
) -> _CandidateExcerpt:
    hit = one.found.hit
    whole = list_around(one.laid, one.at) if is_list else None
    fits = whole and _length(one.laid, *whole) <= _LONGEST_LIST
    first, last = whole if whole and fits else _grown(one.laid, one.at)
    said = frozenset().union(*one.laid.terms[first : last + 1])
    session = session_of(hit.passage.document_id)
    return _CandidateExcerpt(hit, *characters(one.laid, first, last), session, one.score, said)


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


# --- What is shown -------------------------------------------------------------------------------


def _chosen(
    candidates: Sequence[_CandidateExcerpt],
    before: Sequence[_CandidateExcerpt] = (),
    most: int = MOST_EXCERPTS,
) -> list[_CandidateExcerpt]:
    """Choose, best first, what says something else than those `before` and those chosen.

    What a session has told already makes its next excerpt count less.
    """
    chosen: list[_CandidateExcerpt] = []
    count = sum(len(words(one.text)) for one in before)
    most_words = MOST_WORDS * most // MOST_EXCERPTS
    told = Counter(one.session for one in before)
    left = list(candidates)
    while left and len(before) + len(chosen) < most:
        best = max(left, key=lambda one: one.score - _TOLD * told[one.session])
        left.remove(best)
        length = len(words(best.text))
        fits = count + length <= most_words or not (chosen or before)
        if fits and not any(_is_same(best, other) for other in (*before, *chosen)):
            chosen.append(best)
            told[best.session] += 1
            count += length
    return chosen


def _is_same(one: _CandidateExcerpt, other: _CandidateExcerpt) -> bool:
    """Tell whether two excerpts are the same words, or say the same in nearly the same words."""
    if one.passage == other.passage and one.start < other.end and other.start < one.end:
        return True
    return len(one.said & other.said) > _ALIKE * min(len(one.said), len(other.said))


def _cited(asked: Asked, chosen: Iterable[_CandidateExcerpt], first: int = 1) -> Iterator[Citation]:
    """Yield excerpts as citations, numbered from the `first`."""
    for number, one in enumerate(chosen, start=first):
        yield Citation(
            number, one.hit.passage, one.hit.title, one.start, one.end, one.hit.automatic,
            tuple(_marked(asked, one)),
        )  # fmt: skip


def _marked(asked: Asked, one: _CandidateExcerpt) -> Iterator[tuple[int, int]]:
    """Yield the spans of the theme's own words in an excerpt."""
    for first, last in telling_spans(one.text):
        if set(terms(one.text[first:last])) & asked.weights.keys():
            yield one.start + first, one.start + last
