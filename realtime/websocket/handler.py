"""The WebSocket route `/ws`: checks before the upgrade, and a conversation after it."""

import flask
import simple_websocket
from flask_sock import Sock
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from realtime.access.origin import check_origin
from realtime.access.token import SUBPROTOCOL, check_token
from realtime.errors import RETRY_AFTER_S, CapacityError
from realtime.protocol.client_messages import WEBSOCKET_PATH
from realtime.setting_groups import AccessSettings
from realtime.websocket.connection import SERVER_OPTIONS
from realtime.websocket.conversation import Conversation, WorkerContext
from realtime.websocket.handshake import check_handshake, trim_handshake
from realtime.websocket.refusals import (
    RefusalLog,
    allow_reading,
    is_question,
    preflight_response,
)


def mount(app: flask.Flask, access: AccessSettings, context: WorkerContext) -> None:
    """Add `/ws` to the app."""
    app.config["SOCK_SERVER_OPTIONS"] = {**SERVER_OPTIONS, "subprotocols": [SUBPROTOCOL]}

    refusals = RefusalLog()

    @app.before_request
    def check_upgrade() -> flask.Response | None:
        request = flask.request
        if request.path != WEBSOCKET_PATH:
            return None
        if preflight := preflight_response(request):
            return preflight
        try:
            check_access(request)
            check_handshake(request, access)
        except HTTPException as error:
            refusals.tell(request, error)
            raise
        trim_handshake(request.environ)
        return None

    def check_access(request: flask.Request) -> None:
        """What a page has to learn that asks why it was refused, before that this is no handshake.

        Raises:
            werkzeug.exceptions.HTTPException: 401, 403 or 503.
        """
        check_token(request, access)
        try:
            context.registry.check_upgrade(request.remote_addr or "")
        except CapacityError as error:
            context.metrics.refused(error)
            raise ServiceUnavailable(error.message, retry_after=RETRY_AFTER_S) from error
        if is_question(request):
            # An ordinary request to its own origin has no Origin, which a handshake would have.
            request.environ.setdefault("HTTP_ORIGIN", request.args["origin"])
            check_origin(request, access)

    @app.after_request
    def explain(response: flask.Response) -> flask.Response:
        if flask.request.path == WEBSOCKET_PATH:
            allow_reading(response)
        return response

    @Sock(app).route(WEBSOCKET_PATH)  # type: ignore[untyped-decorator]
    def stream(server: simple_websocket.Server) -> None:
        Conversation(server, context).run()
