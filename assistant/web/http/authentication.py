"""Before pages that ask who one is: a request → an `Identity`, or the way to sign in.

Passed after the guard. The staff tree exists only where somebody can sign in; with `public = false`
the whole page asks for an account. Identities come from a session's cookie, or from a reverse
proxy that proves itself by a secret.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.accounts import Role, accounts_in
from assistant.errors import AccountError
from assistant.i18n import say
from assistant.identity.people import MOST_NAME_CHARACTERS, role_of
from assistant.rights.rules import ANYBODY, EVERY_RIGHT, Reader, plain_group
from assistant.settings.options import AccessOptions
from assistant.web.http.responses import fault, missing
from assistant.web.http.sessions import Sessions
from assistant.web.http.staff_tree import STAFF, is_of_staff
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import Aside, message_page
from assistant.web.shared.templates import render

SIGN_IN, SIGN_OUT = "/connexion", "/deconnexion"
#: Where somebody goes to sign in elsewhere, and where they come back to.
ELSEWHERE, BACK = f"{SIGN_IN}/ailleurs", f"{SIGN_IN}/retour"
#: Where who was invited chooses a password, and where anybody signed in chooses another.
INVITATION, OWN_PASSWORD = f"{SIGN_IN}/invitation", f"{SIGN_IN}/mot-de-passe"
#: `__Host-`: browsers take it over HTTPS (or from this machine) only, and send it nowhere else.
COOKIE = "__Host-session"
#: What a site that isn't public shows to everybody all the same.
_SIGNING_IN = (SIGN_IN, SIGN_OUT, ELSEWHERE, BACK, INVITATION)
_OPEN = (*_SIGNING_IN, "/favicon.ico", "/sante", "/mesures", "/accessibilite")
_OPEN_UNDER = ("/apparence/", "/langue/", "/api/")

#: What a reverse proxy says of who signed in there (oauth2-proxy's names), and its proof.
SECRET_HEADER = "X-Assistant-Secret"
USER_HEADERS = ("X-Forwarded-Preferred-Username", "X-Forwarded-User", "X-Forwarded-Email")
GROUPS_HEADER = "X-Forwarded-Groups"


#: What vouches for somebody: a session of an account here, one of somebody who signed in elsewhere,
#: or the reverse proxy.
Vouching = Literal["session", "elsewhere", "proxy"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: a name, what they may do, what vouches for them, and their groups."""

    name: str
    role: Role
    by: Vouching
    groups: frozenset[str] = frozenset()


class Authentication:
    """Let staff into the staff tree, and nobody else."""

    def __init__(self, app: ASGIApp, access: AccessOptions, sessions: Sessions) -> None:
        self.app = app
        self.access = access
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            if self.sessions.are_shared:
                # Asked of another machine: not while all others wait.
                refusal = await run_in_threadpool(self._refusal, scope)
            else:
                refusal = self._refusal(scope)
        except AccountError as e:
            refusal = fault(e, scope)
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what is answered instead, or None; the identity goes into the scope."""
        path: str = scope["path"]
        is_staff = is_of_staff(path)
        is_sign_in = path in _SIGNING_IN
        is_own = path == OWN_PASSWORD
        access = self.access
        if (is_staff or is_sign_in or is_own) and not can_sign_in(access):
            return missing(language_of(scope))
        identity = self.identity_of(scope)
        scope.setdefault("state", {})["identity"] = identity
        is_open = access.public or path in _OPEN or path.startswith(_OPEN_UNDER)
        if is_sign_in or (is_open and not is_staff and not is_own):
            return None
        if identity is None:
            return _to_sign_in(scope)
        if is_staff and identity.role != "staff":
            language = language_of(scope)
            words = say("staff.not_staff_title", language), say("staff.not_staff", language)
            return HTMLResponse(message_page(*words, language), 403)
        return None

    def identity_of(self, scope: Scope) -> Identity | None:
        """Return who a request comes from, as far as that is proved."""
        headers = Headers(scope=scope)
        if self.access.sso_secret and (proved := self._by_proxy(headers)):
            return proved
        who = self.sessions.whose(token_of(headers))
        if who is None:
            return None
        by: Vouching = "elsewhere" if who.source else "session"
        return Identity(who.name, who.role, by, frozenset(who.groups))

    def _by_proxy(self, headers: Headers) -> Identity | None:
        """Return whom the reverse proxy vouches for; what others send in its name is nothing."""
        given = headers.getlist(SECRET_HEADER)
        secret = _secret_in(Path(self.access.sso_secret))
        if len(given) != 1 or not hmac.compare_digest(given[0].encode("latin-1"), secret):
            return None
        name = next((headers[header] for header in USER_HEADERS if headers.get(header)), "").strip()
        if not name or len(name) > MOST_NAME_CHARACTERS or not name.isprintable():
            return None
        groups = {plain_group(group) for group in headers.get(GROUPS_HEADER, "").split(",")}
        role = role_of(groups, [self.access.sso_staff_group])
        return Identity(name, role, "proxy", frozenset(groups - {""}))


def can_sign_in(access: AccessOptions) -> bool:
    """Tell whether there is a way in at all: no password set, no staff page."""
    return bool(access.sso_secret) or access.is_elsewhere or bool(accounts_in(access.accounts))


def token_of(headers: Headers) -> str:
    """Return the token of the session's cookie, empty where there is none."""
    cookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookie[COOKIE].value if COOKIE in cookie else ""


def identity(request: Request) -> Identity:
    """Return who asks for a page behind the gate."""
    found = request.state.identity
    if not isinstance(found, Identity):
        raise RuntimeError(f"{request.url.path} is not behind the gate")
    return found


def reader_of(request: object) -> Reader:
    """Return as whom a request, ours or Gradio's, reads: as anybody where nothing says whose it is.

    Staff see all: they keep the documents and their rights.
    """
    found = getattr(getattr(request, "state", None), "identity", None)
    if not isinstance(found, Identity):
        return ANYBODY
    return EVERY_RIGHT if found.role == "staff" else Reader(True, found.groups)


def _secret_in(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as e:
        raise AccountError("sso_secret_unreadable", path=path) from e
    if len(secret) < 32:
        raise AccountError("sso_secret_short", path=path)
    return secret


def _to_sign_in(scope: Scope) -> Response:
    """Return the way to the sign-in page, and from there back here."""
    language = language_of(scope)
    headers = Headers(scope=scope)
    if scope["method"] not in ("GET", "HEAD"):
        words = say("staff.signed_out_title", language), say("staff.signed_out", language)
        # What was typed is in the form that this answers: reloaded, it is sent once more.
        way = f"{SIGN_IN}?retour={quote(STAFF, safe='')}"
        link = Aside(way, say("staff.sign_in_again", language))
        return HTMLResponse(message_page(*words, language, aside=link), 401)
    if headers.get("sec-fetch-site") == "cross-site" and token_of(headers) == "":
        # Followed from a mail or another site, a link comes without our cookie, which is for
        # requests of our own pages only: asked for once more by this page, it comes with it.
        again = render("shared/one_moment.html", language, address="", refresh="0")
        return HTMLResponse(again, headers={"Cache-Control": "no-store"})
    asked = scope["path"] + ("?" + scope["query_string"].decode("latin-1")
                             if scope["query_string"] else "")  # fmt: skip
    return RedirectResponse(f"{SIGN_IN}?retour={quote(asked, safe='')}", 303)
