"""The routes of listening: a document's id and a moment → the player with its lines; captions.

Answers stay light: what is said around a sentence is asked for when it is listened to, some lines
at a time.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.serving import newest_view
from assistant.web.documents.found import found_page, found_piece
from assistant.web.documents.passage_page import PassageReading
from assistant.web.documents.player import Transcript, items_piece, panel_piece
from assistant.web.documents.routes import reading_of
from assistant.web.documents.transcript import captions_of, line_at, lines_of
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY, missing, number_in
from assistant.web.shared.addresses import lines_address
from assistant.web.shared.languages import language_of

#: How many lines are given at once, and how many of them before the moment asked for. A talk of an
#: hour has about 800 lines.
LINES_SHOWN = 60
LINES_BEFORE = 15


def listening_routes(assistant: Assistant) -> APIRouter:
    """Return the routes that answer from `assistant`'s index."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/lecture/{document_id:path}", methods=READ_ONLY)
    def lines(
        document_id: str,
        request: Request,
        p: str = "",
        de: str = "",
        a: str = "",
        lieu: str = "",
        avant: str = "",
        depuis: str = "",
        seconde: str = "",
        mots: str = "",
    ) -> Response:
        language = language_of(request.scope)
        span = (number_in(de), number_in(a))
        view = newest_view(assistant, reader_of(request))
        reading = reading_of(view, document_id, p, span, lieu, language)
        if reading is None or reading.passages[reading.index].place.kind != "second":
            return missing(language)
        if mots:
            return HTMLResponse(_found(reading, mots))
        if avant:
            end = number_in(avant)
            shown = _shown(reading, end - LINES_SHOWN, end)
            return HTMLResponse(items_piece(shown, after=False))
        if depuis:
            first = number_in(depuis)
            shown = _shown(reading, first, first + LINES_SHOWN)
            return HTMLResponse(items_piece(shown, before=False))
        if seconde:
            return HTMLResponse(items_piece(_around(reading, number_in(seconde))))
        asked = reading.passages[reading.index].place_of(reading.start, reading.end)
        return HTMLResponse(panel_piece(_around(reading, asked.first), reading.title))

    @routes.api_route("/sous-titres/{document_id:path}.vtt", methods=READ_ONLY)
    def captions(document_id: str, request: Request) -> Response:
        document = newest_view(assistant, reader_of(request)).document(document_id)
        lines = lines_of(document.passages)
        if not lines:
            return missing(language_of(request.scope))
        automatic = document.automatic(lines[0].passage.place)
        content = captions_of(lines, document.language, automatic)
        return Response(content, media_type="text/vtt")

    return routes


def _found(reading: PassageReading, words: str) -> str:
    """Return the lines of a recording that have the words, as HTML."""
    lines, language = lines_of(reading.passages), reading.language
    page = found_page(lines, words, reading.listening, reading.spoken, language)
    return found_piece(page, language)


def _around(reading: PassageReading, second: float) -> Transcript:
    """Return the lines around a second of a recording."""
    first = line_at(lines_of(reading.passages), second) - LINES_BEFORE
    return _shown(reading, max(0, first), max(0, first) + LINES_SHOWN)


def _shown(reading: PassageReading, first: int, last: int) -> Transcript:
    """Return the lines of a recording from `first` to before `last`, as far as there are any."""
    lines = lines_of(reading.passages)
    quoted = reading.passages[reading.index]
    return Transcript(
        lines=lines,
        first=min(max(0, first), len(lines)),
        last=min(max(0, last), len(lines)),
        quoted=quoted,
        span=(reading.start, reading.end),
        address=lines_address(quoted, reading.start, reading.end, reading.language),
        listening=reading.listening,
        spoken=reading.spoken,
        language=reading.language,
    )
