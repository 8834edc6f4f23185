"""Answering programs: a request → its answer as JSON, a few at a time.

It has threads of its own, so that programs never hold up the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from anyio import CapacityLimiter, to_thread

from assistant.core import Assistant
from assistant.errors import RequestError
from assistant.i18n import Language
from assistant.serving import program_view
from assistant.web.api.requests import (
    EventSheetRequest,
    QuestionRequest,
    SearchRequest,
    SessionSheetRequest,
)
from assistant.web.api.results import answer_fields, found_fields, sheet_fields
from assistant.web.ops.metrics import Meters

#: Questions of programs under way at once: the page, which has its own, is not to wait for them.
MOST_AT_ONCE = 2
#: Those taken besides, which wait; who comes after is told to come back.
MOST_WAITING = 2


class Desk:
    """What answers programs. Its methods raise AssistantError, RequestError when it is full."""

    def __init__(self, assistant: Assistant, meters: Meters) -> None:
        self._assistant = assistant
        self._meters = meters
        self._limiter: CapacityLimiter | None = None
        self._taken = 0

    async def search(self, asked: SearchRequest, language: Language) -> dict[str, Any]:
        """Return the passages nearest to a question."""
        return await self._in_turn(lambda: self._found(asked, language))

    async def ask(self, asked: QuestionRequest, language: Language) -> dict[str, Any]:
        """Return the answer to a question."""
        return await self._in_turn(lambda: self._answered(asked, language))

    async def sheet(self, asked: SessionSheetRequest, language: Language) -> dict[str, Any]:
        """Return the sheet of a session. Raises SheetError besides."""
        return await self._in_turn(lambda: self._session_sheet(asked, language))

    async def event_sheet(self, asked: EventSheetRequest, language: Language) -> dict[str, Any]:
        """Return the sheet of an event. Raises SheetError besides."""
        return await self._in_turn(lambda: self._event_sheet(asked, language))

    def _session_sheet(self, asked: SessionSheetRequest, language: Language) -> dict[str, Any]:
        view = program_view(self._assistant)
        return sheet_fields(view, view.sheet(asked.session), language)

    def _event_sheet(self, asked: EventSheetRequest, language: Language) -> dict[str, Any]:
        view = program_view(self._assistant)
        return sheet_fields(view, view.event_sheet(asked.event), language)

    def _found(self, asked: SearchRequest, language: Language) -> dict[str, Any]:
        view = program_view(self._assistant)
        hits = view.search(asked.question, asked.number, asked.filters)
        found = [found_fields(view, hit, language) for hit in hits]
        return {"question": asked.question, "hits": found}

    def _answered(self, asked: QuestionRequest, language: Language) -> dict[str, Any]:
        with self._meters.question(language) as metered:
            view = program_view(self._assistant)
            answer = view.ask(asked.question, asked.filters, asked.previous)
            metered.answered(answer)
        return answer_fields(view, answer, language)

    async def _in_turn(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do some work in a thread of ours, once one is free."""
        with self._place():
            # Made here: it belongs to the loop that runs.
            self._limiter = self._limiter or CapacityLimiter(MOST_AT_ONCE)
            return await to_thread.run_sync(work, limiter=self._limiter)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._taken >= MOST_AT_ONCE + MOST_WAITING:
            self._meters.busy.labels("api").inc()
            raise RequestError("api_busy")
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
