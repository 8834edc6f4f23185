"""What a question asks for: a number, a date, someone, somewhere, a reason. Pure.

The kind of thing asked decides which sentence answers, and which of its words do: "combien"
wants a number that the question doesn't hold already.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.query.answer_forms import NUMBER_WORDS, WHO_IS
from assistant.text.analysis import fold, folded_words, terms, words

Kind = Literal["number", "date", "name", "place", "reason", ""]

_QUANTITIES = (
    "pourcentage|nombre|taux|part|montant|prix|(?:sur)?cout|budget|age|superficie|population|taille|hauteur"
    "|longueur|poids|distance|somme|duree|chiffre|quantite|proportion|delai|effectif|vitesse|tarif"
    "|temperature|penalite|seuil|score|note|investissement|subvention|amende|salaire|loyer|surface"
    "|largeur|profondeur|epaisseur|puissance|indemnite|remuneration|cotisation|redevance|dette|deficit|excedent"
)
#: Of these, those that a few words ask for by themselves: "budget cantines".
_BARE_QUANTITIES = (
    "taux|montant|prix|(?:sur)?cout|budget|nombre|nb|duree|delai|effectif|tarif|pourcentage"
    "|part(?= d)|seuil|vitesse|superficie|investissement|subvention"
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
    "|editeur|association|organisme|ministere|reseau|langage|marque|norme|referentiel|label|cabinet"
    "|start ?up|bureau d etudes|mairie|journal|banque|fondation|boite"
)
_WHICH = r" quel(?:le)?s? (?:(?:a|ont) ete |\w+ )?(?:le |la |les |l )?"
_GOES = "se|est|sont|a|ont|peut|peuvent|fut|etait|va|vont|vient|viennent|provient|proviennent"
#: "Taux d'erreur quand plusieurs parlent" asks for no day.
_WHEN = (
    r"^ quand | (?:depuis|jusqu|de|pour|des|a|est|etait|sera|avant|et|mais|alors|savoir)"
    r" quand (?!meme )"
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
    (
        "name",
        re.compile(
            rf"{_WHICH}(?:{_NAMED})s? |^ (?:le |les )?noms? d(?:e|u|es)? "
            r"| quels? (?:est|sont) les? noms? | comment s? ?(?:appel\w+|nomm\w+) "
        ),
    ),
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
_WHO = re.compile(r"\b(?:qui|who)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(rf" combien |{_WHICH}(?:{_QUANTITIES})s? | how (?:many|much|long) ")
#: "Budget cantines", "date d'adoption de la charte": a few words, and what they ask for among them.
_KEYWORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(rf" (?:{_BARE_QUANTITIES})s? "),
    ),
    ("date", re.compile(r" (?:dates?|horaires?) |^ (?:l )?heure d")),
)
_MOST_KEYWORDS = 6
#: What is asked for first is asked however much follows: "prix d'un repas bio à la cantine".
_ASKED_FIRST: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            rf"^ (?:le |la |les |l )?(?:{_BARE_QUANTITIES}|proportion|surface|longueur|hauteur"
            r"|largeur|profondeur|distance|poids|puissance|temperature|salaire|indemnite|loyer"
            r"|amende)s?"
            r" (?:(?:total|moyen|annuel|maximal|minimal)\w* )?(?:d|de|du|des|par|pour|a|en|une?) "
        ),
    ),
    (
        "date",
        re.compile(
            r"^ (?:le |la |les |l )?(?:date|heure|horaire)s? (?:\w+ )?(?:d|de|du|des|pour) "
        ),
    ),
)
#: "Quel % de femmes", "l'indemnité en %"; "50 %" is none that is asked for.
_BARE_PERCENT = re.compile(r"(?<!\d)(?<!\d\s)%")
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


def plain_question(question: str) -> str:
    """Return the words of a question folded, one space around each; "%" is one where it is bare."""
    return f" {folded_words(_BARE_PERCENT.sub(' pourcentage ', question))} "


def asked_kind(question: str) -> Kind:
    """Return what a question asks for; "" where nothing says it."""
    plain = plain_question(question)
    if _ASKS_NUMBER.search(plain):
        return "number"
    if WHO_IS.search(question):
        return ""
    found = [(match.start(), kind) for kind, one in _ASKED if (match := one.search(plain))]
    return min(found)[1] if found else _kind_of_keywords(plain)


def _kind_of_keywords(plain: str) -> Kind:
    """Return what words without a verb ask for: "budget cantines", "prix d'un repas à Alizay"."""
    if _ASKS_OTHERWISE.search(plain):
        return ""
    first = [kind for kind, form in _ASKED_FIRST if form.match(plain)]
    if not first and len(plain.split()) <= _MOST_KEYWORDS:
        first = [kind for kind, form in _KEYWORDS if form.search(plain)]
    return first[0] if first else ""


def asks_who(question: str) -> bool:
    """Tell whether a question asks for somebody: "qui", not "quel logiciel"."""
    return _WHO.search(question) is not None


def asking_words(kind: Kind, question: str) -> list[str]:
    """Return the words that only say what kind of thing is asked for: "coût", "délai", "date".

    Whatever is of that kind meets them, though it is called an investment or has no name.
    """
    form = _ASKING.get(kind)
    return [word for word in words(question) if form and form.fullmatch(fold(word))]


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


#: What stands between "qui" or "comment" and a verb.
_BEFORE_VERB = (
    r"(?:(?:va|vont|doit|doivent|peut|peuvent|faut il|a t on|peut on|on|je|il faut|faire pour|a|ont"
    r"|avait|avaient|aurait|ete|s|se|l|le|la|les|en|y|n|ne|nous|vous) )*"
)
_DONE = re.compile(
    rf"^(?:\w+ )?qui (?!est |sont |etait |sera ){_BEFORE_VERB}(?P<who>\w+)"
    rf"|^comment {_BEFORE_VERB}(?P<how>\w+(?:er|ir|oir|re)) "
)
#: Whoever speaks does so, without a word for it; and what says nothing of what is done.
_SAYS_LITTLE = re.compile(
    r"(?:parl|dis|dit|expliqu|racont|present|evoqu|cit|precis|rappel|indiqu|annonc|affirm|pens"
    r"|interv[ei]|temoign|repon|demand|propos|veul|veut|voul|souhait|occup|fai[st]|conna|sa[iv]"
    r"|trouv|mettr|procede|utilis|fair|qui\b|quoi\b|de\b)\w*"
)


def asked_verb(question: str) -> str:
    """Return what somebody has done, or is to be done: "traduit" of "qui a traduit le guide".

    Empty where nothing says it, or a verb that nobody would repeat.
    """
    plain = folded_words(question)
    found = _DONE.search(plain)
    if found is None or _SAYS_LITTLE.fullmatch(found["who"] or found["how"]):
        return ""
    before = plain[: found.start("who" if found["who"] else "how")]
    return words(question)[before.count(" ")]


def counted_noun(question: str) -> str:
    """Return what a question counts: "repas" of "combien de repas"; "" where nothing says it."""
    found = _COUNTED.search(question)
    noun = (found["noun"] or found["number"]) if found else ""
    return "" if fold(noun) in _MEASURED else noun


#: "Le taux de satisfaction", "quel est le budget de la voirie": what is measured.
_MEASURED_NOUN = re.compile(
    rf"\b(?:{_QUANTITIES})s? (?:(?:total|moyen|annuel|maximal|minimal|global)\w* )?"
    r"(?:de la |de l |du |des |de |d )(?P<noun>\w{3,})"
)


def measured_noun(question: str) -> str:
    """Return what a question asks the measure of: "satisfaction" of "taux de satisfaction"."""
    found = _MEASURED_NOUN.search(plain_question(question))
    return found["noun"] if found else ""


#: Whom "personnes" and "gens" count, by any name.
_PEOPLE = frozenset(
    terms(
        "personnes salariés agents habitants élèves participants employés bénévoles femmes hommes"
        " enfants visiteurs usagers inscrits élus citoyens membres spectateurs adhérents"
        " utilisateurs bénéficiaires collègues invités"
    )
)


#: Who works for a town is named by any of these.
_STAFF = frozenset(terms("agents salariés employés fonctionnaires collègues personnes"))
#: Units are counted by their names and by their signs.
_UNIT_NAMES = tuple(
    frozenset(terms(one))
    for one in (
        "km kilomètres", "kg kilos kilogrammes", "ha hectares", "h heures", "min minutes", "m2 m²",
        "kw kilowatts", "kwh kilowattheures", "go gigaoctets",
    )
)  # fmt: skip


def counted_terms(question: str) -> frozenset[str]:
    """Return the terms by which what a question counts is named; none where it counts nothing."""
    noun = counted_noun(question)
    named = frozenset(terms(noun)) if noun else frozenset()
    if fold(noun) in ("personnes", "gens", "monde"):
        return named | _PEOPLE
    return named.union(*(one for one in (_STAFF, *_UNIT_NAMES) if one & named))


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
    r"|derniere?|puissante?s?|majeure?s?|essentielle?ment|principale?(?:ment|s)?|numero (?:1|un))\b"
    r"|\bn ?° ?1\b"
)


def asks_most(question: str) -> bool:
    """Tell whether a question asks which one of all is the most or the least."""
    return _MOST.search(fold(question)) is not None


def tells_most(text: str) -> bool:
    """Tell whether a text says of something that it is the most or the least."""
    return _TELLS_MOST.search(fold(text)) is not None
