"""The staff page of documents: what is indexed, by event and session, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.errors import IndexMissing
from assistant.records import DocumentState
from assistant.web.gate import STAFF
from assistant.web.languages import language_of
from assistant.web.pieces import escape
from assistant.web.staff import staff_page
from assistant.wording import Language, say


def shelf_routes(assistant: Assistant) -> APIRouter:
    """Return the route of the documents' table."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(STAFF)
    def shelf(request: Request) -> Response:
        language = language_of(request.scope)
        try:
            documents = assistant.documents()
        except IndexMissing:
            documents = ()
        title = say("shelf.title", language)
        return staff_page(request, "documents", title, tables(documents, language))

    return routes


def tables(documents: Iterable[DocumentState], language: Language) -> str:
    """Return the documents as tables, one for each session."""
    by_session = sorted(documents, key=lambda one: (one.facts.get("session", ""), one.id))
    found = [
        _table(list(group), language)
        for _, group in groupby(by_session, key=lambda one: one.facts.get("session", ""))
    ]
    return "".join(found) or f"<p>{escape(say('shelf.empty', language))}</p>"


def _table(documents: list[DocumentState], language: Language) -> str:
    facts = documents[0].facts
    name = facts.get("session_title") or say("shelf.whole_event", language)
    head = "".join(
        f"<th scope='col'>{escape(say(f'shelf.column_{one}', language))}</th>"
        for one in ("document", "state", "passages")
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(one.title or one.id)}</th>'
        f"<td>{escape(say(f'reading.state_{one.state}', language))}</td>"
        f'<td class="nombre">{one.passages}</td></tr>'
        for one in documents
    )
    return (
        f'<div class="tableau"><table><caption>{escape(name)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
