"""What every way of serving does before an answer: take up the newest index, name the site."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from assistant.core import Assistant
from assistant.errors import AssistantError, AudiencePending, RightsError, SyncRunning
from assistant.i18n import Language, say
from assistant.jobs import runs
from assistant.rights.rules import ANYBODY, Reader
from assistant.system.logs import happened
from assistant.view import View

#: Between two runs that readers who wait start.
_PAUSE_SECONDS = 15.0

logger = logging.getLogger(__name__)

_making_ready = Lock()
_made_ready: dict[Path, float] = {}


def take_up_newest(assistant: Assistant) -> None:
    """Answer from the newest index; keep the one at hand if that one can't be opened."""
    try:
        if assistant.refresh():
            happened("generation", name=assistant.view().generation)
    except AssistantError as e:
        logger.warning("The newest index can't be opened: %s %s", e, e.remedy)


def newest_view(assistant: Assistant, reader: Reader) -> View:
    """Return what a reader may read of the newest index, for one request.

    Where it is not ready, it is soon: a run begins that makes it so. Raises as
    `Assistant.view_for` does.
    """
    take_up_newest(assistant)
    try:
        return assistant.view_for(reader)
    except AudiencePending:
        _make_ready(assistant)
        raise


def program_view(assistant: Assistant) -> View:
    """Return what programs may read of the newest index. Raises as `newest_view` does."""
    try:
        rights = assistant.rights
    except RightsError:
        rights = None  # which the view says in words for who asks
    return newest_view(assistant, rights.for_programs() if rights else ANYBODY)


def _make_ready(assistant: Assistant) -> None:
    """Start the run that makes ready what readers wait for, unless a run is under way."""
    index = assistant.settings.index
    with _making_ready:
        if monotonic() - _made_ready.get(index, -_PAUSE_SECONDS) < _PAUSE_SECONDS:
            return
        _made_ready[index] = monotonic()
    # Beside: who asks is told at once.
    Thread(target=_apply_rights, args=[assistant], name="rights", daemon=True).start()


def _apply_rights(assistant: Assistant) -> None:
    try:
        runs.start(assistant.settings, rights_only=True)
    except SyncRunning:
        pass  # it may have looked at the rights before: the next reader who comes starts one
    except AssistantError as e:
        logger.warning("The rights can't be applied: %s %s", e, e.remedy)


def page_title(assistant: Assistant, language: Language) -> str:
    """Return the site's title, or the event's when there is only one, or our own."""
    if assistant.settings.title:
        return assistant.settings.title
    try:
        events = {session.event: session.event_title for session in assistant.sessions_for(ANYBODY)}
    except AssistantError as e:
        # There is no index yet, which the page says itself.
        logger.warning("No title from the index: %s %s", e, e.remedy)
        events = {}
    only = next(iter(events.values())) if len(events) == 1 else ""
    return only or say("page.default_title", language)
