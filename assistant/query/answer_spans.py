"""The words of a sentence that are of the kind a question asks for. Pure.

In: the kind (`answer_type`), the question and a sentence. Out: spans that answer: a number in the
unit that is asked for, a day in its form, somebody, a place; none that the question holds already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from assistant.query.answer_forms import ANY_DAY, ANY_MONTH, FOUND, NAMED_THING
from assistant.query.answer_type import Kind, asks_who, counted_noun
from assistant.text.analysis import fold, folded_words, terms, words

#: A place that is told by its name.
_NAMED_PLACE = re.compile(r" (?:ville|village|commune|region|departement|pays|quartier)s? ")
#: "Les restes partent à la ferme", not "au moins", "à la fin".
_SOMEWHERE = re.compile(
    r"\b(?:à la|à l['’]|au|aux|chez|dans (?:l[ae]s?|un|une|des|nos)|dans l['’]|sur l[ae]s?|vers)\s?"
    r"(?!moins|plus|sein|niveau|début|fin|cours|lieu|départ|fond|final|total|maximum|minimum|fait"
    r"|titre|même|suite|place|limite|fois|question|mesure|cadre|contraire|delà|passage)\w{3,}",
    re.IGNORECASE,
)
#: Where so much of what is asked is held, a place without a name says where.
_MOSTLY = 0.7
#: What has no other name than its own: a brand, not "un outil de notation".
_HAS_NAME = re.compile(
    r" (?:noms? (?:de|du|des|d)|s?appel\w+|nomm\w+|marques?|entreprises?|societes?|prestataires?"
    r"|fournisseurs?|editeurs?) "
)

#: Pairs: what a question says, and what answers it.
_Forms = tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
#: What a number is counted in, as the question says it, folded, and as the answer does.
_UNITS: _Forms = (
    (
        re.compile(
            r" (?:(?:sur)?cout\w*|prix|budget|montant|tarif|depens\w+|pay(?:e|es|er|ee|ees|ent|ait)"
            r"|amende|euros?|facture\w*|investissement|subvention\w*|salaire|loyer|cher|costs?"
            r"|price|spent|paid)s? "
        ),
        re.compile(
            r"[^.!?,;\d]{0,12}?(?:€|\beuros?\b|\bk€|\bmillions?\b|\bmilliards?\b|\bcentimes?\b)"
        ),
    ),
    (
        re.compile(r" ages? | quelle (?:duree|anciennete) | depuis combien "),
        re.compile(r"[^.!?,;\d]{0,8}?\b(?:ans?|années?|mois|jours?|heures?|semaines?|siècles?)\b"),
    ),
    (
        re.compile(
            r" combien de temps | (?:duree|delai)s? | how long "
            r"| combien de? (?:jours|mois|semaines|heures|minutes|secondes|ans|annees) "
        ),
        re.compile(
            r"[^.!?,;\d]{0,8}?\b(?:h|min|heures?|jours?|mois|semaines?|ans?|années?|minutes?"
            r"|secondes?|trimestres?|siècles?)\b"
        ),
    ),
    (
        re.compile(r" (?:taux|pourcentage|proportion)s? "),
        re.compile(r"%|\s?(?:pour cent|pour mille|sur (?:dix|cent|\d+))\b"),
    ),
)
#: What a day or an hour must look like, as the question says it, folded, and as the answer does.
_MOMENTS: _Forms = (
    (
        re.compile(r" quelles? heures? | what time | horaires? "),
        re.compile(r"\d\s?h(?:eures?)?\b|\bheures\b"),
    ),
    (
        re.compile(r" quelles? (?:\w+ )?annees? | what year "),
        re.compile(r"(?<!\d)(?:1\d|20)\d\d(?!\d)"),
    ),
    (
        re.compile(r" quels? jours? "),
        re.compile(rf"{ANY_DAY}|\d (?:{ANY_MONTH})", re.IGNORECASE),
    ),
    (
        re.compile(r" dates? "),
        re.compile(rf"(?:{ANY_MONTH}|{ANY_DAY}|\d{{4}})", re.IGNORECASE),
    ),
)
#: What a telephone number, a mail, web or street address looks like: words about one are none.
_ADDRESSES: _Forms = (
    (
        re.compile(
            r" (?:(?:numero|num) de tel(?:ephone)?"
            r"|adresses? (?:mail|e mail|electronique|internet|web)"
            r"|quel (?:telephone|mail|courriel|e mail)) "
        ),
        re.compile(r"\b0\d(?:[ .\u202f]?\d\d){4}\b|\b3\d{3}\b|\w@\w|\bwww\.|https?://|\w\.fr\b"),
    ),
    (
        re.compile(r" quelle adresse (?!mail|e mail|electronique|internet|web)"),
        re.compile(
            r"\b(?i:rue|avenue|boulevard|place|allée|chemin|impasse|quai|route)\b|\b\d{5}\b"
        ),
    ),
)

#: Of what is counted, "6,8 % des agents" tells how many; "6,8 %" alone and "dix jours" don't.
_IS_MEASURED = re.compile(r"(?:%|€|euros?|pour cent)$", re.IGNORECASE)
_IS_SHARE = re.compile(r"\s(?:d['’]|des? |du |de la )(?!\d)((?:[\w-]+ ?){1,3})", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"[\s-]?(?:h\b|(?:heure|jour|mois|semaine|an|année|minute|seconde|kilomètre|km|mètre|m²|kg|kilo"
    r"|tonne|gramme|litre|euro|degré|fois|page|point)s?\b|€|%)",
    re.IGNORECASE,
)
#: "L'économie est estimée à 11 500 euros" tells no cost.
_ASKS_COST = re.compile(r" (?:(?:sur)?cout\w*|prix|budget|pay\w+|depens\w+|tarif)s? ")
_IS_SAVED = re.compile(
    r"\b(?:économi|épargn|gagn|rapporte|recett)\w*(?:(?!coût|prix)[^.;:!?|\d]){0,50}$",
    re.IGNORECASE,
)
_IS_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR = re.compile(
    rf"(?:\b(?:en|depuis|dès|fin|début|courant|avant|après|année|de|{ANY_MONTH})\s|/)$",
    re.IGNORECASE,
)


def _spaced(question: str) -> str:
    """Return the words of a question folded, one space around each."""
    return f" {folded_words(question)} "


def _form_of(question: str, forms: _Forms) -> re.Pattern[str] | None:
    """Return which form the question asks for; None where nothing says it."""
    plain = _spaced(question)
    return next((form for asked, form in forms if asked.search(plain)), None)


def answering_spans(kind: Kind, question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a sentence that are of this kind, and that the question doesn't hold.

    "Combien coûte" wants euros, "combien de temps" hours or days: other numbers don't answer.
    """
    if not kind:
        return
    wanted: _AskedThing | None = None
    for found in _form(kind, question).finditer(sentence):
        wanted = wanted or _wanted(kind, question)
        if wanted.unit and not (
            wanted.unit.search(found[0]) or wanted.unit.match(sentence, found.end())
        ):
            continue
        if wanted.moment and not wanted.moment.search(found[0]):
            continue
        if kind == "number" and _is_other_number(wanted, sentence, *found.span()):
            continue
        if not {fold(word) for word in words(found[0])} <= wanted.known or kind == "reason":
            yield found.span()


