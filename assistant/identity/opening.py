"""The provider and the directory of a site, opened where its settings name them.

The libraries are loaded here and nowhere before: a site without them needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.errors import IdentityError
from assistant.identity.options import LdapOptions, OidcOptions

if TYPE_CHECKING:
    from assistant.identity.directory import Directory
    from assistant.identity.provider import Provider


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else people sign in, and the groups there whose members are staff, by source."""

    provider: Provider | None = None
    directory: Directory | None = None
    staff_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def opened(oidc: OidcOptions, ldap: LdapOptions) -> Elsewhere:
    """Return what a site's settings name. Raises IdentityError; nobody is asked yet."""
    provider, directory = open_provider(oidc), open_directory(ldap)
    staff = {"oidc": oidc.staff_groups} if provider else {}
    staff |= {"ldap": ldap.staff_groups} if directory else {}
    return Elsewhere(provider, directory, staff)


def open_provider(options: OidcOptions) -> Provider | None:
    """Return the provider of a site, None where none is set. Raises IdentityError."""
    if not options.issuer:
        return None
    try:
        from assistant.identity.provider import Provider
    except ImportError as e:
        raise IdentityError("extra_missing", extra="oidc", setting="oidc_issuer") from e
    return Provider(options)


def open_directory(options: LdapOptions) -> Directory | None:
    """Return the directory of a site, None where none is set. Raises IdentityError."""
    if not options.servers:
        return None
    try:
        from assistant.identity.directory import Directory
    except ImportError as e:
        raise IdentityError("extra_missing", extra="ldap", setting="ldap_servers") from e
    return Directory(options)
