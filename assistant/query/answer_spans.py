"""The words of a sentence that are of the kind a question asks for. Pure.

In: the kind (`answer_type`), the question and a sentence. Out: spans that answer: a number in the
unit that is asked for, a day in its form, somebody, a place; none that the question holds already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from assistant.query.answer_forms import (
    ANY_DAY,
    ANY_MONTH,
    FOUND,
    MEETING,
    NAMED_PLACE,
    NAMED_THING,
    is_own_day,
)
from assistant.query.answer_type import Kind, asks_who, counted_terms, plain_question
from assistant.text.analysis import fold, terms, words

#: A place that is told by its name.
_ASKS_NAMED_PLACE = re.compile(r" (?:ville|village|commune|region|departement|pays|quartier)s? ")
#: "Les restes partent à la ferme", not "au moins", "à la fin".
_SOMEWHERE = re.compile(
    r"\b(?:à la|à l['’]|au|aux|chez|dans (?:l[ae]s?|un|une|des|nos)|dans l['’]|sur l[ae]s?|vers)\s?"
    r"(?!moins|plus|sein|niveau|début|fin|cours|lieu|départ|fond|final|total|maximum|minimum|fait"
    r"|titre|même|suite|place|limite|fois|question|mesure|cadre|contraire|delà|passage)\w{3,}",
    re.IGNORECASE,
)
#: Where so much of what is asked is held, a place without a name says where.
_MOSTLY = 0.7
#: "Comment s'appelle le préfet ?": its name stands beside the word, within so many words.
_NAME_OF = re.compile(
    r" (?:s? ?appel\w+|noms? (?:de|du|des)) (?:le |la |les |l |ce |cette |son |sa )?(\w{3,}) "
)
_NAME_BESIDE = 6
#: What is counted stands within so many words of its number.
_BESIDE = 4
#: What has no other name than its own: a brand, not "un outil de notation".
_HAS_NAME = re.compile(
    r" (?:noms? (?:de|du|des|d)|s?appel\w+|nomm\w+|marques?|entreprises?|societes?|prestataires?"
    r"|fournisseurs?|editeurs?) "
)


def _after_number(units: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return the form of what a number is counted in, which may stand right behind it: "2h"."""
    return re.compile(rf"[^.!?,;\d]{{0,8}}?(?:\b|(?<=\d))(?:{units})", flags)


_SHARE = re.compile(
    r"\s?(?:%|(?:pour cent|pour mille|sur (?:dix|cent|\d+))\b)"
    r"|\b(?:moitié|tiers|quarts?|dixièmes?|majorité)\b",
    re.IGNORECASE,
)
#: Pairs: what a question says, and what answers it.
_Forms = tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
#: What a number is counted in, as the question says it, folded, and as the answer does.
_UNITS: _Forms = (
    # Whatever is asked for: "l'indemnité en %".
    (re.compile(r"^.* en pourcentage "), _SHARE),
    (
        re.compile(
            r" (?:(?:sur)?cout\w*|prix|budget|montant|tarif|depens\w+|pay(?:e|es|er|ee|ees|ent|ait)"
            r"|amende|euros?|facture\w*|investissement|subvention\w*|salaire|loyer|cher|indemnite"
            r"|remuneration|cotisation|redevance|dette|deficit|excedent|costs?|price|spent|paid)s? "
        ),
        re.compile(
            r"[^.!?,;\d]{0,12}?(?:[kM]?€|\$|\b(?:euros?|dollars?|francs?|centimes?)\b"
            r"|\bmilli(?:on|ard)s?\b(?! d(?!['’]euros)))",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r" ages? | quelle (?:duree|anciennete) | depuis combien "),
        _after_number(r"(?:ans?|années?|mois|j|jours?|h|heures?|semaines?|siècles?)\b"),
    ),
    (
        re.compile(
            r" combien de temps | (?:duree|delai)s? | how long "
            r"| combien (?:de )?(?:jours|mois|semaines|heures|minutes|secondes|ans|annees) "
        ),
        _after_number(
            r"h(?=\d|\b)|(?:min|mn|j|s|heures?|jours?|mois|semaines?|ans?|années?|minutes?"
            r"|secondes?|trimestres?|siècles?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(
            r" (?:longueur|largeur|hauteur|distance|profondeur|epaisseur)s? | combien de k(?:ilo)?m"
        ),
        _after_number(r"(?:k?m|[cm]m|(?:kilo|centi|milli)?m[èe]tres?)\b"),
    ),
    (
        re.compile(r" (?:superficie|surface)s? | combien (?:de metres carres|d hectares) "),
        _after_number(r"k?m[²2]|(?:ha|hectares?|ares?)\b|m[èe]tres? carr"),
    ),
    (
        re.compile(r" (?:poids|combien pes\w+) (?!a\b|ont\b)"),
        _after_number(r"(?:[km]?g|t|kilos?(?:grammes?)?|grammes?|tonnes?)\b"),
    ),
    (
        re.compile(r" temperatures? | combien de degres | (?:quel|quelle) (?:froid|chaleur) "),
        re.compile(r"(?<=\bmoins )\w|[^.!?,;\d]{0,3}?(?:°|\bdegrés?\b)", re.IGNORECASE),
    ),
    (
        re.compile(r" puissances? | combien de (?:(?:kilo|mega)?watts?|[km]w) "),
        _after_number(
            r"(?:[kmg]|kilo|méga|giga)?w(?:atts?)?(?:c|-?crête)?\b|kva\b|ch(?:evaux)?\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r" (?:taux|pourcentage|proportion)s? |(?<! a)(?<! la)(?<! ma) part "),
        _SHARE,
    ),
)
#: What a day or an hour must look like, as the question says it, folded, and as the answer does.
_MOMENTS: _Forms = (
    (
        re.compile(r" quelles? heures? | what time | horaires? "),
        re.compile(r"\d\s?h(?:eures?)?(?:\s?\d\d)?\b|\bheures\b", re.IGNORECASE),
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
            r"\b(?i:rue|avenue|boulevard|place|allée|chemin|impasse|quai|route)\b|\b\d{5}\b|\w@\w"
        ),
    ),
)

