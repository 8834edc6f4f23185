"""The speaker whom a question names: "qu'a dit l'intervenante achats publics ?", "selon …".

In: a question's words and the speakers as the index spells them, roles or names. Out: the one
meant, where all the telling words of the role or of the name are there, no other word is, and
nobody else fits. A theme is nobody: "selon les achats publics" names no speaker. What somebody
thinks is thought of something: a whole name ends there ("que pense A. Nommée des vélos").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.query.tokens import (
    ARTICLES,
    CLAUSE,
    LINKS,
    SAYING,
    Mention,
    Token,
    ends_here,
    preceded_by,
    read,
    terms_of,
    word_at,
)
from assistant.records.documents import Session
from assistant.text.analysis import fold

#: What somebody does at an event, by both its forms.
_FUNCTIONS = {
    form: (number, gender)
    for number, pair in enumerate(
        (
            ("intervenant", "intervenante"),
            ("animateur", "animatrice"),
            ("participant", "participante"),
            ("conferencier", "conferenciere"),
            ("orateur", "oratrice"),
            ("moderateur", "moderatrice"),
        )
    )
    for gender, form in zip("mf", pair, strict=True)
}
_ANY_SPEAKER = _FUNCTIONS["intervenant"][0]
_PARTICIPANT = _FUNCTIONS["participant"][0]
#: How people call who speaks about a service for it, whatever the programme says; "" is both.
_CHARGES = {
    "delegue": "m",
    "deleguee": "f",
    "responsable": "",
    "referent": "m",
    "referente": "f",
    "charge": "m",
    "chargee": "f",
}
_CIVILITIES = frozenset({"m", "mr", "mme", "monsieur", "madame"})
_SOURCES = (("selon",), ("d", "apres"), ("a", "en", "croire"))
#: What somebody has of something: "l'avis de … sur", "le point de vue de …".
_VIEWS = tuple(
    (*noun, of)
    for noun in (("avis",), ("opinion",), ("position",), ("point", "de", "vue"))
    for of in ("de", "d", "du")
)
#: What stands before it, and only asks.
_ASKING = frozenset("quel quelle quels quelles est etait c quoi sont l la le les a ete".split())
_THINKING = frozenset({"pense", "pensait", "pensent"})
_OF = frozenset({"de", "d", "du", "des"})
_QUESTIONS = frozenset({"que", "qu", "quoi", "comment", "pourquoi"})
_BEFORE_VERB = frozenset("a ont avait avaient t il elle en y nous en n ne pas bien".split())
#: What may stand before a subject that opens the question.
_OPENINGS = ((), ("est", "ce", "que"), ("qu", "est", "ce", "que"), ("ce", "que"))
#: What joins somebody else, who may not be known.
_OTHERS = frozenset({"et", "ou"})
_BEYOND = frozenset("sur dans lors pendant durant concernant pour par avec quand au".split())


@dataclass(frozen=True, slots=True)
class _NamedSpeaker:
    """A speaker as written: a `name`, or a `head` (what they are) and the terms of a `role`."""

    written: str
    name: tuple[str, ...]
    head: str
    role: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where somebody may be named: the phrase from `start` on, the name from `name` on.

    `verb_follows` where the name is the subject of a verb of saying that must still come. `asks` is
    where the words begin that ask what somebody thinks, where these come first; `of_something`,
    where what is thought or said may be of something: "de la voirie".
    """

    start: int
    name: int
    verb_follows: bool = False
    asks: int | None = None
    of_something: bool = False


def named_speaker(tokens: Sequence[Token], speakers: Sequence[str]) -> Mention | None:
    """Return the one speaker that a question is about; None where none is, or more than one."""
    known = [_parsed(one) for one in speakers]
    explained = {term for one in known for term in (*one.role, *one.name)}
    found = []
    for spot in _spots(tokens):
        end = _end(tokens, spot.name, explained)
        named = _meant(tokens[spot.name : end], known)
        if not named and spot.of_something:
            named, end = _whole_name(tokens, spot.name, end, known)
        joined = word_at(tokens, end) in _OTHERS
        if named and not joined and (_speaks(tokens, end) or not spot.verb_follows):
            found.append(Mention(spot.start, end, speakers=named, asks=spot.asks))
    return found[0] if len({one.speakers for one in found}) == 1 else None


