"""The themes that come up in several sessions, by the words that their headings share. Pure.

In: the excerpts of each session, with the headings that they stand under. Out: `Theme`s, each with
the words it goes by and, by session, the excerpt that tells most of it. A theme stands in the
headings of several sessions ("Coûts", "Se former"), or is a phrase that several say ("protection
des données"). What most sessions say, or one alone, is no theme.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from assistant.records.documents import CONTEXT_SEPARATOR
from assistant.text.analysis import fold, terms

MOST_THEMES = 10
#: Sessions shown of a theme, at most.
MOST_SESSIONS = 6
#: A theme comes up in so many sessions at least, in so many headings, and in so much of all
#: sessions at most.
_FEWEST, _FEWEST_OF_FEW, _HEADINGS, _MOST_SHARE = 3, 2, 2, 0.75
#: With no more sessions than this, two are several.
_FEW = 6
#: An excerpt under a heading that names the theme tells more of it.
_UNDER = 0.5
_LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PHRASE = re.compile(
    r"(?P<first>[^\W\d_]{4,}) (?P<link>de l['’]|de la |d['’]|de |des |du )(?P<second>[^\W\d_]{4,})"
)
_DETERMINERS = frozenset(
    "le la les l un une des du ce cet cette ces notre nos votre vos leur leurs chaque aucun aucune"
    " au aux son sa ses quel quelle quels quelles the a an this trois quatre cinq six sept huit"
    " neuf dix".split()
)
#: How infinitives end: "le mesurer" is no noun.
_VERBS = ("er", "ir", "oir")
_NOT_THEMES = frozenset(
    "fois chose choses temps jour jours mois semaine semaines annee annees heure heures minute"
    " minutes personne personnes gens moment cas exemple exemples question questions nombre partie"
    " part moitie point points fait suite place type sorte maniere facon lieu titre sujet reste"
    " matin soir debut compte raison idee idees premier premiere deuxieme dernier derniere seul"
    " seule meme autre autres vrai bonne mieux moins plus grand grande petit petite possible"
    " chiffre chiffres euros montant poste indicateur valeur fin face bout pays monde niveau etape"
    " etapes session sessions atelier ateliers conference forum slide page diapositive ensemble"
    " avant apres trois quatre cinq deux retenir conclusion synthese resume bilan contexte"
    " introduction sommaire annexe annexes presentation objectif objectifs document documents dire"
    " faire avoir etre commencer people thing things time year years way lot".split()
)


class Excerpt(NamedTuple):
    """Words of a session, the headings above them, and what they are worth (0..1)."""

    text: str
    heading: str
    worth: float


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: the words it goes by, and by session the number of the excerpt that tells most."""

    words: str
    excerpts: Mapping[str, int]


@dataclass
class _Phrase:
    """A word or a phrase, by its terms: how it is written, and how often each session has it."""

    written: Counter[str] = field(default_factory=Counter)
    sessions: Counter[str] = field(default_factory=Counter)
    headed: set[str] = field(default_factory=set)

    @property
    def is_phrase(self) -> bool:
        """Whether it is several words, joined by "de"."""
        return any(" " in written for written in self.written)


def themes(sessions: Mapping[str, Sequence[Excerpt]]) -> list[Theme]:
    """Return the themes of an event, those that come up most first."""
    found = _candidates(sessions)
    fewest = _FEWEST_OF_FEW if len(sessions) <= _FEW else _FEWEST
    most = max(fewest, _MOST_SHARE * len(sessions))
    several = {
        key: one
        for key, one in found.items()
        if fewest <= len(one.sessions) <= most and (len(one.headed) >= _HEADINGS or one.is_phrase)
    }
    ranked = sorted(several, key=lambda key: (-_score(several[key], len(sessions)), sorted(key)))
    chosen: list[Theme] = []
    taken: list[frozenset[str]] = []
    for key in ranked:
        if len(chosen) < MOST_THEMES and not any(key & other for other in taken):
            chosen.append(Theme(_label(several[key]), dict(_told(key, several[key], sessions))))
            taken.append(key)
    return chosen


def _candidates(sessions: Mapping[str, Sequence[Excerpt]]) -> dict[frozenset[str], _Phrase]:
    found: dict[frozenset[str], _Phrase] = defaultdict(_Phrase)
    for session, excerpts in sessions.items():
        for written, key in (one for each in excerpts for one in _written(each.text)):
            found[key].written[written] += 1
            found[key].sessions[session] += 1
        # Of one heading, however many excerpts stand under it.
        for heading in {one.heading for one in excerpts}:
            for part in heading.split(CONTEXT_SEPARATOR):
                # A heading begins with its noun: "Coûts", "Budget de la formation".
                for written, key in _written(f"le {part}"):
                    found[key].written[written] += 1
                    found[key].sessions[session] += 1
                    if written[0] == _NOUN:
                        found[key].headed.add(session)
    return found


def _written(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the words of a text that may be themes, and its phrases, each with its terms.

    What a determiner stands before is written with it, so that the theme goes by a noun.
    """
    before = ""
    for found in _WORD.finditer(text):
        word = found[0].lower()
        if _may_be_theme(word):
            noun = fold(before) in _DETERMINERS and not word.endswith(_VERBS)
            yield (f"{_NOUN}{word}" if noun else word), frozenset(terms(word))
        before = word
    for found in _PHRASE.finditer(text):
        if _may_be_theme(found["first"]) and _may_be_theme(found["second"]):
            yield f"{_NOUN}{found[0].lower()}", frozenset(terms(found[0]))


@cache
def _may_be_theme(word: str) -> bool:
    """Tell whether a word says something by itself, and something that events speak of."""
    says = len(set(terms(f"{word} mairie"))) > 1
    return says and len(word) >= _LEAST_LETTERS and fold(word) not in _NOT_THEMES


#: Before a word that is a noun where it stands.
_NOUN = "\0"


def _score(one: _Phrase, sessions: int) -> float:
    """Return how much a candidate is a theme: in headings, often said, in several sessions."""
    said = sum(math.log1p(min(times, 8)) for times in one.sessions.values())
    return (said + 2 * len(one.headed)) * (0.3 + math.log((sessions + 1) / len(one.sessions)))


def _label(one: _Phrase) -> str:
    """Return how a candidate is mostly written, as a noun where it ever is one."""
    nouns = Counter({word: times for word, times in one.written.items() if word[0] == _NOUN})
    return (nouns or one.written).most_common(1)[0][0].removeprefix(_NOUN)


def _told(
    key: frozenset[str], one: _Phrase, sessions: Mapping[str, Sequence[Excerpt]]
) -> Iterator[tuple[str, int]]:
    """Yield the sessions that say most of a theme, in their order, each with its best excerpt."""
    most = {session for session, _ in one.sessions.most_common(MOST_SESSIONS)}
    for session, excerpts in sessions.items():
        worth = {
            at: excerpt.worth + _nearness(key, excerpt)
            for at, excerpt in enumerate(excerpts)
            if session in most and key <= {*terms(excerpt.text), *terms(excerpt.heading)}
        }
        if worth:
            yield session, max(worth, key=lambda at: worth[at])


def _nearness(key: frozenset[str], excerpt: Excerpt) -> float:
    """Return how much an excerpt is about a theme: named above it, and by much of its words."""
    found = terms(excerpt.text)
    share = sum(term in key for term in found) / max(1, len(found))
    return share + _UNDER * (key <= set(terms(excerpt.heading)))
