"""The WebSocket route `/ws`: checks before the upgrade, and a conversation after it."""

import flask
import simple_websocket
from flask_sock import Sock
from werkzeug.exceptions import ServiceUnavailable

from realtime.access.token import SUBPROTOCOL, check_token
from realtime.config import AccessSettings
from realtime.errors import RETRY_AFTER_S, CapacityError
from realtime.protocol.messages import WEBSOCKET_PATH
from realtime.websocket.connection import SERVER_OPTIONS
from realtime.websocket.conversation import Conversation, WorkerContext
from realtime.websocket.handshake import check_handshake, trim_handshake


def mount(app: flask.Flask, access: AccessSettings, context: WorkerContext) -> None:
    """Add `/ws` to the app."""
    app.config["SOCK_SERVER_OPTIONS"] = {**SERVER_OPTIONS, "subprotocols": [SUBPROTOCOL]}

    @app.before_request
    def check_upgrade() -> None:
        request = flask.request
        if request.path != WEBSOCKET_PATH:
            return
        # A page whose WebSocket was refused asks again without a handshake, since only so it
        # learns why; so these come first.
        check_token(request, access)
        try:
            context.registry.check_upgrade(request.remote_addr or "")
        except CapacityError as error:
            context.metrics.refused(error)
            raise ServiceUnavailable(error.message, retry_after=RETRY_AFTER_S) from error
        check_handshake(request, access)
        trim_handshake(request.environ)

    @Sock(app).route(WEBSOCKET_PATH)  # type: ignore[untyped-decorator]
    def stream(server: simple_websocket.Server) -> None:
        Conversation(server, context).run()
