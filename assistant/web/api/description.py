"""What the API takes and gives, as OpenAPI 3.1: routes and their models → one JSON document.

FastAPI generates it. What stands before every route is added here, then words take the place of
the catalogue's keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from assistant.i18n import Language, catalogue, say
from assistant.web.api.requests import ALSO
from assistant.web.http.problem_details import MEDIA_TYPE, ProblemDetails

#: Of what is described. It goes up with a change that a program must be rewritten for.
VERSION = "1"

_TEXT = {"type": "string"}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "openapi.language",
    "schema": _TEXT,
    "example": "fr",
}
#: What is added to a problem's answer by its status: its words, and its headers.
_PROBLEMS: dict[int, dict[str, Any]] = {
    400: {"description": "openapi.bad_request"},
    401: {
        "description": "openapi.token_required",
        "headers": {"WWW-Authenticate": {"description": "openapi.bearer", "schema": _TEXT}},
    },
    403: {"description": "openapi.forbidden"},
    404: {"description": "openapi.unknown"},
    405: {
        "description": "openapi.method_refused",
        "headers": {"Allow": {"description": "openapi.methods", "schema": _TEXT}},
    },
    413: {"description": "openapi.too_large"},
    415: {"description": "openapi.media_refused"},
    422: {"description": "openapi.impossible"},
    500: {"description": "openapi.server_error"},
    503: {
        "description": "openapi.unavailable",
        "headers": {"Retry-After": {"description": "openapi.retry", "schema": {"type": "integer"}}},
    },
}

Described = dict[str, Any]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how answers of these statuses are described: as problem details."""
    return {status: {"model": ProblemDetails, **_PROBLEMS[status]} for status in statuses}


def in_language_asked() -> dict[str, Any]:
    """Return how an answer is described whose words are in the language asked for."""
    return {
        "headers": {"Content-Language": {"description": "openapi.told_language", "schema": _TEXT}}
    }


def describe(routes: Sequence[BaseRoute], language: Language) -> Described:
    """Return the document, its words in a language."""
    described = get_openapi(
        title="openapi.title",
        version=VERSION,
        summary="openapi.summary",
        description="openapi.description",
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/", "description": "openapi.server"}],
        routes=routes,
    )
    _add_what_stands_before(described)
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        for field in schema["properties"].values():
            _tidy(field, language)
    worded: Described = _in_words(_named_by_title(described), language)
    return worded


def _add_what_stands_before(described: Described) -> None:
    """Add what no route sees: the token, the language, and how problems are announced."""
    described["security"] = [{"jeton": []}]
    bearer = {"type": "http", "scheme": "bearer", "description": "openapi.token"}
    described["components"]["securitySchemes"] = {"jeton": bearer}
    for operation in _operations(described):
        operation["parameters"] = [_LANGUAGE]
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}


def _operations(described: Described) -> Iterator[Described]:
    for methods in described["paths"].values():
        yield from methods.values()


def _tidy(field: Described, language: Language) -> None:
    """Take off a field the title that is its name again, and say what else it is called."""
    field.pop("title", None)
    if also := field.pop(ALSO, None):
        names = ", ".join(f"« {one} »" if language == "fr" else f"“{one}”" for one in also)
        more = say("openapi.also", language, names=names)
        field["description"] = f"{say(field['description'], language)} {more}"


def _named_by_title(described: Described) -> Described:
    """Name each component by its model's title, in place of its class."""
    schemas = described["components"]["schemas"]
    titles = {name: one.pop("title") for name, one in schemas.items()}
    described["components"]["schemas"] = {titles[name]: one for name, one in schemas.items()}
    written = re.sub(
        r'(?<="#/components/schemas/)\w+(?=")',
        lambda found: titles[found[0]],
        json.dumps(described, ensure_ascii=False),
    )
    renamed: Described = json.loads(written)
    return renamed


def _in_words(node: Any, language: Language) -> Any:
    """Return a part of the document with words in place of the catalogue's keys."""
    if isinstance(node, dict):
        return {name: _in_words(one, language) for name, one in node.items()}
    if isinstance(node, list):
        return [_in_words(one, language) for one in node]
    return say(node, language) if isinstance(node, str) and node in catalogue() else node
