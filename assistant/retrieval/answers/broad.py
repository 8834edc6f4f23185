"""A broad question → an `Answer`: what was said of a theme, or in a session, or a refusal.

Whether there is an answer depends on how much of the corpus speaks of the theme, not on how well
one passage answers; `retrieval.overviews` chooses what is shown. A session that is summed up as a
whole is answered by the points of its sheet, where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from assistant.index.search_index import SearchIndex
from assistant.query.intent import Inquiry
from assistant.query.titles import Named, entitled, named_in
from assistant.records.answers import Answer, Citation, Status
from assistant.records.documents import Session
from assistant.records.hits import Filters
from assistant.retrieval.answerability import Gate
from assistant.retrieval.answers.sections import with_sections
from assistant.retrieval.overviews.choosing import MOST_DEVOTED, MOST_EXCERPTS, fitting_points
from assistant.retrieval.overviews.citing import cite_others, cite_overview
from assistant.retrieval.overviews.theme_passages import (
    WHOLE,
    pool,
    sessions_by_document,
    speaking,
)
from assistant.retrieval.search import Results
from assistant.text.analysis import telling_spans, terms
from assistant.text.lexicon import Lexicon

#: Passages looked at for what was said of a theme.
WIDE = 48
#: A theme is spoken of where the best passage holds so much of its words, by weight, and the
#: first three so much on average. On forum-dev, absent themes reach .55 and .52 at most.
_HELD = 0.7
_HELD_BY_THREE = 0.5
#: A theme of which less is held is looked for by its own words in so many passages.
_FIRST = 5
#: What two words name stands together in what speaks of it: within so many words.
_PAIR, _BESIDE = 2, 4
#: Words before what is listed that say nothing of it.
_SIZES = frozenset(terms("principaux grands différents vrais majeurs importants nouveaux"))
#: How far below the threshold what is not claimed comes.
_UNCLAIMED = 0.01
#: What is searched to sum up a whole event.
_EVENT = "synthèse, conclusions, engagements et recommandations : ce que nous retenons"


class Finding(Protocol):
    """What an overview needs of `pipeline.Retriever`."""

    @property
    def index(self) -> SearchIndex:
        """The index searched."""

    @property
    def gate(self) -> Gate:
        """What judges whether the corpus answers."""

    @property
    def lexicon(self) -> Lexicon:
        """What words are called otherwise."""

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of the index."""

    def find(self, question: str, *, k: int, filters: Filters, own: str = "") -> Results:
        """Return the at most `k` best passages."""


#: A session → the points of its sheet; none where it has no sheet.
Points = Callable[[Session], Sequence[Citation]]


@dataclass(frozen=True, slots=True)
class BroadSearch:
    """What a broad question searched: `named` is what it is about as a whole, or None.

    `theme` is what was searched, `results` what was found of it.
    """

    named: Named | None
    theme: str
    results: Results

    @property
    def is_whole(self) -> bool:
        """Whether sessions, or the event, are summed up, whatever was said there."""
        return self.named is not None and not self.named.theme

    @property
    def is_in_order(self) -> bool:
        """Whether what is shown follows the order in which it was said."""
        return self.is_whole and self.named is not None and not self.named.is_event

    @property
    def session(self) -> Session | None:
        """The one session that is summed up as a whole, if there is one."""
        if self.named is None or not self.is_in_order or len(self.named.sessions) != 1:
            return None
        return self.named.sessions[0]


def broad_answer(
    question: str,
    inquiry: Inquiry,
    retriever: Finding,
    filters: Filters,
    points: Points,
    *,
    threshold: float,
    perhaps: float,
    started: float,
) -> Answer | None:
    """Answer with excerpts; None for a list that one passage answers better."""
    search = broad_search(inquiry, retriever, filters)
    results = search.results
    confidence = retriever.gate.confidence(results.evidence) if results.hits else 0.0
    spoken = search.is_whole or is_spoken_of(results)
    if inquiry.is_gathered and not spoken and confidence < perhaps:
        return None
    least = perhaps if inquiry.is_gathered else threshold
    citations: tuple[Citation, ...] = ()
    if results.hits and (spoken or confidence >= least):
        if search.session and not filters:
            citations = tuple(fitting_points(points(search.session)))
        citations = citations or _overview(inquiry, retriever, search, points)
    is_sure = spoken or (
        confidence >= threshold and (inquiry.is_gathered or _is_written(search.theme, results))
    )
    if not search.is_whole and is_scattered(search.theme, results):
        is_sure = False
    claims = is_sure and (not inquiry.is_gathered or gathers(inquiry.theme, citations))
    status: Status = ("answered" if claims else "perhaps") if citations else "refused"
    told = citations if claims else ()
    answer = Answer(
        question=question,
        status=status,
        text=" ".join(one.numbered for one in told),
        citations=citations,
        confidence=_shown(confidence, status, threshold, perhaps),
        engine="extractive",
        hits=results.hits[:10],
        seconds=perf_counter() - started,
        changes=() if search.is_whole else results.changes,
        scope=_scope(inquiry, search.named) or results.scope,
        intent=inquiry.intent,
    )
    return with_sections(answer, sessions_by_document(retriever.index), speaking(results))


def broad_search(inquiry: Inquiry, retriever: Finding, filters: Filters) -> BroadSearch:
    """Search widely for what a broad question is about."""
    named = _named(inquiry, retriever)
    theme, within = _searched(inquiry, named, filters)
    is_one = named is not None and not named.theme and not named.is_event
    results = retriever.find(theme, k=WHOLE if is_one else WIDE, filters=within)
    return BroadSearch(named, theme, results)


