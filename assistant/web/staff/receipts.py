"""The staff pages of receipts: what was erased, when, at whose request; to print or to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from assistant.core import Assistant
from assistant.errors import IndexDamaged
from assistant.i18n import Language, say
from assistant.i18n.days import moment_in_words
from assistant.i18n.sizes import size_in_words
from assistant.ingest.receipts import Receipt, receipt_lines, receipt_name, receipts
from assistant.web.http.responses import missing
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import RECEIPTS as HERE
from assistant.web.staff.layout import staff_page


@dataclass(frozen=True, slots=True)
class Listed:
    """A receipt as the list names it."""

    document_id: str
    address: str
    erased: str
    asked_by: str
    size: str


@dataclass(frozen=True, slots=True)
class ReceiptList:
    """The receipts, the newest first, or why they can't be read."""

    receipts: Sequence[Listed]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A receipt: whose it is, what it says, line by line, and the address of its text."""

    town: str
    lines: Sequence[str]
    text: str
    list: str = HERE
    documents: str = STAFF


def receipt_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the receipts."""
    routes = APIRouter(include_in_schema=False)
    town = assistant.settings.organisation

    def found(name: str) -> Receipt | None:
        kept = receipts(assistant.settings.index)
        return next((receipt for receipt in kept if receipt_name(receipt) == name), None)

    @routes.get(HERE)
    def listed(request: Request) -> Response:
        language = language_of(request.scope)
        try:
            page = ReceiptList(_listed(receipts(assistant.settings.index), language))
        except IndexDamaged as e:
            page = ReceiptList((), fault=e.message(language))
        title = say("receipts.title", language)
        return staff_page(request, "documents", title, template="staff/receipts.html", page=page)

    @routes.get(f"{HERE}/{{name}}.txt")
    def text(request: Request, name: str) -> Response:
        language = language_of(request.scope)
        receipt = found(name)
        if receipt is None:
            return missing(language)
        lines = (
            *([town] if town else []),
            *receipt_lines(receipt, language),
            "",
            say("receipts.place_and_day", language),
            say("receipts.signature", language),
        )
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
        page = ReceiptPage(town, lines, f"{_address(receipt)}.txt")
        return staff_page(request, "documents", title, template="staff/receipt.html", page=page)

    return routes


def _listed(kept: Sequence[Receipt], language: Language) -> list[Listed]:
    return [
        Listed(
            document_id=receipt.document_id,
            address=_address(receipt),
            erased=moment_in_words(receipt.erased, language),
            asked_by=receipt.asked_by,
            size=size_in_words(receipt.bytes, language),
        )
        for receipt in kept
    ]


def _address(receipt: Receipt) -> str:
    return f"{HERE}/{receipt_name(receipt)}"