def _whole_name(
    tokens: Sequence[Token], start: int, end: int, known: Sequence[_NamedSpeaker]
) -> tuple[tuple[str, ...], int]:
    """Return who is named before a "de" that begins what they think of, and where that stands."""
    people = [one for one in known if len(one.name) > 1]
    for at in range(end - 1, start, -1):
        if tokens[at].word in _OF and (named := _meant(tokens[start:at], people)):
            return named, at
    return (), end


def _spots(tokens: Sequence[Token]) -> Iterator[_Spot]:
    for at in range(1, len(tokens)):
        if size := preceded_by(tokens, at, _SOURCES):
            yield _Spot(at - size, at)
        elif tokens[at - 1].word == "par" and word_at(tokens, at - 2) in SAYING:
            yield _Spot(at - 1, at)
        elif size := preceded_by(tokens, at, _VIEWS):
            begins = _before(tokens, at - size, _ASKING)
            yield _Spot(at, at, asks=begins, of_something=True)
        elif tokens[at - 1].word in SAYING and _asks(tokens, at - 1):
            thinks = tokens[at - 1].word in _THINKING
            begins = _before(tokens, at - 1, _BEFORE_VERB) - 1
            yield _Spot(at, at, asks=begins if thinks else None, of_something=True)
    for opening in _OPENINGS:
        at = len(opening)
        if tuple(one.word for one in tokens[:at]) == opening:
            yield _Spot(at, at, verb_follows=True)


def _asks(tokens: Sequence[Token], verb: int) -> bool:
    """Tell whether a verb asks what its subject, which follows, said: "qu'en a dit"."""
    # "qui a dit que l'animateur …" asks who, and "que" is then not before the verb.
    return word_at(tokens, _before(tokens, verb, _BEFORE_VERB) - 1) in _QUESTIONS


def _before(tokens: Sequence[Token], at: int, words: Collection[str]) -> int:
    """Return where a run of some words that ends before `at` begins."""
    while word_at(tokens, at - 1) in words:
        at -= 1
    return at


