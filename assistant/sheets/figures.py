"""The figures said in a document: the sentence or the line that each stands in. Pure.

A date, an hour and the number of an article or of a rule are no figures; a share, an amount, a
count are, in digits or in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.retrieval.excerpts import excerpt
from assistant.sheets.digest import Cut
from assistant.sheets.parts import Part, dangles, slide_of, without_idle, words_in
from assistant.text.analysis import fold
from assistant.text.calendar_names import FOLDED_MONTHS

_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTHS = "|".join((*FOLDED_MONTHS, *_ENGLISH_MONTHS))
#: What has digits and counts nothing: dates, years, hours, numbers of things. Folded.
_NOT_COUNTED = re.compile(
    rf"\b(?:1er|\d{{1,2}}) (?:(?:au|et) \d{{1,2}} )?(?:{_MONTHS})(?: \d{{4}})?\b"
    rf"|\b(?:{_MONTHS}) \d{{4}}\b|\b(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?\b"
    r"|\b\d{1,2} ?h(?: ?\d\d)?\b"
    r"|\b\d{1,2} heures?(?: \d\d)?\b(?= (?:du matin|du soir|et demie|a)\b)"
    r"|\b(?:articles?|regles?|rang|etape|chapitre|page|diapositive|niveau|version|phase|partie|lot"
    r"|atelier|salle|figure|tableau|annexe|priorite|episode|saison|n°|no|numero)s? \d+\b"
    r"|\b\w*[a-z]\w*\d\w*\b|^\W*\d+(?:\.\d+)+\.?(?=\s)|^\W*\d+[.)°]"
    r"|\bpp?\. ?\d+(?:[-–, ]+\d+)*|# ?\d+|\b[a-z]{4,} \d{1,2}(?=\W*$|[.,;:)](?!\d))"
)
_WORDS = re.compile(
    r"\b(?:baiss|augment|recul|redui|diminu)\w* (?:\w+ )?d['’ ]un (?:tiers|quart)\b|"
    r"\b(?:pour cent|moitie|(?<!d['’ ])(?:un|deux|trois) (?:tiers|quarts?)|vingt|trente|quarante"
    r"|cinquante|soixante|cents?|mille|millions?|milliards?"
    r"|(?:diz|quinz|vingt|trent|quarant|cinquant|soixant|cent)aines?|milliers?|half|percent|hundreds?|thousands?)\b"
)
#: What makes a figure worth more: a share, an amount, a comparison.
_UNIT = re.compile(
    r"%|€|\b(?:pour cent|euros?|fois (?:plus|moins)|moins de|plus de|de \S+ a \d|contre|economi\w+"
    r"|baiss\w+|gagn\w+|millions?|tonnes?|co2)\b"
)
#: A count in digits needs no unit.
_LARGE = re.compile(r"\d{2}")
#: An excerpt of a figure is no longer, in words.
_LONGEST = 45
#: What a unit beside a figure counts for, and what a figure in words without any lacks.
_UNITS, _BARE = 0.25, 0.3
#: A sentence that has no unit, or leans, and is worth less says a figure in passing.
_LEAST = 0.45
#: A slide with so many lines of figures is kept whole.
_SEVERAL = 2
_MOST = 24


def figures(parts: Sequence[Part], *, is_deck: bool) -> list[Cut]:
    """Return the sentences of a document that say a figure, the best of them, in order."""
    if is_deck:
        cuts = [one for part in parts for one in _on_slide(part)]
    else:
        cuts = [one for part in parts for one in _of(part)]
    found = sorted(cuts, key=lambda one: -one.weight)
    return sorted(found[:_MOST])


def has_figure(text: str) -> bool:
    """Tell whether a text says how many or how much."""
    plain = _NOT_COUNTED.sub(" ", fold(text))
    return any(map(str.isdigit, plain)) or _WORDS.search(plain) is not None


def _on_slide(part: Part) -> Iterator[Cut]:
    """Yield a slide of several figures whole, else the line that says one."""
    lines = [*_of(part)]
    whole = slide_of(part) if len(lines) >= _SEVERAL else None
    yield from [whole] if whole else lines


def _of(part: Part) -> Iterator[Cut]:
    laid = part.laid
    end = -1
    for at, text in enumerate(laid.texts):
        weight = float(part.weights[at])
        if at <= end or not weight or laid.titles[at] or not has_figure(text):
            continue
        around = excerpt(laid, at, several=laid.is_row(at))
        first, last = without_idle(part, around[0], at, around[1])
        if words_in(part, first, last) > _LONGEST:
            first, last = at, at
        if words_in(part, first, last) > _LONGEST or part.idle[at]:
            continue
        end = last
        told = fold(" ".join(laid.texts[first : last + 1]))
        weight += _UNITS * min(2, len(_UNIT.findall(told)))
        counts = _UNIT.search(told) or _LARGE.search(_NOT_COUNTED.sub(" ", told))
        spoiled = (not counts) + dangles(laid, first)
        weight -= _BARE * spoiled
        if weight >= _LEAST or not spoiled or part.passage.place.kind == "slide":
            yield part.cut(first, last, weight)
