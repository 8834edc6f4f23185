"""What every way of serving does before an answer: take up the newest index, name the site."""

from __future__ import annotations

import logging

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import Language, say
from assistant.system.logs import happened
from assistant.view import View

logger = logging.getLogger(__name__)


def take_up_newest(assistant: Assistant) -> None:
    """Answer from the newest index; keep the one at hand if that one can't be opened."""
    try:
        if assistant.refresh():
            happened("generation", name=assistant.view().generation)
    except AssistantError as e:
        logger.warning("The newest index can't be opened: %s %s", e, e.remedy)


def newest_view(assistant: Assistant) -> View:
    """Return a view of the newest index, for one request. Raises as `Assistant.view` does."""
    take_up_newest(assistant)
    return assistant.view()


def page_title(assistant: Assistant, language: Language) -> str:
    """Return the site's title, or the event's when there is only one, or our own."""
    if assistant.settings.title:
        return assistant.settings.title
    try:
        events = {session.event: session.event_title for session in assistant.view().sessions}
    except AssistantError as e:
        # There is no index yet, which the page says itself.
        logger.warning("No title from the index: %s %s", e, e.remedy)
        events = {}
    only = next(iter(events.values())) if len(events) == 1 else ""
    return only or say("page.default_title", language)
