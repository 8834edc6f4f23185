"""An LDAP directory (Active Directory, OpenLDAP): a name and a password as typed → a `Person`.

The site's own account looks for the entry of that name, which then has to open with the password;
its groups, and those that these are members of, come with it. A limit of the server that leaves
some out is an error, and never fewer groups.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import IdentityError
from assistant.identity.options import LdapOptions, check_ldap, secret_in, trusted
from assistant.identity.people import Person, usable_name

with warnings.catch_warnings():
    # ldap3 2.9.1 calls pyasn1 0.6 by names that it has others for.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core.exceptions import LDAPException, LDAPStartTLSError
    from ldap3.utils.conv import escape_filter_chars

#: How long a server may take to open and to answer, in seconds.
OPENING, PATIENCE = 4, 10
#: Entries a page, groups a search names, groups in all and how deep they may lie in one another.
PAGE, TOGETHER, MOST_GROUPS, DEEPEST = 500, 50, 2000, 12
#: What holds the name that somebody goes by: in Active Directory, in OpenLDAP.
NAMES = ("sAMAccountName", "uid")
#: Active Directory's rule that finds the members of members; elsewhere it finds nothing.
_NESTED = "1.2.840.113556.1.4.1941"
_PAGED = "1.2.840.113556.1.4.319"
#: Results of LDAP (RFC 4511): fine, wrong password, more than was to be given, no such entry.
_FINE, _WRONG_PASSWORD, _TOO_MANY, _NOTHING_THERE = 0, 49, 4, 32


@dataclass(frozen=True, slots=True)
class _LdapEntry:
    """An entry: where it lies, and what is asked of it."""

    dn: str
    values: dict[str, list[str]]

    def first(self, names: Iterable[str]) -> str:
        """Return the first value that one of the names has."""
        return next((self.values[name][0] for name in names if self.values.get(name)), "")


class Directory:
    """An LDAP directory, by one server or several of the same content. For any thread."""

    def __init__(self, options: LdapOptions) -> None:
        """Raises IdentityError for options that can't work; nothing is asked yet."""
        check_ldap(options)
        self._options = options

    def person(self, name: str, password: str) -> Person | None:
        """Return whom a name and a password open, None where they open nobody.

        Raises IdentityError: no server answers, or one answers what can't be counted on.
        """
        # Most servers take an empty password for no password asked (RFC 4513, 5.1.2).
        if not usable_name(name) or not password:
            return None
        with self._connected() as (server, connection):
            found = self._entry(connection, name)
            if found is None or not self._opens(server, found.dn, password):
                return None
            known = usable_name(found.first(NAMES)) or name
            return Person(known, "ldap", self._groups(connection, found))

    def try_out(self) -> None:
        """Sign in as the site's own account and look under the base. Raises IdentityError."""
        with self._connected() as (_, connection):
            self._entry(connection, "assistant-try-out")

    def _entry(self, connection: ldap3.Connection, name: str) -> _LdapEntry | None:
        """Return the one entry of a name. Raises IdentityError where there are several."""
        wanted = self._options.user_filter.replace("{name}", escape_filter_chars(name))
        found = list(self._search(connection, self._options.base, wanted, NAMES, most=2))
        if len(found) > 1:
            raise IdentityError("ldap_several")
        return found[0] if found else None

    def _opens(self, server: ldap3.Server, dn: str, password: str) -> bool:
        with self._opened(server, dn, password) as connection:
            code = connection.result["result"]
            if code not in (_FINE, _WRONG_PASSWORD):
                raise self._refused(connection)
            return bool(code == _FINE and connection.bound)

    def _groups(self, connection: ldap3.Connection, found: _LdapEntry) -> frozenset[str]:
        """Return the names of all groups that an entry is in, and where they lie."""
        base = self._options.group_base or self._options.base
        groups: dict[str, str] = {}
        members, user = [found.dn], found.first(["uid"])
        for _ in range(DEEPEST):
            more: dict[str, str] = {}
            for at in range(0, len(members), TOGETHER):
                wanted = _groups_of(members[at : at + TOGETHER], user)
                for group in self._search(connection, base, wanted, ["cn"]):
                    more[group.dn] = group.first(["cn"])
            members, user = [dn for dn in more if dn not in groups], ""
            groups |= more
            if not members:
                return frozenset({*groups, *groups.values()} - {""})
            if len(groups) > MOST_GROUPS:
                break
        raise IdentityError("ldap_too_many_groups", most=MOST_GROUPS)

    def _search(
        self,
        connection: ldap3.Connection,
        base: str,
        wanted: str,
        attributes: Sequence[str],
        most: int = 0,
    ) -> Iterator[_LdapEntry]:
        """Yield the entries that a filter finds, page by page. Raises IdentityError.

        ldap3's own paged search ends without a word where the server leaves the rest out.
        """
        cookie: bytes | None = None
        while True:
            paged = {} if most else {"paged_size": PAGE, "paged_cookie": cookie}
            connection.search(base, wanted, attributes=list(attributes), size_limit=most, **paged)
            result = connection.result
            if not (result["result"] == _FINE or (most and result["result"] == _TOO_MANY)):
                raise self._refused(connection)
            for one in connection.response or ():
                if one.get("type") == "searchResEntry":
                    yield _LdapEntry(one["dn"], _values(one.get("raw_attributes") or {}))
            control = (result.get("controls") or {}).get(_PAGED)
            cookie = control["value"]["cookie"] if control else None
            if not cookie:
                return

    # --- Connections -----------------------------------------------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[tuple[ldap3.Server, ldap3.Connection]]:
        """Open the first server that answers, as the site's own account. Raises IdentityError."""
        options = self._options
        password = secret_in(options.password, "ldap_password") if options.bind else ""
        for number, address in enumerate(options.servers, 1):
            server = self._server(address)
            try:
                with self._opened(server, options.bind, password) as connection:
                    if connection.result["result"] == _WRONG_PASSWORD:
                        raise IdentityError("ldap_bind", bind=options.bind)
                    if connection.result["result"] != _FINE:
                        raise self._refused(connection)
                    yield server, connection
                    return
            except IdentityError as e:
                if e.key != "ldap_unreachable" or number == len(options.servers):
                    raise

    @contextmanager
    def _opened(self, server: ldap3.Server, dn: str, password: str) -> Iterator[ldap3.Connection]:
        """Open a server and sign in; what came of it is in the result. Raises IdentityError."""
        own = {"user": dn, "password": password} if dn else {}
        try:
            connection = ldap3.Connection(
                server,
                **own,
                authentication=ldap3.SIMPLE if dn else ldap3.ANONYMOUS,
                auto_bind=ldap3.AUTO_BIND_NONE,
                receive_timeout=PATIENCE,
                read_only=True,
                check_names=False,
                auto_referrals=False,
            )
            try:
                # Where opening fails, ldap3 raises and leaves its socket open.
                connection.open()
                # Raises where the server won't: nothing is ever said in the clear instead.
                if self._options.with_start_tls and not server.ssl and not connection.start_tls():
                    raise IdentityError("ldap_tls", address=server.host)
                connection.bind()
                yield connection
            finally:
                _close(connection)
        except (LDAPException, OSError) as e:
            # Its kind is lost where ldap3 wraps it, and told in words.
            is_tls = isinstance(e, LDAPStartTLSError) or "ssl wrapping" in str(e)
            address = f"{server.host}:{server.port}"
            if is_tls:
                raise IdentityError("ldap_tls", address=address) from e
            raise IdentityError("ldap_unreachable", address=address) from e

    def _server(self, address: str) -> ldap3.Server:
        parts = urlsplit(address)
        host = parts.hostname or ""
        is_encrypted = parts.scheme == "ldaps"
        return ldap3.Server(
            host,
            port=parts.port or (636 if is_encrypted else 389),
            use_ssl=is_encrypted,
            tls=_CheckedTls(self._options.ca),
            get_info=ldap3.NONE,
            connect_timeout=OPENING,
        )

    def _refused(self, connection: ldap3.Connection) -> IdentityError:
        """Return what a server's result says, without the words of it: they may name people."""
        result = connection.result
        if result["result"] == _NOTHING_THERE:
            return IdentityError("ldap_base", base=self._options.base)
        if result["result"] == _TOO_MANY:
            return IdentityError("ldap_limit")
        return IdentityError("ldap_refused", description=result["description"])


