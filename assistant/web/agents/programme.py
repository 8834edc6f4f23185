"""The page before any question: the sessions of the index and what is kept of each → HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.i18n import Language, say
from assistant.i18n.days import day_in_words
from assistant.records import Filters, Session
from assistant.view import View
from assistant.web.shared.addresses import question_address, reading_address
from assistant.web.shared.escaping import escape, language_mark, written
from assistant.web.shared.facets import kind_words, session_words


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


def agenda_piece(
    sessions: Sequence[Session],
    materials: Mapping[str, Sequence[Material]],
    spoken: str,
    language: Language,
) -> str:
    """Return the programme: each event, its sessions in order, what is kept of each.

    `spoken` is the language of the programme, which need not be the page's.
    """
    events = groupby(sessions, key=lambda one: (one.event, one.event_title))
    return "".join(
        _event(title or event, [*held], materials, language_mark(spoken, language), language)
        for (event, title), held in events
    )


def _event(
    title: str,
    sessions: Sequence[Session],
    materials: Mapping[str, Sequence[Material]],
    spoken: str,
    language: Language,
) -> str:
    days = {one.date for one in sessions}
    heading = f"{written('programme', language)} – <span{spoken}>{escape(title)}</span>"
    day = day_in_words(days.pop(), language) if len(days) == 1 else ""
    when = f'<p class="aide">{escape(day)}</p>' if day else ""
    items = "".join(
        _session(one, materials.get(one.id, ()), spoken, language, with_day=not day)
        for one in sessions
    )
    return (
        f'<section class="programme"><h2>{heading}</h2>{when}'
        f'<ol class="seances">{items}</ol></section>'
    )


def _session(
    session: Session,
    materials: Sequence[Material],
    spoken: str,
    language: Language,
    *,
    with_day: bool,
) -> str:
    day = day_in_words(session.date, language) if with_day else ""
    when = " ".join(one for one in (day, session.time) if one)
    about = " · ".join(one for one in (session.type.capitalize(), session.room) if one)
    speakers = ", ".join(session.speakers)
    title = session_words(session)
    address = question_address("", Filters(sessions=(session.id,)), language=language)
    kept = "".join(f"<li>{_material(one, spoken, language)}</li>" for one in materials)
    return (
        f'<li class="seance"><p class="quand">{escape(when)}</p><div>'
        f'<h3><a href="{escape(address)}"><span{spoken}>{escape(title)}</span>'
        f'<span class="lu-seulement"> – {written("search_session", language)}</span>'
        f"</a></h3>"
        f'<p class="fil"{spoken}>{escape(" — ".join(one for one in (about, speakers) if one))}</p>'
        f'{f"""<ul class="pieces">{kept}</ul>""" if kept else ""}</div></li>'
    )


def _material(material: Material, spoken: str, language: Language) -> str:
    words = kind_words(material.kind, language)
    if material.is_recorded:
        words = say("page.with_recording", language, kind=words)
    address = reading_address(material.id, language)
    return (
        f'<a class="lien" href="{escape(address)}">{escape(words)}'
        f'<span class="lu-seulement"> – <span{spoken}>{escape(material.title)}</span></span></a>'
    )
