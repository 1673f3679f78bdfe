"""Addresses of clients: what rate limits count by, and which of them are proxies."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)


def is_in(networks: Sequence[IPv4Network | IPv6Network], address: str) -> bool:
    """Whether this is an address of one of these networks."""
    if not networks:
        return False
    peer = _parse(address)
    return peer is not None and any(peer in network for network in networks)


def rate_limit_key(address: str) -> str:
    """What an address is counted as: itself, or of IPv6 its /64, which one household has."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed or address)


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None  # a Unix socket has none
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
