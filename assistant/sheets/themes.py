"""The themes that come up in several sessions, by the words that their excerpts share. Pure.

In: the excerpts of each session. Out: `Theme`s, each with the words it goes by and, by session, the
excerpt that tells most of it. A word that a determiner stands before is a noun ("la relecture"),
and so are two joined by "de" ("erreurs de tri"): what most sessions say, or one alone, is no theme.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.text.analysis import fold, terms

#: An excerpt of a session: its words, and what it is worth (0..1).
Excerpt = tuple[str, float]

MOST_THEMES = 10
#: Sessions shown of a theme, at most.
MOST_SESSIONS = 6
#: A theme comes up in so many sessions at least, and in so much of them at most.
_FEWEST, _FEWEST_OF_FEW, _MOST_SHARE = 3, 2, 0.7
#: With no more sessions than this, two are several.
_FEW = 6
#: Of what a word stands after, so much must be determiners for it to be a noun.
_NOUN = 0.5
_LEAST_LETTERS = 4
#: A phrase takes the place of a word of it that is seldom elsewhere.
_TAKES = 0.6
_DETERMINERS = (
    "le|la|les|l|un|une|des|du|ce|cet|cette|ces|notre|nos|votre|vos|leur|leurs|chaque|aucun|aucune"
    "|au|aux|son|sa|ses|the|a|an|this|these|our|your|quel|quelle|quels|quelles"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PHRASE = re.compile(
    r"(?P<first>[^\W\d_]{4,}) (?P<link>de l['’]|de la |d['’]|de |des |du )(?P<second>[^\W\d_]{4,})"
)
_NOT_THEMES = frozenset(
    "fois chose choses temps jour jours mois semaine semaines annee annees heure heures minute"
    " minutes personne personnes gens moment cas exemple exemples question questions nombre partie"
    " part moitie point points fait suite place type sorte maniere facon lieu titre sujet reste"
    " matin soir debut compte raison idee idees premier premiere deuxieme dernier derniere seul"
    " seule meme autre autres tout toute tous toutes vrai bonne mieux moins plus grand grande"
    " petit petite possible pourcentage chiffre chiffres euros montant poste indicateur valeur"
    " exercice fin face bout pays monde niveau etape session sessions atelier ateliers conference"
    " forum slide page diapositive situation usage usages ensemble besoin probleme problemes"
    " people thing things time year years way lot".split()
)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: the words it goes by, and by session the number of the excerpt that tells most."""

    words: str
    excerpts: Mapping[str, int]


@dataclass
class _Candidate:
    """A word or a phrase, by its terms: how it is written, and how often each session has it."""

    written: Counter[str] = field(default_factory=Counter)
    sessions: Counter[str] = field(default_factory=Counter)
    nouns: int = 0

    @property
    def total(self) -> int:
        return sum(self.written.values())


def themes(sessions: Mapping[str, Sequence[Excerpt]]) -> list[Theme]:
    """Return the themes of an event, those that come up most first."""
    found = _candidates(sessions)
    fewest = _FEWEST_OF_FEW if len(sessions) <= _FEW else _FEWEST
    most = max(fewest, _MOST_SHARE * len(sessions))
    several = {
        key: one for key, one in found.items() if fewest <= len(one.sessions) <= most and key
    }
    ranked = sorted(several, key=lambda key: (-_score(several[key], len(sessions)), key))
    chosen: list[Theme] = []
    taken: list[frozenset[str]] = []
    for key in _without_parts(ranked, several):
        if len(chosen) < MOST_THEMES and not any(key & other for other in taken):
            chosen.append(Theme(_label(several[key]), dict(_told(key, several[key], sessions))))
            taken.append(key)
    return chosen


def _candidates(sessions: Mapping[str, Sequence[Excerpt]]) -> dict[frozenset[str], _Candidate]:
    found: dict[frozenset[str], _Candidate] = defaultdict(_Candidate)
    for session, excerpts in sessions.items():
        for text, _ in excerpts:
            for written, noun in _written(text):
                one = found[frozenset(terms(written))]
                one.written[written.lower()] += 1
                one.sessions[session] += 1
                one.nouns += noun
    return {key: one for key, one in found.items() if one.nouns >= _NOUN * one.total}


def _written(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text that may be themes, and its phrases; and whether each is a noun."""
    before = ""
    for found in _WORD.finditer(text):
        word = found[0]
        if len(word) >= _LEAST_LETTERS and fold(word) not in _NOT_THEMES:
            yield word, re.fullmatch(_DETERMINERS, before) is not None
        before = fold(word)
    for found in _PHRASE.finditer(text):
        ends = fold(found["first"]), fold(found["second"])
        if not _NOT_THEMES.intersection(ends) and not re.fullmatch(_DETERMINERS, ends[1]):
            yield found[0], True


def _score(one: _Candidate, sessions: int) -> float:
    """Return how much a candidate is a theme: often said, in several sessions, not in all."""
    said = sum(math.log1p(min(times, 8)) for times in one.sessions.values())
    return said * (0.3 + math.log((sessions + 1) / len(one.sessions)))


def _without_parts(
    ranked: Sequence[frozenset[str]], found: Mapping[frozenset[str], _Candidate]
) -> Iterator[frozenset[str]]:
    """Yield candidates, a phrase in place of its words where they are seldom said without it."""
    for key in ranked:
        longer = [
            other
            for other in ranked
            if key < other and len(found[other].sessions) >= _TAKES * len(found[key].sessions)
        ]
        yield longer[0] if longer else key


def _label(one: _Candidate) -> str:
    """Return how a candidate is mostly written."""
    return one.written.most_common(1)[0][0]


def _told(
    key: frozenset[str], one: _Candidate, sessions: Mapping[str, Sequence[Excerpt]]
) -> Iterator[tuple[str, int]]:
    """Yield the sessions that say most of a theme, in their order, each with its best excerpt."""
    most = {session for session, _ in one.sessions.most_common(MOST_SESSIONS)}
    for session, excerpts in sessions.items():
        if session in most:
            speaking = [at for at, (text, _) in enumerate(excerpts) if key <= set(terms(text))]
            worth = {at: excerpts[at][1] + _density(key, excerpts[at][0]) for at in speaking}
            if worth:
                yield session, max(speaking, key=lambda at: worth[at])


def _density(key: frozenset[str], text: str) -> float:
    """Return which share of a text's terms is the theme's."""
    found = terms(text)
    return sum(term in key for term in found) / max(1, len(found))
