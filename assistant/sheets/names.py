"""The names that a document cites: tools, places, bodies, as they are written in it. Pure.

A capital inside a sentence makes a name, and so do capitals alone (CNIL) or inside a word
(ChatGPT); what stands before a place's name is part of it (rue des Peupliers). Few rather than
wrong: a single word that is cited once is left out, unless it is an acronym, and so is one that
the document writes without its capital too (« Recherche »).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.sheets.digest import NameMention
from assistant.sheets.parts import Part
from assistant.sheets.wording import name_key
from assistant.text.analysis import fold
from assistant.text.calendar_names import FOLDED_MONTHS, WEEKDAYS

_CAPITAL = "[A-ZÀ-ÖØ-ÞŒ]"
_LINK = r"(?:d[eu]s? (?:la )?|d['’]|l['’]|de l['’])"
_PLACES = (
    "rue|avenue|boulevard|place|quai|pont|école|collège|lycée|quartier|université|hôpital|musée"
    "|médiathèque|métropole|région|département|parc|port|association|groupement"
)
_WORD = rf"{_CAPITAL}[\w’'-]*\w"
_NAME = re.compile(
    rf"(?<![\w.-])(?:(?P<place>(?:{_PLACES}) {_LINK}?))?(?:[dl]['’])?"
    rf"(?P<name>{_WORD}(?: (?:{_LINK})?{_WORD})*)"
)
#: Where a sentence or a cell begins, a capital says nothing.
_BEGINS = re.compile(r"(?:^|[.!?…:;|•●▪–—«»“”\"(\[*-]|\d[.)])\s*$")
#: Two capitals or more: CNIL, RGPD, ChatGPT, DiploIA.
_ACRONYM = re.compile(rf"\w*{_CAPITAL}\w*{_CAPITAL}\w*|\w*[a-z]{_CAPITAL}\w*")
_NOT_NAMES = frozenset(
    "monsieur madame messieurs mesdames mademoiselle bonjour merci oui non je on nous vous il elle"
    " i'm i've i'll i'd the we you this that it and but so internet web etat www http https ok"
    " monday tuesday wednesday thursday friday saturday sunday ttc ht pdf faq".split()
).union(FOLDED_MONTHS, WEEKDAYS)
#: A word written without a capital, and the words of a key.
_COMMON, _LETTERS = re.compile(r"(?<![\w.@/-])[a-zà-öø-ÿœ][\w-]{2,}"), re.compile(r"[^\W\d_]{3,}")
#: A name has no more words; a code has digits.
_LONGEST = 4
_CODE = re.compile(r"\d{3}")
_MOST = 40


def names(parts: Sequence[Part]) -> list[NameMention]:
    """Return the names that a document cites, in order of their first mention."""
    found: dict[str, NameMention] = {}
    for part in parts:
        for start, end in _in(part):
            key = name_key(part.passage.text[start:end])
            first = found.get(key, NameMention(part.passage.ordinal, start, end, 0))
            found[key] = first._replace(times=first.times + 1)
    common = {fold(word) for part in parts for word in _COMMON.findall(part.passage.text)}
    told = [
        (key, one)
        for key, one in found.items()
        if _is_sure(key, one, parts) and not common.issuperset(_LETTERS.findall(key))
    ]
    best = sorted(told, key=lambda one: -one[1].times)[:_MOST]
    return sorted(one for _, one in best)


def _in(part: Part) -> Iterator[tuple[int, int]]:
    """Yield the names in the sentences of a passage that are no titles."""
    laid = part.laid
    for (start, _), text, title in zip(laid.spans, laid.texts, laid.titles, strict=True):
        if title or _is_shouted(text):
            continue
        for found in _NAME.finditer(text):
            first, last = found.span()
            name = found["name"]
            begins = _BEGINS.search(text[:first]) is not None
            if begins and not found["place"] and not _ACRONYM.fullmatch(name.split()[0]):
                continue
            if not found["place"]:
                first = found.start("name")
            if _CODE.search(name) or len(name.split()) > _LONGEST:
                continue
            if fold(name) not in _NOT_NAMES and fold(name.split()[0]) not in _NOT_NAMES:
                yield start + first, start + last


def _is_shouted(text: str) -> bool:
    """Tell whether a line is written in capitals."""
    letters = [one for one in text if one.isalpha()]
    return sum(map(str.isupper, letters)) > 0.5 * max(1, len(letters))


def _is_sure(key: str, mention: NameMention, parts: Iterable[Part]) -> bool:
    """Tell whether a name is cited more than once, has several words, or is an acronym."""
    if mention.times > 1 or " " in key:
        return True
    text = next(one.passage.text for one in parts if one.passage.ordinal == mention.ordinal)
    return _ACRONYM.fullmatch(text[mention.start : mention.end]) is not None
