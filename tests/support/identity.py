"""What a site sets of a provider or a directory, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.identity.options import LdapOptions, OidcOptions

CLIENT = "assistant"
BASE = "dc=ville,dc=fr"


def oidc_options(issuer: str, **changed: Any) -> OidcOptions:
    """Return the options of a provider, as the settings have them where nothing else is set."""
    usual = OidcOptions(
        issuer=issuer,
        client_id=CLIENT,
        client_secret="",
        scopes="openid profile email",
        groups_claims=("groups",),
        staff_groups=("documentation",),
        only=None,
        ca="",
    )
    return replace(usual, **changed)


def ldap_options(*servers: str, **changed: Any) -> LdapOptions:
    """Return the options of a directory, as the settings have them where nothing else is set."""
    usual = LdapOptions(
        servers=servers,
        base=BASE,
        bind="",
        password="",
        user_filter="(|(sAMAccountName={name})(uid={name}))",
        group_base="",
        staff_groups=("documentation",),
        ca="",
        with_start_tls=False,
    )
    return replace(usual, **changed)
