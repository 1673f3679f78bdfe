"""Here a stroke point enters the server: the page it is drawn on, the socket it comes by, and the routes beside."""

import json
from pathlib import Path

import flask
from werkzeug.exceptions import HTTPException

from realtime import keep, metrics, predict, stream
from realtime.access import believe_proxies, check_token
from realtime.config import Config
from realtime.delivery import deliver
from realtime.page import shared_page
from realtime.recognizer import Recognizer, shared_recognizer
from realtime.registry import Registry
from realtime.routes import Routes

REGISTRY = "realtime.registry"

# Nothing is loaded from elsewhere; `data:` is the 28×28 that the network saw.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {source}" for what, source in CONTENT_SECURITY_POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(config: Config, recognizer: Recognizer) -> flask.Flask:
    """The WSGI application; `app.extensions[REGISTRY]` holds its open sockets."""
    app = flask.Flask("realtime", static_folder=None)
    behind_proxies = believe_proxies(app.wsgi_app, config)
    app.wsgi_app = deliver(shared_page(), behind_proxies, SECURITY_HEADERS)  # type: ignore[assignment,method-assign]  # Flask's own way
    counts = metrics.Metrics()

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def ready() -> tuple[dict[str, str], int]:
        # The recognizer was loaded and warmed before this app was made; only a worker that ends is not ready.
        draining = registry_of(app).draining
        return {"status": "draining" if draining else "ready", "model": recognizer.card.version}, 503 if draining else 200

    @app.get("/metrics")
    def measured() -> flask.Response:
        check_token(flask.request, config)
        return flask.Response(counts.text(), content_type=metrics.CONTENT_TYPE)

    @app.after_request
    def secure(response: flask.Response) -> flask.Response:
        response.headers.update(SECURITY_HEADERS)
        return response

    @app.errorhandler(HTTPException)
    def as_json(error: HTTPException) -> flask.typing.ResponseReturnValue:
        if error.response:
            return error.response
        response = error.get_response()
        response.set_data(json.dumps({"error": {"code": error.name.lower().replace(" ", "_"), "message": error.description}}))
        response.content_type = "application/json"
        return response

    routes = Routes(app, config, counts)
    predict.mount(app, config, recognizer, routes)
    keep.mount(app, config, recognizer, routes, counts)
    app.extensions[REGISTRY] = stream.mount(app, config, recognizer, counts)
    return app


def registry_of(app: flask.Flask) -> Registry:
    """The open sockets of an app."""
    registry: Registry = app.extensions[REGISTRY]
    return registry


def from_environment() -> flask.Flask:
    """The application as gunicorn serves it: settings from the environment, the recognizer of the process."""
    config = Config.from_environment()
    return create_app(config, shared_recognizer(Path(config.weights)))
