"""The WebSocket route `/ws`: checks before the upgrade, and a conversation after it."""

import flask
import simple_websocket
from flask_sock import Sock
from werkzeug.exceptions import ServiceUnavailable

from realtime.access.token import SUBPROTOCOL, check_token
from realtime.config import Settings
from realtime.errors import RETRY_AFTER_S, CapacityError
from realtime.metrics import Metrics
from realtime.protocol.messages import WEBSOCKET_PATH
from realtime.recognition.recognizer import Recognizer
from realtime.websocket.connection import SERVER_OPTIONS
from realtime.websocket.conversation import Conversation, WorkerContext
from realtime.websocket.handshake import check_handshake, trim_handshake
from realtime.websocket.registry import ConnectionRegistry
from realtime.websocket.scheduler import InterimScheduler


def mount(
    app: flask.Flask, settings: Settings, recognizer: Recognizer, metrics: Metrics
) -> ConnectionRegistry:
    """Add `/ws` to the app, and return the registry of its open connections."""
    registry = ConnectionRegistry(settings.connection)
    scheduler = InterimScheduler(runs_in_place=recognizer.runs_in_place)
    context = WorkerContext(settings, recognizer, registry, scheduler, metrics)
    app.config["SOCK_SERVER_OPTIONS"] = {**SERVER_OPTIONS, "subprotocols": [SUBPROTOCOL]}

    @app.before_request
    def check_upgrade() -> None:
        request = flask.request
        if request.path != WEBSOCKET_PATH:
            return
        # A page whose WebSocket was refused asks again without a handshake, since only so it
        # learns why; so these come first.
        check_token(request, settings.access)
        try:
            registry.check_upgrade(request.remote_addr or "")
        except CapacityError as error:
            metrics.refused(error)
            raise ServiceUnavailable(error.message, retry_after=RETRY_AFTER_S) from error
        check_handshake(request, settings.access)
        trim_handshake(request.environ)

    @Sock(app).route(WEBSOCKET_PATH)  # type: ignore[untyped-decorator]
    def stream(server: simple_websocket.Server) -> None:
        Conversation(server, context).run()

    return registry
