"""A session's sheet, chosen out of the digests of its documents. Pure.

In: `Source`s, the documents of a session. Out: a `Choice`, what each part of its sheet quotes. What
a session sums up itself comes first; then its key points in order, from its beginning to its end,
the best of each stretch. Nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.records.documents import Passage
from assistant.sheets.digest import Cut, Digest
from assistant.sheets.wording import alike, name_key, plain
from assistant.text.analysis import fold, terms

#: Key points: so many at least where the session has them, at most, and words for each.
FEWEST_POINTS, MOST_POINTS, _WORDS_A_POINT = 5, 8, 150
#: A stretch whose best is worth less of what the session's points are is left out.
_WORTH = 0.75
MOST_SYNTHESIS = 6
#: Words of a session's own synthesis, in all.
_SYNTHESIS_WORDS = 220
MOST_FIGURES, MOST_NAMES, MOST_EXCHANGES = 8, 12, 8
#: Kinds of documents in the order in which one would read them.
_KINDS = ("transcript", "recording", "slides", "report", "page", "table", "image")


class Quote(NamedTuple):
    """Characters of a passage of the document of this number, of those of a session."""

    document: int
    ordinal: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a session. `moments` say when each slide was shown, as a share of the talk."""

    id: str
    kind: str
    passages: Mapping[int, Passage]
    digest: Digest
    moments: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the parts of a session's sheet quote, in their order.

    `levels` are those of the headings of `outline`, `times` how often each of `names` is cited.
    """

    synthesis: tuple[Quote, ...] = ()
    points: tuple[Quote, ...] = ()
    outline: tuple[Quote, ...] = ()
    levels: tuple[int, ...] = ()
    figures: tuple[Quote, ...] = ()
    names: tuple[Quote, ...] = ()
    times: tuple[int, ...] = ()
    questions: tuple[tuple[Quote, Quote], ...] = ()


@dataclass(frozen=True, slots=True)
class _SourceCut:
    """A cut of a source, with its words, its terms and its place in the session."""

    number: int
    cut: Cut
    text: str
    order: tuple[int, float]

    @property
    def said(self) -> frozenset[str]:
        return frozenset(terms(self.text))

    @property
    def quote(self) -> Quote:
        return Quote(self.number, self.cut.ordinal, self.cut.start, self.cut.end)


def in_reading_order(sources: Iterable[Source]) -> list[Source]:
    """Return the documents of a session as one would read them: what was said first."""
    return sorted(
        sources, key=lambda one: (_KINDS.index(one.kind) if one.kind in _KINDS else 9, one.id)
    )


def chosen(sources: Sequence[Source], event: str = "") -> Choice:
    """Choose what the sheet of a session quotes; `sources` are in reading order.

    What stands in the title of the `event` is no name that tells one session from another.
    """
    kept: list[_SourceCut] = []
    questions = list(_questions(sources))
    synthesis = _synthesis(sources, kept)
    asked = [one for pair in questions for one in pair]
    points = _points(sources, kept, [_whole_reply(sources, one) for one in asked])
    figures = _figures(sources, kept, asked)
    headings = [
        (Quote(number, *one[:3]), one.level)
        for number, source in enumerate(sources)
        for one in source.digest.outline
    ]
    named = list(_names(sources, event))
    return Choice(
        synthesis=tuple(one.quote for one in synthesis),
        points=tuple(one.quote for one in points),
        outline=tuple(one for one, _ in headings),
        levels=tuple(level for _, level in headings),
        figures=tuple(one.quote for one in figures),
        names=tuple(one for one, _ in named),
        times=tuple(times for _, times in named),
        questions=tuple(questions),
    )


# --- What is kept ------------------------------------------------------------------------------


def _all(sources: Sequence[Source], cuts: Callable[[Digest], Iterable[Cut]]) -> list[_SourceCut]:
    """Return the cuts of all documents, in the session's order."""
    shown = any(one.moments for one in sources)
    found = [
        _SourceCut(
            number,
            cut,
            cut.text(source.passages[cut.ordinal]),
            _order(source, number, cut, shown=shown),
        )
        for number, source in enumerate(sources)
        for cut in cuts(source.digest)
    ]
    return sorted(found, key=lambda one: one.order)


def _order(source: Source, number: int, cut: Cut, *, shown: bool) -> tuple[int, float]:
    """Return where a cut stands: of a talk and the deck it follows, by time; else by document."""
    passage = source.passages[cut.ordinal]
    place = passage.place_of(cut.start, cut.end)
    if place.kind == "second":
        end = max(one.place.last for one in source.passages.values())
        return (0, place.first / (end or 1.0))
    if shown and source.moments:
        # Between the moments that are sure: slides were shown in their order.
        before = [one for slide, one in source.moments.items() if slide <= place.first]
        after = [one for slide, one in source.moments.items() if slide > place.first]
        if place.first in source.moments:
            return (0, source.moments[int(place.first)])
        return (0, (max(before, default=0.0) + min(after, default=1.0)) / 2)
    return (number, cut.position)


