"""Where the foot of the agents' page leads: the statement, and staff's pages if there are."""

from __future__ import annotations

import logging

from assistant.core import Assistant
from assistant.errors import AccountError, AssistantError
from assistant.i18n import Language, say
from assistant.web.documents.accessibility_statement import ADDRESS, mention
from assistant.web.http.authentication import SIGN_IN, can_sign_in
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import in_language
from assistant.web.shared.sources import Link
from assistant.web.shared.templates import Html, render_for_markdown

logger = logging.getLogger(__name__)


def foot_piece(assistant: Assistant, language: Language) -> Html:
    """Return the foot of the page: the promise about data, where it leads, the shortcut."""
    links = _footer(assistant, language)
    return render_for_markdown("agents/footer.html", language, links=links)


def _footer(assistant: Assistant, language: Language) -> list[Link]:
    """Return where the foot of the page leads: the statement, and staff's pages if there are."""
    settings = assistant.settings
    links = [Link(mention(settings.accessibility, language), in_language(ADDRESS, language))]
    try:
        has_staff = can_sign_in(settings.access_options())
    except AccountError as e:
        logger.warning("The accounts can't be read: %s %s", e, e.remedy)
        has_staff = False
    if has_staff and _has_rights(assistant):
        links.append(Link(say("page.sign_in", language), in_language(SIGN_IN, language)))
    if has_staff:
        links.append(Link(say("page.staff", language), in_language(STAFF, language)))
    return links


def _has_rights(assistant: Assistant) -> bool:
    """Tell whether who signs in may read more: there is something to say about who reads what."""
    try:
        return assistant.rights is not None
    except AssistantError:
        return True
