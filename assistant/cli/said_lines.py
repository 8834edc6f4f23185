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
        for one in section.extracts:
            words = one.quote if one.is_name else say("page.quoted", text=one.quote)
            label = one.label.strip()
            place = f"{label}, {one.place}" if label else one.place
            yield say("cli.sheet_extract", words=words.replace("\n", "\n  "), place=place)
    yield ""
    yield say("cli.sheet_section", title=sheet.leads_title)
    yield from (lead.words for lead in sheet.leads)
