"""What a French question asks for: a number, a date, someone, somewhere, a reason. Pure.

The kind of thing asked decides which sentence answers, and which of its words do: "combien"
wants a number that the question doesn't hold already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from assistant.query.answer_forms import DAYS, FOUND, MONTHS, NUMBER_WORDS
from assistant.text.analysis import fold, folded_words, words

Kind = Literal["number", "date", "name", "place", "reason", ""]

_QUANTITIES = (
    "pourcentage|nombre|taux|part|montant|prix|(?:sur)?cout|budget|age|superficie|population|taille|hauteur"
    "|longueur|poids|distance|somme|duree|chiffre|quantite|proportion|delai|effectif|vitesse|tarif"
    "|temperature|penalite|seuil|score|note|investissement|subvention|amende|salaire|loyer"
)
_TIMES = "annee|date|jour|mois|epoque|siecle|heure|periode|moment|horaire"
#: "Sur quel site" and "à quelle adresse mail" ask for no place to go to.
_PLACES = (
    "ville|village|commune|region|departement|pays|quartier|rue|avenue|endroit|lieu|salle|batiment"
    "|etage|ecole|adresse(?! (?:mail|e mail|electronique|internet|ip) )"
)
#: What has a name of its own: "quel logiciel", "quelle entreprise".
_NAMED = (
    "outil|logiciel|modele|application|plateforme|entreprise|societe|agence|prestataire|fournisseur"
    "|editeur|association|organisme|ministere|reseau|langage|marque|norme|referentiel|label"
)
_WHICH = r" quel(?:le)?s? (?:\w+ )?(?:le |la |les |l )?"
_GOES = "se|est|sont|a|ont|peut|peuvent|fut|etait|va|vont|vient|viennent|provient|proviennent"
#: "Taux d'erreur quand plusieurs parlent" asks for no day.
_WHEN = (
    r"^ quand | (?:depuis|jusqu a|jusqu|de|pour|des|a partir de|c est|et|mais|alors|savoir) quand "
    rf"| quand $| quand (?:est ce|aura|auront|aurait|sera|seront|doit|ouvre|commence|{_GOES}) "
)
#: Looked for in the question, folded, one space around each word. A number is asked for wherever
#: the question says so; of the others, what is asked first counts.
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            rf"{_WHEN}|{_WHICH}(?:{_TIMES})s? | en quelle annee |^ when | what (?:time|date|day) "
        ),
    ),
    ("name", re.compile(rf"{_WHICH}(?:{_NAMED})s? ")),
    # "Les élèves qui jettent le moins" asks for nobody.
    (
        "name",
        re.compile(
            r"^ (?!ce |celui |celle |ceux |celles )(?:\w+ )?qui (?!est ce que )| qui $|^ who "
            r"| (?:a|de|par|pour|avec|chez|sur|vers|est|et|mais|sais|savez|savoir|dire) qui "
        ),
    ),
    (
        "place",
        re.compile(rf"^ ou | ou (?:{_GOES}) |{_WHICH}(?:{_PLACES})s? |^ where | which room "),
    ),
    ("reason", re.compile(r" pourquoi | pour quelles? raisons? | raison | cause |^ why ")),
)
#: Whoever is named is asked about, not for: no name answers.
_WHO_IS = re.compile(
    r"\b(?i:qui (?:est|sont|était|étaient)|who (?:is|are|was))"
    r" (?:(?:M\.|Mme|Mr|Mrs|Dr)\s)?[A-ZÀ-ÖØ-Þ]"
)
_WHO = re.compile(r"\b(?:qui|who)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(rf" combien |{_WHICH}(?:{_QUANTITIES})s? | how (?:many|much|long) ")
#: "Budget cantines", "date d'adoption de la charte": a few words, and what they ask for among them.
_KEYWORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r" (?:taux|montant|prix|(?:sur)?cout|budget|nombre|nb|duree|delai|effectif|tarif"
            r"|pourcentage|part(?= d)|seuil|vitesse|superficie|investissement|subvention)s? "
        ),
    ),
    ("date", re.compile(r" (?:dates?|horaires?) ")),
)
_MOST_KEYWORDS = 6
_ASKS_OTHERWISE = re.compile(
    r" (?:qui|que|qu|quoi|quel\w*|lesquel\w*|quand|comment|pourquoi|ou|est ce"
    r"|(?:t )?(?:il|elle|on|ils|elles)|what|how|when|who|where|why) "
)
#: Words that only say what kind of thing is asked for, which any of that kind meets.
_ASKING: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(
        rf"(?:{_QUANTITIES}|(?:sur)?cout\w*|depens\w+|pay(?:e|es|er|ee|ees|ent|ait)|euro|facture\w*|cher"
        r"|temps|cost|price|spent|paid)s?"
    ),
    "date": re.compile(rf"(?:{_TIMES})s?"),
    "place": re.compile(r"(?:salle|lieu|endroit|adresse)s?"),
}
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
        re.compile(rf"{DAYS}|\d (?:{MONTHS})", re.IGNORECASE),
    ),
    (
        re.compile(r" dates? "),
        re.compile(rf"(?:{MONTHS}|{DAYS}|\d{{4}})", re.IGNORECASE),
    ),
)


#: "6,8 % des agents" are no count of them.
_IS_MEASURED = re.compile(r"(?:%|€|euros?|pour cent)$", re.IGNORECASE)


def _form_of(question: str, forms: _Forms) -> re.Pattern[str] | None:
    """Return which form the question asks for; None where nothing says it."""
    plain = f" {' '.join(fold(word) for word in words(question))} "
    return next((form for asked, form in forms if asked.search(plain)), None)


def asked_kind(question: str) -> Kind:
    """Return what a question asks for; "" where nothing says it."""
    plain = f" {' '.join(fold(word) for word in words(question))} "
    if _ASKS_NUMBER.search(plain):
        return "number"
    if _WHO_IS.search(question):
        return ""
    found = [(match.start(), kind) for kind, one in _ASKED if (match := one.search(plain))]
    return min(found)[1] if found else _kind_of_keywords(plain)


def _kind_of_keywords(plain: str) -> Kind:
    """Return what a few words without a verb ask for, such as "budget cantines"."""
    if len(plain.split()) > _MOST_KEYWORDS or _ASKS_OTHERWISE.search(plain):
        return ""
    return next((kind for kind, form in _KEYWORDS if form.search(plain)), "")


def asks_who(question: str) -> bool:
    """Tell whether a question asks for somebody: "qui", not "quel logiciel"."""
    return _WHO.search(question) is not None


def asking_words(kind: Kind, question: str) -> list[str]:
    """Return the words that only say what kind of thing is asked for: "coût", "délai", "date".

    Whatever is of that kind meets them, though it is called an investment or has no name.
    """
    form = _ASKING.get(kind)
    return [word for word in words(question) if form and form.fullmatch(fold(word))]


def answering_spans(kind: Kind, question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a sentence that are of this kind, and that the question doesn't hold.

    "Combien coûte" wants euros, "combien de temps" hours or days: other numbers don't answer.
    """
    if not kind:
        return
    wanted: _AskedThing | None = None
    for found in FOUND[kind].finditer(sentence):
        wanted = wanted or _wanted(kind, question)
        if wanted.unit and not (
            wanted.unit.search(found[0]) or wanted.unit.match(sentence, found.end())
        ):
            continue
        if wanted.moment and not wanted.moment.search(found[0]):
            continue
        if wanted.is_count and not wanted.unit and _IS_MEASURED.search(found[0]):
            continue
        if not {fold(word) for word in words(found[0])} <= wanted.known or kind == "reason":
            yield found.span()


