"""A sheet of what was said, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.i18n import say

if TYPE_CHECKING:
    from assistant.web.sheets.said import SaidSheet


def said_lines(sheet: SaidSheet) -> Iterator[str]:
    """Yield the lines of a sheet: a title, then each section with its extracts."""
    yield say("cli.sheet_title", kind=sheet.kind, title=sheet.title)
    yield from sheet.notes
    for section in sheet.sections:
        yield ""
        yield say("cli.sheet_section", title=section.title)
        for extract in section.extracts:
            words = extract.quote if extract.is_name else say("page.quoted", text=extract.quote)
            label = extract.label.strip()
            place = f"{label}, {extract.place}" if label else extract.place
            yield say("cli.sheet_extract", words=words.replace("\n", "\n  "), place=place)
    yield ""
    yield say("cli.sheet_section", title=sheet.leads_title)
    yield from (lead.words for lead in sheet.leads)
