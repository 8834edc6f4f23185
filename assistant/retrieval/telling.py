"""How much a sentence tells by itself, whatever is asked. Pure.

In: a sentence, and whether it is a title. Out: a weight from 0 to 1. What holds an event together
and says nothing of its subjects weighs 0: greetings, thanks, announcements of what comes, rooms
and microphones, questions, tables of contents, addresses. Among the others, what has figures,
decisions, advice, reasons and results, in a sentence of ordinary length, weighs most. The forms
are in `data/telling.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast

from assistant.text.analysis import fold, terms

#: Why a sentence tells nothing by itself; "" where it may tell something.
Empty = Literal[
    "", "greeting", "thanks", "announcement", "housekeeping", "schedule", "disclaimer", "question",
    "contents", "contact", "chatter", "fragment", "title",
]  # fmt: skip
#: Of these, what only holds an event together, whatever it is about.
HOLDS_TOGETHER: frozenset[Empty] = frozenset(
    {"greeting", "thanks", "announcement", "housekeeping", "disclaimer", "chatter"}
)

_NOT_WORD = re.compile(r"[^\w%€]+")
#: Web and mail addresses, which carry no sentence.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+")
#: A line of a table of contents: "1.3 Constats ........ 5".
_LEADERS = re.compile(r"(?:[.…_]\s?){5,40}\s{0,9}\d{1,3}\b")
#: Who speaks, before what is said: "- Élodie :", "Anne MARTIN :". A heading has one word, no dash.
_LABEL = re.compile(
    r"\A\s*(?:[-–—]\s*[A-ZÀ-Ý][\w'’-]*(?: [A-ZÀ-Ý][\w'’-]*){0,3}"
    r"|[A-ZÀ-Ý][\w'’-]*(?: [A-ZÀ-Ý]{2,}[\w'’-]*)+)\s?:\s"
)
#: Fewer words say nothing by themselves, unless a figure is among them ("143 dossiers déposés").
_FEWEST = 4
_CLOSING = " »”\"')]"
#: "Évitez les questions comme « est-ce utile ? »" asks nothing.
_CITED = re.compile(r"\w\W*[«“][^»”]*\?$")
#: What asks to be confirmed at the end of what is told: "Le bois est privé, c'est ça ?"
_TAG = re.compile(
    r",? (?:c['’]est (?:bien )?ça|n['’]est-ce pas|hein|(?<!ou )non|pas vrai)\s?\?$",
    re.IGNORECASE,
)
#: Weights by hand, in logits: a plain sentence of ordinary length is worth about 0.4.
_BIAS = -0.4
_TELLS = {"figure": 0.7, "advice": 0.7, "reason": 0.3, "result": 0.4}
_LEANING = -0.9
_FILLER = -0.25
_MOST_FILLERS = 3
#: Sentences of fewer words, or of more.
_ORDINARY = (8, 45)
_SHORT = -0.8
_LONG = -0.4
#: A sentence of more words is spoken without a full stop: it is cut, and no greeting as a whole.
ENDLESS = 75
#: What introduces one of many: "la deuxième erreur", "un outil de"; "cet outil" only refers to one.
_ONE_OF_MANY = frozenset(
    "un une deux trois quatre cinq six sept huit neuf dix plusieurs certains certaines quelques"
    " premier premiere deuxieme seconde second troisieme quatrieme dernier derniere autre".split()
)
_DETERMINES = _ONE_OF_MANY | frozenset(
    "les la le l des nos vos mes leurs ses d principaux autres".split()
)
_REFERS = frozenset("ce cet cette ces meme memes".split())
#: Before a noun, none of these introduces one: "un compte rendu de conseil de quartier".
_BARE = frozenset("de d en".split())
#: What makes a sentence a question, besides its mark.
_INTERROGATIVE = re.compile(
    r"\b(?:est-ce|qu['’]est|quoi|quel\w*|lesquel\w*|laquelle|lequel|comment|combien|pourquoi|quand|où"
    r"|qui)\b|-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je|ce)\b",
    re.IGNORECASE,
)
#: What is counted before it is told: "trois garde-fous", not "deux fours".
_TOLD_NEXT = (
    r"actions?|aspects?|atouts?|avantages?|axes?|benefices?|cas|categories|caracteristiques"
    r"|choses?|clauses|conditions|conseils|consignes|constats|criteres|defauts|defis|difficultes"
    r"|domaines|elements|engagements|enjeux|enseignements|erreurs|etapes|exemples|facons|familles"
    r"|freins|garde fous|grandes? \w+s|idees|inconvenients|lecons|leviers|limites|manieres|mesures"
    r"|methodes|missions|niveaux|obligations|objectifs|options|outils|parties|phases|piliers|pistes"
    r"|points|precautions|principes|priorites|problemes|propositions|questions|raisons|regles"
    r"|reflexes|recommandations|risques|roles|situations|solutions|sortes|sujets|surprises|temps"
    r"|themes|types|usages|volets"
)
_SEVERAL = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs)(?: grand\w+| principa\w+)?"
    rf" (?:{_TOLD_NEXT})(?: \w+)?"
    r"(?: (?:pour|d|de|du|des|a|au|aux|dans|sur(?! (?:dix|cent|\d))) [\w ]{1,60})?$"
)
#: What tells which one: "l'outil de notation", "des risques comme".
_COMPLETES = frozenset(
    "de d pour qui comme tel telle tels telles appele appelee fonde fondee".split()
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How much a sentence tells (`weight`, 0..1), and why it tells nothing where it is 0."""

    weight: float
    empty: Empty = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sentence is said, whatever it is about.

    It has so many `words`. It gives `advice` or a `result`; `leans` on the sentence before; has so
    many `filler` words of speech, to three; is somebody's `own_view` ("je pense"); `instructs` by
    the form of its first verb ("Posez", "écouter"); `advises` whoever does the same; `connects`
    what was said with what comes, by how it begins ("Tout l'enjeu, c'est de…").
    """

    words: int
    advice: bool
    result: bool
    leans: bool
    filler: int
    own_view: bool
    instructs: bool
    advises: bool
    connects: bool


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of the data file: what empties a sentence, what tells, what spoils."""

    empty: tuple[tuple[Empty, re.Pattern[str]], ...]
    tells: tuple[tuple[float, re.Pattern[str]], ...]
    leans: re.Pattern[str]
    filler: re.Pattern[str]
    own_view: re.Pattern[str]
    instructs: re.Pattern[str]
    advises: re.Pattern[str]
    connects: re.Pattern[str]