#: Of what is counted, "6,8 % des agents" tells how many; "6,8 %" alone and "dix jours" don't.
_IS_MEASURED = re.compile(r"(?:%|€|euros?|pour cent)$", re.IGNORECASE)
_IS_SHARE = re.compile(r"\s(?:d['’]|des? |du |de la )(?!\d)((?:[\w-]+ ?){1,3})", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"[\s-]?(?:(?:prochain|premi|derni|bonn|long|petit)\w* )?(?:h\b"
    r"|(?:heure|jour|mois|semaine|an|année|minute|seconde|kilomètre|km|mètre|m²|kg|kilo"
    r"|tonne|gramme|litre|euro|degré|fois|page|point|hectare|[kmgt]w(?:h|c)?"
    r"|(?:kilo|méga|giga|téra)?watt(?:-?heure)?|mm|cm|ha|mo|go|km/h)s?\b"
    r"|m²|€|%|°)",
    re.IGNORECASE,
)
#: "Le 19 octobre" tells how many of nothing.
_IN_DAY = re.compile(rf"(?:er)?\s(?:{ANY_MONTH})\b", re.IGNORECASE)
#: "L'économie est estimée à 11 500 euros" tells no cost.
_ASKS_COST = re.compile(r" (?:(?:sur)?cout\w*|prix|budget|pay\w+|depens\w+|tarif)s? ")
_IS_SAVED = re.compile(
    r"\b(?:économi|épargn|gagn|rapporte|recett)\w*(?:(?!coût|prix)[^.;:!?|\d]){0,50}$",
    re.IGNORECASE,
)
_ARE_SAVED = re.compile(r"[^.;:!?|\d]{0,12}\b(?:économi|épargn|gagné)", re.IGNORECASE)
_IS_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR = re.compile(
    rf"(?:\b(?:en|depuis|dès|fin|début|courant|avant|après|année|de|{ANY_MONTH})\s|/)$",
    re.IGNORECASE,
)


#: What a question asks for: "quel est le budget", with what it is of.
_WHICH = re.compile(
    r" quel(?:le)?s? (?:(?:a|ont) ete |(?:est|sont|etait|etaient|sera|serait|fut) )?"
    r"(?:le |la |les |l )?\w+ (?:(?:moyen|total|annuel|maximal|minimal)\w* )?"
    r"(?:(?:de |du |des )?\w+ )?"
)


def _form_of(question: str, forms: _Forms) -> re.Pattern[str] | None:
    """Return the form of what the question asks for first; None where nothing says it."""
    plain = plain_question(question)
    if which := _WHICH.search(plain):
        plain = which[0]  # "Quel poids a le prix dans la note" asks for no price
    met = [(found.start(), form) for asked, form in forms if (found := asked.search(plain))]
    return min(met, key=lambda one: one[0])[1] if met else None


