"""The token that clients have to present, where the service has one."""

import hmac

import flask
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from realtime.setting_groups import AccessSettings

# The subprotocol that is spoken, and the prefix of a token in the list of those that a page offers:
# its WebSocket can send no `Authorization`.
SUBPROTOCOL = "ink.v1"
TOKEN_PREFIX = "ink.token."  # noqa: S105  # the prefix is no secret


def check_token(request: flask.Request, settings: AccessSettings) -> None:
    """Refuse a request without the token, if there is one.

    It is sought in `Authorization: Bearer …`, and among the subprotocols of a WebSocket.

    Raises:
        werkzeug.exceptions.Unauthorized: it is missing or wrong.
    """
    if not settings.token:
        return
    authorization = request.authorization
    offered = header_words(request.headers.get("Sec-WebSocket-Protocol", ""))
    tokens = [word.removeprefix(TOKEN_PREFIX) for word in offered if word.startswith(TOKEN_PREFIX)]
    if authorization and authorization.type == "bearer" and authorization.token:
        tokens.append(authorization.token)
    if not any(hmac.compare_digest(token.encode(), settings.token.encode()) for token in tokens):
        reason = (
            "this server wants its token: Authorization: Bearer …, "
            f"or the subprotocols {SUBPROTOCOL}, {TOKEN_PREFIX}…"
        )
        raise Unauthorized(reason, www_authenticate=WWWAuthenticate("bearer"))


def header_words(header: str) -> list[str]:
    """The words of a header that is a comma-separated list."""
    return [word.strip() for word in header.split(",")]
