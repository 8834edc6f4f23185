"""What a provider says of somebody → a `Person`, or why they may not come in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.errors import IdentityError
from assistant.identity.options import OidcOptions
from assistant.identity.people import Person, usable_name

#: What is taken for the name, the first that is there: Keycloak and Entra say who signs in by the
#: first, ProConnect by an address only.
NAMES = ("preferred_username", "email", "sub")
#: Entra puts groups elsewhere where there are too many, and Microsoft Graph would have to be asked.
_ELSEWHERE = "_claim_names"


def lacks(claims: Mapping[str, Any], options: OidcOptions) -> bool:
    """Tell whether claims say less than is asked for: the rest may be at the provider's."""
    asked = [NAMES[:2], *([name] for name in options.groups_claims)]
    if options.only:
        asked.append([options.only[0]])
    return not all(any(_at(claims, name) is not None for name in names) for names in asked)


def person_in(claims: Mapping[str, Any], options: OidcOptions, hint: str = "") -> Person:
    """Return who is meant. Raises IdentityError: no name, groups left out, not let in."""
    name = next((found for one in NAMES if (found := usable_name(claims.get(one)))), "")
    if not name:
        raise IdentityError("oidc_no_name")
    elsewhere = claims.get(_ELSEWHERE)
    for claim in options.groups_claims:
        if isinstance(elsewhere, dict) and claim in elsewhere:
            raise IdentityError("oidc_too_many_groups", claim=claim)
    if options.only and not set(_texts(claims, options.only[0])) & set(options.only[1]):
        raise IdentityError("oidc_not_let_in")
    groups = frozenset(text for claim in options.groups_claims for text in _texts(claims, claim))
    return Person(name, "oidc", groups, hint)


def _texts(claims: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield what a claim lists; an address that nobody verified is none."""
    if name == "email" and claims.get("email_verified", True) is not True:
        return
    found = _at(claims, name)
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, str) and one.strip():
            yield one.strip()


def _at(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim, of others within it where the name has dots: "realm_access.roles"."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
