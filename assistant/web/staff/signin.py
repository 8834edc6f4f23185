"""Signing in and out: a form → a session's cookie.

The site's own accounts are looked at first, then its directory, where it has one. Who sends wrong
passwords waits; who signs in anew gets a new token. The address to go back to is
one of ours or none.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import Headers

from assistant.accounts import Account, account_named, accounts_in, verified
from assistant.audit import UNSETTLED, WAITING, Trail
from assistant.errors import AccountError, IdentityError
from assistant.i18n import Language, count, say
from assistant.identity.opening import Elsewhere
from assistant.identity.people import Person
from assistant.system.logs import happened
from assistant.web.http.authentication import COOKIE, ELSEWHERE, SIGN_IN, SIGN_OUT, token_of
from assistant.web.http.sessions import Sessions
from assistant.web.http.staff_tree import STAFF
from assistant.web.http.throttle import PasswordTries, Throttle
from assistant.web.shared.languages import home, language_of
from assistant.web.shared.public_path import public_path, under_path
from assistant.web.shared.templates import render

#: An address of this site: its path, and what is asked of it. Two slashes would name another site.
OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f]{0,2000}")


#: What a directory is asked at a time: who waits for one that is dead keeps nobody else waiting.
_MOST_ASKING = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the sign-in page shows: where to go then, what went wrong, the name typed.

    `hours` is how long a session lasts, `elsewhere` the address of the provider's sign-in, `fields`
    whether a name and a password may be typed.
    """

    back: str
    error: str
    name: str
    hours: int
    elsewhere: str
    has_fields: bool
    action: str = SIGN_IN


class SignInPage:
    """The sign-in page of a site, which its own form and the provider's way lead to."""

    def __init__(self, accounts: Path, hours: int, elsewhere: Elsewhere, trail: Trail) -> None:
        self._accounts = accounts
        self._trail = trail
        self.hours = hours
        self._elsewhere = elsewhere

    def shown(
        self, language: Language, back: str, error: str = "", name: str = "", status: int = 200
    ) -> HTMLResponse:
        """Return the page, with what went wrong."""
        way = ""
        if self._elsewhere.provider:
            way = f"{ELSEWHERE}?retour={quote(back, safe='')}"
        has_fields = not way or self._elsewhere.directory is not None
        with suppress(AccountError):
            has_fields = has_fields or bool(accounts_in(self._accounts))
        page = SignIn(back, error, name, self.hours, way, has_fields)
        html = render("staff/sign_in.html", language, page=page)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})

    def refused(self, error: IdentityError, language: Language, back: str) -> HTMLResponse:
        """Return the page with why somebody can't sign in elsewhere; the log has all of it.

        The audit trail has it where it is they who are refused. It writes to the disk.
        """
        if error.key in _REFUSED:
            # Whose name it is was not proved.
            self._trail.refused("")
        elif error.key not in _LEFT:
            self._trail.counts[UNSETTLED] += 1
        return self.shown(language, back, words_of(error, language), status=503)


#: What concerns who signs in, and not how the site is set.
_THEIRS = ("oidc_again", "oidc_cancelled", "oidc_not_let_in", "oidc_too_many_groups")
#: What refuses a person, or what a browser brought back: all else is the site's or a server's.
_REFUSED = frozenset(
    ("oidc_again", "oidc_not_let_in", "oidc_too_many_groups", "oidc_refused", "oidc_token",
     "oidc_no_name", "oidc_other_issuer", "ldap_several", "ldap_too_many_groups")
)  # fmt: skip
#: Who changed their mind there is neither.
_LEFT = frozenset(("oidc_cancelled",))


def words_of(error: IdentityError, language: Language) -> str:
    """Say why somebody can't sign in, to them: settings and addresses are for the log."""
    happened("sign_in_refused", reason=error.key)
    if error.key in _THEIRS:
        return error.in_a_line(language)
    logger.warning("Nobody was signed in: %s %s", error, error.remedy)
    source = "ldap" if error.key.startswith("ldap_") else "oidc"
    return say(f"staff.{source}_fails", language)


