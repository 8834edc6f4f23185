"""What was said of a theme, or in a session: its passages → the most telling excerpts, cited.

In: the passages of a theme (`theme_passages`). Out: citations of a sentence or two that speak of
it and tell something by themselves (`telling`), no two of which say the same; the session devoted
to the theme first, or in reading order where one session is summed up. `answers.broad` says
whether there is an answer at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from assistant.query.asked_lists import asked_noun
from assistant.records.answers import Answer, Citation, Intent
from assistant.retrieval.layout import laid_out, lead_of, list_around
from assistant.retrieval.overviews.candidates import (
    ALL,
    CandidateExcerpt,
    candidate_excerpts,
)
from assistant.retrieval.overviews.choosing import MOST_DEVOTED, MOST_EXCERPTS, choose, cite
from assistant.retrieval.overviews.theme_sentences import ThemePassage, terms_above
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import terms

#: Those of an answer, with what was said besides, where it asks for one thing.
_MOST_MORE: dict[Intent, int] = {"fact": 5, "comparison": 5, "opinion": 5}
#: What tells so many logits less than the best follows no answer; where something is claimed, and
#: many may follow, than the third best: one or two may tell much more than all else that was said.
_FALLS = 1.5
_OUTLIERS, _OF_MANY = 2, 8
#: Where one thing is asked and the first quote holds so much of it, only what has the rarest word
#: that it holds follows; of reasons there may be several.
_NARROW: dict[Intent, float] = {"fact": 0.4, "yes_no": 0.4, "reason": 0.9}


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
    every = candidate_excerpts(
        found, asked, intent, session_of, only_about=only_about, listed=listed
    )
    inside = [one for one in every if one.session in devoted]
    first = choose(inside, most=MOST_DEVOTED)
    chosen = [*first, *choose(every, first)]
    best = {one.session: one.score for one in sorted(chosen, key=lambda one: one.score)}

    def position(one: CandidateExcerpt) -> tuple[bool, float, float, tuple[str, int, int]]:
        first = in_order or one.session in devoted
        named_most = -one.score if listed else 0.0
        return not first, 0.0 if in_order else -best[one.session], named_most, one.place

    return tuple(cite(asked, sorted(chosen, key=position)))


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
    every = candidate_excerpts(found, asked, intent, session_of, only_about=True)
    others = [one for one in every if one.session not in devoted]
    chosen = choose(others, [CandidateExcerpt.of(one, session_of) for one in points])
    return tuple(cite(asked, chosen, first=len(points) + 1))


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
    quoted = [CandidateExcerpt.of(one, session_of) for one in answer.citations]
    unsure = answer.status != "answered"
    every = candidate_excerpts(found, asked, intent, session_of, only_about=unsure)
    first = set(terms(answer.citations[0].quote)) if answer.citations else set()
    if not unsure and asked.coverage(first) >= _NARROW.get(intent, 2.0):
        rarest = _rarest_held(asked, first)
        every = [one for one in every if rarest & one.said]
    scores = sorted((one.score for one in every), reverse=True)
    outliers = 0 if unsure else min(_OUTLIERS, len(scores) // _OF_MANY)
    best = scores[outliers] if scores else 0.0
    every = [one for one in every if one.score >= best - _FALLS]
    more = choose(every, quoted, most=_MOST_MORE.get(intent, MOST_EXCERPTS))
    citations = (*answer.citations, *cite(asked, more, first=len(quoted) + 1))
    text = " ".join(one.numbered for one in citations) if answer.text else ""
    return replace(answer, citations=citations, text=text)


def _rarest_held(asked: Asked, held: Set[str]) -> frozenset[str]:
    """Return the terms of the rarest thing asked that is among some: those of all its names."""
    ways = [(weight, frozenset({term})) for term, weight in asked.plain.items()]
    ways += [(one.weight, frozenset(one.term_weights())) for one in asked.concepts]
    return max(
        ((weight, way) for weight, way in ways if way & held),
        default=(0.0, frozenset()),
        key=lambda one: one[0],
    )[1]


def _tells_all(answer: Answer, asked: Asked, intent: Intent) -> bool:
    """Tell whether the first quote of an answer leaves nothing to add.

    It holds all that is asked, with what stands above it, or is the list that is asked for. Who
    asks how or why is told more by others.
    """
    first = answer.citations[0]
    if intent == "list":
        return _is_list_of(first, asked_noun(answer.question))
    held = terms_above(first.passage).union(terms(first.quote))
    return intent == "fact" and asked.coverage(held) >= ALL


def _is_list_of(quote: Citation, noun: Set[str]) -> bool:
    """Tell whether a quote holds a list whose head says so: "Six clauses à écrire"."""
    laid = laid_out(quote.passage)
    inside = [at for at, (start, end) in enumerate(laid.spans)
              if quote.start <= start and end <= quote.end]  # fmt: skip
    listed = list_around(laid, inside[-1]) if inside else None
    return listed is not None and listed[0] in inside and bool(noun & lead_of(laid, listed))
