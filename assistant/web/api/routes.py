"""The API for programs: a question in JSON → an answer or passages in JSON, and nothing written.

It exists where the setting `api_token` names a file, and answers who brings the token that it
holds; no cookie counts, and no other site's page may ask. Questions come by POST, in the body:
what an address holds ends up in the logs of proxies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.core import Assistant
from assistant.errors import AssistantError, QuestionError, RequestError
from assistant.i18n import Language
from assistant.serving import take_up_newest
from assistant.web.api.fields import ASK_FIELDS, SEARCH_FIELDS, Wish, wish_in
from assistant.web.api.results import answer_fields, found_fields
from assistant.web.http.problem_details import API, problem_of, told_in
from assistant.web.http.responses import missing
from assistant.web.http.tokens import brings, token_in
from assistant.web.ops.metrics import Meters
from assistant.web.shared.languages import language_of

#: A shorter token can be guessed.
LEAST_TOKEN_CHARACTERS = 32
#: Questions of programs under way at once: the page, which has its own, is not to wait for them.
MOST_AT_ONCE = 2
#: Those taken besides, which wait; who comes after is told to come back.
MOST_WAITING = 2
RETRY_SECONDS = 2
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DESCRIPTION = "openapi.json"

_STATUS = {
    "api_token_wrong": 401,
    "api_address_unknown": 404,
    "api_method": 405,
    "api_query": 400,
    "api_media_type": 415,
    "api_not_json": 400,
    "api_busy": 503,
}

#: What answers a wish, in a language.
Answering = Callable[[Wish, Language], dict[str, Any]]


def api_routes(assistant: Assistant, meters: Meters) -> APIRouter:
    """Return the routes of the API. Raises SettingsError when the token's file won't do."""
    routes = APIRouter(include_in_schema=False)
    file = assistant.settings.api_token
    token = token_in(file, setting="api_token", least=LEAST_TOKEN_CHARACTERS)
    desk = _Desk(meters)

    def search(wish: Wish, language: Language) -> dict[str, Any]:
        take_up_newest(assistant)
        hits = assistant.search(wish.question, wish.number, wish.filters)
        found = [found_fields(assistant, one, language) for one in hits]
        return {"question": wish.question, "hits": found}

    def ask(wish: Wish, language: Language) -> dict[str, Any]:
        take_up_newest(assistant)
        with meters.question(language) as asked:
            answer = assistant.ask(wish.question, wish.filters, wish.previous)
            asked.answered(answer)
        return answer_fields(assistant, answer, language)

    posted = {"recherche": (search, SEARCH_FIELDS), "question": (ask, ASK_FIELDS)}

    async def answered(name: str, request: Request) -> Response:
        if not brings(request.headers, token):
            raise RequestError("api_token_wrong")
        if name == DESCRIPTION:
            _check_method(request, ("GET", "HEAD"))
            return JSONResponse(description(), headers={"Cache-Control": "no-store"})
        if name not in posted:
            raise RequestError("api_address_unknown")
        _check_method(request, ("POST",))
        answering, fields = posted[name]
        wish = wish_in(await _object_in(request), fields)
        language = told_in(request.scope)
        result = await desk.handle(answering, wish, language)
        headers = {"Cache-Control": "no-store", "Content-Language": language}
        return JSONResponse(result, headers=headers)

    @routes.api_route(API + "{name:path}", methods=[*METHODS])
    async def asked(name: str, request: Request) -> Response:
        # Gradio, which is mounted under "/", has addresses of this name: none is reached.
        if not token:
            return missing(language_of(request.scope))
        try:
            return await answered(name, request)
        except AssistantError as e:
            return problem_of(request.scope, _status(e), e, _headers(e))

    return routes


@cache
def description() -> dict[str, Any]:
    """Return what the API takes and gives, as OpenAPI 3.1."""
    written = (files("assistant") / "data" / DESCRIPTION).read_text(encoding="utf-8")
    described: dict[str, Any] = json.loads(written)
    return described


class _Desk:
    """Where the questions of programs are answered, a few at a time."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters
        self._limiter: CapacityLimiter | None = None
        self._taken = 0

    async def handle(self, answering: Answering, wish: Wish, language: Language) -> dict[str, Any]:
        """Answer in a thread, outside those that the page uses. Raises RequestError when full."""
        with self._place():
            # Made here: it belongs to the loop that runs.
            self._limiter = self._limiter or CapacityLimiter(MOST_AT_ONCE)
            return await to_thread.run_sync(answering, wish, language, limiter=self._limiter)

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


def _check_method(request: Request, allowed: tuple[str, ...]) -> None:
    """Make sure of the method, and that nothing is asked in the address."""
    if request.method not in allowed:
        raise RequestError("api_method", method=request.method, allowed=", ".join(allowed))
    if request.scope["query_string"]:
        raise RequestError("api_query")


async def _object_in(request: Request) -> dict[str, object]:
    """Return the JSON object that a request holds. Raises RequestError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or "content-encoding" in request.headers:
        raise RequestError("api_media_type")
    try:
        sent = json.loads((await request.body()).decode("utf-8"), parse_constant=_refused)
        # Half a character, which no text holds: "\ud800".
        json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as e:
        raise RequestError("api_not_json") from e
    if not isinstance(sent, dict):
        raise RequestError("api_not_json")
    return sent


def _refused(constant: str) -> object:
    """Refuse NaN and Infinity, which Python reads and JSON doesn't have."""
    raise ValueError(constant)


def _status(error: AssistantError) -> int:
    """Return the status of an error: the program's fault, or ours."""
    is_asked_wrongly = isinstance(error, QuestionError | RequestError)
    return _STATUS.get(error.key, 422 if is_asked_wrongly else 503)


def _headers(error: AssistantError) -> dict[str, str]:
    match error.key:
        case "api_token_wrong":
            return {"WWW-Authenticate": 'Bearer realm="assistant"'}
        case "api_method":
            return {"Allow": str(error.values["allowed"])}
        case "api_busy":
            return {"Retry-After": str(RETRY_SECONDS)}
    return {}
