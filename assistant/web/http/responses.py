"""Responses that several rooms of the web give: not found, a fault of the index."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from assistant.errors import AssistantError, SheetError
from assistant.i18n import Language, say
from assistant.web.shared.page_shell import message_page

READ_ONLY = ["GET", "HEAD"]


def missing(language: Language) -> HTMLResponse:
    """Return our "not found", the same for what doesn't exist and for what isn't indexed."""
    words = say("page.missing_title", language), say("page.missing", language)
    return HTMLResponse(message_page(*words, language), 404)


def fault(error: AssistantError, language: Language) -> HTMLResponse:
    """Return what is wrong with the index or the model, and what to do, as a page."""
    words = error.message(language), error.remedy_in(language)
    return HTMLResponse(message_page(*words, language), 503)


def sheet_fault(error: SheetError, language: Language) -> HTMLResponse:
    """Return why there is no sheet, as a page: nothing goes by that name, or none is made yet."""
    words = error.message(language), error.remedy_in(language)
    status = 503 if error.key == "sheets_missing" else 404
    return HTMLResponse(message_page(*words, language), status)


def number_in(written: str) -> int:
    """Return a whole number from an address, or 0."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