def signin_routes(
    accounts: Path,
    hours: int,
    sessions: Sessions,
    elsewhere: Elsewhere | None = None,
    throttle: PasswordTries | None = None,
) -> APIRouter:
    """Return the routes of the sign-in page; a session lasts so many hours."""
    routes = APIRouter(include_in_schema=False)
    ways: Elsewhere = elsewhere or Elsewhere()
    tries: PasswordTries = throttle or Throttle()
    page = SignInPage(accounts, hours, ways, sessions.trail)
    # Passwords are checked one after the other: who waits for that takes no thread of the pages'.
    hashing, asking = CapacityLimiter(2), CapacityLimiter(_MOST_ASKING)

    def is_ours(name: str) -> bool:
        return account_named(accounts, name) is not None

    async def known(name: str, password: str) -> Account | Person | None:
        """Return whom a password opens: an account, else an entry of the directory."""
        account = await to_thread.run_sync(verified, accounts, name, password, limiter=hashing)
        if account or not ways.directory or await run_in_threadpool(is_ours, name):
            return account
        return await to_thread.run_sync(ways.directory.person, name, password, limiter=asking)

    @routes.get(SIGN_IN)
    def form(request: Request, retour: str = "") -> Response:
        language = language_of(request.scope)
        if request.state.identity is not None:
            return RedirectResponse(way_back(retour, language), 303)
        return page.shown(language, retour)

    @routes.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        language = language_of(request.scope)
        sent = await request.form()
        name, password, back = (
            str(sent.get(field, "")) for field in ("nom", "mot_de_passe", "retour")
        )
        name = name.strip()
        address = address_of_caller(request)
        # Counted before it is checked: tries sent at once don't get through together.
        try:
            seconds = await run_in_threadpool(tries.begin, name, address)
        except AccountError as e:
            return page.shown(language, back, e.in_a_line(language), name, 503)
        if seconds:
            sessions.trail.counts[WAITING] += 1
            words = count("staff.too_many_failures", seconds, language)
            return page.shown(language, back, words, name, 429)
        try:
            who = await known(name, password)
        except IdentityError as e:
            await run_in_threadpool(tries.took_back, name, address)
            return await run_in_threadpool(page.refused, e, language, back)
        if who is None:
            happened("sign_in_refused")
            ours = name if await run_in_threadpool(is_ours, name) else ""
            await run_in_threadpool(sessions.trail.refused, ours)
            return page.shown(language, back, say("staff.wrong_password", language), name, 403)
        try:
            await run_in_threadpool(tries.succeeded, name, address)
            token = await run_in_threadpool(sessions.open, who)
        except AccountError as e:
            return page.shown(language, back, e.in_a_line(language), name, 503)
        signed = await run_in_threadpool(sessions.whose, token)
        role = signed.role if signed else "agent"
        happened("signed_in", role=role, by="ldap" if isinstance(who, Person) else "password")
        response = RedirectResponse(way_back(back, language, is_staff=role == "staff"), 303)
        put_session(response, token, hours)
        return response

    @routes.post(SIGN_OUT)
    def sign_out(request: Request) -> Response:
        language, token = language_of(request.scope), token_of(request.headers)
        way = ""
        who = sessions.whose(token)
        if token:
            sessions.close(token)
        if who and who.source == "oidc" and ways.provider:
            back = site_address(request) + home("fr")
            way = ways.provider.sign_out(who.hint, back, secrets.token_urlsafe(16))
        response: Response = RedirectResponse(home(language), 303)
        if way:
            # A form may lead to this site only (`form-action`), a page anywhere.
            response = onward(way, language)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    return routes


def onward(address: str, language: Language) -> HTMLResponse:
    """Return a page that leads on: what it leads to gets our cookies, and may be another site."""
    refresh = f"0;url={under_path(address)}"
    html = render("shared/one_moment.html", language, address=address, refresh=refresh)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def put_session(response: Response, token: str, hours: int) -> None:
    """Have a browser keep the token of a session, for this site's own pages only."""
    response.set_cookie(
        COOKIE, token, max_age=hours * 3600, path="/", secure=True, httponly=True, samesite="strict"
    )


def site_address(request: Request) -> str:
    """Return where the site is, as the browser knows it; the guard looked at the names."""
    headers = request.headers
    host = headers.get("x-forwarded-host", headers.get("host", "")).split(",")[0].strip()
    is_secure = headers.get("x-forwarded-proto", request.url.scheme).split(",")[0] == "https"
    return f"{'https' if is_secure else 'http'}://{host}{public_path()}"


def way_back(asked: str, language: Language, *, is_staff: bool = True) -> str:
    """Return where to go after signing in."""
    if OURS.fullmatch(asked) and not asked.startswith((SIGN_IN, SIGN_OUT)):
        return asked
    return STAFF if is_staff else home(language)


def address_of_caller(request: Request) -> str:
    """Return whose address a request comes from: the proxy on this machine says it for others."""
    peer = request.client.host if request.client else ""
    told = Headers(scope=request.scope).get("x-forwarded-for", "")
    return told.rpartition(",")[2].strip() if told and peer in ("127.0.0.1", "::1") else peer
