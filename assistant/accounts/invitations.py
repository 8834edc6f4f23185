"""Accounts that somebody else makes: a link that expires lets their owner choose the password.

In: a name, a role, groups. Out: a token for the link, of which only the SHA-256 is kept; it opens
once. A link for an account that has a password puts another in its place.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.accounts import (
    Account,
    Role,
    accounts_in,
    change_account,
    change_accounts,
    check_name,
    hashed_password,
)
from assistant.errors import AccountError

#: How long a link opens, in hours: over a weekend.
HOURS = 72


def invite(
    path: Path,
    name: str,
    role: Role,
    groups: Sequence[str] = (),
    *,
    now: Callable[[], float] = time.time,
) -> str:
    """Make an account without a password; return the token of its link. Raises AccountError."""
    check_name(name)
    token, until = secrets.token_urlsafe(32), now() + HOURS * 3600

    def with_one(accounts: Mapping[str, Account]) -> Mapping[str, Account]:
        if name in accounts:
            raise AccountError("account_exists", name=name)
        since = date.today().isoformat()
        made = Account(name, role, "", since, tuple(groups), False, _hash(token), until)
        return {**accounts, name: made}

    change_accounts(path, with_one)
    return token


def invite_again(path: Path, name: str, *, now: Callable[[], float] = time.time) -> str:
    """Return the token of a new link for an account, whose password counts until it is used.

    The former link no longer opens. Raises AccountError.
    """
    token, until = secrets.token_urlsafe(32), now() + HOURS * 3600
    change_account(
        path, name, lambda one: replace(one, invitation=_hash(token), invited_until=until)
    )
    return token


def invited(path: Path, token: str, *, now: Callable[[], float] = time.time) -> Account | None:
    """Return whose link a token is, None where it is nobody's or has expired.

    Raises AccountError when the accounts can't be read.
    """
    wanted = _hash(token)
    found = [
        one
        for one in accounts_in(path).values()
        if one.invitation and hmac.compare_digest(one.invitation, wanted)
    ]
    return found[0] if found and _still_opens(found[0], now()) else None


def accept(
    path: Path, token: str, password: str, *, now: Callable[[], float] = time.time
) -> Account:
    """Give the account of a link its password; the link opens no more. Raises AccountError."""
    account = invited(path, token, now=now)
    if account is None:
        raise AccountError("invitation_over")
    hashed = hashed_password(account.name, password)

    def accepted(one: Account) -> Account:
        # Two browsers with one link: the second comes too late.
        if one.invitation != account.invitation or not _still_opens(one, now()):
            raise AccountError("invitation_over")
        since = date.today().isoformat()
        return replace(one, hash=hashed, since=since, invitation="", invited_until=0.0)

    change_account(path, account.name, accepted)
    return accounts_in(path)[account.name]


def change_password(path: Path, name: str, password: str) -> Account:
    """Give an account another password, all else as it is. Raises AccountError."""
    hashed = hashed_password(name, password)
    since = date.today().isoformat()
    change_account(path, name, lambda one: replace(one, hash=hashed, since=since, invitation=""))
    return accounts_in(path)[name]


def _still_opens(account: Account, now: float) -> bool:
    return not account.is_disabled and now < account.invited_until


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
