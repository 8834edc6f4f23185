"""Our routes to pictures: a page small or large, and a PDF with the words quoted highlighted.

As in `routes`, an address names a document by its id, looked up in the index. A picture that
can't be had is an empty one, through which the page's own card of words shows: never an error.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.document_view import DocumentView
from assistant.errors import AssistantError
from assistant.i18n import say
from assistant.rendering import Pictures
from assistant.rendering.highlights import HighlightedWords
from assistant.serving import newest_view
from assistant.web.documents.routes import FILE_POLICY, PDF_POLICY, file_response
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import READ_ONLY, number_in
from assistant.web.shared.figures import Quoted, shape_of
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import message_page

#: One pixel that lets everything through.
EMPTY = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;"
)
#: In seconds. The address changes with the file: a day is for those that come back.
_KEPT_SECONDS = 24 * 3600
#: How much of what surrounds the words tells them from the same ones elsewhere, in characters.
_CONTEXT_CHARACTERS = 200


def picture_routes(assistant: Assistant, pictures: Pictures) -> APIRouter:
    """Return the routes that draw what `assistant`'s index holds."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/vignette/{document_id:path}", methods=READ_ONLY)
    def thumbnail(document_id: str, request: Request, page: str = "") -> Response:
        document = _document(assistant, document_id, request)
        if document is None or document.file is None:
            return _picture(None)
        shape, pages = shape_of(document.id, document.facts), _pages(document)
        return _picture(pictures.thumbnail(document.file, number_in(page), shape, pages))

    @routes.api_route("/page/{document_id:path}", methods=READ_ONLY)
    def large(
        document_id: str, request: Request, page: str = "", p: str = "", de: str = "", a: str = ""
    ) -> Response:
        document = _document(assistant, document_id, request)
        drawn = None
        if document is not None and document.file is not None:
            shape, pages = shape_of(document.id, document.facts), _pages(document)
            quoted = _quoted(document, p, (number_in(de), number_in(a)))
            words = _quote(quoted) if quoted and quoted.end else None
            drawn = pictures.page(document.file, number_in(page), shape, words, pages)
        if drawn is None and request.headers.get("sec-fetch-dest") == "document":
            language = language_of(request.scope)
            title = say("page.no_picture_title", language)
            return HTMLResponse(message_page(title, say("page.no_picture", language), language))
        return _picture(drawn)

    @routes.api_route("/surligne/{document_id:path}", methods=READ_ONLY)
    def highlighted(
        document_id: str, request: Request, p: str = "", de: str = "", a: str = ""
    ) -> Response:
        document = newest_view(assistant, reader_of(request)).document(document_id)
        file = document.file
        plain = file_response(file, language_of(request.scope))
        quoted = _quoted(document, p, (number_in(de), number_in(a)))
        copy = None
        if file is not None and plain.status_code == 200 and quoted and quoted.end:
            copy = pictures.highlighted(file, int(quoted.place.first), _quote(quoted))
        if copy is None:
            return plain
        # The same name and policy as the file's own, but nothing to resume: it is made each time.
        kept = {"Content-Disposition": plain.headers["Content-Disposition"]}
        kept |= {"Content-Security-Policy": PDF_POLICY, "Cache-Control": "no-store"}
        return Response(copy, media_type="application/pdf", headers=kept)

    return routes


def prepare_decks(assistant: Assistant, pictures: Pictures) -> None:
    """Have the slides of the indexed decks ready before anyone asks."""
    try:
        view = assistant.view()
    except AssistantError:
        return  # nothing is indexed: the page says so
    files = [view.document(document_id).file for document_id in view.document_ids]
    pictures.prepare(file for file in files if file is not None)


def _document(assistant: Assistant, document_id: str, request: Request) -> DocumentView | None:
    """Return the document to draw; None where there is no index to look it up in."""
    try:
        return newest_view(assistant, reader_of(request)).document(document_id)
    except AssistantError:
        return None


def _pages(document: DocumentView) -> int:
    """Return how many pages a document has, 0 where that is not known."""
    return number_in(document.facts.get("pages", ""))


def _quoted(document: DocumentView, passage_id: str, span: tuple[int, int]) -> Quoted | None:
    """Return the words that an address quotes; None for a passage that is no longer there."""
    for passage in document.passages:
        if str(passage.id) == passage_id:
            inside = 0 <= span[0] < span[1] <= len(passage.text)
            return Quoted(passage, *span) if inside else Quoted(passage)
    return None


def _quote(quoted: Quoted) -> HighlightedWords:
    """Return the words as they are looked for on the page where they begin.

    A passage that goes over several pages: the words on the first of them.
    """
    passage, end = quoted.passage, quoted.end
    first = quoted.place.first
    ends = [*(mark.offset for mark in passage.marks[1:]), len(passage.text)]
    for mark, stop in zip(passage.marks, ends, strict=False):
        if mark.first > first and mark.offset < end:
            end = max(quoted.start + 1, mark.offset)
            break
        if stop >= end:
            break
    before = passage.text[max(0, quoted.start - _CONTEXT_CHARACTERS) : quoted.start]
    after = passage.text[end : end + _CONTEXT_CHARACTERS]
    return HighlightedWords(passage.text[quoted.start : end], before, after)


def _picture(content: bytes | None) -> Response:
    """Return a picture to be kept by the browser, or an empty one to be asked for again."""
    kept = f"private, max-age={_KEPT_SECONDS}" if content else "no-store"
    return Response(
        content or EMPTY,
        media_type="image/webp" if content else "image/gif",
        headers={"Cache-Control": kept, "Content-Security-Policy": FILE_POLICY},
    )