def answering_spans(kind: Kind, question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a sentence that are of this kind, and that the question doesn't hold.

    "Combien coûte" wants euros, "combien de temps" hours or days: other numbers don't answer.
    """
    if not kind:
        return
    wanted: _AskedThing | None = None
    for found in _form(kind, question).finditer(sentence):
        wanted = wanted or _wanted(kind, question)
        if wanted.unit and not _has_unit(wanted.unit, sentence, *found.span()):
            continue
        if wanted.moment and not wanted.moment.search(found[0]):
            continue
        if kind == "date" and not wanted.of_meeting and is_own_day(sentence, *found.span()):
            continue
        if kind == "number" and _is_other_number(wanted, sentence, *found.span()):
            continue
        if not {fold(word) for word in words(found[0])} <= wanted.known or kind == "reason":
            yield found.span()


def _has_unit(unit: re.Pattern[str], sentence: str, start: int, end: int) -> bool:
    """Tell whether a unit stands in a number of a sentence, or right after it."""
    found = unit.search(sentence, start)
    return found is not None and found.start() <= end


class _AskedThing(NamedTuple):
    """What a question wants of a thing of some kind, found once for all sentences.

    It must be in the form of a `unit` or of a `moment`, where these are; `known` are the question's
    own words, `counted` the terms of what it counts, and `is_cost` tells that it asks for a cost,
    `of_meeting` for when people met.
    """

    known: frozenset[str]
    unit: re.Pattern[str] | None
    moment: re.Pattern[str] | None
    counted: frozenset[str]
    is_cost: bool
    of_meeting: bool


@lru_cache(maxsize=256)
def _wanted(kind: Kind, question: str) -> _AskedThing:
    return _AskedThing(
        frozenset(fold(word) for word in words(question)),
        _form_of(question, _UNITS) if kind == "number" else None,
        _form_of(question, _MOMENTS) if kind == "date" else None,
        counted_terms(question) if kind == "number" else frozenset(),
        kind == "number" and _asks_cost(question),
        kind == "date" and MEETING.search(plain_question(question)) is not None,
    )


@lru_cache(maxsize=256)
def _form(kind: Kind, question: str) -> re.Pattern[str]:
    """Return what a kind of thing looks like; a tool or a country has a name, and is nobody."""
    if kind == "place" and _ASKS_NAMED_PLACE.search(plain_question(question)):
        return NAMED_PLACE
    return NAMED_THING if kind == "name" and not asks_who(question) else FOUND[kind]


def holds_asked(kind: Kind, question: str, text: str, *, told: float) -> bool:
    """Tell whether a text holds what is asked for, where that is a kind of thing.

    What holds so much (`told`, 0..1) of what is asked says where by a place without a name, and
    names something between guillemets. "Quel outil" may be answered by "un outil de notation". A
    telephone number and an address are told by nothing else.
    """
    if address := _form_of(question, _ADDRESSES):
        return address.search(text) is not None
    spans = list(answering_spans(kind, question, text))
    if spans and kind == "name" and (named := _NAME_OF.search(plain_question(question))):
        noun = set(terms(named[1]))
        # Elsewhere it has another name: "le réseau sans fil" for "le wifi".
        return noun.isdisjoint(terms(text)) or any(
            stands_beside(noun, text, *span, within=_NAME_BESIDE) for span in spans
        )
    if not kind or spans:
        return True
    if kind == "place":
        return told >= _MOSTLY and _SOMEWHERE.search(text) is not None
    if kind == "name" and not asks_who(question):
        return "«" in text or not _HAS_NAME.search(plain_question(question))
    return False


def stands_beside(wanted: Set[str], text: str, start: int, end: int, *, within: int) -> bool:
    """Tell whether a term stands within so many words after a span of a text, or before it."""
    after, before = words(text[end:])[:within], words(text[:start])[-within:]
    return any(not wanted.isdisjoint(terms(" ".join(side))) for side in (after, before))


def beside_counted(counted: Set[str], text: str, start: int, end: int) -> bool:
    """Tell whether one of the terms of what is counted stands beside its number."""
    return stands_beside(counted, text, start, end, within=_BESIDE)


def _asks_cost(question: str) -> bool:
    """Tell whether a question asks what something costs, and not what it saves."""
    plain = plain_question(question)
    return _ASKS_COST.search(plain) is not None and "econom" not in plain


def _is_other_number(wanted: _AskedThing, sentence: str, start: int, end: int) -> bool:
    """Tell whether a number of a sentence is a year, or in another unit than what is counted."""
    number = sentence[start:end]
    if _IS_YEAR.fullmatch(number) and _BEFORE_YEAR.search(sentence[:start]):
        return True
    if _IN_DAY.match(sentence, end):
        return True
    if wanted.is_cost and (_IS_SAVED.search(sentence[:start]) or _ARE_SAVED.match(sentence, end)):
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
