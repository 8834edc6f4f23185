"""Whether the service answers: the facade's state → /sante, for whatever watches over it.

200 when a question can be answered now, else 503, with the reason in words. It waits for nothing:
while the model loads, it says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from time import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import Language, say
from assistant.serving import take_up_newest
from assistant.web.http.failures import log_failure
from assistant.web.http.responses import READ_ONLY
from assistant.web.shared.languages import language_of

ADDRESS = "/sante"

logger = logging.getLogger(__name__)


class Health:
    """What is known of whether `assistant` can answer. Loading ends when `loaded` is called."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.is_loading = True

    def loaded(self) -> None:
        """Take note that the model and the index were opened, or can't be."""
        self.is_loading = False

    def report(self, language: Language) -> dict[str, object]:
        """Return what /sante says, `ready` first."""
        if self.is_loading:
            return _unready("loading", say("health.loading", language))
        try:
            take_up_newest(self.assistant)
            generation = self.assistant.view().generation
        except AssistantError as e:
            return _unready("failed", e.in_a_line(language))
        except Exception as e:
            # The last boundary before whatever watches, which must be told all the same.
            log_failure("The state can't be told", e)
            return _unready("failed", say("health.failed", language))
        return {
            "ready": True,
            "state": "ready",
            "reason": say("health.ready", language),
            "generation": generation,
            "index_age_seconds": index_age(self.assistant.settings.index, generation),
        }


def index_age(index: Path, generation: str, now: Callable[[], float] = time) -> int | None:
    """Return for how many seconds a generation has been published; None where the disk can't say.

    An index that nothing changed in is not published again: its age tells of documents, not of
    the last look at them.
    """
    try:
        written = (index / generation / "manifest.json").stat().st_mtime
    except OSError:
        return None
    return max(0, round(now() - written))


def _unready(state: str, reason: str) -> dict[str, object]:
    return {
        "ready": False,
        "state": state,
        "reason": reason,
        "generation": None,
        "index_age_seconds": None,
    }


def health_routes(health: Health) -> APIRouter:
    """Return the route of /sante."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route(ADDRESS, methods=READ_ONLY)
    def state(request: Request) -> Response:
        report = health.report(language_of(request.scope))
        headers = {"Cache-Control": "no-store"}
        if not report["ready"]:
            headers["Retry-After"] = "5"
        return JSONResponse(report, 200 if report["ready"] else 503, headers)

    return routes
