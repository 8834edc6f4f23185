"""What a question asks: a fact, an overview, a summary, or to talk to the tool. Pure, by form.

In: a question as typed. Out: an `Inquiry`: its intent, and what is searched once the frame is
taken off: "Euh, que dit-on de ChatGPT ?" asks for an overview of "ChatGPT". The frames are in
`data/intents.toml`; the first that the whole question meets counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.query.answer_signs import signs_of
from assistant.query.answer_spans import answering_spans
from assistant.query.answer_type import asked_kind
from assistant.query.frames import Catalogue as Catalogue
from assistant.query.frames import Grammar, flattened, grammar_of_questions
from assistant.query.frames import Talk as Talk
from assistant.records.answers import Intent
from assistant.text.analysis import telling_spans, words
from assistant.text.english import is_english, phrase_in_french

#: A bare subject has at most so many telling words, and so many words in all.
_SUBJECT = 2
_SUBJECT_WORDS = 5
#: Words that ask for a figure, a day or a place without any verb: "voirie prix".
_ASKS_FACT = re.compile(
    r"\b(?:prix|couts?|tarifs?|budgets?|montants?|nombre|dates?|horaires?|heures?|salles?|adresses?"
    r"|taux|delais?|duree|quand|combien|ou|qui|contact|telephone|mail|inscription|programme)\b"
)
#: What ends a clause of a question.
_MARKS = re.compile(r"[,;:.!?…] |\s[–—-]\s")
_VERSUS = re.compile(r"\s(?:vs\.?|versus)\s", re.IGNORECASE)
#: What no mere theme has.
_VERBS = re.compile(
    r"\b(?:est|sont|etait|etaient|a|ont|avait|peut|peuvent|doit|doivent|faut|va|vont|fait|font)\b"
)
_CLOSES = re.compile(r"(?: ?[»”)\]\"])+")
_INTERROGATIVE = re.compile(
    r"\b(?:qui|que|qu|quoi|quel|quelle|quels|quelles|quand|combien|comment|pourquoi|lequel|laquelle"
    r"|lesquels|lesquelles|what|who|when|where|which|why|how)\b|^ou\b"
)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a question asks.

    `theme` is what is searched: the question without its frame. `subject` is what a summary or a
    question on the programme is of, as typed: "l'atelier 3", "la conférence sur les achats", or a
    theme after all. What `catalogue` asks the programme may not know: `intent` is what is asked
    of the documents then. `kind` are the words for documents or sessions of one kind. A list
    `is_gathered` from all that was said: "quels risques", "quels outils".
    """

    intent: Intent
    theme: str
    subject: str = ""
    talk: Talk = ""
    catalogue: Catalogue = ""
    kind: str = ""
    is_gathered: bool = False

    @property
    def is_broad(self) -> bool:
        """Whether many passages answer together: an overview, a summary, a list to gather."""
        return self.intent in ("overview", "summary") or self.is_gathered


@lru_cache(maxsize=256)
def inquiry_of(question: str) -> Inquiry:
    """Return what a question asks. Never fails, whatever is typed."""
    grammar = grammar_of_questions()
    for talk, forms in grammar.talk:
        if _met(forms, flattened(question)):
            return Inquiry("talk", question, talk=talk)
    bare = _without_spoken(_without_manners(question, grammar), grammar)
    found = _shortened(bare, grammar) or _asked(bare, grammar)
    if not (found.is_broad or found.catalogue):
        found = _after_story(bare, grammar) or found
    if not ((found.is_broad or found.catalogue) and is_english(question)):
        return found
    # A theme is searched by its words, and a session named by its title.
    theme, subject = phrase_in_french(found.theme), phrase_in_french(found.subject)
    return replace(found, theme=theme, subject=subject)


def _asked(bare: str, grammar: Grammar) -> Inquiry:
    """Return what a question without manners asks."""
    return _of_programme(bare, grammar) or _of_documents(bare, grammar)


def _shortened(bare: str, grammar: Grammar) -> Inquiry | None:
    """Return what is asked in so many lines or for a reader: "le forum en 5 lignes, pour le maire".

    None where a question says neither, or asks otherwise: "quelles règles pour le maire ?".
    """
    brief = _without(grammar.length, bare)
    short = _without(grammar.reader, brief)
    if short == bare:
        return None
    flat = flattened(short)
    if _met((*grammar.summary, *grammar.overview), flat):
        return _of_documents(short, grammar)
    if brief == bare:
        return None
    is_asked = _INTERROGATIVE.search(flat) or _VERBS.search(flat)
    return _asked(brief, grammar) if is_asked else Inquiry("summary", short, subject=short)


def _after_story(bare: str, grammar: Grammar) -> Inquiry | None:
    """Return what is asked after why: "je suis arrivé en retard, résume l'atelier 7"; or None."""
    for mark in _MARKS.finditer(bare):
        before, after = bare[: mark.start()], bare[mark.end() :]
        if not grammar.story.fullmatch(flattened(before)):
            return None
        asked = _without_manners(after, grammar)
        frames = (*grammar.summary, *grammar.overview)
        frames += tuple(one for _, forms in grammar.programme for one in forms)
        if _met(frames, flattened(asked)):
            return _shortened(asked, grammar) or _asked(asked, grammar)
    return None


