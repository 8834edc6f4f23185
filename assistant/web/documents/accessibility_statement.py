"""The accessibility statement: the site's settings → a page that the town completes.

Its parts and their order are those of the model of the RGAA, which public bodies must publish.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.i18n import Language, say
from assistant.settings import Settings
from assistant.web.shared.templates import render

ADDRESS = "/accessibilite"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a site's statement says: of which page, by whom, how accessible it is."""

    title: str
    organisation: str
    contact: str
    state: str


def statement_page(settings: Settings, title: str, language: Language) -> str:
    """Return the statement of a site whose page is called `title`."""
    page = Statement(
        title,
        settings.organisation or say("accessibility.organisation_missing", language),
        settings.contact or say("accessibility.contact_missing", language),
        settings.accessibility,
    )
    return render("documents/accessibility.html", language, page=page)


def mention(settings: Settings, language: Language) -> str:
    """Return what the law asks on the first page: how accessible the service is, in a few words."""
    return say(f"accessibility.mention_{settings.accessibility}", language)
