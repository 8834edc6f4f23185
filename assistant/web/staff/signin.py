"""Signing in and out: a form → a session's cookie.

Who sends wrong passwords waits; who signs in anew gets a new token. The address to go back to is
one of ours or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import Headers

from assistant.accounts import accounts_in, verified
from assistant.audit import WAITING
from assistant.errors import AccountError
from assistant.i18n import Language, say
from assistant.system.logs import happened
from assistant.web.http.authentication import COOKIE, SIGN_IN, SIGN_OUT, token_of
from assistant.web.http.sessions import THROTTLE_SECONDS, Sessions, Throttle
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import home, language_of
from assistant.web.shared.templates import render

#: An address of this site: its path, and what is asked of it. Two slashes would name another site.
OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f]{0,2000}")


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the sign-in page shows: where to go then, what went wrong, the name typed.

    `hours` is how long a session lasts.
    """

    back: str
    error: str
    name: str
    hours: int
    action: str = SIGN_IN


def signin_routes(accounts: Path, hours: int, sessions: Sessions) -> APIRouter:
    """Return the routes of the sign-in page; a session lasts so many hours."""
    routes = APIRouter(include_in_schema=False)
    throttle = Throttle()
    # Passwords are checked one after the other: who waits for that takes no thread of the pages'.
    hashing = CapacityLimiter(2)
    form_of = partial(_form, hours=hours)

    @routes.get(SIGN_IN)
    def form(request: Request, retour: str = "") -> Response:
        language = language_of(request.scope)
        if request.state.identity is not None:
            return RedirectResponse(_back(retour, language), 303)
        return form_of(language, retour)

    @routes.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        language = language_of(request.scope)
        sent = await request.form()
        name, password, back = (
            str(sent.get(field, "")) for field in ("nom", "mot_de_passe", "retour")
        )
        name = name.strip()
        address = _address(request)
        if throttle.is_closed(name, address):
            sessions.trail.counts[WAITING] += 1
            minutes = THROTTLE_SECONDS // 60
            words = say("staff.too_many_failures", language, minutes=minutes)
            return form_of(language, back, words, name, 429)
        # Counted before it is checked: tries sent at once don't get through together.
        throttle.failed(name, address)
        account = await to_thread.run_sync(verified, accounts, name, password, limiter=hashing)
        if account is None:
            happened("sign_in_refused")
            known = name if name in accounts_in(accounts) else ""
            await run_in_threadpool(sessions.trail.refused, known)
            return form_of(language, back, say("staff.wrong_password", language), name, 403)
        throttle.succeeded(name, address)
        try:
            token = await run_in_threadpool(sessions.open, account)
        except AccountError as e:
            words = e.in_a_line(language)
            return form_of(language, back, words, name, 503)
        happened("signed_in", role=account.role)
        response = RedirectResponse(_back(back, language, is_staff=account.role == "staff"), 303)
        response.set_cookie(
            COOKIE, token, max_age=hours * 3600, path="/",
            secure=True, httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    @routes.post(SIGN_OUT)
    async def sign_out(request: Request) -> Response:
        token = token_of(request.headers)
        if token:
            await run_in_threadpool(sessions.close, token)
        response = RedirectResponse(home(language_of(request.scope)), 303)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    return routes


def _back(asked: str, language: Language, *, is_staff: bool = True) -> str:
    """Return where to go after signing in."""
    if OURS.fullmatch(asked) and not asked.startswith((SIGN_IN, SIGN_OUT)):
        return asked
    return STAFF if is_staff else home(language)


def _address(request: Request) -> str:
    """Return whose address a request comes from: the proxy on this machine says it for others."""
    peer = request.client.host if request.client else ""
    told = Headers(scope=request.scope).get("x-forwarded-for", "")
    return told.rpartition(",")[2].strip() if told and peer in ("127.0.0.1", "::1") else peer


def _form(
    language: Language,
    back: str,
    error: str = "",
    name: str = "",
    status: int = 200,
    *,
    hours: int,
) -> HTMLResponse:
    """Return the sign-in page, with what went wrong."""
    html = render("staff/sign_in.html", language, page=SignIn(back, error, name, hours))
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
