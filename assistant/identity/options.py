"""What a site set of the provider and of the directory that sign its agents in.

In: the values of its settings. Out: a record of each, checked as far as no network is needed;
secrets stay in their files until they are used.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import IdentityError


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcOptions:
    """An OpenID Connect provider: the settings of the same names, lists as such.

    `only` are a claim and the values of it that may come in; none: everybody whom it knows.
    """

    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    groups_claims: tuple[str, ...]
    staff_groups: tuple[str, ...]
    only: tuple[str, tuple[str, ...]] | None
    ca: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapOptions:
    """An LDAP directory: the settings of the same names, lists as such.

    `with_start_tls`: a connection that begins in the clear is encrypted before anything is said.
    """

    servers: tuple[str, ...]
    base: str
    bind: str
    password: str
    user_filter: str
    group_base: str
    staff_groups: tuple[str, ...]
    ca: str
    with_start_tls: bool


def oidc_options(values: Mapping[str, str]) -> OidcOptions:
    """Return the options of a provider out of the settings of a site. Raises IdentityError."""
    return OidcOptions(
        issuer=values["oidc_issuer"].strip(),
        client_id=values["oidc_client_id"].strip(),
        client_secret=values["oidc_client_secret"],
        scopes=values["oidc_scopes"],
        groups_claims=listed(values["oidc_groups_claims"]),
        staff_groups=listed(values["oidc_staff_groups"]),
        only=only_in(values["oidc_only"]),
        ca=values["oidc_ca"],
    )


def ldap_options(values: Mapping[str, str]) -> LdapOptions:
    """Return the options of a directory out of the settings of a site.

    Only on this machine is anything said in the clear.
    """
    servers = tuple(part for some in listed(values["ldap_servers"]) for part in some.split())
    return LdapOptions(
        servers=servers,
        base=values["ldap_base"].strip(),
        bind=values["ldap_bind"].strip(),
        password=values["ldap_password"],
        user_filter=values["ldap_user_filter"].strip(),
        group_base=values["ldap_group_base"].strip(),
        staff_groups=listed(values["ldap_staff_groups"]),
        ca=values["ldap_ca"],
        with_start_tls=not all(is_here(urlsplit(server).hostname or "") for server in servers),
    )


def listed(value: str) -> tuple[str, ...]:
    """Return what a setting lists between semicolons: commas belong to the names of LDAP."""
    return tuple(part.strip() for part in value.split(";") if part.strip())


def only_in(value: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the claim and its values that `oidc_only` asks for. Raises IdentityError."""
    if not value.strip():
        return None
    claim, _, values = value.partition("=")
    wanted = listed(values)
    if not claim.strip() or not wanted:
        raise IdentityError("oidc_only_written", value=value)
    return claim.strip(), wanted


def check_oidc(options: OidcOptions) -> None:
    """Refuse what can't work, or isn't safe, before anybody is asked. Raises IdentityError."""
    if not options.client_id:
        raise IdentityError("setting_needed", setting="oidc_client_id", by="oidc_issuer")
    if not is_safe_address(options.issuer):
        raise IdentityError("oidc_not_https", address=options.issuer)
    if options.client_secret:
        secret_in(options.client_secret, "oidc_client_secret")
    trusted(options.ca, "oidc_ca")


def check_ldap(options: LdapOptions) -> None:
    """Refuse what can't work, or isn't safe, before anybody is asked. Raises IdentityError."""
    if not options.base:
        raise IdentityError("setting_needed", setting="ldap_base", by="ldap_servers")
    for server in options.servers:
        parts = urlsplit(server)
        if parts.scheme not in ("ldap", "ldaps") or not parts.hostname:
            raise IdentityError("ldap_address", address=server)
    if "{name}" not in options.user_filter:
        raise IdentityError("ldap_filter", filter=options.user_filter)
    if options.bind:
        secret_in(options.password, "ldap_password")
    trusted(options.ca, "ldap_ca")


def is_safe_address(address: object) -> bool:
    """Tell whether an address is one of HTTPS, or of this machine, that names nobody."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        named = parts.username is not None or parts.password is not None
    except ValueError:
        return False
    if not parts.hostname or named or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))


def is_here(host: str) -> bool:
    """Tell whether a name or an address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_in(path: str, setting: str) -> str:
    """Return the secret that a file holds, without the end of its line. Raises IdentityError."""
    try:
        secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n") if path else ""
    except (OSError, UnicodeDecodeError) as e:
        raise IdentityError("secret_unreadable", path=path, setting=setting) from e
    if not secret:
        raise IdentityError("secret_unreadable", path=path, setting=setting)
    return secret


def trusted(ca: str, setting: str) -> ssl.SSLContext:
    """Return what a connection is checked by: a file of authorities, or those of the system.

    Raises IdentityError.
    """
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as e:
        raise IdentityError("ca_unreadable", path=ca, setting=setting) from e
