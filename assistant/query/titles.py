"""What a phrase names of the programme: "l'atelier 3", "la conférence sur les achats", "le forum".

In: a few words of a question, and the sessions of the index. Out: the sessions meant, and the words
left over: "l'atelier 2 sur le bruit" is workshop 2, asked about noise. Also which sessions have a
title that speaks of a theme, by its words or by synonyms. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.query.scope import scope_of
from assistant.query.slots import in_part_of_day
from assistant.query.tokens import terms_of
from assistant.records.documents import Session
from assistant.text.analysis import fold, words
from assistant.text.calendar_names import FOLDED_MONTHS
from assistant.text.lexicon import Lexicon, default_lexicon, phrase
from assistant.text.stems import singular

#: What stands before a session that something happened in.
_INSIDE = re.compile(
    r"^(?:à|a|au|aux|dans|pendant|durant|lors d[eu']s?|au cours d[eu']s?|en)\b\s*", re.IGNORECASE
)
#: Where a session's name may end and a theme begin.
_BETWEEN = re.compile(
    r"\s(?:sur|concernant|au sujet d[eu]s?|à propos d[eu]s?|about|on)\s", re.IGNORECASE
)
#: What an event is called, whatever its title.
EVENT_WORDS = frozenset(
    "forum evenement journee journees colloque seminaire rencontre rencontres salon assises"
    " congres event conference".split()
) - {"conference"}
#: Among several titles that have a name's words, it means the one of which it says so much.
_NEARLY_WHOLE = 0.6
_ARTICLES = frozenset("le la les l du de des d ce cet cette ces notre the this of".split())
#: Of a phrase that names a session by its kind.
_KINDS = frozenset(
    "atelier ateliers conference conferences conf seance seances session sessions table ronde"
    " webinaire formation podcast presentation intervention pleniere exposition expose discours"
    " cours debat entretien interview numero workshop talk episode episodes emission emissions"
    " reunion reunions comite comites conseil webinaires".split()
)

#: What minutes are called, which says that a session is meant.
_MINUTES = re.compile(r"\b(?:compte rendu|comptes rendus|proces verbal|proces verbaux|cr|pv|ag)\b")
_DAY = re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(FOLDED_MONTHS)})(?: (\d{{4}}))?\b")
_NUMBER = re.compile(r"\b\d+(?:er?|re|e|ème)?\b")
#: Who speaks at more sessions names none of them.
_MOST_OF_SPEAKER = 2
#: Those that are themes as well, where what they are of is said: "la formation des agents".
_OF_SOMETHING = re.compile(
    r"\b(formations?|interventions?|cours|debats?|expositions?) d(?:es?|u)?\b"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Sessions that a phrase names, the theme that is left of it, and whether it is the event."""

    sessions: tuple[Session, ...]
    theme: str = ""
    is_event: bool = False


def named_in(
    asked: str, sessions: Sequence[Session], lexicon: Lexicon | None = None
) -> Named | None:
    """Return what a phrase names; None where it names nothing of the programme."""
    asked = _INSIDE.sub("", asked.strip())
    for name, theme in _cuts(asked):
        if is_event(name, sessions):
            return Named(tuple(sessions), theme, is_event=True)
        found = in_part_of_day(name, sessions) or _sessions_of(name, sessions, lexicon)
        if found:
            return Named(found, theme)
    return None


def is_event(asked: str, sessions: Sequence[Session]) -> bool:
    """Tell whether a phrase is the event: "le forum", "la journée", or its title."""
    said = [fold(word) for word in words(asked)]
    telling = [word for word in said if word not in _ARTICLES]
    if telling and EVENT_WORDS.issuperset(telling):
        return True
    titles = {one.event_title for one in sessions if one.event_title}
    own = {term for title in titles for term in terms_of(title)}
    named = set(terms_of(asked))
    return len(titles) == 1 and bool(EVENT_WORDS & set(telling)) and named <= own


