"""The opening handshake: what must not become a WebSocket is refused in HTTP.

Refusals are 405, 426 and 400 for what is no handshake, 403 for a page of another origin;
`refusals.py` tells why.
"""

import base64
from typing import TYPE_CHECKING, Any

import flask
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed

from realtime.access.origin import check_origin
from realtime.access.token import SUBPROTOCOL, header_words
from realtime.setting_groups import AccessSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Headers that wsproto needs of a handshake.
_HEADERS_KEPT = ("HTTP_UPGRADE", "HTTP_SEC_WEBSOCKET_VERSION", "HTTP_SEC_WEBSOCKET_KEY")


class UpgradeRequired(HTTPException):
    """426: this address speaks WebSocket version 13 only."""

    code = 426
    description = "this address speaks WebSocket, version 13"

    def get_headers(self, *arguments: Any, **named: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # werkzeug's own signature
        """The headers of the answer, with what to upgrade to (RFC 6455, section 4.4)."""
        upgrade = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
        return [*super().get_headers(*arguments, **named), *upgrade]


def check_handshake(request: flask.Request, settings: AccessSettings) -> None:
    """Refuse what must not become a WebSocket; simple-websocket would answer most with a 500.

    Raises:
        werkzeug.exceptions.HTTPException: 405, 426, 400 or 403.
    """
    headers = request.headers
    if request.method != "GET":
        raise MethodNotAllowed(["GET"])
    is_http_1_0 = request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
    if headers.get("Upgrade", "").lower() != "websocket" or is_http_1_0:
        raise UpgradeRequired
    if headers.get("Sec-WebSocket-Version") != "13":
        raise UpgradeRequired
    if "upgrade" not in header_words(headers.get("Connection", "").lower()):
        raise BadRequest("Connection has to name Upgrade")
    if not _is_key(headers.get("Sec-WebSocket-Key", "")):
        raise BadRequest("Sec-WebSocket-Key has to be 16 bytes in Base64")
    check_origin(request, settings)


def trim_handshake(environ: "WSGIEnvironment") -> None:
    """Remove from an accepted handshake what wsproto does not need.

    wsproto fails on a missing Host or one that is no name, on words that are not ASCII, on many
    long headers. Its compression loses its state when a ping comes inside a message, and inflates
    without bound.
    """
    offered = header_words(environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", ""))
    for name in [name for name in environ if name.startswith("HTTP_")]:
        if name not in _HEADERS_KEPT:
            del environ[name]
    environ["HTTP_HOST"], environ["HTTP_CONNECTION"] = "localhost", "Upgrade"
    if SUBPROTOCOL in offered:
        environ["HTTP_SEC_WEBSOCKET_PROTOCOL"] = SUBPROTOCOL


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except ValueError:
        return False