class _AskedThing(NamedTuple):
    """What a question wants of a thing of some kind, found once for all sentences.

    It must be in the form of a `unit` or of a `moment`, where these are; `known` are the question's
    own words, and `is_count` tells that it counts something.
    """

    known: frozenset[str]
    unit: re.Pattern[str] | None
    moment: re.Pattern[str] | None
    is_count: bool


@lru_cache(maxsize=256)
def _wanted(kind: Kind, question: str) -> _AskedThing:
    return _AskedThing(
        frozenset(fold(word) for word in words(question)),
        _form_of(question, _UNITS) if kind == "number" else None,
        _form_of(question, _MOMENTS) if kind == "date" else None,
        kind == "number" and bool(counted_noun(question)),
    )


_COUNTED = re.compile(
    r"\bcombien d(?:e |['’])(?:nouveaux |nouvelles |autres |grands |grandes )?(?P<noun>[\w-]+)"
    r"|\b(?:nombre|nb) (?:total )?d(?:es? |u |['’])(?P<number>[\w-]+)",
    re.IGNORECASE,
)
#: "Combien de temps" counts hours and days, and "combien d'argent" euros.
_MEASURED = frozenset({"temps", "argent", "fois"})
#: What asks for more than one thing.
_SEVERAL = re.compile(
    r"\b(?:quels|quelles|lesquels|lesquelles|liste[rsz]?|enumere[rz]?|tou(?:s|tes) les|etapes"
    r"|cite[rz]?|what are the|which are the|list)\b"
)


def counted_noun(question: str) -> str:
    """Return what a question counts: "repas" of "combien de repas"; "" where nothing says it."""
    found = _COUNTED.search(question)
    noun = (found["noun"] or found["number"]) if found else ""
    return "" if fold(noun) in _MEASURED else noun


def asks_several(question: str) -> bool:
    """Tell whether a question asks for more than one thing: a list answers it whole."""
    return _SEVERAL.search(folded_words(question)) is not None


#: What says that a list is wanted: its length, or the word.
_LIST = re.compile(
    rf"\b(?:les|quels|quelles|ces) (?:\d+|{fold(NUMBER_WORDS)}) \w"
    r"|^(?:(?:la |une )?liste|enumere\w*|cite\w*|list)\b|\btou(?:s|tes) les\b|\betapes\b"
)


def asks_list(question: str) -> bool:
    """Tell whether a question asks for a list as such: "les six clauses", "liste des outils"."""
    return _LIST.search(folded_words(question)) is not None


_MOST = re.compile(
    r"\b(?:(?:le|la|les|leurs?|notre|nos) (?:plus|moins)\b(?! (?:vite|tot) possible)"
    r"|(?:le|la|les) (?:meilleure?|pire|principale?|premiere?)s?\b"
    r"|(?:the|which) (?:most|least|best)\b)"
)
_TELLS_MOST = re.compile(
    rf"{_MOST.pattern}|\b(?:record|maximum|minimum|en tete|d'abord|avant tout|surtout|premiere?"
    r"|derniere?)\b"
)


def asks_most(question: str) -> bool:
    """Tell whether a question asks which one of all is the most or the least."""
    return _MOST.search(fold(question)) is not None


def tells_most(text: str) -> bool:
    """Tell whether a text says of something that it is the most or the least."""
    return _TELLS_MOST.search(fold(text)) is not None