def _speaks(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a verb of saying follows a subject: "elle en pense", "a-t-elle dit"."""
    while word_at(tokens, at) in _BEFORE_VERB:
        at += 1
    return word_at(tokens, at) in SAYING


def _end(tokens: Sequence[Token], at: int, explained: Collection[str]) -> int:
    """Return where the name that starts at `at` ends."""
    start = at
    while at < len(tokens):
        one = tokens[at]
        if one.text == "." and tokens[at - 1].word in _CIVILITIES:
            at += 1
            continue
        goes_on = one.word in LINKS or one.text == ","
        if goes_on and at > start and one.word not in _OF:
            following = at + 1
            while word_at(tokens, following) in LINKS:
                following += 1
            if not (word_at(tokens, following) and tokens[following].term in explained):
                return at - (word_at(tokens, at - 1) in _OF)
        elif not goes_on and (one.word in _BEYOND | SAYING or ends_here(tokens, at)):
            return at
        at += 1
    return at


def _meant(tokens: Sequence[Token], known: Sequence[_NamedSpeaker]) -> tuple[str, ...]:
    """Return the speakers, all of one name, that a name means; none where it is not certain."""
    telling = [one for one in tokens if one.word and one.word not in LINKS | CLAUSE]
    if not telling:
        return ()
    polite = telling[0].word in _CIVILITIES
    said = [one.term for one in telling[polite:]]
    bare = polite or tokens[0].word not in ARTICLES
    people = [one for one in known if one.name and _is_name(said, one, polite=polite, bare=bare)]
    if people:
        return tuple(one.written for one in people) if len({p.name for p in people}) == 1 else ()
    head, asked = telling[0].word, frozenset(said[1:])
    sharing = [one for one in known if one.role and one.role == asked]
    exact = [one.written for one in sharing if one.head == head]
    if exact:
        return tuple(exact) if len(exact) == 1 else ()
    near = [one.written for one in sharing if _may_be_called(one.head, head)]
    return tuple(near) if len(near) == len(sharing) == 1 else ()


def _is_name(said: Sequence[str], speaker: _NamedSpeaker, *, polite: bool, bare: bool) -> bool:
    """Tell whether words are somebody's name: whole, or the last part after "Mme"."""
    allowed = {*speaker.name, *speaker.role, *terms_of(speaker.head or " ")}
    if not said or not set(said) <= allowed:
        return False
    whole = set(speaker.name) <= set(said) and (bare or len(speaker.name) > 1)
    return whole or (polite and speaker.name[-1] in said)


def _may_be_called(head: str, asked: str) -> bool:
    """Tell whether somebody who is `head` in the programme may be called `asked`."""
    if head not in _FUNCTIONS:
        return False
    function, gender = _FUNCTIONS[head]
    if asked in _FUNCTIONS:
        return _FUNCTIONS[asked][0] in (function, _ANY_SPEAKER)
    return function != _PARTICIPANT and _CHARGES.get(asked, "-") in ("", gender)


def without_speaker(question: str, sessions: Sequence[Session]) -> tuple[str, tuple[str, ...]]:
    """Return a question without the whole name of somebody, and the ids of their sessions.

    No sessions where it names nobody of the programme in full, or several, or asks nothing else;
    nor where others speak at them too: what is told there may be of these.
    """
    tokens = [one for one in read(question) if one.word]
    said = [one.word for one in tokens]
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    theirs: list[Session] = []
    for one in sessions:
        names = {name for person in one.speakers if len(name := _name_of(person)) > 1}
        at = {name: _place(name, said) for name in names}
        here = {name: place for name, place in at.items() if place is not None}
        found |= {name: (place, place + len(name)) for name, place in here.items()}
        theirs += [one] * bool(here)
    if len(found) != 1 or any(len(one.speakers) > 1 for one in theirs):
        return question, ()
    ((start, end),) = found.values()
    before, after = question[: tokens[start].start], question[tokens[end - 1].end :]
    rest = " ".join(f"{before} {after}".split())
    return (rest, tuple(one.id for one in theirs)) if terms_of(rest) else (question, ())


def _name_of(person: str) -> tuple[str, ...]:
    """Return the words of a name, folded, without what they are."""
    name = re.split(r"[,()]|\s[-–—]\s", person)[0]
    return tuple(one.word for one in read(name) if one.word and one.word not in _CIVILITIES)


def _place(name: tuple[str, ...], said: Sequence[str]) -> int | None:
    """Return where a name stands among words; None where it doesn't."""
    ends = range(len(said) - len(name) + 1)
    return next((at for at in ends if tuple(said[at : at + len(name)]) == name), None)


@lru_cache(maxsize=8)
def words_of_names(speakers: tuple[str, ...]) -> frozenset[str]:
    """Return the words, folded, of all that speakers are called."""
    return frozenset(fold(word) for one in speakers for word in re.findall(r"[^\W_]+", one))


@lru_cache(maxsize=4096)
def _parsed(written: str) -> _NamedSpeaker:
    """Read a speaker as the programme or a transcript writes it."""
    first, *rest = (one for one in re.split(r"\s*[,()]\s*|\s+[-–—]\s+", written.strip()) if one)
    words = [one for one in re.findall(r"[^\W_]+", first) if fold(one) not in _CIVILITIES]
    head = fold(words[0]) if words else ""
    if head in _FUNCTIONS or head in _CHARGES:
        role = terms_of(" ".join((*words[1:], *rest)))
        return _NamedSpeaker(written, (), head, frozenset(role))
    titles = re.findall(r"[^\W_]+", " ".join(rest))
    role = terms_of(" ".join(titles[1:])) if titles[1:] else []
    name = tuple(terms_of(" ".join(words))) if words else ()
    return _NamedSpeaker(written, name, fold(titles[0]) if titles else "", frozenset(role))
