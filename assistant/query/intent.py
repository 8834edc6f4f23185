"""What a question asks: a fact, an overview, a summary, or to talk to the tool. Pure, by form.

In: a question as typed. Out: an `Inquiry`: its intent, and what is searched once the frame is
taken off: "Euh, que dit-on de ChatGPT ?" asks for an overview of "ChatGPT". The frames are in
`data/intents.toml`; the first that the whole question meets counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast

from assistant.query.answer_signs import signs_of
from assistant.query.answer_type import answering_spans, asked_kind
from assistant.records.answers import Intent
from assistant.text.analysis import fold, telling_spans, words
from assistant.text.english import is_english, phrase_in_french

#: What is said to the tool itself; "" in every other question.
Talk = Literal["", "greeting", "thanks", "goodbye", "abilities", "identity"]

#: What is asked of the programme or of the list of documents; "" in every other question.
Catalogue = Literal["", "sessions", "count", "when", "speakers", "spoke", "about", "documents"]

#: A bare subject has at most so many telling words, and so many words in all.
_SUBJECT = 2
_SUBJECT_WORDS = 5
#: Words that ask for a figure, a day or a place without any verb: "voirie prix".
_ASKS_FACT = re.compile(
    r"\b(?:prix|couts?|tarifs?|budgets?|montants?|nombre|dates?|horaires?|heures?|salles?|adresses?"
    r"|taux|delais?|duree|quand|combien|ou|qui|contact|telephone|mail|inscription|programme)\b"
)
#: Letters of Latin end before this number.
_MOST_KEPT = 0x250
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
    grammar = _grammar()
    for talk, forms in grammar.talk:
        if _met(forms, _flat(question)):
            return Inquiry("talk", question, talk=talk)
    bare = _without_spoken(_without_manners(question, grammar), grammar)
    found = _of_programme(bare, grammar) or _of_documents(bare, grammar)
    if not ((found.is_broad or found.catalogue) and is_english(question)):
        return found
    # A theme is searched by its words, and a session named by its title.
    theme, subject = phrase_in_french(found.theme), phrase_in_french(found.subject)
    return replace(found, theme=theme, subject=subject)


def asks_more(question: str) -> bool:
    """Tell whether a question asks for more of what was asked before: "plus de détails ?"."""
    grammar = _grammar()
    bare = _without_manners(question, grammar)
    return _met(grammar.more, _flat(bare)) is not None


def _of_programme(bare: str, grammar: _Grammar) -> Inquiry | None:
    """Return what a question asks of the programme or the list of documents, if it may ask that."""
    flat = _flat(bare)
    for catalogue, forms in grammar.programme:
        if (found := _met(forms, flat)) is not None:
            subject = _cut(bare, found, "subject") or _cut(bare, found, "theme")
            otherwise = _of_documents(bare, grammar)
            kind = _cut(bare, found, "kind")
            return replace(otherwise, subject=subject, catalogue=catalogue, kind=kind)
    return None


def _of_documents(bare: str, grammar: _Grammar) -> Inquiry:
    """Return what a question asks of what was said and written."""
    flat = _flat(bare)
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
        theme = _without(grammar.compares, theme)
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


def _without_manners(question: str, grammar: _Grammar) -> str:
    """Take greetings and polite openings off both ends, unless nothing is left."""
    text = question
    while True:
        found = grammar.lead.match(_flat(text))
        rest = text[found.end() :].lstrip(" ,;:.!…-") if found else text
        if rest == text or not words(rest):
            break
        text = rest
    found = grammar.tail.search(_flat(text))
    rest = text[: found.start()] if found else text
    return rest if words(rest) else text


def _without_spoken(text: str, grammar: _Grammar) -> str:
    """Take out the words of speech that carry nothing."""
    return _without(grammar.spoken, text)


def _without(form: re.Pattern[str], text: str) -> str:
    """Return a text without what meets a form, unless nothing telling is left."""
    pieces, reached = [], 0
    for found in form.finditer(_flat(text)):
        pieces.append(text[reached : found.start()])
        reached = found.end()
    kept = " ".join("".join((*pieces, text[reached:])).split()).strip(" ,;")
    return kept if _telling(kept) else text


def _by_sign(text: str, grammar: _Grammar) -> Intent:
    """Return what a question without frame asks."""
    plain = " ".join(_flat(text).split())
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


# --- The grammar -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The frames of the data file, compiled."""

    talk: tuple[tuple[Talk, tuple[re.Pattern[str], ...]], ...]
    more: tuple[re.Pattern[str], ...]
    programme: tuple[tuple[Catalogue, tuple[re.Pattern[str], ...]], ...]
    summary: tuple[re.Pattern[str], ...]
    overview: tuple[re.Pattern[str], ...]
    gathered: re.Pattern[str]
    signs: tuple[tuple[Intent, re.Pattern[str]], ...]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    spoken: re.Pattern[str]
    told: re.Pattern[str]
    asker: re.Pattern[str]
    compares: re.Pattern[str]
    defines: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    text = (files("assistant") / "data" / "intents.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    parts: dict[str, str] = found["parts"]

    def compiled(form: str) -> re.Pattern[str]:
        return re.compile(_expanded(form, parts))

    def whole(forms: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(compiled(f" *(?:{form}) *") for form in forms)

    return _Grammar(
        talk=tuple((cast(Talk, talk), whole(forms)) for talk, forms in found["talk"].items()),
        more=whole(found["more"]["forms"]),
        programme=tuple(
            (cast(Catalogue, asked), whole(forms)) for asked, forms in found["programme"].items()
        ),
        summary=whole(found["summary"]["forms"]),
        overview=whole(found["overview"]["forms"]),
        gathered=compiled(found["signs"].pop("gathered")),
        signs=tuple((cast(Intent, one), compiled(sign)) for one, sign in found["signs"].items()),
        lead=compiled(" *(?:{lead}{polite}|(?=[a-z]){lead})"),
        tail=compiled("{tail} *$"),
        spoken=compiled("{spoken}"),
        told=compiled("{told}"),
        asker=compiled("{asker}"),
        compares=compiled("{compares}"),
        defines=compiled("{defines}"),
    )


def _expanded(form: str, parts: dict[str, str]) -> str:
    """Return a form with its parts in their places; a space meets any number of them."""
    while found := re.search(r"\{([a-z]+)\}", form):
        form = form.replace(found[0], f"(?:{parts[found[1]]})")
    for name in ("theme", "subject"):
        form = (
            form.replace(f"<{name}>", f"(?P<{name}>.+?)", 1) if f"(?P<{name}>" not in form else form
        )
    return re.sub(r" (?![*+?])", " +", form)


def _flat(text: str) -> str:
    """Return a text without case, accents or punctuation, each character in its place."""
    return text.translate(_FLAT)


class _Flat(dict[int, str]):
    """What `_flat` makes of a character, by its number; those of Europe are kept once found."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        plain = (fold(character) or " ")[0] if character.isalnum() else " "
        if number < _MOST_KEPT:
            self[number] = plain
        return plain


_FLAT = _Flat()
