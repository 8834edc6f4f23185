"""Choosing a password: who was invited, by the link they got, and whoever is signed in, another.

In: a password typed twice. Out: an account that it opens, and a session. All other sessions of the
account end with its former password.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from assistant.accounts import LEAST_CHARACTERS, Account, accounts_in, verified
from assistant.accounts.invitations import accept, change_password, invited
from assistant.errors import AccountError
from assistant.i18n import Language
from assistant.web.http.authentication import INVITATION, OWN_PASSWORD, identity
from assistant.web.http.responses import missing
from assistant.web.http.sessions import Sessions
from assistant.web.http.throttle import PasswordTries
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import message_page
from assistant.web.shared.templates import render
from assistant.web.staff.signin import address_of_caller, onward, put_session, way_back


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """What the form shows: whose password, what went wrong, the link's token where there is one."""

    kind: Literal["invitation", "own"]
    name: str
    token: str
    action: str
    error: str = ""
    least: int = LEAST_CHARACTERS


def password_routes(
    accounts: Path, hours: int, sessions: Sessions, throttle: PasswordTries
) -> APIRouter:
    """Return the routes of both pages; a session lasts so many hours."""
    routes = APIRouter(include_in_schema=False)
    hashing = CapacityLimiter(1)

    def signed_in(request: Request, account: Account) -> Response:
        language = language_of(request.scope)
        sessions.trail.record("account.password", account.name, [account.name])
        token = sessions.open(account)
        response = onward(way_back("", language, is_staff=account.role == "staff"), language)
        put_session(response, token, hours)
        return response

    @routes.get(INVITATION)
    def invitation(request: Request, jeton: str = "") -> Response:
        language = language_of(request.scope)
        account = invited(accounts, jeton)
        if account is None:
            return _told(AccountError("invitation_over"), language)
        form = PasswordForm("invitation", account.name, jeton, INVITATION)
        return _shown(form, language)

    @routes.post(INVITATION)
    async def choose(request: Request) -> Response:
        language = language_of(request.scope)
        sent = await request.form()
        token, first, again = (
            str(sent.get(field, "")) for field in ("jeton", "mot_de_passe", "encore")
        )
        account = await run_in_threadpool(invited, accounts, token)
        if account is None:
            return _told(AccountError("invitation_over"), language)
        form = PasswordForm("invitation", account.name, token, INVITATION)
        try:
            _check_twice(first, again)
            made = await to_thread.run_sync(accept, accounts, token, first, limiter=hashing)
            return await run_in_threadpool(signed_in, request, made)
        except AccountError as e:
            return _shown(form, language, e)

    @routes.get(OWN_PASSWORD)
    def own(request: Request) -> Response:
        form = _own_form(request, accounts)
        language = language_of(request.scope)
        return _shown(form, language) if form else missing(language)

    @routes.post(OWN_PASSWORD)
    async def change(request: Request) -> Response:
        language = language_of(request.scope)
        form = await run_in_threadpool(_own_form, request, accounts)
        if form is None:
            return missing(language)
        sent = await request.form()
        current, first, again = (
            str(sent.get(field, "")) for field in ("actuel", "mot_de_passe", "encore")
        )
        address = address_of_caller(request)
        try:
            _check_twice(first, again)
            if await run_in_threadpool(throttle.begin, form.name, address):
                raise AccountError("password_wrong")
            is_theirs = await to_thread.run_sync(
                verified, accounts, form.name, current, limiter=hashing
            )
            if not is_theirs:
                raise AccountError("password_wrong")
            await run_in_threadpool(throttle.succeeded, form.name, address)
            made = await to_thread.run_sync(
                change_password, accounts, form.name, first, limiter=hashing
            )
            return await run_in_threadpool(signed_in, request, made)
        except AccountError as e:
            return _shown(form, language, e)

    return routes


def _own_form(request: Request, accounts: Path) -> PasswordForm | None:
    """Return the form of who has an account here: of others the password is kept elsewhere."""
    who = identity(request)
    if who.by != "session" or who.name not in accounts_in(accounts):
        return None
    return PasswordForm("own", who.name, "", OWN_PASSWORD)


def _check_twice(first: str, again: str) -> None:
    if first != again:
        raise AccountError("password_differs")


def _shown(form: PasswordForm, language: Language, error: AccountError | None = None) -> Response:
    said = error.in_a_line(language) if error else ""
    page = PasswordForm(form.kind, form.name, form.token, form.action, said)
    html = render("staff/choose_password.html", language, page=page)
    return HTMLResponse(html, 400 if error else 200, headers={"Cache-Control": "no-store"})


def _told(error: AccountError, language: Language) -> Response:
    return HTMLResponse(
        message_page(error.message(language), error.remedy_in(language), language), 410
    )
