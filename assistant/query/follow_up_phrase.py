"""What a follow-up says itself, without the question before. Pure, and by form alone.

"Et pour la voirie ?" is a mere phrase, "et combien de membres ?" a question of its own, "ça prend
combien de temps ?" says nothing of what it asks about.
"""

from __future__ import annotations

import re

from assistant.query.answer_type import asked_kind, asking_words
from assistant.query.leaning import (
    ASKS,
    INFINITIVE,
    POINTER,
    POSSESSIVE,
    PRONOUN,
    VERB,
    on_one_line,
    plain_form,
    points_back,
    telling_words,
)

#: What stands before the phrase of a follow-up that is no more than one.
_MERE_PHRASE = re.compile(
    r"(?:(?:et|mais|alors|sinon|pareil|idem|quid|(?:la )?meme (?:chose|question)|qu'en est il"
    r"|(?:and|(?:what|how) about)),? )*(?:combien (?:de |d'))?"
)
#: What asks without saying of what: "ça prend combien de temps ?".
_BARE = re.compile(
    r"\bcombien de temps\b|\bquel\w* (?:moment|endroit|occasion)\b"
    r"|\b(?:prend|prends|prennent|prendre|prendra|passe|dure|durent|dit|dites)\b"
)
#: "Qui est l'éditeur ?": of what, the question before says.
_OF_SOMETHING = re.compile(r"\b(?:(?:le|la|les) |l')\w+\W*$")
#: What opens a follow-up and says nothing else.
_OPENED = re.compile(r"(?:(?:et|mais|alors|donc|sinon|quid de|and|but)\b[, ]*)+")
#: What stands before a noun.
_DETERMINED = re.compile(
    r"(?:\b(?:de|du|des|le|la|les|un|une|au|aux|quel|quelle|quels|quelles) |\b[dl]')$"
)
SESSION_TYPE = re.compile(r"\b(?:atelier|conference|seance|session|table ronde|webinaire)\b")


def alone(question: str) -> str:
    """Return a follow-up as a question of its own: "combien de membres ?"; "" where it can't be.

    What a word points back to, and what has nothing to search, is understood with the question
    before or not at all.
    """
    question = on_one_line(question)
    plain = plain_form(question)
    opening = _OPENED.match(plain)
    text = question[opening.end() :] if opening else question
    return text if telling_words(plain_form(text)) and not points_back(question) else ""


def is_whole(question: str) -> bool:
    """Tell whether a follow-up may ask all by itself: "combien de membres ?"."""
    plain = plain_form(on_one_line(question))
    telling = telling_words(plain)
    # "Combien sont venus ?" says who nowhere.
    is_verb = len(telling) == 1 and not (
        _DETERMINED.search(plain[: telling[0][0]]) or INFINITIVE.search(plain)
    )
    # "À quelle heure ?" says of what nowhere.
    only_asks = len(telling) <= len(asking_words(asked_kind(question), question))
    is_bare = is_verb or only_asks or bool(_OF_SOMETHING.search(plain))
    return bool(ASKS.search(plain)) and not is_bare


def own_words(question: str) -> str:
    """Return a follow-up where it says something itself; "" for "ça prend combien de temps ?"."""
    plain = _BARE.sub(" ", plain_form(on_one_line(question)))
    return question if telling_words(plain) else ""


def complement(question: str) -> str:
    """Return what a follow-up that is a mere phrase asks about: "pour la voirie", "combien de bus".

    Empty where it is more than a phrase: what it asks about is then for the search to judge.
    """
    plain = plain_form(on_one_line(question))
    found = _MERE_PHRASE.match(plain)
    is_clause = any(form.search(plain) for form in (VERB, INFINITIVE, PRONOUN, POSSESSIVE, POINTER))
    if not found or is_clause:
        return ""
    phrase = on_one_line(question)[found.end() :].strip(" ,;:.?!…")
    plain = plain_form(phrase)
    return phrase if telling_words(plain) and not ASKS.search(plain) else ""


def without_session_type(phrase: str) -> str:
    """Return "la voirie" of "l'atelier sur la voirie"; "l'atelier 5" says nothing without it."""
    is_number = any(map(str.isdigit, phrase))
    return phrase if is_number else SESSION_TYPE.sub(" ", plain_form(on_one_line(phrase)))