class _CheckedTls(ldap3.Tls):  # type: ignore[misc]
    """Encryption that Python checks: ldap3 2.9.1 compares names by what Python 3.12 has no more.

    `ca` is a file of authorities; empty: those of the system.
    """

    def __init__(self, ca: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = trusted(ca, "ldap_ca")

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Encrypt a connection to a server that proves its name. Raises OSError."""
        connection.socket = self._context.wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


def _close(connection: ldap3.Connection) -> None:
    """End a connection, also one that never came to be."""
    opened = connection.socket
    with suppress(LDAPException, OSError):
        connection.unbind()
    if opened is not None:
        opened.close()


def _groups_of(members: Sequence[str], user: str) -> str:
    """Return the filter of the groups that entries are in; `user` is a name, as Unix has it."""
    rules = []
    for dn in map(escape_filter_chars, members):
        rules += [f"(member:{_NESTED}:={dn})", f"(member={dn})", f"(uniqueMember={dn})"]
    if user:
        rules.append(f"(&(objectClass=posixGroup)(memberUid={escape_filter_chars(user)}))")
    return f"(|{''.join(rules)})"


def _values(raw: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Return an entry's values as text, by the names that were asked for."""
    wanted = {name.lower(): name for name in (*NAMES, "cn")}
    return {
        wanted.get(name.lower(), name): [
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for value in values
        ]
        for name, values in raw.items()
    }
