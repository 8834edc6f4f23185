"""In which language a page speaks: a request → "fr" or "en", and the addresses that keep it.

French pages stand at "/", English ones under "/en/"; our other pages are at one address each and
take `langue=`. Who has chosen nothing gets the browser's language; a choice is a cookie that holds
two letters and nothing else.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.i18n import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Of an address: which language it asks for.
PARAMETER = "langue"
COOKIE = "langue"
ENGLISH_HOME = "/en/"
#: In seconds: a choice is kept for half a year, as the data-protection authority advises.
KEPT_SECONDS = 182 * 24 * 3600


def home(language: Language) -> str:
    """Return the address of the page where one asks."""
    return ENGLISH_HOME if language == "en" else "/"


def in_language(address: str, language: Language) -> str:
    """Return the address of one of our other pages, asked for in `language`."""
    if language == "fr":
        return address
    parts = urlsplit(address)
    asked = [*parse_qsl(parts.query, keep_blank_values=True), (PARAMETER, language)]
    return urlunsplit(parts._replace(query=urlencode(asked)))


def language_of(scope: Scope) -> Language:
    """Return the language to answer a request in: its address's, the one chosen, the browser's."""
    if scope["path"].startswith(ENGLISH_HOME):
        return "en"
    asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(PARAMETER, "")
    return _known(asked) or chosen(scope) or preferred(Headers(scope=scope))


def chosen(scope: Scope) -> Language | None:
    """Return the language of the choice that the browser keeps, None where there is none."""
    cookie = SimpleCookie()
    try:
        cookie.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return None
    return _known(cookie[COOKIE].value) if COOKIE in cookie else None


def preferred(headers: Headers) -> Language:
    """Return which of our languages a browser prefers by its `Accept-Language`, or French."""
    best: tuple[float, Language] = (0.0, "fr")
    for item in headers.get("accept-language", "")[:500].split(","):
        tag, _, parameter = item.strip().partition(";")
        language = _known(tag.split("-")[0].strip().lower())
        weight = _weight(parameter)
        if language and weight > best[0]:
            best = weight, language
    return best[1]


class ByLanguage:
    """Lead who opens the French page and prefers English to the English one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        is_asked_so = path == "/" and scope["method"] == "GET" and language_of(scope) == "en"
        if is_asked_so or path == ENGLISH_HOME.rstrip("/"):
            await _led_to(ENGLISH_HOME, scope.get("query_string", b""))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def language_routes() -> APIRouter:
    """Return the routes that choose a language: /langue/fr and /langue/en, then to the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/langue/{language}")
    def choose(language: str, request: Request) -> Response:
        known = _known(language) or "fr"
        response = _led_to(home(known), request.scope.get("query_string", b""))
        response.set_cookie(
            COOKIE, known, max_age=KEPT_SECONDS, path="/", httponly=True, samesite="lax"
        )
        return response

    return routes


def _led_to(path: str, query: bytes) -> RedirectResponse:
    """Lead to a page of ours, with what the address asks but for the language."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = urlencode([(name, value) for name, value in pairs if name != PARAMETER])
    address = f"{path}?{kept}" if kept else path
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return RedirectResponse(address, 303, headers=headers)


def _known(language: str) -> Language | None:
    return next((one for one in LANGUAGES if one == language), None)


def _weight(parameter: str) -> float:
    """Return the weight of an item of `Accept-Language`: "q=0.8" is 0.8, nothing 1, nonsense 0."""
    name, _, written = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(written) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
