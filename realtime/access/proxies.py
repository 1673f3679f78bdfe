"""Trusted proxies: which may tell the client's address, scheme and host."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from realtime.access.client_address import Address, is_proxy, parse_address
from realtime.config import variable_name
from realtime.setting_formats import UNIX, Proxies
from realtime.setting_groups import AccessSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger("realtime.access")

_FOR = "HTTP_X_FORWARDED_FOR"
# What proxies add, each some of it.
_OF_ANY_PROXY = (
    _FOR,
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
_IS_FORWARDED = "realtime.is_forwarded"
# What each proxy sets, or adds to as it adds an address.
_OF_EACH_PROXY = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


@dataclass(frozen=True, slots=True)
class ForwardedClient:
    """The client that a chain of trusted proxies serves.

    Attributes:
        address: the client's; None if not even the last proxy names one.
        proxies: how many trusted proxies there are in the chain.
        unreadable: what a proxy named that is no address.
    """

    address: str | None
    proxies: int
    unreadable: str | None = None


def forwarded_client(named: Sequence[str], proxies: Proxies) -> ForwardedClient:
    """Find the client in `X-Forwarded-For` of a trusted proxy.

    Each proxy appends the address of its peer. So the last was named by the proxy that connected;
    one before it counts only if the one after it is a trusted proxy, too. All others are the
    client's own claim.
    """
    address = None
    for count, text in enumerate(reversed(named), start=1):
        hop = _hop_address(text)
        if hop is None and not _is_unix(text):
            return ForwardedClient(address, count, unreadable=text)
        if hop is None:
            is_trusted = proxies.unix
        else:
            address = str(hop)
            is_trusted = any(hop in network for network in proxies.hops)
        if not is_trusted:
            return ForwardedClient(address, count)
    return ForwardedClient(address, max(1, len(named)))


def is_forwarded(environ: "WSGIEnvironment") -> bool:
    """Whether a request that `trust_proxies` let through came by a proxy, trusted or not."""
    return bool(environ.get(_IS_FORWARDED))


def trust_proxies(application: "WSGIApplication", settings: AccessSettings) -> "WSGIApplication":
    """WSGI middleware that applies `X-Forwarded-For`, `-Proto` and `-Host` of trusted proxies.

    The same headers of any other peer are ignored. `Forwarded` is ignored from everybody: most
    proxies pass on what their client wrote there. Each is said once in the log.
    """
    behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
    proxies = settings.proxies
    warned: set[str] = set()

    def warn_once(text: str, *arguments: str) -> None:
        if text not in warned:
            warned.add(text)
            _log.warning(text, *arguments)

    def middleware(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[_IS_FORWARDED] = any(header in environ for header in _OF_ANY_PROXY)
        peer = environ.get("REMOTE_ADDR", "")
        has_address = parse_address(peer) is not None
        name = peer if has_address else "a Unix socket"
        if not is_proxy(peer, proxies):
            if _FOR in environ or "HTTP_FORWARDED" in environ:
                warn_once(
                    "%s speaks for others, who count as one address unless %s is named in %s",
                    name,
                    "it" if has_address else f"`{UNIX}`",
                    variable_name(AccessSettings.proxies),
                )
            return application(environ, start_response)
        if "HTTP_FORWARDED" in environ and _FOR not in environ:
            warn_once(
                "the proxy at %s sends Forwarded, which is not read: its clients count as one "
                "address unless it sends X-Forwarded-For",
                name,
            )
        client = forwarded_client(parse_list_header(environ.get(_FOR, "")), proxies)
        if client.unreadable is not None:
            warn_once(
                "X-Forwarded-For of the proxy at %s names %r, which is no address: its clients "
                "count as one",
                name,
                client.unreadable,
            )
        _keep_value_of_first_proxy(environ, client)
        return behind_proxy(environ, start_response)

    return middleware


def _keep_value_of_first_proxy(environ: "WSGIEnvironment", client: ForwardedClient) -> None:
    """Leave in each header what the proxy said that the client connected to."""
    environ.pop(_FOR, None)
    if client.address is not None:
        environ[_FOR] = client.address
    for header in _OF_EACH_PROXY:
        # A proxy may also set it anew; then there are fewer values.
        if values := parse_list_header(environ.get(header, "")):
            environ[header] = values[-min(client.proxies, len(values))]


def _hop_address(text: str) -> Address | None:
    """The address of a hop, which may have a port, and brackets if it is IPv6."""
    if text.startswith("["):
        return parse_address(text[1:].partition("]")[0])
    return parse_address(text.partition(":")[0] if text.count(":") == 1 else text)


def _is_unix(text: str) -> bool:
    """Whether a hop is a Unix socket, as nginx names it."""
    return text.lower() in (UNIX, f"{UNIX}:")
