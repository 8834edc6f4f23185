"""The routes that give what was said in a session, or at an event: to read, to print, to keep.

`/fiche/seance/ID.html`, `/fiche/evenement/ID.html`, and `.odt`. Nothing is searched: a sheet costs
what reading its passages does.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.errors import SheetError
from assistant.i18n import Language
from assistant.serving import newest_view
from assistant.view import View
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY, missing, sheet_fault
from assistant.web.shared.languages import language_of
from assistant.web.sheets.routes import ODT, file_stem, origin_of
from assistant.web.sheets.said import SaidSheet, event_said, session_said
from assistant.web.sheets.said_files import said_html, said_odt

_KINDS = ("seance", "evenement")


def said_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the sheets of sessions and of events."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/fiche/{kind}/{subject:path}.html", methods=READ_ONLY)
    def html(kind: str, subject: str, request: Request) -> Response:
        return _given(newest_view(assistant, reader_of(request)), kind, subject, "html", request)

    @routes.api_route("/fiche/{kind}/{subject:path}.odt", methods=READ_ONLY)
    def odt(kind: str, subject: str, request: Request) -> Response:
        return _given(newest_view(assistant, reader_of(request)), kind, subject, "odt", request)

    return routes


def _given(view: View, kind: str, subject: str, suffix: str, request: Request) -> Response:
    language = language_of(request.scope)
    if kind not in _KINDS:
        return missing(language)
    try:
        sheet = _said(view, kind, subject, language)
    except SheetError as e:
        return sheet_fault(e, request.scope)
    if suffix == "html":
        return HTMLResponse(said_html(sheet, origin_of(request)))
    name = f"{file_stem(sheet.title)}.odt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(said_odt(sheet, origin_of(request)), media_type=ODT, headers=headers)


def _said(view: View, kind: str, subject: str, language: Language) -> SaidSheet:
    if kind == "seance":
        return session_said(view, view.sheet(subject), language)
    return event_said(view, view.event_sheet(subject), language)
