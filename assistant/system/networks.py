"""Networks of one's own, and the addresses that are none: what our servers may be reached at."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: This machine, and what RFC 1918 and RFC 4193 keep for networks of one's own. Not the addresses
#: of one link (169.254/16): clouds hand out secrets there.
_PRIVATE = tuple(
    ip_network(one)
    for one in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7",
    )
)  # fmt: skip


def is_private(address: str) -> bool:
    """Tell whether an address is this machine's, or one of a network of one's own."""
    try:
        known: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return any(known in network for network in _PRIVATE if network.version == known.version)
