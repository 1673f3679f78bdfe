"""The WSGI application: the page, the WebSocket, and the HTTP routes."""

import json
import logging
from functools import partial
from pathlib import Path

import flask
import msgspec
from werkzeug.exceptions import HTTPException

from realtime.access.proxies import trust_proxies
from realtime.config import Settings
from realtime.engines.serving import with_engines
from realtime.http import health, predict, samples, security
from realtime.http.routes import Routes, error_code
from realtime.http.scrapes import serve_metrics_apart
from realtime.http.shared_counts import SharedCounts
from realtime.http.static import refuse_other_methods, serve_static
from realtime.http.uploads import UploadSpace
from realtime.http.web_files import shared_web_files
from realtime.metrics.service import Metrics
from realtime.package_data import WEB_FOLDER
from realtime.protocol.http_messages import Refusal, RefusalAnswer
from realtime.recognition.registry import ModelRegistry, ModelSource, shared_models
from realtime.recordings.recorder import missing_folder
from realtime.samples.store import SampleStore
from realtime.specification import route as specification
from realtime.websocket import handler
from realtime.websocket.conversation import WorkerContext
from realtime.websocket.registry import ConnectionRegistry
from realtime.websocket.scheduler import InterimScheduler
from realtime.websocket.turns import Turns

_log = logging.getLogger("realtime.http")

_CONNECTIONS = "realtime.connections"


def create_app(settings: Settings, models: ModelRegistry) -> flask.Flask:
    """The WSGI application for these settings, which answers with these models."""
    app = flask.Flask("realtime", static_folder=None)
    behind_proxies = trust_proxies(app.wsgi_app, settings.access)
    page = shared_web_files.get(WEB_FOLDER)
    # Flask's own way to add middleware.
    app.wsgi_app = serve_static(  # type: ignore[assignment,method-assign]
        page, behind_proxies, security.document_headers
    )
    refuse_other_methods(app, page)
    app.register_error_handler(HTTPException, _json_response)
    metrics = Metrics()
    models = with_engines(models, settings.engines, metrics.registry)
    for task, one in models.by_task.items():
        metrics.loaded(task, one.model)
    metrics.takes(settings.connection.sessions)
    counts = SharedCounts(settings.rate_limits)
    if missing := counts.missing():
        _log.warning("missing: %s", missing)
    routes = Routes(app, counts, metrics)
    security.mount(app)
    turns = Turns()
    uploads, store = UploadSpace(settings.images), SampleStore(settings.samples)
    predict.mount(
        app,
        settings.images,
        access=settings.access,
        recognizers=models.by_task,
        rows=models.rows,
        finish=turns.finish,
        routes=routes,
        uploads=uploads,
    )
    samples.mount(
        app,
        settings.samples,
        access=settings.access,
        drawing=settings.drawing,
        recognizers=models.by_task,
        store=store,
        routes=routes,
        metrics=metrics,
    )
    connections = ConnectionRegistry(settings.connection)
    app.extensions[_CONNECTIONS] = connections
    context = WorkerContext(
        connection=settings.connection,
        drawing=settings.drawing,
        recordings=settings.recordings,
        stores_samples=bool(settings.samples.database),
        recognizers=models.by_task,
        registry=connections,
        scheduler=InterimScheduler(
            runs_in_place=all(one.runs_in_place for one in models.by_task.values())
        ),
        turns=turns,
        metrics=metrics,
    )
    handler.mount(app, settings.access, context)
    specification.mount(app, settings.access)
    has_own_address = bool(settings.server.metrics_bind)
    health.mount(
        app,
        settings.access,
        metrics=None if has_own_address else metrics,
        recognizers=models.by_task,
        is_draining=lambda: connections.draining,
        checks=[
            uploads.missing,
            store.missing,
            partial(missing_folder, settings.recordings),
            counts.missing,
            metrics.missing,
        ],
    )
    if has_own_address:
        app.wsgi_app = serve_metrics_apart(  # type: ignore[assignment,method-assign]
            metrics, app.wsgi_app
        )
    return app


def open_connections(app: flask.Flask) -> ConnectionRegistry:
    """The open connections of an app."""
    registry: ConnectionRegistry = app.extensions[_CONNECTIONS]
    return registry


def from_environment() -> flask.Flask:
    """The application as gunicorn serves it: settings from the environment, shared models."""
    settings = Settings.from_environment()
    source = ModelSource(
        Path(settings.server.weights), settings.server.precision, settings.server.models
    )
    return create_app(settings, shared_models.get(source))


def _json_response(error: HTTPException) -> flask.typing.ResponseReturnValue:
    """An error of Flask or werkzeug, in the form of all other errors."""
    if error.response:
        return error.response
    refusal = Refusal(error_code(error), error.description or "")
    response = error.get_response()
    response.set_data(json.dumps(msgspec.to_builtins(RefusalAnswer(refusal))))
    response.content_type = "application/json"
    return response