def asks_more(question: str) -> bool:
    """Tell whether a question asks for more of what was asked before: "plus de détails ?"."""
    grammar = grammar_of_questions()
    bare = _without_manners(question, grammar)
    return _met(grammar.more, flattened(bare)) is not None


def _of_programme(bare: str, grammar: Grammar) -> Inquiry | None:
    """Return what a question asks of the programme or the list of documents, if it may ask that."""
    flat = flattened(bare)
    for catalogue, forms in grammar.programme:
        if (found := _met(forms, flat)) is not None:
            subject = _cut(bare, found, "subject") or _cut(bare, found, "theme")
            otherwise = _of_documents(bare, grammar)
            kind = _cut(bare, found, "kind")
            return replace(otherwise, subject=subject, catalogue=catalogue, kind=kind)
    return None


def _of_documents(bare: str, grammar: Grammar) -> Inquiry:
    """Return what a question asks of what was said and written."""
    flat = flattened(bare)
    if (found := _met(grammar.summary, flat)) is not None:
        subject = _cut(bare, found, "subject")
        return Inquiry("summary", subject or bare, subject=subject)
    if (found := _met(grammar.overview, flat)) is not None and (
        theme := _cut(bare, found, "theme")
    ):
        return Inquiry("overview", theme)
    intent = _by_sign(bare, grammar)
    theme = bare if intent == "overview" else _without(grammar.told, bare)
    gathered = intent == "list" and not _counts(bare) and bool(grammar.gathered.search(flat))
    if gathered:
        theme = _without(grammar.asker, theme)
    if intent == "fact" and (word := _without(grammar.defines, theme)) != theme:
        theme = f"c'est quoi, {word} ?"
    if intent == "comparison":
        theme = _VERSUS.sub(" et ", _without(grammar.compares, theme))
    return Inquiry(intent, theme, is_gathered=gathered)


def _counts(text: str) -> bool:
    """Tell whether a list says how long it is: "les six clauses" stand in one place."""
    return any(found for found in answering_spans("number", "", text))


# --- Frames ------------------------------------------------------------------------------------


def _met(forms: Iterable[re.Pattern[str]], flat: str) -> re.Match[str] | None:
    """Return how the first of some forms is met by a whole question."""
    return next((found for form in forms if (found := form.fullmatch(flat))), None)


def _cut(text: str, found: re.Match[str], group: str) -> str:
    """Return the words that a group of a form stands for, as typed."""
    if group not in found.re.groupindex or found[group] is None:
        return ""
    end = found.end(group)
    # "L'index de conception (ICR), en bref": what closes belongs to what it opened.
    closes = _CLOSES.match(text, end)
    end = closes.end() if closes else end
    return text[found.start(group) : end].strip(" ,;:.?!…-")


def _without_manners(question: str, grammar: Grammar) -> str:
    """Take greetings and polite openings off both ends, unless nothing is left."""
    text = question
    while True:
        found = grammar.lead.match(flattened(text))
        rest = text[found.end() :].lstrip(" ,;:.!…-") if found else text
        if rest == text or not words(rest):
            break
        text = rest
    found = grammar.tail.search(flattened(text))
    rest = text[: found.start()] if found else text
    return rest if words(rest) else text


def _without_spoken(text: str, grammar: Grammar) -> str:
    """Take out the words of speech that carry nothing."""
    return _without(grammar.spoken, text)


def _without(form: re.Pattern[str], text: str) -> str:
    """Return a text without what meets a form, unless nothing telling is left."""
    pieces, reached = [], 0
    for found in form.finditer(flattened(text)):
        pieces.append(text[reached : found.start()])
        reached = found.end()
    kept = " ".join("".join((*pieces, text[reached:])).split()).strip(" ,;")
    return kept if _telling(kept) else text


def _by_sign(text: str, grammar: Grammar) -> Intent:
    """Return what a question without frame asks."""
    plain = " ".join(flattened(text).split())
    kind = asked_kind(text)
    if kind == "number":
        return "fact"
    found = next((intent for intent, sign in grammar.signs if sign.search(plain)), None)
    if found in ("comparison", "yes_no") and kind in ("date", "place"):
        return "fact"
    if found is None and _is_bare_subject(text, plain):
        # "Les traductions sont relues ?" is no theme, nor is "persona c'est quoi".
        signs = signs_of(text)
        return "yes_no" if "yes_no" in signs else "fact" if "definition" in signs else "overview"
    return found or "fact"


def _is_bare_subject(text: str, flat: str) -> bool:
    """Tell whether a question is a theme and no more: "cantine", "dialogue social"."""
    if _INTERROGATIVE.search(flat) or _ASKS_FACT.search(flat) or any(map(str.isdigit, flat)):
        return False
    return 0 < _telling(text) <= _SUBJECT and len(words(text)) <= _SUBJECT_WORDS


def _telling(text: str) -> int:
    """Return how many telling words a text has, none where there are only stop words."""
    return len(telling_spans(f"{text} mairie")) - 1
