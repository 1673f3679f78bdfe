"""Here it is told apart from where stroke points come: one party, or a proxy that speaks for many."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from realtime.config import Config


def is_proxy(address: str, config: Config) -> bool:
    """Whether this is the address of a proxy that is named."""
    if not config.proxies:
        return False
    peer = _parse(address)
    return peer is not None and any(peer in network for network in config.proxy_networks)


def party(address: str) -> str:
    """Whom an address stands for: itself, or of IPv6 the /64 that one household or machine has to itself."""
    parsed = _parse(address)
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed or address)


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None  # a Unix socket has none
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
