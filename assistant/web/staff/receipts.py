"""The staff pages of receipts: what was erased, when, at whose request; to print or to keep."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from assistant.core import Assistant
from assistant.errors import IndexDamaged
from assistant.i18n import Language, say
from assistant.i18n.days import date_in_words
from assistant.ingest.erasure import Receipt, receipt_lines, receipt_name, receipts
from assistant.web.http.authentication import STAFF
from assistant.web.http.responses import missing
from assistant.web.shared.escaping import escape
from assistant.web.shared.languages import language_of
from assistant.web.staff.document_list import RECEIPTS as HERE
from assistant.web.staff.document_list import size_of
from assistant.web.staff.layout import staff_page

COLUMNS = ("document", "erased", "asked_by", "size")


def receipt_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the receipts."""
    routes = APIRouter(include_in_schema=False)

    def found(name: str) -> Receipt | None:
        kept = receipts(assistant.settings.index)
        return next((one for one in kept if receipt_name(one) == name), None)

    @routes.get(HERE)
    def listed(request: Request) -> Response:
        language = language_of(request.scope)
        try:
            body = _table(receipts(assistant.settings.index), language)
        except IndexDamaged as e:
            body = f'<p class="avis">{escape(e.message(language))}</p>'
        return staff_page(request, "documents", say("receipts.title", language), body)

    @routes.get(f"{HERE}/{{name}}.txt")
    def text(request: Request, name: str) -> Response:
        language = language_of(request.scope)
        receipt = found(name)
        if receipt is None:
            return missing(language)
        lines = (*receipt_lines(receipt, language), say("receipts.restored", language))
        headers = {
            "Content-Disposition": f'attachment; filename="recu-{receipt_name(receipt)}.txt"',
            "Cache-Control": "no-store",
        }
        # Editors of Windows take a text for UTF-8 by its mark, and end lines their way.
        return PlainTextResponse("\ufeff" + "\r\n".join((*lines, "")), headers=headers)

    @routes.get(f"{HERE}/{{name}}")
    def shown(request: Request, name: str) -> Response:
        language = language_of(request.scope)
        receipt = found(name)
        if receipt is None:
            return missing(language)
        title, *lines = receipt_lines(receipt, language)
        return staff_page(request, "documents", title, _page(receipt, lines, language))

    return routes


def _page(receipt: Receipt, lines: list[str], language: Language) -> str:
    """Return a receipt, what it means for backups, and the ways to keep it."""
    items = "".join(f"<p>{escape(one)}</p>" for one in lines)
    address = f"{HERE}/{receipt_name(receipt)}.txt"
    return (
        f'<div class="recu">{items}<p>{_told("restored", language)}</p></div>'
        f'<div class="gestes"><a class="bouton" href="{address}">{_told("keep", language)}</a>'
        f'<button type="button" class="imprimer" hidden>{_told("print", language)}</button>'
        f'<a class="lien" href="{HERE}">{_told("all", language)}</a>'
        f'<a class="lien" href="{STAFF}">{_told("documents", language)}</a></div>'
    )


def _table(kept: list[Receipt], language: Language) -> str:
    """Return the receipts, the newest first."""
    introduction = f"<p>{_told('introduction', language)}</p>"
    if not kept:
        return f"{introduction}<p>{_told('none', language)}</p>"
    head = "".join(
        f'<th scope="col">{escape(say(f"receipts.column_{one}", language))}</th>' for one in COLUMNS
    )
    rows = "".join(
        f'<tr><th scope="row"><a href="{HERE}/{receipt_name(one)}">{escape(one.document_id)}</a>'
        f"</th><td>{escape(_moment(one.erased, language))}</td><td>{escape(one.asked_by)}</td>"
        f"<td>{escape(size_of(one.bytes, language))}</td></tr>"
        for one in kept
    )
    return (
        f'{introduction}<div class="tableau recus"><table>'
        f"<caption>{_told('caption', language)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"<p>{_told('restored', language)}</p>"
    )


def _moment(written: str, language: Language) -> str:
    """Write a moment, given as ISO 8601, in the server's time."""
    try:
        moment = datetime.fromisoformat(written).astimezone()
    except ValueError:
        return written
    return date_in_words(moment, "d MMM y, HH:mm", language)


def _told(key: str, language: Language) -> str:
    return escape(say(f"receipts.{key}", language))