def _synthesis(sources: Sequence[Source], kept: list[_SourceCut]) -> list[_SourceCut]:
    """Choose what the session sums up: headings that say so before a speaker's conclusion."""
    found = _all(sources, lambda digest: digest.synthesis)
    written = [one for one in found if not _is_spoken(sources, one)]
    taken: list[_SourceCut] = []
    left = _SYNTHESIS_WORDS
    for one in [*written, *(one for one in found if one not in written)]:
        length = len(one.text.split())
        if len(taken) < MOST_SYNTHESIS and (length <= left or not taken) and _is_new(one, kept):
            taken.append(one)
            kept.append(one)
            left -= length
    return sorted(taken, key=lambda one: one.order)


def _is_spoken(sources: Sequence[Source], one: _SourceCut) -> bool:
    return sources[one.number].passages[one.cut.ordinal].place.kind == "second"


def _points(
    sources: Sequence[Source], kept: list[_SourceCut], elsewhere: Sequence[Quote]
) -> list[_SourceCut]:
    """Choose the best of each stretch of the session, then the best of what is left.

    What stands `elsewhere` on the sheet, among the questions and replies, is no point besides.
    """
    found = [
        one
        for one in _all(sources, lambda digest: digest.points)
        if not any(_is_in(one, other) for other in elsewhere)
    ]
    passages = (one for source in sources for one in source.passages.values())
    length = sum(len(one.text.split()) for one in passages)
    number = max(
        FEWEST_POINTS, min(MOST_POINTS, max(length // _WORDS_A_POINT, len(found) * 2 // 3))
    )
    taken: list[_SourceCut] = []
    best = sorted((one.cut.weight for one in found), reverse=True)[:number]
    least = _WORTH * best[-1] if best else 0.0
    for stretch in _stretches(found, number):
        _take_best([one for one in stretch if one.cut.weight >= least], taken, kept)
    rest = [one for one in found if one not in taken]
    while len(taken) < number and _take_best(rest, taken, kept):
        pass
    return sorted(taken, key=lambda one: one.order)


def _stretches(found: Sequence[_SourceCut], number: int) -> Iterator[list[_SourceCut]]:
    """Yield the session cut in so many stretches of as many words."""
    total = sum(len(one.text.split()) for one in found)
    stretches: list[list[_SourceCut]] = [[] for _ in range(number)]
    before = 0
    for one in found:
        stretches[min(number - 1, before * number // max(1, total))].append(one)
        before += len(one.text.split())
    yield from stretches


def _take_best(
    stretch: Sequence[_SourceCut], taken: list[_SourceCut], kept: list[_SourceCut]
) -> bool:
    """Take the best that says something new; tell whether there was one."""
    for one in sorted(stretch, key=lambda one: -one.cut.weight):
        if one not in taken and _is_new(one, kept):
            taken.append(one)
            kept.append(one)
            return True
    return False


def _figures(
    sources: Sequence[Source], kept: list[_SourceCut], elsewhere: Sequence[Quote]
) -> list[_SourceCut]:
    """Choose figures that nothing else on the sheet says, in order."""
    found = [
        one
        for one in _all(sources, lambda digest: digest.figures)
        if not any(_is_in(one, other) for other in elsewhere)
    ]
    taken: list[_SourceCut] = []
    for one in sorted(found, key=lambda one: -one.cut.weight):
        if len(taken) < MOST_FIGURES and _is_new(one, kept):
            taken.append(one)
            kept.append(one)
    return sorted(taken, key=lambda one: one.order)


def _is_new(one: _SourceCut, kept: Iterable[_SourceCut]) -> bool:
    """Tell whether nothing kept has its words, or says the same in nearly the same words."""
    own = one.said
    return bool(own) and not any(
        (one.number == other.number and one.cut.overlaps(other.cut)) or alike(own, other.said)
        for other in kept
    )


def _whole_reply(sources: Sequence[Source], quote: Quote) -> Quote:
    """Return what somebody says to the room whole: what follows the reply replies too."""
    passage = sources[quote.document].passages[quote.ordinal]
    return quote._replace(start=0, end=len(passage.text)) if passage.speaker else quote


def _is_in(one: _SourceCut, other: Quote) -> bool:
    """Tell whether a cut shares characters with a quote."""
    return one.number == other.document and one.cut.overlaps(Cut(*other[1:]))


# --- Names and questions -----------------------------------------------------------------------


def _names(sources: Sequence[Source], event: str) -> Iterator[tuple[Quote, int]]:
    """Yield the names that the documents cite most, with how many times they do."""
    found: dict[str, tuple[Quote, int]] = {}
    for number, source in enumerate(sources):
        people = " ".join(fold(one.speaker) for one in source.passages.values())
        for one in source.digest.names:
            name = source.passages[one.ordinal].text[one.start : one.end]
            key = name_key(name)
            if key in people or key in plain(event).split():
                continue
            quote, times = found.get(key, (Quote(number, *one[:3]), 0))
            found[key] = quote, times + one.times
    whole = [
        one
        for key, one in found.items()
        if not any(key != other and f" {key} " in f" {other} " for other in found)
    ]
    yield from sorted(sorted(whole, key=lambda one: -one[1])[:MOST_NAMES])


def _questions(sources: Sequence[Source]) -> Iterator[tuple[Quote, Quote]]:
    """Yield the questions of the room with their replies."""
    found = [
        (Quote(number, *one.question[:3]), Quote(number, *one.reply[:3]))
        for number, source in enumerate(sources)
        for one in source.digest.exchanges
    ]
    yield from found[:MOST_EXCHANGES]
