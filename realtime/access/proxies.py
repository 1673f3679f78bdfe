"""Trusted proxies: which may tell the client's address, scheme and host."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from realtime.access.client_address import is_in
from realtime.config import AccessSettings, variable_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger("realtime.access")


def trust_proxies(application: "WSGIApplication", settings: AccessSettings) -> "WSGIApplication":
    """WSGI middleware that applies `X-Forwarded-For`, `-Proto` and `-Host` of trusted proxies.

    The same headers of any other peer are ignored, with one warning in the log.
    """
    behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
    networks = settings.proxy_networks
    has_warned = False

    def middleware(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        nonlocal has_warned
        address = environ.get("REMOTE_ADDR", "")
        is_trusted = is_in(networks, address)
        if not is_trusted and not has_warned and "HTTP_X_FORWARDED_FOR" in environ:
            has_warned = True
            _log.warning(
                "%s speaks for others, who count as one address unless it is named in %s",
                address or "a Unix socket",
                variable_name(AccessSettings.proxies),
            )
        return (behind_proxy if is_trusted else application)(environ, start_response)

    return middleware
