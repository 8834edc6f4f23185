"""Which sessions a question asks for by when and where they are: "quels ateliers à 14 h ?". Pure.

In: a question, and the sessions of the programme. Out: the sessions at the hour, in the part of the
day, in the room or at the place in order that it names; None where it asks anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.records.documents import Session
from assistant.text.analysis import fold, folded_words
from assistant.text.calendar_names import FOLDED_MONTHS

#: What types of session are called in English; "séance" is any type.
_TYPES = {"workshop": "atelier", "talk": "conference"}
_SESSIONS = frozenset(
    "atelier ateliers conference conferences seance seances session sessions pleniere plenieres"
    " workshop workshops talk talks programme planning webinaire webinaires conf"
    " confs".split()
)
_TRAININGS = frozenset({"formation", "formations"})
#: What is at an hour or in a room, where no session is named: one of these stands in the question.
_ASKS = re.compile(
    r"\b(?:est ce il y a|y a t il|il y a quoi|se passe|quoi|que fait on|qui|who|what)\b"
)
#: All its other words say nothing of which sessions.
_FRAME = (
    _SESSIONS
    | _TRAININGS
    | frozenset(
        "qu que qui quoi quel quelle quels quelles est ce c y a t il elle on sont etait etaient"
        " avait avaient aurait ont eu lieu aura fait se passe passent tient tiennent deroule"
        " deroulent le la les l un une des de du d en au aux pour dans prevu prevue prevus prevues"
        " donnees proposes proposees organises organisees parle parlent parlera intervient"
        " interviennent anime animent presente presentent commence commencent debute demarre forum"
        " journee jour evenement cet cette ces liste donne moi tous toutes ou quand heure what who"
        " which where when time is are on the at in of speaks speaking and et".split()
    )
)
_HOUR = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3]) ?(?P<half>h(?:eures?)?|am|pm)(?: ?(?P<minute>[0-5]\d))?\b"
)
_PART = re.compile(r"\b(?P<part>matin|matinee|apres midi|soir|soiree|morning|afternoon|evening)\b")
_YEAR = re.compile(r"\b(?P<year>20\d\d)\b")
_MONTH = re.compile(rf"\b(?P<month>{'|'.join(FOLDED_MONTHS)})\b")
_RANK = re.compile(r"\b(?P<rank>premiere?|derniere?|first|last)\b")
#: From when to when, in hours.
_PARTS = {
    **dict.fromkeys(("matin", "matinee", "morning"), (0.0, 12.5)),
    **dict.fromkeys(("apres midi", "afternoon"), (12.5, 18.0)),
    **dict.fromkeys(("soir", "soiree", "evening"), (18.0, 24.0)),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """The sessions that a question asks for by when and where they are.

    `type` is theirs where it asks for one type alone, as the programme writes it; `speakers` tells
    whether it asks who speaks there.
    """

    sessions: tuple[Session, ...]
    type: str
    speakers: bool


def slot_of(question: str, sessions: Sequence[Session]) -> Slot | None:
    """Return what a question asks for by when and where; None where it asks otherwise, or nothing.

    All its words are of that: "quels ateliers à 14 h ?", "qui parle dans la salle Lin ?".
    """
    plain = folded_words(re.sub(r"(?<=\d):(?=\d)", "h", question))
    hour, part, rank = _HOUR.search(plain), _PART.search(plain), _RANK.search(plain)
    dates = _dates_asked(plain)
    room = next((one for one in _rooms(sessions) if re.search(rf"\b{re.escape(one)}\b", plain)), "")
    if not (hour or part or rank or room or dates):
        return None
    rest = plain.replace(room, " ") if room else plain
    for form in (_HOUR, _PART, _RANK, _YEAR, _MONTH):
        rest = form.sub(" ", rest, count=1)
    names_some = _names_sessions(plain, sessions)
    others = set(rest.split()) - _FRAME
    if not (names_some or (_ASKS.search(plain) and not (rank or dates))):
        return None
    type_ = _type_asked(plain, sessions)
    wanted = [one for one in _at_event(others, sessions) if not type_ or one.type == type_]
    if dates:
        wanted = [one for one in wanted if dates.fullmatch(one.date)]
    if hour:
        afternoon = 12 if hour["half"] == "pm" and int(hour["hour"]) < 12 else 0
        wanted = _at(wanted, int(hour["hour"]) + afternoon + int(hour["minute"] or 0) / 60)
    if part:
        wanted = _in_part(part["part"], wanted)
    if room:
        wanted = [one for one in wanted if folded_words(one.room) == room]
    if rank:
        last_first = rank["rank"].startswith(("dern", "last"))
        wanted = sorted(wanted, key=lambda one: (one.date, one.time), reverse=last_first)[:1]
    if not wanted:
        return None
    return Slot(tuple(wanted), type_, plain.startswith(("qui ", "who ")))


def in_part_of_day(phrase: str, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return the sessions of a part of the day that a phrase names: "ateliers du matin"."""
    plain = folded_words(phrase)
    part = _PART.search(plain)
    if part is None or not _FRAME.issuperset(_PART.sub(" ", plain, count=1).split()):
        return ()
    type_ = _type_asked(plain, sessions)
    there = _in_part(part["part"], sessions)
    return tuple(one for one in there if not type_ or one.type == type_)


