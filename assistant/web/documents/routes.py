"""Our routes: the indexed files, their recordings, the page of a passage, our own style.

An address names a document by its id. The id is looked up in the index, which gives the file:
no path is ever made from an address, so there is nothing to traverse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from assistant.core import Assistant
from assistant.document_view import DocumentView
from assistant.i18n import Language, say
from assistant.readers.encodings import read_text_file
from assistant.records.documents import Passage
from assistant.rendering import may_show
from assistant.serving import newest_view, page_title
from assistant.view import View
from assistant.web.documents.accessibility_statement import ADDRESS, Statement, statement_page
from assistant.web.documents.passage_page import PassageReading, reading_page, shown_of
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY, missing, number_in
from assistant.web.shared.addresses import reading_address
from assistant.web.shared.figures import Figure, Quoted, has_figure, large_of, thumbnail_of
from assistant.web.shared.languages import language_of
from assistant.web.shared.media_types import media_of
from assistant.web.shared.sources import aligned_at, aligned_links, links_of, listening_of, trail_of

#: What a file may do once open: nothing. The browser's own viewers of PDF files and players of
#: recordings need their styles and no sandbox; a player loads the recording from its address.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
RECORDING_POLICY = (
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)

#: A text larger than this, in bytes, is downloaded as it is: no browser shows it well.
MOST_TEXT_BYTES = 10_000_000
#: A place in an address: "page-3", "second-760.5".
PLACE = re.compile(r"([a-z]{1,9})-(\d{1,9}(?:\.\d{1,6})?)")


def document_routes(assistant: Assistant) -> APIRouter:
    """Return the routes that answer from `assistant`'s index."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/document/{document_id:path}", methods=READ_ONLY)
    def document(document_id: str, request: Request) -> Response:
        file = newest_view(assistant, reader_of(request)).document(document_id).file
        return file_response(file, language_of(request.scope))

    @routes.api_route("/enregistrement/{document_id:path}", methods=READ_ONLY)
    def recorded(document_id: str, request: Request) -> Response:
        recording = newest_view(assistant, reader_of(request)).document(document_id).recording
        return file_response(recording, language_of(request.scope))

    @routes.api_route("/passage/{document_id:path}", methods=READ_ONLY)
    def passage(
        document_id: str,
        request: Request,
        p: str = "",
        de: str = "",
        a: str = "",
        lieu: str = "",
        mots: str = "",
    ) -> Response:
        view = newest_view(assistant, reader_of(request))
        language = language_of(request.scope)
        reading = reading_of(view, document_id, p, (number_in(de), number_in(a)), lieu, language)
        if reading is None:
            return missing(language)
        return HTMLResponse(reading_page(replace(reading, words=mots.strip())))

    @routes.api_route(ADDRESS, methods=READ_ONLY)
    def statement(request: Request) -> Response:
        language = language_of(request.scope)
        title = page_title(assistant, language)
        chosen = assistant.settings
        statement = Statement(title, chosen.organisation, chosen.contact, chosen.accessibility)
        return HTMLResponse(statement_page(statement, language))

    return routes


def file_response(file: Path | None, language: Language) -> Response:
    """Return a file as something that can't act: opened in place, shown as text, or downloaded."""
    if file is None or not file.is_file():
        return missing(language)
    media = media_of(file.name)
    response: Response
    if media.treatment == "text" and file.stat().st_size <= MOST_TEXT_BYTES:
        # Decoded as it was when it was indexed, whatever a browser would guess.
        response = PlainTextResponse(read_text_file(file))
    else:
        in_place = "inline" if media.treatment == "open" else "attachment"
        response = FileResponse(
            file, media_type=media.type, filename=file.name, content_disposition_type=in_place
        )
    policy = FILE_POLICY
    if media.is_recording:
        policy = RECORDING_POLICY
    elif media.type == "application/pdf":
        policy = PDF_POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


def reading_of(
    view: View,
    document_id: str,
    passage_id: str,
    span: tuple[int, int],
    place: str,
    language: Language,
) -> PassageReading | None:
    """Return what the page of a passage shows, or None for a document that isn't indexed.

    A passage that is no longer there (the document was indexed again) gives the one nearest to
    its place, with nothing marked.
    """
    document = view.document(document_id)
    passages = document.passages
    if not passages:
        return None
    found = [at for at, one in enumerate(passages) if str(one.id) == passage_id]
    index = found[0] if found else nearest(passages, place)
    shown = passages[index]
    start, end = (0, len(shown.text)) if found else (0, 0)
    if found and 0 <= span[0] < span[1] <= len(shown.text):
        start, end = span
    quoted = Quoted(shown, start, end)
    at = shown.place_of(start, end)
    automatic = document.automatic(shown.place)
    return PassageReading(
        title=document.title or document_id,
        trail=trail_of(shown, document.facts),
        notice=say(f"page.automatic_{automatic}", language) if automatic else "",
        passages=passages,
        index=index,
        start=start,
        end=end,
        links=(
            *links_of(view, document_id, at, language, quoted),
            *aligned_links(aligned_at(view, shown, at), language),
        ),
        figures=_figures(
            document, shown_of(passages, index, is_quoted=end > start), quoted, language
        ),
        # Of a slide one leads to what was said: nothing on its own page could follow it.
        listening=listening_of(view, shown, start, end, language),
        is_lost=bool(passage_id) and not found,
        spoken=document.language,
        facts=document.facts,
        language=language,
    )


def _figures(
    document: DocumentView, shown: range, asked: Quoted, language: Language
) -> dict[int, Figure]:
    """Return the pictures of the pages shown, a large one of that asked for, each page once.

    By the number of the first passage on it; none where none can be drawn.
    """
    file = document.file
    if file is None or not may_show(file):
        return {}
    found: dict[int, Figure] = {}
    seen = {asked.place}
    for at in shown:
        passage = document.passages[at]
        is_asked = passage.id == asked.passage.id
        if has_figure(document.id, passage.place) and (is_asked or passage.place not in seen):
            quoted = asked if is_asked else Quoted(passage)
            found[at] = _figure(document, file, quoted, language, is_large=is_asked)
        seen.add(passage.place)
    return found


def _figure(
    document: DocumentView, file: Path, quoted: Quoted, language: Language, *, is_large: bool
) -> Figure:
    """Return the picture of a page: a large one, or a small one that leads to its words."""
    title = document.title or document.id
    if is_large:
        return large_of(quoted, file, title=title, facts=document.facts, language=language)
    opens = reading_address(document.id, language, quoted.place)
    return thumbnail_of(quoted, file, opens, title=title, facts=document.facts, language=language)


def nearest(passages: Sequence[Passage], place: str) -> int:
    """Return which passage stands nearest to a place of an address: the first if it says none."""
    written = PLACE.fullmatch(place)
    if not written:
        return 0
    kind, at = written[1], float(written[2])
    distances = [
        (max(one.place.first - at, at - one.place.last, 0.0), index)
        for index, one in enumerate(passages)
        if one.place.kind == kind
    ]
    return min(distances, default=(0.0, 0))[1]
