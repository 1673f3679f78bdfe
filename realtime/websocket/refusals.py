"""Refused handshakes: the page that asks why, and the operator who reads what to mend.

A browser tells a page nothing of why its WebSocket was refused. So a page asks with an ordinary
request, `GET /ws?origin=ORIGIN&refused=COUNT`, which is answered as its handshake would be; 426
means that nothing but the handshake itself is missing. If that happens again and again, handshakes
are lost on their way.
"""

import logging

import flask
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException

from realtime.access.token import header_words
from realtime.config import variable_name
from realtime.setting_groups import AccessSettings
from realtime.websocket.handshake import UpgradeRequired

_log = logging.getLogger("realtime.access")

# A misconfigured service has a few causes; more are somebody's tries, which shall not fill a disk.
MAX_TOLD = 20
# One refusal may be that of a service which was just starting.
REFUSALS_IN_DOUBT = 1

# Any page may ask, as the answers are no secret.
_READABLE = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Authorization",
    "Access-Control-Max-Age": "600",
}

_ORIGIN_ADVICE = (
    "the page was not loaded from that host: a proxy that changed the host has to pass it on "
    "(nginx: proxy_set_header Host $http_host), or to be named in %s and send X-Forwarded-Host; "
    "a page of another site has to be named in %s"
)
_NULL_ADVICE = (
    "the page is in a sandboxed iframe, or a file, and so has no origin: give the iframe "
    "sandbox=allow-same-origin"
)
_UPGRADE_ADVICE = (
    "a proxy in front passes no WebSockets on: it has to speak HTTP/1.1, with Upgrade and "
    "Connection as they came (nginx: proxy_http_version 1.1; proxy_set_header Upgrade "
    "$http_upgrade; proxy_set_header Connection upgrade)"
)


def is_question(request: flask.Request) -> bool:
    """Whether a page asks why it was refused. A handshake that a proxy broke still has its key."""
    return "origin" in request.args and "Sec-WebSocket-Key" not in request.headers


def preflight_response(request: flask.Request) -> flask.Response | None:
    """The answer to a browser that asks whether a page elsewhere may ask with its token."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    return flask.Response(status=204, headers=_PREFLIGHT_HEADERS)


def allow_reading(response: flask.Response) -> None:
    """Let pages of all origins read why they are refused."""
    response.headers.update(_READABLE)


class RefusalLog:
    """Tells the operator once of each cause for which pages cannot connect, and what mends it."""

    def __init__(self) -> None:
        self._told: set[tuple[str, ...]] = set()

    def tell(self, request: flask.Request, error: HTTPException) -> None:
        """Log why a handshake was refused, unless it was meant to be none."""
        if isinstance(error, Forbidden):
            self._tell_origin(request)
        elif isinstance(error, UpgradeRequired | BadRequest):
            missing = _missing(request)
            if missing:
                self._tell_upgrade(missing)

    def _tell_origin(self, request: flask.Request) -> None:
        origin, host = request.headers.get("Origin", ""), request.headers.get("Host", "")
        if self._is_new("origin", origin, host):
            variables = variable_name(AccessSettings.proxies), variable_name(AccessSettings.origins)
            advice = _NULL_ADVICE if origin == "null" else _ORIGIN_ADVICE % variables
            _log.warning(
                "websocket_refused cause=origin origin=%r host=%r: %s", origin, host, advice
            )

    def _tell_upgrade(self, missing: str) -> None:
        if self._is_new("upgrade"):
            _log.warning("websocket_refused cause=upgrade missing=%s: %s", missing, _UPGRADE_ADVICE)

    def _is_new(self, *cause: str) -> bool:
        if cause in self._told or len(self._told) >= MAX_TOLD:
            return False
        self._told.add(cause)
        return True


def _missing(request: flask.Request) -> str | None:
    """What a proxy has taken from a page's handshake; None if it was none, or lacks nothing."""
    headers = request.headers
    if is_question(request):
        refused = request.args.get("refused", default=0, type=int)
        return "everything" if refused > REFUSALS_IN_DOUBT else None
    if "Sec-WebSocket-Key" not in headers:
        return None
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return "HTTP/1.1"
    if headers.get("Upgrade", "").lower() != "websocket":
        return "Upgrade"
    if "upgrade" not in header_words(headers.get("Connection", "").lower()):
        return "Connection"
    return None
