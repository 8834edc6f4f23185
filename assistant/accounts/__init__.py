"""Who may sign in: accounts with hashed passwords, in one small file that only this user reads.

In: a name and a password as typed. Out: who that is, or nobody. The file holds argon2 hashes
(RFC 9106, argon2id) and no password; deleting it closes every page that asks for an account. Where
several servers share a database, the same is there, and the file's path only names it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from assistant.accounts.shared import Kept, accounts_kept, change_kept
from assistant.errors import AccountError
from assistant.state.places import shared_address
from assistant.state.tables import StateFault
from assistant.system.files import write_whole

#: Staff keep the documents; agents only ask, where asking needs an account at all.
Role = Literal["staff", "agent"]

#: Raised when the file's fields change.
FORMAT = 1
#: The least characters of a password. ANSSI and CNIL ask for 12 of mixed kinds, or longer.
LEAST_CHARACTERS = 12
#: More than that is no password, and would only cost time to hash.
MOST_CHARACTERS = 256
NAME = re.compile(r"[\w.@-]{1,64}")
#: What the file says of an account only where it isn't as usual.
_SELDOM = ("groups", "is_disabled", "invitation", "invited_until")

#: One at a time: each takes 64 MB and all of a core for some 50 ms.
_HASHING = Lock()
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `hash` is argon2's, with its parameters and salt.

    `groups` are those of the rights to read (`rights.rules`). `invitation` is the SHA-256 of the
    link that lets somebody choose a password, until `invited_until` (seconds since 1970).
    """

    name: str
    role: Role
    hash: str
    since: str
    groups: tuple[str, ...] = ()
    is_disabled: bool = False
    invitation: str = ""
    invited_until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether its password signs in."""
        return bool(self.hash) and not self.is_disabled


def accounts_in(path: Path) -> Mapping[str, Account]:
    """Return the accounts of a file by name, none where there is no file. Raises AccountError."""
    try:
        return _accounts_of(accounts_kept(path) if shared_address(path) else _in_file(path), path)
    except FileNotFoundError:
        return {}
    except StateFault as e:
        raise e.as_error(AccountError("accounts_unreadable", path=path)) from e
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise AccountError("accounts_unreadable", path=path) from e


def account_named(path: Path, name: str) -> Account | None:
    """Return the account of a name, None where there is none. Raises AccountError."""
    if not shared_address(path):
        return accounts_in(path).get(name)
    try:
        # Looked for with each request: a database needn't send all of them.
        return _accounts_of(accounts_kept(path, name), path).get(name)
    except StateFault as e:
        raise e.as_error(AccountError("accounts_unreadable", path=path)) from e


def kept_in_file(path: Path) -> Sequence[Kept]:
    """Return the accounts that a file has, whatever has them now. Raises AccountError."""
    try:
        kept = _in_file(path)
        _accounts_of(kept, path)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise AccountError("accounts_unreadable", path=path) from e
    return kept


def _in_file(path: Path) -> Sequence[Kept]:
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["format"] != FORMAT:
        raise AccountError("accounts_format", path=path)
    found: Sequence[Kept] = kept["accounts"]
    return found


def _accounts_of(kept: Sequence[Kept], path: Path) -> dict[str, Account]:
    accounts = [_account(**one) for one in kept]
    if any(account.role not in get_args(Role) for account in accounts):
        raise AccountError("accounts_unreadable", path=path)
    return {account.name: account for account in accounts}


def set_password(
    path: Path, name: str, password: str, role: Role = "staff", groups: Sequence[str] = ()
) -> None:
    """Give an account a password, and make it where it isn't there.

    Its groups stay where none are given.

    Raises AccountError: a name or a password that won't do, a file that can't be read or written.
    """
    hashed = hashed_password(name, password)

    def changed(accounts: Mapping[str, Account]) -> Mapping[str, Account]:
        kept = accounts[name].groups if name in accounts else ()
        since = date.today().isoformat()
        return {**accounts, name: Account(name, role, hashed, since, tuple(groups) or kept)}

    change_accounts(path, changed)


def hashed_password(name: str, password: str) -> str:
    """Return the hash of a password that will do for a name. Raises AccountError."""
    check_name(name)
    typed = _normal(password)
    if len(typed) < LEAST_CHARACTERS:
        raise AccountError("password_short", least=LEAST_CHARACTERS)
    if len(typed) > MOST_CHARACTERS:
        raise AccountError("password_long", most=MOST_CHARACTERS)
    if len(set(typed)) < LEAST_CHARACTERS // 2 or name.casefold() in typed.casefold():
        raise AccountError("password_weak")
    with _HASHING:
        return _HASHER.hash(typed)


def check_name(name: str) -> None:
    """Refuse what can't be an account's name. Raises AccountError."""
    if not NAME.fullmatch(name):
        raise AccountError("account_name", name=name)


def set_groups(path: Path, name: str, groups: Sequence[str]) -> None:
    """Put an account into these groups and no others, its sessions going on. Raises AccountError.

    It counts with its next request.
    """
    change_account(path, name, lambda account: replace(account, groups=tuple(groups)))


def remove_account(path: Path, name: str, *, keeps_staff: bool = False) -> None:
    """Take an account away; its sessions end. `keeps_staff`: as `change_account` has it.

    Raises AccountError.
    """
    change_account(path, name, lambda _: None, keeps_staff=keeps_staff)


def verified(path: Path, name: str, password: str) -> Account | None:
    """Return the account that a name and a password open, or None.

    An unknown name takes as long as a wrong password: nobody learns which names there are.
    """
    account = accounts_in(path).get(name)
    typed = _normal(password[: MOST_CHARACTERS + 1])
    with _HASHING:
        try:
            # One that doesn't sign in takes as long, too.
            is_open = account is not None and account.is_open
            _HASHER.verify(account.hash if account and is_open else _nobodys_hash(), typed)
        except (VerificationError, InvalidHashError):
            return None
    return account if is_open else None


def change_account(
    path: Path,
    name: str,
    changed: Callable[[Account], Account | None],
    *,
    keeps_staff: bool = False,
) -> None:
    """Write an account as `changed` makes it of the one of now, or without it.

    It is looked for while nobody else writes: it may have gone since a page was shown. With
    `keeps_staff` a change that would leave nobody of staff who can sign in is refused.

    Raises AccountError.
    """

    def one_changed(accounts: Mapping[str, Account]) -> Mapping[str, Account]:
        if name not in accounts:
            raise AccountError("account_unknown", name=name)
        others = {key: one for key, one in accounts.items() if key != name}
        after = changed(accounts[name])
        found = others | ({name: after} if after else {})
        if keeps_staff and _has_staff(accounts) and not _has_staff(found):
            raise AccountError("account_last_staff", name=name)
        return found

    change_accounts(path, one_changed)


def _has_staff(accounts: Mapping[str, Account]) -> bool:
    return any(account.role == "staff" and account.is_open for account in accounts.values())


def change_accounts(
    path: Path, changed: Callable[[Mapping[str, Account]], Mapping[str, Account]]
) -> None:
    """Write the accounts as `changed` makes them of those of now. Raises AccountError."""

    def as_kept(accounts: Mapping[str, Account]) -> list[Kept]:
        return [_written(one) for _, one in sorted(changed(accounts).items())]

    try:
        if shared_address(path):
            change_kept(path, lambda before: as_kept(_accounts_of(before, path)))
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock")):
            kept = {"format": FORMAT, "accounts": as_kept(accounts_in(path))}
            write_whole(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n", mode=0o600)
    except StateFault as e:
        raise e.as_error(AccountError("accounts_unreadable", path=path)) from e
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise AccountError("accounts_unwritable", path=path, cause=cause) from e


def _written(account: Account) -> dict[str, object]:
    """Return an account as the file has it: what is as usual is left out."""
    kept = {"name": account.name, "role": account.role, "hash": account.hash}
    usual = Account("", "agent", "", "")
    more = {name: getattr(account, name) for name in _SELDOM}
    return {**kept, "since": account.since} | {
        name: value for name, value in more.items() if value != getattr(usual, name)
    }


def _account(groups: Sequence[str] = (), **kept: Any) -> Account:
    if isinstance(groups, str) or not all(isinstance(group, str) for group in groups):
        raise ValueError(groups)
    account = Account(groups=tuple(groups), **kept)
    until = account.invited_until
    if not isinstance(account.is_disabled, bool) or not isinstance(account.invitation, str):
        raise TypeError(account.name)
    if isinstance(until, bool) or not isinstance(until, int | float):
        raise TypeError(until)
    return account


def _normal(password: str) -> str:
    """Return a password as it is hashed: the same whatever the keyboard made of its accents."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody's password")
