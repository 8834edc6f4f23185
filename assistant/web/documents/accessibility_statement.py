"""The accessibility statement: the site's settings → a page that the town completes.

Its parts and their order are those of the model of the RGAA, which public bodies must publish.
"""

from __future__ import annotations

from assistant.i18n import Language, say
from assistant.settings import Settings
from assistant.web.shared.escaping import escape, written
from assistant.web.shared.languages import home
from assistant.web.shared.page_shell import page

ADDRESS = "/accessibilite"
#: Each part after the first: its title and its paragraphs, by their keys in the catalogue.
PARTS = (
    ("tests", ("tests_automatic", "tests_limits")),
    ("contents", ("contents_documents", "contents_automatic")),
    ("made", ("made_when",)),
    ("contact", ("contact_whom",)),
    ("appeal", ("appeal_ombudsman",)),
)


def statement_page(settings: Settings, title: str, language: Language) -> str:
    """Return the statement of a site whose page is called `title`."""
    organisation = settings.organisation or say("accessibility.organisation_missing", language)
    contact = settings.contact or say("accessibility.contact_missing", language)
    values = {"title": title, "organisation": organisation, "contact": contact}

    def told(key: str) -> str:
        return escape(say(f"accessibility.{key}", language, **values))

    state = escape(say(f"accessibility.state_{settings.accessibility}", language))
    parts = "".join(
        f"<h2>{told(heading)}</h2>" + "".join(f"<p>{told(one)}</p>" for one in paragraphs)
        for heading, paragraphs in PARTS
    )
    back = written("back_to_questions", language)
    body = (
        f'<main class="feuille declaration">'
        f'<p class="liens"><a class="lien" href="{home(language)}">{back}</a></p>'
        f"<h1>{told('title')}</h1><p>{told('commitment')}</p>"
        f"<h2>{told('state')}</h2><p>{state}</p>{parts}</main>"
    )
    return page(say("accessibility.title", language), body, language)


def mention(settings: Settings, language: Language) -> str:
    """Return what the law asks on the first page: how accessible the service is, in a few words."""
    return say(f"accessibility.mention_{settings.accessibility}", language)
