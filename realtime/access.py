"""Here it is decided who may bring stroke points: from which address, page and proxy, and with which token.

Refusals before the upgrade are HTTP: 426 and 400 for what is no WebSocket, 403 for a foreign page, 401 without the token.
"""

import base64
import hmac
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, MethodNotAllowed, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix

from realtime.addresses import is_in
from realtime.config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("realtime.access")

# The subprotocol that is spoken, and what stands before a token in the list of those that a page offers: its WebSocket can send
# no `Authorization`.
SUBPROTOCOL = "ink.v1"
TOKEN_PREFIX = "ink.token."  # noqa: S105  # not a secret: what stands before one


class UpgradeRequired(HTTPException):
    """426: this address speaks WebSocket version 13 only."""

    code = 426
    description = "this address speaks WebSocket, version 13"

    def get_headers(self, *arguments: Any, **named: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # werkzeug's own signature
        """The headers of the answer, with what to upgrade to (RFC 6455, section 4.4)."""
        return [*super().get_headers(*arguments, **named), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]


def check_handshake(request: flask.Request, config: Config) -> None:
    """Refuse what must not become a WebSocket; simple-websocket would answer most of it with a 500.

    Raises:
        werkzeug.exceptions.HTTPException: 405, 426, 400 or 403.
    """
    if request.method != "GET":
        raise MethodNotAllowed(["GET"])
    is_version_13 = request.headers.get("Sec-WebSocket-Version") == "13" and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    if request.headers.get("Upgrade", "").lower() != "websocket" or not is_version_13:
        raise UpgradeRequired
    if "upgrade" not in _words(request.headers.get("Connection", "").lower()):
        raise BadRequest("Connection has to name Upgrade")
    if not _is_key(request.headers.get("Sec-WebSocket-Key", "")):
        raise BadRequest("Sec-WebSocket-Key has to be 16 bytes in Base64")
    check_origin(request, config)


def check_origin(request: flask.Request, config: Config) -> None:
    """Refuse pages of other origins: they must not draw with their visitor's connection. Programs send no Origin.

    Raises:
        werkzeug.exceptions.Forbidden: it is neither the page's own nor one of `config.origins`.
    """
    origin = request.headers.get("Origin")
    if origin and not friend(request, config) and _host(origin) != request.host:
        raise Forbidden(f"pages of {origin} may not use this server (INK_ORIGINS)")


def friend(request: flask.Request, config: Config) -> str | None:
    """The origin of the page that asks, if it is one of `config.origins`."""
    origin, allowed = request.headers.get("Origin"), config.origins.split()
    return origin if origin and ("*" in allowed or origin in allowed) else None


def trim_handshake(environ: "WSGIEnvironment") -> None:
    """Leave of a handshake that was let in what wsproto has to know.

    Over the rest it stumbles: no Host or one that is no name, a word that is not ASCII, many long headers. And its compression loses
    its state when a ping comes inside a message, and inflates without bound.
    """
    offered = _words(environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", ""))
    for name in [name for name in environ if name.startswith("HTTP_")]:
        if name not in ("HTTP_UPGRADE", "HTTP_SEC_WEBSOCKET_VERSION", "HTTP_SEC_WEBSOCKET_KEY"):
            del environ[name]
    environ["HTTP_HOST"], environ["HTTP_CONNECTION"] = "localhost", "Upgrade"
    if SUBPROTOCOL in offered:
        environ["HTTP_SEC_WEBSOCKET_PROTOCOL"] = SUBPROTOCOL


def check_token(request: flask.Request, config: Config) -> None:
    """Refuse who does not know the token, if there is one: in `Authorization: Bearer …`, or among the subprotocols of a WebSocket.

    Raises:
        werkzeug.exceptions.Unauthorized: it is not there or not right.
    """
    if not config.token:
        return
    authorization = request.authorization
    offered = _words(request.headers.get("Sec-WebSocket-Protocol", ""))
    tokens = [word.removeprefix(TOKEN_PREFIX) for word in offered if word.startswith(TOKEN_PREFIX)]
    if authorization and authorization.type == "bearer" and authorization.token:
        tokens.append(authorization.token)
    if not any(hmac.compare_digest(token.encode(), config.token.encode()) for token in tokens):
        reason = f"this server wants its token: Authorization: Bearer …, or the subprotocols {SUBPROTOCOL}, {TOKEN_PREFIX}…"
        raise Unauthorized(reason, www_authenticate=WWWAuthenticate("bearer"))


def believe_proxies(application: "WSGIApplication", config: Config) -> "WSGIApplication":
    """An application that takes `X-Forwarded-For`, `-Proto` and `-Host` from the proxies that are named, and from nobody else."""
    behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
    networks = config.proxy_networks
    has_warned = False

    def choose(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        nonlocal has_warned
        address = environ.get("REMOTE_ADDR", "")
        named = is_in(networks, address)
        if not named and not has_warned and "HTTP_X_FORWARDED_FOR" in environ:
            has_warned = True
            log.warning("%s speaks for others, who count as one address unless it is named in INK_PROXIES", address or "a Unix socket")
        return (behind_proxy if named else application)(environ, start_response)

    return choose


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _words(header: str) -> list[str]:
    return [word.strip() for word in header.split(",")]


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except ValueError:
        return False
