"""The routes of the pages of sessions and of events: `/seance/ID`, `/evenement`, `/evenement/ID`.

Nothing is searched: a page costs what reading its passages does. Where an earlier version made the
index, there is no sheet yet: the page has what else is known.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.errors import SheetError
from assistant.records.answers import ListedDocument
from assistant.serving import newest_view
from assistant.sheets.records import EventSheet, SessionSheet
from assistant.view import View
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY, sheet_fault
from assistant.web.services import Services
from assistant.web.sessions.event_page import event_page, events_page
from assistant.web.sessions.session_page import session_page
from assistant.web.shared.languages import language_of


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the routes of the pages of sessions and of events."""
    return (session_routes(services.assistant),)


def session_routes(assistant: Assistant) -> APIRouter:
    """Return the routes that answer from `assistant`'s index."""
    routes = APIRouter(include_in_schema=False)
    spoken = assistant.settings.spoken_language

    @routes.api_route("/seance/{session_id:path}", methods=READ_ONLY)
    def session(session_id: str, request: Request, mots: str = "") -> Response:
        language = language_of(request.scope)
        view = newest_view(assistant, reader_of(request))
        try:
            sheet = _sheet(view, session_id)
            is_staff = reader_of(request).sees_all
            html = session_page(view, sheet, mots, spoken, language, is_staff=is_staff)
            return HTMLResponse(html)
        except SheetError as e:
            return sheet_fault(e, request.scope)

    @routes.api_route("/evenement", methods=READ_ONLY)
    @routes.api_route("/evenement/{event:path}", methods=READ_ONLY)
    def event_of(request: Request, event: str = "") -> Response:
        language = language_of(request.scope)
        view = newest_view(assistant, reader_of(request))
        if not event and len({session.event for session in view.sessions}) > 1:
            return HTMLResponse(events_page(view.sessions, spoken, language))
        try:
            return HTMLResponse(event_page(view, _event_sheet(view, event), spoken, language))
        except SheetError as e:
            return sheet_fault(e, request.scope)

    return routes


def _sheet(view: View, asked: str) -> SessionSheet:
    """Return a session's sheet; one without excerpts where there is none yet. Raises SheetError."""
    try:
        return view.sheet(asked)
    except SheetError:
        session = next((one for one in view.sessions if one.id == asked), None)
        if session is None:
            raise
    documents = [view.document(id_) for id_ in view.document_ids]
    listed = tuple(
        ListedDocument(document.id, document.title or document.id, document.facts.get("kind", ""))
        for document in documents
        if document.facts.get("session") == asked
    )
    return SessionSheet(session, listed, (), (), (), (), (), (), ())


def _event_sheet(view: View, asked: str) -> EventSheet:
    """Return an event's sheet; one without excerpts where there is none yet. Raises SheetError."""
    try:
        return view.event_sheet(asked)
    except SheetError:
        own = tuple(session for session in view.sessions if asked in (session.event, ""))
        if not own:
            raise
    event = own[0].event
    return EventSheet(event, own[0].event_title or event, own, (), (), (), ())
