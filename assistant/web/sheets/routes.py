"""The routes that give a sheet as a file: the question of an address, asked again → .odt or .html.

Nothing is kept of what is asked. A question costs what it costs on the page, hence the bound on
how many are asked at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.errors import QuestionError
from assistant.i18n import Language, say
from assistant.serving import newest_view
from assistant.view import View
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY
from assistant.web.shared.arranging import arranged
from assistant.web.shared.cards import sources_of
from assistant.web.shared.facets import FACETS, chosen_in, filters_of
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import message_page
from assistant.web.shared.public_path import public_path
from assistant.web.sheets import Sheet, sheet_of
from assistant.web.sheets.html import sheet_html
from assistant.web.sheets.odt import sheet_odt

#: As many as the page in one language answers at once.
MOST_AT_ONCE = 2
#: In seconds: when to try again.
PAUSE = "3"
ODT = "application/vnd.oasis.opendocument.text"


def export_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the sheets: /fiche.odt and /fiche.html."""
    routes = APIRouter(include_in_schema=False)
    places = BoundedSemaphore(MOST_AT_ONCE)

    def given(request: Request, made: Callable[[Sheet, str], bytes], suffix: str) -> Response:
        language = language_of(request.scope)
        if not places.acquire(blocking=False):
            return _busy(language)
        try:
            view = newest_view(assistant, reader_of(request))
            sheet = asked_again(view, request, language)
            content = made(sheet, origin_of(request))
        except QuestionError as e:
            words = e.message(language), e.remedy_in(language)
            return HTMLResponse(message_page(*words, language), 400)
        finally:
            places.release()
        kind = ODT if suffix == "odt" else "text/html; charset=utf-8"
        name = f"{file_stem(sheet.question)}.{suffix}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(content, media_type=kind, headers=headers)

    @routes.api_route("/fiche.odt", methods=READ_ONLY)
    def odt(request: Request) -> Response:
        return given(request, sheet_odt, "odt")

    @routes.api_route("/fiche.html", methods=READ_ONLY)
    def html(request: Request) -> Response:
        return given(request, lambda *sheet: sheet_html(*sheet).encode(), "html")

    return routes


def asked_again(view: View, request: Request, language: Language) -> Sheet:
    """Ask the question of an address within its filters, as the page does; return its sheet."""
    asked = request.query_params
    known = [[(value, value) for value in view.values(facet.name)] for facet in FACETS]
    filters = filters_of(chosen_in(asked, known))
    answer = arranged(view, view.ask(asked.get("q", ""), filters, asked.get("suite", "")))
    sources = sources_of(view, answer, language)
    return sheet_of(view, answer, sources, filters, language)


def origin_of(request: Request) -> str:
    """Return how the browser names this server: "https://assistant.ville.fr".

    The guard let through only names that are ours, those that a proxy passes on included.
    """
    forwarded = request.headers.get("x-forwarded-host", "").split(",")[0].strip()
    netloc = forwarded or request.headers.get("host", "") or urlsplit(str(request.url)).netloc
    return f"{request.url.scheme}://{netloc}{public_path()}"


def file_stem(question: str) -> str:
    """Return the name of a question's file, of plain letters: "fiche-combien-de-pain"."""
    folded = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    return f"fiche-{re.sub(r'[^a-z0-9]+', '-', folded)[:60].strip('-')}".rstrip("-")


def _busy(language: Language) -> HTMLResponse:
    words = say("around.busy_title", language), say("around.busy", language)
    return HTMLResponse(message_page(*words, language), 503, headers={"Retry-After": PAUSE})