class _AskedThing(NamedTuple):
    """What a question wants of a thing of some kind, found once for all sentences.

    It must be in the form of a `unit` or of a `moment`, where these are; `known` are the question's
    own words, `counted` the terms of what it counts, and `is_cost` tells that it asks for a cost.
    """

    known: frozenset[str]
    unit: re.Pattern[str] | None
    moment: re.Pattern[str] | None
    counted: frozenset[str]
    is_cost: bool


@lru_cache(maxsize=256)
def _wanted(kind: Kind, question: str) -> _AskedThing:
    return _AskedThing(
        frozenset(fold(word) for word in words(question)),
        _form_of(question, _UNITS) if kind == "number" else None,
        _form_of(question, _MOMENTS) if kind == "date" else None,
        frozenset(terms(counted_noun(question)) if kind == "number" else ()),
        kind == "number" and _asks_cost(question),
    )


@lru_cache(maxsize=256)
def _form(kind: Kind, question: str) -> re.Pattern[str]:
    """Return what a kind of thing looks like; a tool or a country has a name, and is nobody."""
    by_name = (kind == "name" and not asks_who(question)) or (
        kind == "place" and _NAMED_PLACE.search(_spaced(question))
    )
    return NAMED_THING if by_name else FOUND[kind]


def holds_asked(kind: Kind, question: str, text: str, *, told: float) -> bool:
    """Tell whether a text holds what is asked for, where that is a kind of thing.

    What holds so much (`told`, 0..1) of what is asked says where by a place without a name, and
    names something between guillemets. "Quel outil" may be answered by "un outil de notation". A
    telephone number and an address are told by nothing else.
    """
    if address := _form_of(question, _ADDRESSES):
        return address.search(text) is not None
    if not kind or any(answering_spans(kind, question, text)):
        return True
    if kind == "place":
        return told >= _MOSTLY and _SOMEWHERE.search(text) is not None
    if kind == "name" and not asks_who(question):
        return "«" in text or not _HAS_NAME.search(_spaced(question))
    return False


def _asks_cost(question: str) -> bool:
    """Tell whether a question asks what something costs, and not what it saves."""
    plain = _spaced(question)
    return _ASKS_COST.search(plain) is not None and "econom" not in plain


def _is_other_number(wanted: _AskedThing, sentence: str, start: int, end: int) -> bool:
    """Tell whether a number of a sentence is a year, or in another unit than what is counted."""
    number = sentence[start:end]
    if _IS_YEAR.fullmatch(number) and _BEFORE_YEAR.search(sentence[:start]):
        return True
    if wanted.is_cost and _IS_SAVED.search(sentence[:start]):
        return True
    if not wanted.counted or wanted.unit:
        return False
    if _IS_MEASURED.search(number):
        share = _IS_SHARE.match(sentence, end)
        return not (share and set(terms(share[1])) & wanted.counted)
    unit = _OTHER_UNIT.match(sentence, end)
    if unit is None or set(terms(unit[0])) & wanted.counted:
        return False
    measured = _IS_SHARE.match(sentence, unit.end())
    return not (measured and set(terms(measured[1])) & wanted.counted)


_NAMED_MOMENT = re.compile(rf"\b(?:{fold(ANY_MONTH)}|(?:19|20)\d\d)\b")


def named_moments(text: str) -> frozenset[str]:
    """Return the months and years that a text names, folded."""
    return frozenset(_NAMED_MOMENT.findall(fold(text)))
