"""Our routes: the indexed files, their recordings, the page of a passage, our own style.

An address names a document by its id. The id is looked up in the index, which gives the file:
no path is ever made from an address, so there is nothing to traverse.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.web.media import media_of, text_encoding
from assistant.web.reading import Reading, message_page, reading_page
from assistant.web.sources import links_of, recording_address, trail_of
from assistant.wording import say

#: What a file may do once open: nothing. A PDF's viewer needs its own styles and no sandbox.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)

#: Our own files, by the last part of their address.
APPEARANCE = {"style.css": "text/css", "page.js": "text/javascript"}


def document_routes(assistant: Assistant) -> APIRouter:
    """Return the routes that answer from `assistant`'s index."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/document/{document_id:path}", methods=["GET", "HEAD"])
    def document(document_id: str) -> Response:
        return file_response(assistant.file(document_id))

    @routes.api_route("/enregistrement/{document_id:path}", methods=["GET", "HEAD"])
    def recording(document_id: str) -> Response:
        return file_response(assistant.recording(document_id))

    @routes.get("/passage/{document_id:path}")
    def passage(document_id: str, p: str = "", de: str = "", a: str = "") -> Response:
        reading = reading_of(assistant, document_id, p, _number(de), _number(a))
        return missing() if reading is None else HTMLResponse(reading_page(reading))

    @routes.get("/apparence/{name}")
    def appearance(name: str) -> Response:
        if name not in APPEARANCE:
            return missing()
        content = (files("assistant.web") / name).read_text(encoding="utf-8")
        return Response(content, media_type=APPEARANCE[name])

    @routes.get("/favicon.ico")
    def icon() -> Response:
        content = (files("assistant.web") / "icon.svg").read_text(encoding="utf-8")
        return Response(content, media_type="image/svg+xml")

    @routes.get("/sante")
    def health() -> Response:
        return PlainTextResponse(assistant.generation)

    return routes


def missing() -> HTMLResponse:
    """Return our "not found", the same for what doesn't exist and for what isn't indexed."""
    return HTMLResponse(message_page(say("page.missing_title"), say("page.missing")), 404)


def fault(error: AssistantError) -> HTMLResponse:
    """Return what is wrong with the index or the model, and what to do, as a page."""
    return HTMLResponse(message_page(error.message(), error.remedy), 503)


def file_response(file: Path | None) -> Response:
    """Return a file as something that can't act: opened in place, shown as text, or downloaded."""
    if file is None or not file.is_file():
        return missing()
    media = media_of(file.name)
    media_type = media.type
    if media.treatment == "text":
        media_type = f"text/plain; charset={text_encoding(file)}"
    response = FileResponse(
        file,
        media_type=media_type,
        filename=file.name,
        content_disposition_type="attachment" if media.treatment == "download" else "inline",
    )
    policy = PDF_POLICY if media.type == "application/pdf" else FILE_POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


def reading_of(
    assistant: Assistant, document_id: str, passage_id: str, start: int, end: int
) -> Reading | None:
    """Return what the page of a passage shows, or None for a document that isn't indexed.

    A passage that is no longer there (the document was indexed again) gives the document's first.
    """
    passages = assistant.passages(document_id)
    if not passages:
        return None
    found = [at for at, one in enumerate(passages) if str(one.id) == passage_id]
    index = found[0] if found else 0
    asked = passages[index]
    recording = assistant.recording(document_id)
    marked = bool(found) and 0 <= start < end <= len(asked.text)
    place = asked.place_of(start, end) if marked else asked.place
    trail = trail_of(asked, {one.id: one for one in assistant.sessions()})
    if automatic := assistant.automatic(asked):
        trail = (*trail, say(f"page.automatic_{automatic}"))
    return Reading(
        title=assistant.title(document_id) or document_id,
        trail=trail,
        passages=passages,
        index=index,
        start=start if marked else 0,
        end=end if marked else 0,
        links=links_of(assistant, document_id, place),
        recording=recording_address(document_id) if recording else "",
        is_video=recording is not None and media_of(recording.name).type.startswith("video/"),
    )


def _number(written: str) -> int:
    """Return a whole number from an address, or 0."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
