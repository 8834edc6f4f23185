"""Where a document is put: the events and sessions there are, to choose from, or a new one.

One list holds them all, so that it works without a script; `deposit.js` hides the fields of new
names until they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from assistant.corpus.programme import folders_of, load_programme
from assistant.i18n import Language, say

#: Begin a value of the list: a place that is there, a new session of an event, a new event.
_THERE, _NEW = "=", "+"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of the list: what the form sends for it, and its words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class EventOptions:
    """The choices of an event: the whole of it, its sessions, a new one."""

    title: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Destinations:
    """The events and sessions to choose from, and the value of the one that is chosen."""

    events: Sequence[EventOptions]
    chosen: str


def destinations_of(
    corpus: Path, language: Language, event: str = "", session: str = ""
) -> Destinations:
    """Return where a document can be put; `event` and `session`, folders, say where it is."""
    events = []
    for folder, path in folders_of(corpus).items():
        sessions, _ = load_programme(path)
        title = sessions[""].title or folder
        whole = say("destinations.whole", language, event=title)
        new = say("destinations.new_session", language, event=title)
        options = [
            Option(f"{_THERE}{folder}", whole),
            *(
                Option(f"{_THERE}{folder}/{name}", one.title or name)
                for name, one in sessions.items()
                if name
            ),
            Option(f"{_NEW}{folder}", new),
        ]
        events.append(EventOptions(title, options))
    chosen = _THERE + "/".join(one for one in (event, session) if one) if event else ""
    return Destinations(events, chosen)


def chosen_in(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the event and the session that a form chooses; no event where it chooses nothing."""
    place = form.get("lieu", "")[:600]
    event_name = form.get("nouvel_evenement", "").strip()[:300]
    session_name = form.get("nouvelle_seance", "").strip()[:300]
    if place == _NEW:
        return event_name, session_name if event_name else ""
    if place.startswith(_NEW):
        return (place[1:], session_name) if session_name else ("", "")
    event, _, session = place.removeprefix(_THERE).partition("/")
    return event, session


def words_of(corpus: Path, event: str, session: str) -> str:
    """Return a place in words: the titles of its event and session, or their folders' names."""
    folder = folders_of(corpus).get(event)
    sessions = load_programme(folder)[0] if folder else {}
    titles = [sessions[one].title if one in sessions else "" for one in ("", session)]
    parts = [titles[0] or event, *([titles[1] or session] if session else [])]
    return " › ".join(parts)


def asked(event: str, session: str) -> str:
    """Return a place as an address asks for it."""
    return urlencode({"evenement": event, "seance": session})
