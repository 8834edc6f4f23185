"""Responses that several rooms of the web give: not found, a fault of the index.

Staff are told what is wrong and what to do; agents that it is, in words without path or command,
with a way to try again. The log has the rest.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi.responses import HTMLResponse
from starlette.types import Scope

from assistant.errors import AccountError, AssistantError, SheetError
from assistant.i18n import Language, say
from assistant.web.http.staff_tree import is_of_staff
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import message_page

READ_ONLY = ["GET", "HEAD"]

logger = logging.getLogger(__name__)


def missing(language: Language) -> HTMLResponse:
    """Return our "not found", the same for what doesn't exist and for what isn't indexed."""
    words = say("page.missing_title", language), say("page.missing", language)
    return HTMLResponse(message_page(*words, language), 404)


def fault(error: AssistantError, scope: Scope) -> HTMLResponse:
    """Return, as a page, that what is asked can't be had now."""
    language = language_of(scope)
    if is_of_staff(scope["path"]) or error.key == "state_away":
        words = error.message(language), error.remedy_in(language)
        retry = again(scope) if error.key == "state_away" else ""
        return HTMLResponse(message_page(*words, language, retry=retry), 503)
    logger.warning("A page was not shown: %s %s", error, error.remedy)
    key = "unexpected" if isinstance(error, AccountError) else "unavailable"
    title, message = say(f"page.{key}", language), say(f"page.{key}_remedy", language)
    page = message_page(title, message, language, retry=again(scope))
    return HTMLResponse(page, 503)


def sheet_fault(error: SheetError, scope: Scope) -> HTMLResponse:
    """Return why there is no sheet, as a page: nothing goes by that name, or none is made yet."""
    if error.key == "sheets_missing":
        return fault(error, scope)
    language = language_of(scope)
    words = error.message(language), error.remedy_in(language)
    return HTMLResponse(message_page(*words, language), 404)


def again(scope: Scope) -> str:
    """Return the address that asks for the same page, of this site whatever was asked."""
    query = scope.get("query_string", b"").decode("latin-1")
    path = "/" + quote(scope["path"].lstrip("/"))
    return f"{path}?{query}" if query else path


def number_in(written: str) -> int:
    """Return a whole number from an address, or 0."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
