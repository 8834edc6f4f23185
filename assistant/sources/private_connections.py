"""Connections to this town's own machines, and to no other: a name and a port → an open socket.

Each connection looks its name up anew, refuses it where any of its addresses is public, and goes to
the very address that was looked at: a name that changes meanwhile leads nowhere else.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from assistant.errors import SourceError

#: This machine, and what RFC 1918 and RFC 4193 keep for networks of one's own. Not the addresses
#: of one link (169.254/16): clouds hand out secrets there.
_PRIVATE = tuple(
    ip_network(one)
    for one in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7",
    )
)  # fmt: skip
#: Seconds that a server is waited for.
PATIENCE = 30.0


def connected(host: str, port: int) -> socket.socket:
    """Return a socket to a private address of a name. Raises SourceError, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found or not all(is_private(str(address[0])) for *_, address in found):
        raise SourceError("source_public", host=host)
    fault: OSError | None = None
    for family, kind, protocol, _, address in found:
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(PATIENCE)
        try:
            opened.connect(address)
        except OSError as e:
            opened.close()
            fault = e
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
    raise fault or OSError(host)


def is_private(address: str) -> bool:
    """Tell whether an address is this machine's, or one of a network of one's own."""
    try:
        known: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return any(known in network for network in _PRIVATE if network.version == known.version)


def is_here(host: str) -> bool:
    """Tell whether a host is this machine, by its address or its usual name."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