def _dates_asked(plain: str) -> re.Pattern[str] | None:
    """Return the form of the dates in the year and the month that a question names, if it does."""
    year, month = _YEAR.search(plain), _MONTH.search(plain)
    if not (year or month):
        return None
    number = f"{FOLDED_MONTHS.index(month['month']) + 1:02d}" if month else ".."
    return re.compile(rf"{year['year'] if year else '....'}-{number}-..")


def _at_event(others: set[str], sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions of the event that the `others` of a question's words name.

    All where none is left; none where they name no event, or the only one: they are a theme then.
    """
    if not others:
        return [*sessions]
    named = [one for one in sessions if others <= set(folded_words(one.event_title).split())]
    return named if len({one.event for one in sessions}) > 1 else []


def _names_sessions(plain: str, sessions: Sequence[Session]) -> bool:
    """Tell whether a question has a word for sessions; a town's "formations" are none by itself."""
    said = set(plain.split())
    titles = " ".join({f"{one.event_title} {one.type}" for one in sessions})
    are_trainings = bool(said & _TRAININGS) and "formation" in fold(titles)
    return are_trainings or not _SESSIONS.isdisjoint(said)


def _rooms(sessions: Sequence[Session]) -> list[str]:
    """Return the names of the rooms, the longest first."""
    named = {one.room for one in sessions if one.room}
    return sorted(map(folded_words, named), key=len, reverse=True)


def _type_asked(plain: str, sessions: Sequence[Session]) -> str:
    """Return the type of session that a question names, as the programme writes it; or ""."""
    for word in plain.split():
        single = word.removesuffix("s")
        single = _TYPES.get(single, single)
        if found := next((one.type for one in sessions if fold(one.type) == single), ""):
            return found
    return ""


def _hours(one: Session) -> float:
    """Return when a session begins, in hours; -1 where that is not known."""
    found = re.match(r"(\d{1,2}):(\d{2})", one.time)
    return int(found[1]) + int(found[2]) / 60 if found else -1.0


def _in_part(part: str, sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions that begin in a part of the day."""
    first, last = _PARTS[part]
    return [one for one in sessions if first <= _hours(one) < last]


def _at(sessions: Sequence[Session], time: float) -> list[Session]:
    """Return the sessions that begin at an hour; else those that have begun last."""
    begun = [one for one in sessions if 0 <= _hours(one) <= time]
    last = max((_hours(one) for one in begun), default=-1.0)
    return [one for one in begun if _hours(one) == last]
