"""The excerpts of a document that are worth keeping: its key points, and what it sums up itself.

In: a document's `Part`s. Out: `Cut`s with their weights. A slide is kept whole, its title with its
lines; of speech and of texts, runs of sentences that stand alone. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.records.documents import CONTEXT_SEPARATOR, Passage
from assistant.retrieval.excerpts import excerpt
from assistant.retrieval.layout import MOST_WORDS, list_around
from assistant.retrieval.summaries import sums_up
from assistant.sheets.digest import Cut
from assistant.sheets.parts import (
    FEWEST_WORDS,
    LONGEST_SLIDE,
    Part,
    dangles,
    is_talk,
    run,
    slide_of,
    together,
    without_idle,
    words_in,
)
from assistant.sheets.wording import plain, same_words

#: An excerpt of more words is left out.
_MOST_IN_ALL = 75
#: A run of fewer words takes the next sentences along.
_ENOUGH = 30
#: Lines from which on a run is a list.
_LIST = 3
#: What a document keeps at most: more than a sheet shows, so that sheets may choose.
_MOST_POINTS, _MOST_SYNTHESIS = 40, 12
#: Where a speaker says what is to be kept. Looked for in folded words.
_CONCLUDES = re.compile(
    r"\b(?:pour (?:conclure|finir|terminer|resumer)|en (?:conclusion|resume)|je retiens"
    r"|(?:a|faut|faudrait) retenir|retenez|ce que je ferais (?:autrement|differemment))\b"
    r"|^(?:\w+ ){0,3}(?:trois|quatre|cinq|deux) (?:conseils?|lecons?|idees?)(?: cles?)?$"
)
#: A speaker concludes in the last part of what is said, in so many words at most.
_LAST_PART, _LONGEST_CONCLUSION = 0.5, 90
#: What is left of the weight of a run that begins so.
_DANGLING = 0.6
#: Headings under which a document says what happens when and where.
_LOGISTICS = re.compile(
    r"\b(?:deroulement|programme|informations? pratiques?|inscriptions?|rendez vous|agenda)\b"
)


def points(parts: Sequence[Part], *, titles: Iterable[str], is_deck: bool) -> list[Cut]:
    """Return the excerpts worth most, in order. `titles` are the document's and the session's."""
    known = [*titles]
    found = [
        one
        for part in parts
        if not _is_title_page(part, known) and not _LOGISTICS.search(plain(part.heading))
        for one in _apart(_slides(part) if is_deck else _runs(part))
    ]
    best = sorted(found, key=lambda one: -one.weight)
    return sorted(best[:_MOST_POINTS])


def synthesis(parts: Sequence[Part], *, titles: Iterable[str], is_deck: bool) -> list[Cut]:
    """Return what the document says itself that is to be kept, in order."""
    known = [*titles]
    found: list[Cut] = []
    for part in parts:
        if _is_summary(part, known):
            found += _slides(part) if is_deck else _joined(part, _lines(part))
        elif part.passage.place.kind == "second" and part.position >= _LAST_PART:
            found += _concluded(part)
    return found[:_MOST_SYNTHESIS]


# --- Key points --------------------------------------------------------------------------------


def _slides(part: Part) -> Iterator[Cut]:
    """Yield a slide whole; the runs of one that is too long."""
    whole = slide_of(part)
    if whole:
        yield whole
    elif len(part.passage.text.split()) > LONGEST_SLIDE:
        yield from _runs(part)


def _runs(part: Part) -> Iterator[Cut]:
    """Yield each sentence that is worth something, with what it needs to stand alone."""
    laid = part.laid
    for at, weight in enumerate(part.weights.tolist()):
        if not weight or part.idle[at] or laid.titles[at]:
            continue
        first, last = _grown(part, at)
        worth = _worth(part, first, last)
        if dangles(laid, first):
            worth *= _DANGLING
        if FEWEST_WORDS <= words_in(part, first, last) <= _MOST_IN_ALL:
            yield part.cut(first, last, worth)


def _worth(part: Part, first: int, last: int) -> float:
    """Return what sentences are worth together; the lines of a list add up, as a slide's do."""
    own = part.weights[first : last + 1]
    lines = len(set(part.laid.lines[first : last + 1]))
    if lines >= _LIST and not is_talk(part, first, last):
        return together(own.tolist())
    return (float(own.max()) + float(own.mean())) / 2


