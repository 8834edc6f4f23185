"""What goes wrong, told to programs: RFC 9457's "problem details", in JSON.

`title` is the status in words, `detail` what is wrong, `remedy` what to do, `code` a name that
doesn't change. All are in the language that the request prefers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Scope

from assistant.errors import AssistantError
from assistant.i18n import Language, say
from assistant.web.shared.languages import preferred

#: Under it programs ask. Never under "/en": the language is that of the request's header.
API = "/api/"
MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "api.bad_request",
    401: "api.token_required",
    403: "api.forbidden",
    404: "api.not_found",
    405: "api.method_refused",
    413: "api.too_large",
    415: "api.media_refused",
    422: "api.impossible",
    500: "api.server_error",
    503: "api.unavailable",
}


class ProblemDetails(
    BaseModel,
    extra="forbid",
    title="Problem",
    json_schema_extra={"description": "openapi.problem"},
):
    """What is wrong, as RFC 9457 lays it out, with our `remedy` and `code`."""

    type: Annotated[
        str,
        Field(description="openapi.problem_type", json_schema_extra={"format": "uri-reference"}),
    ]
    title: Annotated[str, Field(description="openapi.problem_title")]
    status: Annotated[int, Field(description="openapi.problem_status")]
    detail: Annotated[str, Field(description="openapi.detail")]
    remedy: Annotated[str, Field(description="openapi.remedy")]
    code: Annotated[str, Field(description="openapi.code")]


def is_for_programs(scope: Scope) -> bool:
    """Tell whether a request comes from a program, by its address."""
    path: str = scope["path"]
    return path.startswith(API)


def problem(
    scope: Scope,
    status: int,
    code: str,
    detail: str,
    remedy: str,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return what is wrong, as programs read it."""
    language = told_in(scope)
    details = ProblemDetails(
        type="about:blank",
        title=say(_TITLES[status], language),
        status=status,
        detail=detail,
        remedy=remedy,
        code=code,
    )
    return JSONResponse(
        details.model_dump(),
        status,
        {"Cache-Control": "no-store", "Content-Language": language, **(headers or {})},
        MEDIA_TYPE,
    )


def problem_of(
    scope: Scope, status: int, error: AssistantError, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return an error of ours, as programs read it."""
    language = told_in(scope)
    words = error.message(language), error.remedy_in(language)
    return problem(scope, status, error.key, *words, headers)


def told_in(scope: Scope) -> Language:
    """Return the language to tell a program in: no cookie of a browser's counts."""
    return preferred(Headers(scope=scope))
