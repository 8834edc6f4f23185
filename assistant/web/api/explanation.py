"""Why a question is answered as it is, in JSON, for programs of staff.

In: a question as the API takes it, sent by POST with the rights that the staff pages ask for. Out:
what `assistant ask --explain --json` says, with the stage in words. Nothing is kept.
"""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import Language, say
from assistant.retrieval.answers.explanation import Explanation
from assistant.rights.rules import EVERY_RIGHT
from assistant.serialize import plain
from assistant.serving import newest_view
from assistant.web.api.bodies import object_in
from assistant.web.api.requests import QuestionRequest
from assistant.web.api.statuses import status_of
from assistant.web.http.problem_details import problem_of
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import language_of

HERE = f"{STAFF}/explication"


def explanation_routes(assistant: Assistant) -> APIRouter:
    """Return the route that explains; it takes no form, and a page of another site can't ask."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(HERE)
    async def explain(request: Request) -> Response:
        language = language_of(request.scope)
        try:
            asked = _question(await request.body())
            return JSONResponse(await to_thread.run_sync(_explained, assistant, asked, language))
        except AssistantError as e:
            return problem_of(request.scope, status_of(e), e)

    return routes


def _question(body: bytes) -> QuestionRequest:
    """Return what is asked. Raises RequestError."""
    return QuestionRequest.model_validate(object_in(body))


def _explained(assistant: Assistant, asked: QuestionRequest, language: Language) -> dict[str, Any]:
    view = newest_view(assistant, EVERY_RIGHT)
    return _fields(view.explain(asked.question, asked.filters, asked.previous), language)


def _fields(explained: Explanation, language: Language) -> dict[str, Any]:
    """Return an explanation by field name, each stage in words besides."""
    fields: dict[str, Any] = plain(explained)
    fields["stage_in_words"] = say(f"explanation.{explained.stage}", language)
    fields["sides"] = [_fields(side, language) for side in explained.sides]
    return fields
