"""Connections to this town's own machines, and to no other: a name and a port → an open socket.

Each connection looks its name up anew, refuses it where any of its addresses is public, and goes to
the very address that was looked at: a name that changes meanwhile leads nowhere else.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address

from assistant.errors import SourceError
from assistant.system.networks import is_private

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


def is_here(host: str) -> bool:
    """Tell whether a host is this machine, by its address or its usual name."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
