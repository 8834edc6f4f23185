"""A sheet as a page of HTML that stands alone: `Sheet` → text. No script, no image, no request."""

from __future__ import annotations

from assistant.web.shared.templates import render
from assistant.web.sheets import Sheet, events_line


def sheet_html(sheet: Sheet, origin: str) -> str:
    """Return the sheet as a page; `origin` ("http://name:port") begins its addresses."""
    events = events_line(sheet)
    return render("sheets/sheet.html", sheet.language, sheet=sheet, events=events, origin=origin)
