"""Addresses of clients: what rate limits count by, and which of them are proxies."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from realtime.setting_formats import UNIX, Proxies

Address = IPv4Address | IPv6Address


def is_proxy(address: str, proxies: Proxies) -> bool:
    """Whether this is the address of a trusted proxy, as `REMOTE_ADDR` has it."""
    parsed = parse_address(address)
    if parsed is None:
        return proxies.unix
    return any(parsed in network for network in proxies.networks)


def rate_limit_key(address: str) -> str:
    """What an address is counted as: itself, or of IPv6 its /64, which one household has.

    All that connect over a Unix socket count as one: such a peer has no address, or one that it
    made up (a path).
    """
    parsed = parse_address(address)
    if parsed is None:
        return UNIX
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def parse_address(text: str) -> Address | None:
    """An address; an IPv4 one is that also where it came over an IPv6 socket.

    Returns:
        None if it is none, as of a Unix socket.
    """
    try:
        # The scope of a link-local address ("fe80::1%eth0") is a name of this machine.
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
