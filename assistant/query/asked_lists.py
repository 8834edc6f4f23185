"""What a question for several things asks for: "quels critères…" wants criteria. Pure."""

from __future__ import annotations

import re

from assistant.query.answer_forms import NUMBER_WORDS
from assistant.query.answer_type import asks_list, asks_several
from assistant.text.analysis import fold, folded_words, terms

_SMALL = r"(?:le|la|les|l|de|des|du|d|sont|etaient|ont|furent|seront|autres|principaux|principales)"
#: What is asked for stands after the words that ask for several.
_NOUN = re.compile(
    r"\b(?:quels|quelles|liste|enumere[rz]?|cite[rz]?|tou(?:s|tes) les"
    rf"|(?:les|ces) (?:\d+|{fold(NUMBER_WORDS)})) (?:{_SMALL} )*(?P<noun>\w+)"
)
#: Or it is named alone: "étapes du projet", "les axes de la stratégie".
_NAMED = re.compile(
    r"(?:les? |la |des |liste )*(?P<noun>etapes|axes|regles|criteres|engagements|objectifs|mesures"
    r"|conditions|themes|partenaires|priorites|principes|clauses|conseils|outils|missions|pieces"
    r"|obligations|droits|risques|phases|niveaux|membres|interdictions|usages|limites|avantages"
    r"|inconvenients|exemples|astuces|freins|modalites|demarches|recommandations|precautions)\b"
)


def wants_list(question: str) -> bool:
    """Tell whether a question asks for several things: a list answers it whole."""
    is_named = _NAMED.match(folded_words(question)) is not None
    return is_named or asks_several(question) or asks_list(question)


def asked_noun(question: str) -> frozenset[str]:
    """Return the terms of what a question for several things asks for; none where nothing says it.

    "Quels critères pour juger les offres ?" asks for "critères".
    """
    plain = folded_words(question)
    found = _NOUN.search(plain) or _NAMED.match(plain)
    return frozenset(terms(found["noun"])) if found else frozenset()