@cache
def _forms() -> _Forms:
    text = (files("assistant") / "data" / "telling.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    parts: dict[str, str] = found["parts"]

    def begins(forms: list[str]) -> re.Pattern[str]:
        whole = "|".join(forms)
        for name, form in parts.items():
            whole = whole.replace(f"{{{name}}}", form)
        return re.compile(f"{parts['lead']}(?:{whole})")

    return _Forms(
        empty=tuple((cast(Empty, kind), begins(forms)) for kind, forms in found["empty"].items()),
        tells=tuple((_TELLS[kind], re.compile(form)) for kind, form in found["tells"].items()),
        leans=begins(found["spoils"]["leans"]),
        filler=re.compile(found["spoils"]["filler"]),
        own_view=re.compile(found["manner"]["own_view"]),
        instructs=re.compile(found["manner"]["instructs"]),
        advises=re.compile(found["manner"]["advises"]),
        connects=begins(found["manner"]["connects"]),
    )


@lru_cache(maxsize=16384)
def telling(sentence: str, *, title: bool = False) -> Telling:
    """Weigh a sentence; a title tells nothing without the lines below it, but for its figures."""
    plain = _plain(sentence)
    empty = _empty(sentence, plain, title=title)
    return Telling(0.0, empty) if empty else Telling(1 / (1 + math.exp(-_logit(sentence, plain))))


def weigh(sentence: str, *, title: bool = False) -> float:
    """Return how much a sentence tells by itself, 0..1."""
    return telling(sentence, title=title).weight


@lru_cache(maxsize=16384)
def manner(sentence: str) -> Manner:
    """Return how a sentence is said; what was weighed before is kept."""
    plain = _plain(sentence)
    forms = _forms()
    tells = dict(
        zip(_TELLS, (form.search(plain) is not None for _, form in forms.tells), strict=True)
    )
    return Manner(
        words=len(plain.split()),
        advice=tells["advice"],
        result=tells["result"],
        leans=_leans(sentence, plain),
        filler=min(_MOST_FILLERS, len(forms.filler.findall(plain))),
        own_view=forms.own_view.search(plain) is not None,
        instructs=forms.instructs.match(plain) is not None,
        advises=forms.advises.search(plain) is not None,
        connects=forms.connects.match(plain) is not None,
    )


def only_confirms(sentence: str) -> bool:
    """Tell whether a question tells, and asks no more than that it be confirmed."""
    tag = _TAG.search(sentence)
    told = sentence[: tag.start()] if tag else ""
    return len(told.split()) >= _FEWEST and _INTERROGATIVE.search(told) is None


def unlabelled(sentence: str) -> str:
    """Return a sentence without who says it, where that stands before it."""
    return _LABEL.sub("", sentence)


def leans(sentence: str) -> bool:
    """Tell whether a sentence can't be understood without the one before it."""
    return _leans(sentence, _plain(sentence))


def names_one(term: str, sentence: str) -> bool:
    """Tell whether a sentence names one of the things that a term stands for, or introduces some.

    "Un outil de relecture" does, "cet outil", "la liste des outils" don't.
    """
    said = ["", *_plain(sentence).split(), ""]
    return any(
        terms(word) == [term]
        for before, word, after in zip(said, said[1:], said[2:], strict=False)
        if word
        and (before in _ONE_OF_MANY or (before not in _REFERS | _BARE and after in _COMPLETES))
    )


def states(sentence: str) -> bool:
    """Tell whether what ends as a question says something: "Un prompt, c'est dix recherches ?"."""
    return len(sentence.split()) >= _ORDINARY[0] and not _INTERROGATIVE.search(sentence)


def announces_several(sentence: str) -> bool:
    """Tell whether a sentence says how many things come next: "Il y a trois garde-fous."."""
    return _SEVERAL.search(_plain(sentence)) is not None


def announced(term: str, title: str) -> float:
    """Return how clearly a title announces what a term stands for.

    1 where it says nothing else ("Nos erreurs"), 0.5 where it goes on ("Les limites de l'outil"),
    else 0.
    """
    said = _plain(title).split()
    while said and said[0] in _DETERMINES:
        said.pop(0)
    if not said or terms(said[0]) != [term]:
        return 0.0
    return 1.0 if len(said) == 1 else 0.5


@lru_cache(maxsize=16384)
def _plain(sentence: str) -> str:
    """Return the words of a sentence folded, without who says it and addresses, a space between."""
    return _NOT_WORD.sub(" ", fold(_ADDRESS.sub(" ", unlabelled(sentence)))).strip()


def _empty(sentence: str, plain: str, *, title: bool) -> Empty:
    """Tell why a sentence says nothing by itself."""
    ends, count = sentence.rstrip(_CLOSING), len(plain.split())
    has_digit = any(map(str.isdigit, plain))
    if ends.endswith("?") and not (_CITED.search(ends) or only_confirms(ends)):
        return "question"
    for kind, form in _forms().empty if count <= ENDLESS else ():
        # "Une élue demande si c'est payé : non" replies as well.
        if form.match(plain) and not (kind == "question" and ":" in sentence):
            return kind
    if _LEADERS.search(sentence):
        return "contents"
    if _ADDRESS.search(sentence) and count < 2 * _FEWEST:
        return "contact"
    if title and not has_digit:
        return "title"
    is_cut = count < _ORDINARY[0] and ends.endswith(("...", "…"))
    if is_cut or (count < _FEWEST and not (count > 1 and has_digit)):
        return "fragment"
    # "Nous avons trois idées :" announces; what follows the colon is not in it.
    return "announcement" if ends.endswith(":") else ""


def _leans(sentence: str, plain: str) -> bool:
    return _ends_citation(sentence) or _forms().leans.match(plain) is not None


def _ends_citation(sentence: str) -> bool:
    """Tell whether a sentence is the end of what somebody cites, begun before it: "Venez. »"."""
    closes = sentence.find("»")
    return closes >= 0 and "«" not in sentence[:closes]


def _logit(sentence: str, plain: str) -> float:
    count = len(plain.split())
    forms = _forms()
    total = _BIAS + sum(weight for weight, form in forms.tells if form.search(plain))
    total += _LEANING * _leans(sentence, plain)
    total += _FILLER * min(_MOST_FILLERS, len(forms.filler.findall(plain)))
    return total + _SHORT * (count < _ORDINARY[0]) + _LONG * (count > _ORDINARY[1])
