"""The staff page of accounts: who may sign in here, invited and changed.

In: the file of the accounts. Out: a table of them, a form that invites, and one for each account:
its role and groups, a new link, closing and opening it, forgetting wrong passwords, taking it away.
A link stands on the page once; whoever made it hands it on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from assistant.accounts import Account, Role, accounts_in, change_account, remove_account
from assistant.accounts.invitations import invite, invite_again
from assistant.audit import Trail
from assistant.errors import AccountError, AssistantError
from assistant.i18n import Language, say
from assistant.i18n.days import date_in_words, day_in_words
from assistant.rights.files import names_in
from assistant.web.http.authentication import INVITATION, identity
from assistant.web.http.responses import missing
from assistant.web.http.throttle import PasswordTries
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import ADDRESSES, done, staff_page
from assistant.web.staff.signin import site_address

HERE = ADDRESSES["accounts"]
ROLES = get_args(Role)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the table names it; `state` is a key: open, invited, expired, closed."""

    name: str
    role: Role
    groups: str
    state: str
    until: str
    since: str
    is_slowed: bool
    address: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """The accounts, and what is known of others who sign in."""

    rows: Sequence[AccountRow]
    is_elsewhere: bool
    fault: str = ""
    roles: Sequence[str] = ROLES
    action: str = HERE


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with its forms."""

    row: AccountRow
    roles: Sequence[str] = ROLES
    action: str = HERE
    back: str = HERE


def account_routes(
    accounts: Path, throttle: PasswordTries, trail: Trail, *, is_elsewhere: bool
) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(HERE)
    def shown(request: Request, nom: str = "") -> Response:
        language = language_of(request.scope)
        fault, found = "", {}
        try:
            found = dict(accounts_in(accounts))
        except AccountError as e:
            fault = e.in_a_line(language)
        if nom and not fault:
            if nom not in found:
                return missing(language)
            return staff_page(
                request, "accounts", say("accounts.one", language, name=nom),
                template="staff/account.html",
                page=AccountPage(row_of(found[nom], throttle, language)),
            )  # fmt: skip
        rows = [row_of(one, throttle, language) for one in found.values()]
        return staff_page(
            request, "accounts", say("accounts.title", language),
            template="staff/accounts.html", page=AccountsPage(rows, is_elsewhere, fault),
        )  # fmt: skip

    @routes.post(HERE)
    async def change(request: Request) -> Response:
        sent = await request.form()
        words = {name: value for name, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(_changed, request, accounts, throttle, trail, words)

    return routes


def row_of(account: Account, throttle: PasswordTries, language: Language) -> AccountRow:
    """Return an account as it is shown."""
    until = ""
    if account.invitation:
        moment = datetime.fromtimestamp(account.invited_until).astimezone()
        until = date_in_words(moment, say("accounts.moment", language), language)
    return AccountRow(
        name=account.name,
        role=account.role,
        groups=", ".join(account.groups),
        state=_state(account),
        until=until,
        since=day_in_words(account.since, language),
        is_slowed=throttle.is_slowed(account.name),
        address=f"{HERE}?{urlencode({'nom': account.name})}",
    )


def _state(account: Account) -> str:
    if account.is_disabled:
        return "closed"
    if account.hash:
        return "open"
    return "invited" if time.time() < account.invited_until else "expired"


# --- Changes -----------------------------------------------------------------------------------


def _changed(
    request: Request,
    accounts: Path,
    throttle: PasswordTries,
    trail: Trail,
    words: Mapping[str, str],
) -> Response:
    """Do what a form asks, and lead back."""
    language = language_of(request.scope)
    name, what = words.get("nom", "").strip(), words.get("geste", "")
    one, who = f"{HERE}?{urlencode({'nom': name})}", identity(request).name
    try:
        if what == "inviter":
            token = invite(accounts, name, _role(words), names_in(words.get("groupes", "")))
            trail.record("account.made", who, [name])
            return _link_made(request, token, name, one)
        if what == "lien":
            token = invite_again(accounts, name)
            trail.record("account.link", who, [name])
            return _link_made(request, token, name, one)
        if what == "debloquer":
            throttle.forget(name)
            trail.record("account.unlocked", who, [name])
            return done(request, one, say("accounts.unlocked", language, name=name))
        if what == "retirer":
            remove_account(accounts, name, keeps_staff=True)
            trail.record("account.removed", who, [name])
            return done(request, HERE, say("accounts.removed", language, name=name))
        if what == "garder":
            groups, role = names_in(words.get("groupes", "")), _role(words)
            is_disabled = "ferme" in words

            before: list[Account] = []

            def kept(account: Account) -> Account:
                before.append(account)
                return replace(account, role=role, groups=groups, is_disabled=is_disabled)

            change_account(accounts, name, kept, keeps_staff=True)
            for action in _what_changed(before[0], kept(before[0])):
                trail.record(action, who, [name])
            return done(request, one, say("accounts.kept", language, name=name))
    except AssistantError as e:
        back = HERE if what == "inviter" or e.key == "account_unknown" else one
        return done(request, back, e.in_a_line(language), kind="fault")
    return missing(language)


def _link_made(request: Request, token: str, name: str, address: str) -> Response:
    language = language_of(request.scope)
    link = f"{site_address(request)}{INVITATION}?{urlencode({'jeton': token})}"
    words = say("accounts.link", language, name=name)
    return done(request, address, words, details=[link])


def _what_changed(before: Account, after: Account) -> Iterator[str]:
    """Yield what was done to an account, as the audit trail names it."""
    if before.role != after.role:
        yield "account.role"
    if before.groups != after.groups:
        yield "account.groups"
    if before.is_disabled != after.is_disabled:
        yield "account.disabled" if after.is_disabled else "account.enabled"


def _role(words: Mapping[str, str]) -> Role:
    return "staff" if words.get("role") == "staff" else "agent"
