"""The names that a site is asked under, as they are compared.

In: a Host header, or a name that a site gives. Out: the name without its port, written one way.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

#: "name", "name:port", "[::1]" or "[::1]:port".
HOST = re.compile(r"(?:\[(?P<address>[\da-fA-F:.]+)\]|(?P<name>[\w.-]+))(?::\d{1,5})?", re.ASCII)


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port; empty when it is written wrongly."""
    written = HOST.fullmatch(host.strip())
    return plain_name(written["address"] or written["name"]) if written else ""


def plain_name(name: str) -> str:
    """Return a name or an address as it is compared: "[0:0::1]" as "::1", "Ville.FR." as a name."""
    name = name.strip().strip("[]").lower().removesuffix(".")
    try:
        return str(ip_address(name))
    except ValueError:
        return name