def _shown(confidence: float, status: Status, threshold: float, perhaps: float) -> float:
    """Return the confidence that goes with a status."""
    if status == "answered":
        return max(confidence, threshold)
    return min(confidence, threshold - _UNCLAIMED if status == "perhaps" else perhaps)


def gathers(theme: str, citations: Sequence[Citation]) -> bool:
    """Tell whether excerpts name what is listed: "risques" of "grands risques de la baignade"."""
    listed = _asked_of(theme)[:1]
    said = {
        term
        for one in citations
        for term in terms(f"{one.quote} {one.passage.title_line} {one.passage.context}")
    }
    return not listed or listed[0] in said


def _asked_of(theme: str) -> list[str]:
    """Return the terms of a list's theme: what is listed, then what it is of."""
    return [term for term in terms(theme) if term not in _SIZES]


def _overview(
    inquiry: Inquiry, retriever: Finding, search: BroadSearch, points: Points
) -> tuple[Citation, ...]:
    """Quote what is said of a theme: what sessions devoted to it keep of it first, if any is."""
    session_of = sessions_by_document(retriever.index)
    asked = search.results.asked
    listing = _asked_of(inquiry.theme) if inquiry.is_gathered else []
    # A kind of thing alone has no session: "quelles villes" asks for none on "le site de la ville".
    sessions = [] if len(listing) == 1 else _devoted(search, retriever, session_of)
    devoted = [one.id for one in sessions]
    found = pool(search.results, retriever.index, session_of, devoted, intent=inquiry.intent)
    kept = [tuple(points(one)) for one in sessions] if inquiry.intent == "overview" else []
    if kept and all(kept):
        own = _in_turn(kept, MOST_DEVOTED)
        others = cite_others(found, asked, inquiry.intent, session_of, own, devoted)
        own = _in_turn(kept, MOST_EXCERPTS - len(others))
        return tuple(fitting_points([*own, *others]))
    return cite_overview(
        found,
        asked,
        inquiry.intent,
        session_of,
        devoted,
        in_order=search.is_in_order,
        listed=listing[0] if listing else "",
    )


def _devoted(
    search: BroadSearch, retriever: Finding, session_of: Callable[[str], str]
) -> list[Session]:
    """Return the sessions whose titles have the theme, in the order in which they were found."""
    found = [session_of(hit.passage.document_id) for hit in search.results.hits]
    sessions = entitled(search.theme, retriever.sessions, retriever.lexicon)
    return sorted(sessions, key=lambda one: [*found, one.id].index(one.id))


def _in_turn(kept: Sequence[Sequence[Citation]], most: int) -> list[Citation]:
    """Return the first points of each session, so many in all, session by session."""
    each, more = divmod(most, len(kept))
    return [one for at, points in enumerate(kept) for one in points[: each + (at < more)]]


def _named(inquiry: Inquiry, retriever: Finding) -> Named | None:
    """Return the sessions, or the event, that a question is about as a whole."""
    asked = inquiry.subject or inquiry.theme
    named = named_in(asked, retriever.sessions, retriever.lexicon)
    if named is None or (named.is_event and inquiry.intent == "list"):
        return None
    # "La voirie" is a theme, though a session's title has it: others may speak of it too.
    is_theme = inquiry.intent != "summary" and not named.is_event
    return None if is_theme else named


def _searched(inquiry: Inquiry, named: Named | None, filters: Filters) -> tuple[str, Filters]:
    """Return what is searched, and where."""
    if named is None:
        return inquiry.theme, filters
    if named.is_event:
        return named.theme or _EVENT, filters
    within = replace(filters, sessions=tuple(one.id for one in named.sessions))
    return named.theme or _titles(named.sessions), within


def _titles(sessions: Sequence[Session]) -> str:
    return " ; ".join(one.title or one.id.rpartition("/")[2] for one in sessions[:3])


def _scope(inquiry: Inquiry, named: Named | None) -> tuple[str, ...]:
    """Return the words that said where to look."""
    return (inquiry.subject,) if named and not named.is_event and inquiry.subject else ()


def _is_written(theme: str, results: Results) -> bool:
    """Tell whether one of the best passages has all the words of a theme, and not others for them.

    One mention by a synonym is no answer: "caméra de surveillance" for "vidéosurveillance".
    """
    wanted = set(terms(theme))
    return any(
        wanted <= set(terms(f"{hit.passage.text} {hit.passage.context}"))
        for hit in results.hits[:_FIRST]
    )


def is_scattered(theme: str, results: Results) -> bool:
    """Tell whether the two words of a theme are found in one passage alone, and apart there.

    What tells of small electric motors in cars may not treat "voiture électrique".
    """
    spans, wanted = telling_spans(theme), terms(theme)
    if len(spans) != _PAIR or len(wanted) != _PAIR or spans[1][0] - spans[0][1] != 1:
        return False
    said = [terms(f"{hit.passage.context}\n{hit.passage.text}") for hit in results.hits]
    holding = [one for one in said if set(wanted) <= set(one)]
    return len(holding) == 1 and not any(
        one == wanted[0] and wanted[1] in holding[0][at : at + _BESIDE]
        for at, one in enumerate(holding[0])
    )


def is_spoken_of(results: Results) -> bool:
    """Tell whether a theme is treated: by how much of its words the best passages hold."""
    held = sorted(
        (
            results.asked.coverage(
                set(terms(f"{hit.passage.text} {hit.passage.context} {hit.title}"))
            )
            for hit in results.hits[:20]
        ),
        reverse=True,
    )
    return bool(held) and held[0] >= _HELD and sum(held[:3]) / 3 >= _HELD_BY_THREE
