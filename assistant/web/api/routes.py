"""The API for programs: a question in JSON → an answer or passages in JSON, and nothing written.

It exists where the setting `api_token` names a file, and answers who brings the token that it
holds; no cookie counts, and no other site's page may ask. Questions come by POST, in the body:
what an address holds ends up in the logs of proxies.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.core import Assistant
from assistant.errors import AssistantError, RequestError
from assistant.i18n import Language
from assistant.web.api.bodies import ProgramRoute
from assistant.web.api.description import describe, in_language_asked, problems
from assistant.web.api.desk import Desk
from assistant.web.api.requests import (
    EventSheetRequest,
    QuestionRequest,
    SearchRequest,
    SessionSheetRequest,
)
from assistant.web.api.schemas import (
    AnswerSchema,
    EventSheetSchema,
    HitsSchema,
    SessionSheetSchema,
)
from assistant.web.api.statuses import status_of
from assistant.web.http.problem_details import API, problem_of, told_in
from assistant.web.http.responses import missing
from assistant.web.http.tokens import brings, token_in
from assistant.web.ops.metrics import Meters
from assistant.web.shared.languages import language_of

#: A shorter token can be guessed.
LEAST_TOKEN_CHARACTERS = 32
RETRY_SECONDS = 2
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: Each is found here by its name, and finds the desk in the state of its request.
routes = APIRouter(
    prefix=API.rstrip("/"),
    route_class=ProgramRoute,
    redirect_slashes=False,
    responses=problems(400, 401, 403, 405, 500),
)
_ASKED = {"requestBody": {"description": "openapi.body"}}


async def _desk(request: Request) -> Desk:
    desk: Desk = request.state.desk
    return desk


async def _language(request: Request) -> Language:
    return told_in(request.scope)


AtDesk = Annotated[Desk, Depends(_desk)]
SpokenIn = Annotated[Language, Depends(_language)]


@routes.post(
    "/recherche",
    operation_id="recherche",
    summary="openapi.search_summary",
    description="openapi.search_description",
    response_description="openapi.search_given",
    response_model=HitsSchema,
    responses={200: in_language_asked(), **problems(413, 415, 422, 503)},
    openapi_extra=_ASKED,
)
async def search(asked: SearchRequest, desk: AtDesk, language: SpokenIn) -> dict[str, Any]:
    """Return the passages nearest to a question."""
    return await desk.search(asked, language)


@routes.post(
    "/question",
    operation_id="question",
    summary="openapi.ask_summary",
    description="openapi.ask_description",
    response_description="openapi.ask_given",
    response_model=AnswerSchema,
    responses={200: in_language_asked(), **problems(413, 415, 422, 503)},
    openapi_extra=_ASKED,
)
async def ask(asked: QuestionRequest, desk: AtDesk, language: SpokenIn) -> dict[str, Any]:
    """Return the answer to a question."""
    return await desk.ask(asked, language)


@routes.post(
    "/fiche-seance",
    operation_id="fiche_seance",
    summary="openapi.session_sheet_summary",
    description="openapi.session_sheet_description",
    response_description="openapi.session_sheet_given",
    response_model=SessionSheetSchema,
    responses={200: in_language_asked(), **problems(404, 413, 415, 422, 503)},
    openapi_extra=_ASKED,
)
async def session_sheet(
    asked: SessionSheetRequest, desk: AtDesk, language: SpokenIn
) -> dict[str, Any]:
    """Return the sheet of a session."""
    return await desk.sheet(asked, language)


@routes.post(
    "/fiche-evenement",
    operation_id="fiche_evenement",
    summary="openapi.event_sheet_summary",
    description="openapi.event_sheet_description",
    response_description="openapi.event_sheet_given",
    response_model=EventSheetSchema,
    responses={200: in_language_asked(), **problems(404, 413, 415, 422, 503)},
    openapi_extra=_ASKED,
)
async def event_sheet(asked: EventSheetRequest, desk: AtDesk, language: SpokenIn) -> dict[str, Any]:
    """Return the sheet of an event."""
    return await desk.event_sheet(asked, language)


@routes.head("/openapi.json", include_in_schema=False)
@routes.get(
    "/openapi.json",
    operation_id="description",
    summary="openapi.description_summary",
    response_description="openapi.description_given",
)
async def read_description(language: SpokenIn) -> dict[str, Any]:
    return description(language)


@cache
def description(language: Language = "fr") -> dict[str, Any]:
    """Return what the API takes and gives, as OpenAPI 3.1."""
    return describe(routes.routes, language)


def api_routes(assistant: Assistant, meters: Meters) -> APIRouter:
    """Return what answers under `/api/`. Raises SettingsError when the token's file won't do."""
    file = assistant.settings.api_token
    token = token_in(file, setting="api_token", least=LEAST_TOKEN_CHARACTERS)
    # Gradio, which is mounted under "/", has addresses of this name: none is reached.
    everything = API + "{rest:path}"
    if token:
        return APIRouter(routes=[Route(everything, _application(Desk(assistant, meters), token))])
    return APIRouter(routes=[Route(everything, _closed, methods=METHODS)])


def _closed(request: Request) -> Response:
    return missing(language_of(request.scope))


def _application(desk: Desk, token: bytes) -> ASGIApp:
    """Return the routes behind their token; what they raise of ours is told as problem details.

    What is not foreseen passes through: the guard tells it.
    """
    handlers = {AssistantError: _tell, HTTPException: _tell_address}
    return _Admission(ExceptionMiddleware(routes, handlers), desk, token)


class _Admission:
    """Let in who brings the token; nothing is read of what anybody else sends."""

    def __init__(self, app: ASGIApp, desk: Desk, token: bytes) -> None:
        self.app = app
        self.desk = desk
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if brings(Headers(scope=scope), self.token):
            state = {**scope.get("state", {}), "desk": self.desk}
            await self.app({**scope, "state": state}, receive, send)
        else:
            refusal = _problem(scope, RequestError("api_token_wrong"))
            await refusal(scope, receive, send)


async def _tell(request: Request, error: Exception) -> Response:
    assert isinstance(error, AssistantError)
    return _problem(request.scope, error)


async def _tell_address(request: Request, error: Exception) -> Response:
    """Tell that no route has this address, or none this method."""
    allowed = _allowed(request.scope)
    if not allowed:
        return _problem(request.scope, RequestError("api_address_unknown"))
    method = RequestError("api_method", method=request.method, allowed=", ".join(allowed))
    return _problem(request.scope, method)


def _allowed(scope: Scope) -> list[str]:
    """Return the methods that an address takes."""
    found = [
        route
        for route in routes.routes
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE
    ]
    return sorted({method for one in found for method in one.methods or ()})


def _problem(scope: Scope, error: AssistantError) -> Response:
    return problem_of(scope, status_of(error), error, _headers(error))


def _headers(error: AssistantError) -> dict[str, str]:
    match error.key:
        case "api_token_wrong":
            return {"WWW-Authenticate": 'Bearer realm="assistant"'}
        case "api_method":
            return {"Allow": str(error.values["allowed"])}
        case "api_busy":
            return {"Retry-After": str(RETRY_SECONDS)}
    return {}
