"""Who may sign in: accounts with hashed passwords, in one small file that only this user reads.

In: a name and a password as typed. Out: who that is, or nobody. The file holds argon2 hashes
(RFC 9106, argon2id) and no password; deleting it closes every page that asks for an account.
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

from assistant.errors import AccountError
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

#: One at a time: each takes 64 MB and all of a core for some 50 ms.
_HASHING = Lock()
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `hash` is argon2's, with its parameters and salt.

    `groups` are those of the rights to read (`rights.rules`).
    """

    name: str
    role: Role
    hash: str
    since: str
    groups: tuple[str, ...] = ()


def accounts_in(path: Path) -> Mapping[str, Account]:
    """Return the accounts of a file by name, none where there is no file. Raises AccountError."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["format"] != FORMAT:
            raise AccountError("accounts_format", path=path)
        accounts = [_account(**one) for one in kept["accounts"]]
        if any(account.role not in get_args(Role) for account in accounts):
            raise AccountError("accounts_unreadable", path=path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise AccountError("accounts_unreadable", path=path) from e
    return {account.name: account for account in accounts}


def set_password(
    path: Path, name: str, password: str, role: Role = "staff", groups: Sequence[str] = ()
) -> None:
    """Give an account a password, and make it where it isn't there.

    Its groups stay where none are given.

    Raises AccountError: a name or a password that won't do, a file that can't be read or written.
    """
    if not NAME.fullmatch(name):
        raise AccountError("account_name", name=name)
    typed = _normal(password)
    if len(typed) < LEAST_CHARACTERS:
        raise AccountError("password_short", least=LEAST_CHARACTERS)
    if len(typed) > MOST_CHARACTERS:
        raise AccountError("password_long", most=MOST_CHARACTERS)
    if len(set(typed)) < LEAST_CHARACTERS // 2 or name.casefold() in typed.casefold():
        raise AccountError("password_weak")
    with _HASHING:
        hashed = _HASHER.hash(typed)

    def changed(accounts: Mapping[str, Account]) -> Mapping[str, Account]:
        kept = accounts[name].groups if name in accounts else ()
        since = date.today().isoformat()
        return {**accounts, name: Account(name, role, hashed, since, tuple(groups) or kept)}

    _change(path, changed)


def set_groups(path: Path, name: str, groups: Sequence[str]) -> None:
    """Put an account into these groups and no others, its sessions going on. Raises AccountError.

    It counts with its next request.
    """
    if name not in accounts_in(path):
        raise AccountError("account_unknown", name=name)
    _change(path, lambda all_: {**all_, name: replace(all_[name], groups=tuple(groups))})


def remove_account(path: Path, name: str) -> None:
    """Take an account away; its sessions end. Raises AccountError."""
    if name not in accounts_in(path):
        raise AccountError("account_unknown", name=name)
    _change(path, lambda accounts: {key: one for key, one in accounts.items() if key != name})


def verified(path: Path, name: str, password: str) -> Account | None:
    """Return the account that a name and a password open, or None.

    An unknown name takes as long as a wrong password: nobody learns which names there are.
    """
    account = accounts_in(path).get(name)
    typed = _normal(password[: MOST_CHARACTERS + 1])
    with _HASHING:
        try:
            _HASHER.verify(account.hash if account else _nobodys_hash(), typed)
        except (VerificationError, InvalidHashError):
            return None
    return account


def _change(path: Path, changed: Callable[[Mapping[str, Account]], Mapping[str, Account]]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock")):
            accounts = changed(accounts_in(path))
            kept = {
                "format": FORMAT,
                "accounts": [
                    {"name": one.name, "role": one.role, "hash": one.hash, "since": one.since}
                    | ({"groups": list(one.groups)} if one.groups else {})
                    for _, one in sorted(accounts.items())
                ],
            }
            write_whole(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n", mode=0o600)
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise AccountError("accounts_unwritable", path=path, cause=cause) from e


def _account(groups: Sequence[str] = (), **kept: Any) -> Account:
    if isinstance(groups, str) or not all(isinstance(group, str) for group in groups):
        raise ValueError(groups)
    return Account(groups=tuple(groups), **kept)


def _normal(password: str) -> str:
    """Return a password as it is hashed: the same whatever the keyboard made of its accents."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody's password")
