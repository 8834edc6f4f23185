"""The body of a program's request: bytes → a JSON object, before it is validated."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from assistant.errors import RequestError
from assistant.web.http.problem_details import told_in


class ProgramRoute(APIRoute):
    """A route that takes nothing but a JSON object, and keeps no answer anywhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, read by our rules."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            if request.scope["query_string"]:
                raise RequestError("api_query")
            read = _StrictRequest(request.scope, request.receive)
            if self.body_field:
                await read.json()
            response = await handle(read)
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Language"] = told_in(request.scope)
            return response

        return handled


class _StrictRequest(Request):
    """A request whose JSON is an object in UTF-8, or RequestError."""

    _object: dict[str, Any] | None = None

    async def json(self) -> dict[str, Any]:
        if self._object is None:
            kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json" or "content-encoding" in self.headers:
                raise RequestError("api_media_type")
            self._object = object_in(await self.body())
        return self._object


def object_in(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is. Raises RequestError where it is none."""
    try:
        sent = json.loads(body.decode("utf-8"), parse_constant=_refused)
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
