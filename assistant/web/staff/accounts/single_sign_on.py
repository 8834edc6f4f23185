"""Signing in at the provider and coming back: two addresses, one browser → a session's cookie.

Each sign-in has secrets of its own, kept here for ten minutes under its `state`, and bound to the
browser that began it by a cookie: what another browser brings back is nobody's.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from assistant.errors import AccountError, IdentityError
from assistant.identity.opening import Elsewhere
from assistant.identity.people import Person, SignInAttempt
from assistant.system.logs import happened
from assistant.web.http.authentication import BACK, ELSEWHERE
from assistant.web.http.responses import missing
from assistant.web.http.sessions import Sessions
from assistant.web.shared.languages import language_of
from assistant.web.staff.signin import (
    SignInPage,
    onward,
    put_session,
    site_address,
    way_back,
)

#: Names the browser that began. It comes back from another site: "lax", as the session's can't be.
ATTEMPT_COOKIE = "__Host-entree"
#: How long somebody may take to sign in there, in seconds; how many may be at it.
PATIENCE, _MOST = 600, 2000
_TOKEN = re.compile(r"[\w-]{43}")


@dataclass(frozen=True, slots=True)
class _Begun:
    attempt: SignInAttempt
    browser: str
    back: str
    moment: float


class BegunSignIns(Protocol):
    """The sign-ins that began and didn't end yet: one server's, or those of several."""

    def begin(self, browser: str, back: str, redirect: str) -> SignInAttempt:
        """Return what a new sign-in is known by."""

    def take(self, state: str, browser: str) -> tuple[SignInAttempt, str] | None:
        """Return a sign-in that this browser began, and where it wanted to go; once."""


class Attempts:
    """The sign-ins that began on this server and didn't end yet. For any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._lock = Lock()

    def begin(self, browser: str, back: str, redirect: str) -> SignInAttempt:
        """Return what a new sign-in is known by."""
        attempt = new_attempt(redirect)
        state = attempt.state
        with self._lock:
            self._begun[state] = _Begun(attempt, browser, back, self._now())
            while len(self._begun) > _MOST:
                self._begun.popitem(last=False)
        return attempt

    def take(self, state: str, browser: str) -> tuple[SignInAttempt, str] | None:
        """Return a sign-in that this browser began, and where it wanted to go; once."""
        with self._lock:
            found = self._begun.get(state)
            is_theirs = found and hmac.compare_digest(found.browser.encode(), browser.encode())
            if found is None or not is_theirs:
                return None
            del self._begun[state]
        return None if self._now() - found.moment > PATIENCE else (found.attempt, found.back)


def new_attempt(redirect: str) -> SignInAttempt:
    """Return a sign-in with secrets of its own."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    return SignInAttempt(state, nonce, verifier, redirect)


def single_sign_on_routes(
    page: SignInPage,
    sessions: Sessions,
    elsewhere: Elsewhere,
    attempts: BegunSignIns | None = None,
) -> APIRouter:
    """Return the two addresses; without a provider they don't exist."""
    routes = APIRouter(include_in_schema=False)
    begun = attempts or Attempts()

    @routes.get(ELSEWHERE)
    def begin(request: Request, retour: str = "") -> Response:
        language = language_of(request.scope)
        if elsewhere.provider is None:
            return missing(language)
        browser = _browser(request) or secrets.token_urlsafe(32)
        attempt = begun.begin(browser, retour, site_address(request) + BACK)
        try:
            address = elsewhere.provider.authorization(attempt)
        except IdentityError as e:
            return page.refused(e, language, retour)
        response = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            ATTEMPT_COOKIE, browser, max_age=PATIENCE, path="/",
            secure=True, httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    @routes.get(BACK)
    def come_back(request: Request) -> Response:
        language = language_of(request.scope)
        if elsewhere.provider is None:
            return missing(language)
        said = request.query_params
        taken = begun.take(said.get("state", ""), _browser(request))
        attempt, back = taken or (None, "")
        try:
            if attempt is None:
                raise IdentityError("oidc_again")
            person = elsewhere.provider.came_back(said, attempt)
            token = sessions.open(person)
        except IdentityError as e:
            return page.refused(e, language, back)
        except AccountError as e:
            return page.shown(language, back, e.in_a_line(language), status=503)
        return _signed_in(request, sessions, person, token, back, page.hours)

    return routes


def _signed_in(
    request: Request, sessions: Sessions, person: Person, token: str, back: str, hours: int
) -> Response:
    language = language_of(request.scope)
    who = sessions.whose(token)
    role = who.role if who else "agent"
    happened("signed_in", role=role, by=person.source)
    # Not a redirect: it would be asked for as from the provider's site, without our cookie.
    response = onward(way_back(back, language, is_staff=role == "staff"), language)
    put_session(response, token, hours)
    response.delete_cookie(ATTEMPT_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _browser(request: Request) -> str:
    """Return what names the browser, empty where nothing does."""
    found = request.cookies.get(ATTEMPT_COOKIE, "")
    return found if _TOKEN.fullmatch(found) else ""
