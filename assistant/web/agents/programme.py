"""The page before any question: the sessions of the index and what is kept of each → HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.i18n import Language, say
from assistant.i18n.days import day_in_words
from assistant.i18n.names import names_in_words
from assistant.records.documents import Session
from assistant.view import View
from assistant.web.shared.addresses import event_address, reading_address, session_address
from assistant.web.shared.facets import kind_words, session_words
from assistant.web.shared.sources import Link
from assistant.web.shared.templates import Html, render_for_markdown


@dataclass(frozen=True, slots=True)
class Material:
    """A document kept of a session: its id, its title and its kind; whether it can be heard."""

    id: str
    title: str
    kind: str
    is_recorded: bool = False


def materials_of(view: View) -> dict[str, list[Material]]:
    """Return the documents of the index by session, "" for those of no session."""
    found: dict[str, list[Material]] = {}
    for id_ in view.document_ids:
        document = view.document(id_)
        kind = document.facts.get("kind", "")
        recorded = kind == "transcript" and document.recording is not None
        material = Material(id_, document.title or id_, kind, recorded)
        found.setdefault(document.facts.get("session", ""), []).append(material)
    return found


@dataclass(frozen=True, slots=True)
class MaterialLink:
    """A document kept of a session: where it is read, what it is in words, its title."""

    address: str
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class SessionBox:
    """A session: when it was, where its page is, what it was about and by whom."""

    when: str
    address: str
    title: str
    about: str
    materials: Sequence[MaterialLink]


@dataclass(frozen=True, slots=True)
class EventBox:
    """An event, its page, its sessions in order; `day` is empty unless all were on one."""

    title: str
    address: str
    day: str
    sessions: Sequence[SessionBox]


def agenda_piece(
    sessions: Sequence[Session],
    materials: Mapping[str, Sequence[Material]],
    spoken: str,
    language: Language,
) -> Html:
    """Return the programme: each event, its sessions in order, what is kept of each.

    `spoken` is the language of the programme, which need not be the page's.
    """
    events = [
        _event(Link(title or event, event_address(event, language)), [*held], materials, language)
        for (event, title), held in groupby(
            sessions, key=lambda session: (session.event, session.event_title)
        )
    ]
    return render_for_markdown("agents/programme.html", language, events=events, spoken=spoken)


def _event(
    page: Link,
    sessions: Sequence[Session],
    materials: Mapping[str, Sequence[Material]],
    language: Language,
) -> EventBox:
    days = {session.date for session in sessions}
    day = day_in_words(days.pop(), language) if len(days) == 1 else ""
    boxes = [
        _session(session, materials.get(session.id, ()), language, with_day=not day)
        for session in sessions
    ]
    return EventBox(page.words, page.address, day, boxes)


def _session(
    session: Session, materials: Sequence[Material], language: Language, *, with_day: bool
) -> SessionBox:
    day = day_in_words(session.date, language) if with_day else ""
    about = " · ".join(one for one in (session.type.capitalize(), session.room) if one)
    speakers = names_in_words(session.speakers, language)
    return SessionBox(
        when=" ".join(one for one in (day, session.time) if one),
        address=session_address(session.id, language),
        title=session_words(session),
        about=" — ".join(one for one in (about, speakers) if one),
        materials=[_material(material, language) for material in materials],
    )


def _material(material: Material, language: Language) -> MaterialLink:
    words = kind_words(material.kind, language)
    if material.is_recorded:
        words = say("page.with_recording", language, kind=words)
    return MaterialLink(reading_address(material.id, language), words, material.title)