def _grown(part: Part, at: int) -> tuple[int, int]:
    """Return the sentences to keep around one, so that they say enough and stand alone."""
    laid = part.laid
    first, last = excerpt(laid, at, several=True)
    first, last = without_idle(part, first, at, last)
    if first and dangles(laid, first) and laid.lines[first - 1] == laid.lines[first]:
        before = first - 1
        if not part.idle[before] and words_in(part, before, last) <= MOST_WORDS:
            first = before
    if words_in(part, first, last) < _ENOUGH:
        last = max(last, run(part, first, MOST_WORDS, in_line=True))
    return first, last


def _apart(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the cuts of a passage, best first, of which none shares a character with one before.

    Passages share none: what is worth most of a document is apart too.
    """
    kept: list[Cut] = []
    for one in sorted(cuts, key=lambda one: -one.weight):
        if not any(one.overlaps(other) for other in kept):
            kept.append(one)
    return kept


def _is_title_page(part: Part, titles: Sequence[str]) -> bool:
    """Tell whether a passage only says what the document is called, and by whom."""
    first = part.passage.place.first <= 1 and part.passage.place.kind in ("slide", "page")
    return first and any(same_words(part.heading, one) for one in titles)


# --- What sums up ------------------------------------------------------------------------------


def _is_summary(part: Part, titles: Sequence[str]) -> bool:
    """Tell whether a passage stands under a heading that sums up, which is not the title."""
    title = any(same_words(part.heading, one) for one in titles)
    return sums_up(part.passage) and not (title and _heads(part.passage))


def _heads(passage: Passage) -> bool:
    """Tell whether no heading stands between a passage and its document's title."""
    return passage.context.count(CONTEXT_SEPARATOR) <= 2


def _lines(part: Part) -> Iterator[Cut]:
    """Yield the lists of a passage whole, and of its paragraphs what they begin with."""
    laid = part.laid
    at = 0
    while at < len(laid):
        listing = laid.texts[at].endswith((":", ";", ","))
        if (part.idle[at] or laid.empty[at] in ("title", "question")) and not listing:
            at += 1
            continue
        last = _last_of_line(part, at)
        if words_in(part, at, last) >= FEWEST_WORDS:
            yield part.cut(at, last, 1.0)
        line = laid.lines[last]
        at = next((one for one in range(last, len(laid)) if laid.lines[one] != line), len(laid))


def _last_of_line(part: Part, at: int) -> int:
    """Return the last sentence of the list, or of the beginning of the paragraph, at `at`."""
    laid = part.laid
    listed = list_around(laid, at)
    if listed and listed[1] >= at:
        return listed[1]
    if laid.texts[at].endswith(":"):
        return min(at + 1, len(laid) - 1)
    return run(part, at, MOST_WORDS, in_line=True)


def _joined(part: Part, cuts: Iterable[Cut]) -> Iterator[Cut]:
    """Yield cuts of a passage, those that follow one another as one while they are short."""
    held: Cut | None = None
    for one in cuts:
        if held and _follows(part, held, one):
            held = held._replace(end=one.end)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


def _follows(part: Part, one: Cut, other: Cut) -> bool:
    """Tell whether a cut follows another, and both are short enough for one."""
    text = part.passage.text
    together = len(text[one.start : other.end].split())
    return not text[one.end : other.start].strip() and together <= MOST_WORDS


def _concluded(part: Part) -> Iterator[Cut]:
    """Yield what a speaker says in conclusion."""
    end = -1
    for at, text in enumerate(part.laid.texts):
        if at > end and not text.endswith("?") and _CONCLUDES.search(plain(text)):
            end = run(part, at, _LONGEST_CONCLUSION)
            tells = any(part.weights[at : end + 1])
            if tells and words_in(part, at, end) >= FEWEST_WORDS:
                yield part.cut(at, end, 1.0)
