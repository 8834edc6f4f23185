"""A question that leans on the one before → the text to search. Pure, and by form alone.

"Et pour les cantines ?" says nothing by itself. What it leaves out stands in the question before:
both are searched together, the new one first, less what it replaces of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.query.follow_up_phrase import SESSION_TYPE, complement
from assistant.query.intent import Catalogue, Inquiry, asks_more, inquiry_of
from assistant.query.leaning import (
    ASKS,
    DETERMINED,
    DETERMINER,
    INTERROGATIVE,
    POSSESSIVE,
    PREPOSITION,
    SESSION_PHRASE,
    leans,
    on_one_line,
    plain_form,
    telling_words,
)
from assistant.text.calendar_names import FOLDED_MONTHS, WEEKDAYS

#: Questions one after the other are kept together up to this length, in characters.
_LONGEST = 500
_ENDS = ".?!…"
#: How the question before begins to ask, which the new one asks otherwise.
_ASKING = re.compile(
    rf"(?:{PREPOSITION} )?(?:qu'est ce (?:que|qui)|combien de temps|combien (?:de |d')?"
    r"|quel\w* (?:date|jour|heure|annee|moment|endroit|lieu|montant|prix|nombre|part|duree|est)\b"
    rf"|{INTERROGATIVE}(?!\w))(?: est ce (?:que|qu'))?|est ce (?:que|qu')"
)
#: "Quel est le coût…" before "… et sa durée ?".
_ATTRIBUTE = re.compile(r"quel\w* (?:est|sont|etait|etaient) (?:(?:le|la|les) |l')\w+")
_YEAR = re.compile(r"\b(?:(?:en|pour|de) )?(?:19|20)\d\d\b")
_MONTH = re.compile(rf"\b(?:(?:en|de|du|d')\s?)?(?:(?:\d+|1er) )?(?:{'|'.join(FOLDED_MONTHS)})\b")
_DAY = re.compile(rf"\b(?:(?:le|du) )?(?:{'|'.join(WEEKDAYS)})\b")
#: "Taux avant" and "et après ?": said of no particular thing.
_WHEN = re.compile(r"\b(?:avant|apres)(?= ?(?:[?!.,;:…]|$))")
#: Prepositions that may stand for one another.
_CLASS = {
    **dict.fromkeys(("à", "au", "aux", "dans", "chez"), "where"),
    **{one: one for one in ("pour", "sur", "avec", "sans", "par", "avant", "apres", "contre")},
}
_COMPLEMENT = re.compile(
    rf"\b(?P<preposition>{'|'.join(_CLASS)}) (?!{INTERROGATIVE}(?!\w))"
    rf"(?:{DETERMINER}|(?!\w+(?:er|ir|re)\b))\w+"
    r"(?: (?:(?:de|du|des|de la|de l') ?|d')\w+)?(?: \w+(?= ?(?:[,;:.?!…]|$)| en \d))?"
)
_OPENS_WITH = re.compile(
    rf"(?:(?:et|mais|alors|sinon|pareil|idem|la meme chose|meme chose|meme question),? )?"
    rf"(?P<preposition>{'|'.join(_CLASS)})\b"
)
#: "Combien coûte le capteur ?": what costs is the object, which another takes the place of.
_OBJECT = re.compile(
    r"(?:a |de )?combien (?:est ce que |est ce qu')?(?:a |ont |va |vont |avait )?"
    r"(?:coute\w*|dure\w*|pese\w*|rapporte\w*|emploie\w*|gagne\w*|consomme\w*|vaut|valent)"
    r"(?: (?:t )?(?:il|elle|ils|elles|on))? (?P<object>\S.*)"
)
#: "Quel est le calendrier du projet ?": what it is of.
_ATTRIBUTE_OF = re.compile(
    r"(?P<attribute>quel\w* (?:est|sont|etait|etaient|sera|seront) (?:le |la |les |l')\w+"
    r"(?: (?!de\b|du\b|des\b|pour\b)\w+)?)"
    r" (?P<object>(?:de|du|des|pour|d')(?: |(?<='))\S.*)"
)
#: What anything may have: "et les résultats ?" asks for those of what was asked about.
_ATTRIBUTES = re.compile(
    r"\b(?:resultat|budget|cout|prix|tarif|calendrier|planning|date|horaire|heure|lieu|salle|adresse"
    r"|duree|delai|objectif|but|bilan|gain|economie|taux|nombre|montant|financement|subvention"
    r"|perimetre|methode|etape|suite|risque|limite|difficulte|avantage|inconvenient|effet|impact"
    r"|equipe|partenaire|contact|responsable|nom|editeur|fournisseur|prestataire|auteur|chiffre"
    r"|consommation|plan|regle|conclusion|conseil)s?\b"
)
#: What is asked of a session named before: when and where, by whom.
_OF_SESSION: tuple[tuple[Catalogue, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"(?:et |mais )?(?:c'est )?(?:(?:a|à|vers|dans|en|pour) )?"
            r"(?:quand|où|ou|quel(?:le)? (?:heure|salle|jour|date|endroit|lieu))"
            r"(?: (?:c'est|ca commence|ca se passe|a lieu|est ce|commence)\b.*)?"
        ),
    ),
    (
        "speakers",
        re.compile(
            r"(?:et |mais )?(?:(?:c'est|par|avec) )?qui(?: (?:l'|le |la |y )?"
            r"(?:anime|presente|intervient|parle|est ce|animait|presentait|intervenait))?"
            r"|(?:et )?quels (?:intervenants|animateurs)"
        ),
    ),
)
_ANOTHER = re.compile(
    r"(?:et |mais )?(?:(?:pour|a|à|dans|de) )?(?:celui|celle) (?P<of>(?:sur|de|du|des|pour|d').*)"
)


def with_subject(previous: str, question: str) -> str:
    """Return the text to search: the question alone, or with what it leaves out of `previous`.

    `previous` may be several questions, as `thread` puts them together.
    """
    subject = ""
    for earlier in _questions(previous):
        subject = _fused(subject, earlier)
    return _fused(subject, question)


def carried(previous: str, question: str) -> Inquiry:
    """Return what a question asks, after the one before it.

    "Et des cantines ?" after "que dit-on de la voirie ?" asks for an overview too, and "plus de
    détails" for one of what was asked before.
    """
    own = inquiry_of(question)
    if not previous or not leans(question):
        return own
    before = inquiry_of(_questions(previous)[-1]) if _questions(previous) else own
    if asks_more(question):
        return Inquiry("overview", before.theme)
    if before.is_broad and not before.is_gathered and (theme := complement(question)):
        return Inquiry("overview", _theme_of(theme))
    # "Quels outils utilisent-ils ?" asks whoever was spoken of, and no longer all sessions.
    of_them = own.intent == "overview" or own.is_gathered
    return replace(own, intent="fact", is_gathered=False) if of_them else own


def carried_by_programme(previous: str, question: str) -> Inquiry | None:
    """Return what a follow-up asks of the programme after a question on a session, or None.

    "Et celui sur la voirie ?" asks the same of another session; "dans quelle salle ?" something
    else of the same.
    """
    before = inquiry_of(last_question(previous)[0])
    type_ = SESSION_TYPE.search(plain_form(before.subject))
    if not before.catalogue or type_ is None or not leans(question):
        return None
    asked = on_one_line(question).strip(" ?.!…")
    plain = plain_form(asked)
    if again := next((one for one, form in _OF_SESSION if form.fullmatch(plain)), None):
        return replace(before, catalogue=again)
    if found := _ANOTHER.fullmatch(plain):
        return replace(before, subject=f"{type_[0]} {asked[found.start('of') :]}")
    phrase = complement(question)
    if phrase and not SESSION_PHRASE.fullmatch(plain_form(phrase)):
        phrase = f"{type_[0]} sur {_theme_of(phrase)}"
    return replace(before, subject=phrase) if phrase else None


def moment(question: str) -> str:
    """Return whether a follow-up goes on with "avant" or with "apres"; "" for neither."""
    found = _WHEN.search(plain_form(on_one_line(question)))
    return found[0] if found else ""


def _theme_of(phrase: str) -> str:
    """Return a phrase without the preposition before it."""
    return re.sub(r"^(?:pour|sur|de|du|des|d'|à|au|aux)\b\s*", "", phrase, flags=re.IGNORECASE)


def thread(previous: str, question: str) -> str:
    """Return what the next question may lean on: `question`, after `previous` where it leaned."""
    question = on_one_line(question)
    previous = on_one_line(previous)
    if not previous:
        return question
    both = f"{previous} {question}" if previous[-1] in _ENDS else f"{previous} ? {question}"
    return both if len(both) <= _LONGEST else previous


def last_question(previous: str) -> tuple[str, str]:
    """Return the last question of a `thread`, and those before it."""
    questions = _questions(previous)
    return (questions[-1], " ".join(questions[:-1])) if questions else (previous, "")


def _fused(previous: str, question: str) -> str:
    kept = _kept(previous, question) if previous and leans(question) else ""
    return f"{question} {kept}" if kept else question


def _kept(previous: str, question: str) -> str:
    """Return the question before without what the new one says in its place."""
    plain = plain_form(previous)
    replaced = sorted(_replaced(plain, plain_form(on_one_line(question))))
    pieces = []
    reached = 0
    for start, end in replaced:
        pieces.append(previous[reached:start])
        reached = max(reached, end)
    kept = " ".join("".join((*pieces, previous[reached:])).split()).strip(" ,;:.?!…")
    return kept if telling_words(plain_form(kept)) else ""


def _replaced(previous: str, question: str) -> Iterator[tuple[int, int]]:
    """Yield where the question before says what the new one says otherwise; both are plain."""
    if ASKS.search(question) and (asks := _ASKING.match(previous)):
        yield asks.span()
    if POSSESSIVE.search(question) and (what := _ATTRIBUTE.match(previous)):
        yield what.span()
    for same in (_YEAR, _MONTH, _DAY, _WHEN):
        if same.search(question):
            yield from (found.span() for found in same.finditer(previous))
    if SESSION_PHRASE.search(question.strip(" ?.!…")):
        yield from (found.span() for found in SESSION_PHRASE.finditer(previous))
        return
    if object_ := _object(previous, question):
        yield object_
    elif opening := _OPENS_WITH.match(question):
        again = [
            found for found in _COMPLEMENT.finditer(previous)
            if _CLASS[found["preposition"]] == _CLASS[opening["preposition"]]
        ]  # fmt: skip
        # Of several, which one is meant can't be told.
        if len(again) == 1:
            yield again[0].span()


def _object(previous: str, question: str) -> tuple[int, int] | None:
    """Return what a phrase takes the place of: "et pour la voirie" that of "le capteur".

    "Et les résultats ?" asks for another thing of the same project, "et la balance ?" for the same
    thing of another.
    """
    phrase = plain_form(complement(question))
    if not phrase or _YEAR.match(phrase):
        return None
    opening = _OPENS_WITH.match(question)
    if opening is not None and opening["preposition"] not in ("pour", "sur"):
        return None
    if found := _OBJECT.match(previous):
        return found.span("object")
    found = _ATTRIBUTE_OF.match(previous)
    if found is None or (opening is None and not DETERMINED.match(phrase)):
        return None
    is_attribute = opening is None and _ATTRIBUTES.search(phrase)
    return found.span("attribute" if is_attribute else "object")


def _questions(text: str) -> list[str]:
    """Return the questions that stand one after the other in a text."""
    found = re.findall(r"[^?]+\??", on_one_line(text))
    return [one.strip() for one in found if one.strip()]