def says_its_theme(session: Session) -> bool:
    """Tell whether a session's title says what it is about: "Séance du 21 juin 2019" doesn't."""
    plain = _DAY.sub(" ", " ".join(words(fold(session.title))))
    said = _MINUTES.sub(" ", plain).split()
    told = [one for one in said if not (one in FOLDED_MONTHS or one.isdigit())]
    return any(_tells(one) for one in told)


def entitled(
    theme: str, sessions: Sequence[Session], lexicon: Lexicon | None = None
) -> tuple[Session, ...]:
    """Return the sessions whose title speaks of a theme: all its words, or synonyms, are there."""
    themes = set(_OF_SOMETHING.findall(" ".join(words(fold(theme)))))
    asked = [
        word for word in words(theme) if terms_of(word) and (_tells(word) or fold(word) in themes)
    ]
    if not asked:
        return ()
    known = lexicon or default_lexicon()
    return tuple(one for one in sessions if all(_is_in(word, one, known) for word in asked))


def nearest(
    asked: str, sessions: Sequence[Session], lexicon: Lexicon | None = None, *, most: int = 3
) -> tuple[Session, ...]:
    """Return the sessions whose titles speak of what is asked, most of its words first.

    A word counts where it, or a synonym, stands in the title; none counts that stands in half of
    the titles: at a forum on AI, "IA" tells no session from another.
    """
    known = lexicon or default_lexicon()
    telling = [word for word in words(asked) if terms_of(word) and _tells(word)]
    held = {word: [_is_in(word, one, known) for one in sessions] for word in telling}
    counted = [found for found in held.values() if 0 < sum(found) <= max(1, len(sessions) // 2)]
    met = [sum(found[at] for found in counted) for at in range(len(sessions))]
    order = sorted(range(len(sessions)), key=lambda at: -met[at])
    return tuple(sessions[at] for at in order[:most] if met[at])


def _cuts(asked: str) -> Iterator[tuple[str, str]]:
    """Yield a phrase whole, then cut in two where a theme may begin, the longest name first."""
    yield asked, ""
    for found in reversed([*_BETWEEN.finditer(asked)]):
        yield asked[: found.start()], asked[found.end() :]


def _sessions_of(
    name: str, sessions: Sequence[Session], lexicon: Lexicon | None
) -> tuple[Session, ...]:
    scope = scope_of(f"dans {name}", sessions, ())
    whole = len(scope.understood) == 1 and scope.understood[0].endswith(name.rstrip(" ?.!"))
    if whole and scope.filters.sessions:
        return tuple(one for one in sessions if one.id in scope.filters.sessions)
    if whole and scope.filters.types:
        return tuple(one for one in sessions if one.type in scope.filters.types)
    if found := titled(name, sessions) or _spoken_by(name, sessions) or _on_day(name, sessions):
        return found
    # "Restauration scolaire", "la conférence sur les poubelles": by title, where one fits best.
    # A number is another session's, or a day; "5G" is a theme.
    is_numbered = _NUMBER.search(name) is not None
    return () if is_numbered else _fitting(name, entitled(name, sessions, lexicon))


def titled(name: str, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return the sessions whose whole title or folder a name says: "atelier FLOSS ESR 2".

    Of a title with a colon, what stands before it is enough: "la clôture"; and that of one of
    their documents is as good: "la réunion de bureau du 24 juin".
    """
    asked = _named_terms(name)
    if not asked:
        return ()
    return tuple(one for one in sessions if any(asked == _named_terms(own) for own in _names(one)))


def _names(session: Session) -> Iterator[str]:
    """Yield what a session is called: its title and folder, and its documents' titles."""
    yield from (session.title, session.head, _filed(session), *session.document_titles)


def _on_day(name: str, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return the session of a day that a name says, where one alone has it in what it is called.

    "Le compte rendu du 21 juin": a day alone may be that of all.
    """
    said = " ".join(words(fold(name)))
    is_session = _MINUTES.search(said) or not _KINDS.isdisjoint(said.split())
    asked = _DAY.findall(said) if is_session else []
    found = [one for one in sessions if any(_is_on(day, one) for day in asked)]
    return tuple(found) if len(found) == 1 else ()


def _is_on(asked: tuple[str, str, str], session: Session) -> bool:
    """Tell whether a day stands in what a session is called; its year where both have one."""
    called = " ".join(words(fold(" ".join(_names(session)))))
    day, month, year = asked
    return any(
        (day, month) == own[:2] and (not year or not own[2] or year == own[2])
        for own in _DAY.findall(called)
    )


@lru_cache(maxsize=16384)
def _named_terms(name: str) -> frozenset[str]:
    """Return the terms of a name, but for those that only say that it is a session."""
    said = (word for word in words(name) if fold(word) not in _KINDS | _ARTICLES)
    return frozenset(term for word in said for term in terms_of(word))


def _spoken_by(name: str, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return the sessions of a speaker: "la conf de Camille Rozier", "le discours d'Attal".

    None for somebody of many sessions. Without a word that says that a session is meant, it takes
    their whole name: "Camille Rozier".
    """
    said = {fold(word) for word in words(name)}
    asked = said - _KINDS - _ARTICLES - {"avec", "par"}
    is_session = not said.isdisjoint(_KINDS)

    def is_named(person: str) -> bool:
        own = {fold(word) for word in words(person)}
        return asked <= own if is_session else asked == own and len(own) > 1

    found = [one for one in sessions if asked and any(map(is_named, one.speakers))]
    return tuple(found) if len(found) <= _MOST_OF_SPEAKER else ()


def _fitting(name: str, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return the session whose title or folder a name says nearly whole, where one alone is so.

    "La formation écoconception" is that of the folder `ecoconception`, though other titles have
    the word.
    """
    if len(sessions) < 2:
        return tuple(sessions)
    own = {term for word in words(name) for term in terms_of(word)}
    said = {one.id: max(_share(one.title, own), _share(_folder(one), own)) for one in sessions}
    best, second = sorted(said.values(), reverse=True)[:2]
    if best < _NEARLY_WHOLE or best == second:
        return ()
    return tuple(one for one in sessions if said[one.id] == best)


def _share(of: str, own: set[str]) -> float:
    """Return which share of the terms of a text is among those of a name."""
    found = set(terms_of(of))
    return len(found & own) / len(found) if found else 0.0


def _tells(word: str) -> bool:
    plain = fold(word)
    return (
        plain not in _KINDS
        and plain not in _ARTICLES
        and plain not in EVENT_WORDS
        and (len(set(terms_of(f"{plain} mairie"))) > 1)
    )


def _is_in(word: str, session: Session, lexicon: Lexicon) -> bool:
    """Tell whether a word, or what it is also called, stands in a session's title or folder."""
    if set(terms_of(word)) <= _title_terms(session):
        return True
    # "Données personnelles" is nothing of the "personnel", though both have one stem.
    held = _singulars(f"{session.title} {_folder(session)}")
    others = (other for entry in lexicon.entries(phrase(word)) for other in entry.others)
    return any(set(phrase(other)) <= held for other in others)


@lru_cache(maxsize=1024)
def _singulars(text: str) -> frozenset[str]:
    """Return the words of a text, folded, in the singular."""
    return frozenset(fold(singular(one.lower())) for one in words(text))


def _title_terms(session: Session) -> set[str]:
    return {*terms_of(session.title), *terms_of(_folder(session))}


def _folder(session: Session) -> str:
    """Return the words of a session's folder."""
    return re.sub(r"[-_\d]+", " ", session.id.rpartition("/")[2])


def _filed(session: Session) -> str:
    """Return the words of a session's folder, its numbers with them."""
    return re.sub(r"[-_]+", " ", session.id.rpartition("/")[2])
