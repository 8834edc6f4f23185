"""A person whom a provider or a directory vouches for, and what their groups make of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.accounts import Role
from assistant.rights.rules import plain_group

#: What vouches for somebody who has no account here.
Source = Literal["oidc", "ldap"]

#: No name of a person is longer; a longer one is refused.
MOST_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in elsewhere: a name, their groups there, and what vouches for them.

    `hint` is the ID token, by which the provider knows whom to sign out.
    """

    name: str
    source: Source
    groups: frozenset[str] = frozenset()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What one sign-in is known by: three secrets, drawn for it alone, and where it comes back."""

    state: str
    nonce: str
    verifier: str
    redirect: str


def role_of(groups: Iterable[str], staff: Iterable[str]) -> Role:
    """Return what somebody of these groups may do: members of a group of staff are staff."""
    theirs = {plain_group(group) for group in groups} - {""}
    return "staff" if theirs & {plain_group(group) for group in staff} else "agent"


def usable_name(name: object) -> str:
    """Return a name as it is shown, empty where it is none."""
    if not isinstance(name, str):
        return ""
    plain = name.strip()
    return plain if plain.isprintable() and len(plain) <= MOST_NAME_CHARACTERS else ""
