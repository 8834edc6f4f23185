"""The accessibility statement: the site's settings → a page that the town completes.

Its parts and their order are those of the model of the RGAA, which public bodies must publish.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.i18n import Language, say
from assistant.web.shared.templates import render

ADDRESS = "/accessibilite"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a site's statement says: of which page, by whom, how accessible it is.

    Who answers for it, and where to write to, may be empty.
    """

    title: str
    organisation: str
    contact: str
    state: str


def statement_page(statement: Statement, language: Language) -> str:
    """Return a statement as a page; what is empty is to be completed."""
    page = replace(
        statement,
        organisation=statement.organisation or say("accessibility.organisation_missing", language),
        contact=statement.contact or say("accessibility.contact_missing", language),
    )
    return render("documents/accessibility.html", language, page=page)


def mention(state: str, language: Language) -> str:
    """Return what the law asks on the first page: how accessible the service is, in a few words."""
    return say(f"accessibility.mention_{state}", language)
