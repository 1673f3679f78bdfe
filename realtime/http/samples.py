"""The routes `POST /ink` and `DELETE /ink`: labelled samples that people give, or take back."""

import flask
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from realtime.access.origin import allowed_origin, check_origin
from realtime.access.token import check_token
from realtime.config import setting_name, variable_name
from realtime.errors import SizeError
from realtime.http.json_answers import json_answer
from realtime.http.routes import RateLimit, Routes, run_in_thread
from realtime.metrics.service import Metrics
from realtime.protocol.http_messages import SamplesDeleted, SampleStored
from realtime.recognition.recognizer import Recognizers
from realtime.samples.store import SampleStore
from realtime.samples.submission import read_deletion, read_submission
from realtime.setting_groups import AccessSettings, DrawingLimits, SampleSettings

PATH = "/ink"
# Seconds for which a browser may remember that a page of another origin is allowed.
PREFLIGHT_S = 600
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": str(PREFLIGHT_S),
}


def mount(
    app: flask.Flask,
    limits: SampleSettings,
    *,
    access: AccessSettings,
    drawing: DrawingLimits,
    recognizers: Recognizers,
    store: SampleStore,
    routes: Routes,
    metrics: Metrics,
) -> None:
    """Add `/ink` to the app; where no samples are stored it answers 404."""
    # A disk can take its time: in a thread, so that sessions do not wait.
    writer = ThreadPool(1)

    def check_access() -> None:
        if not limits.database:
            variable = variable_name(SampleSettings.database)
            raise NotFound(f"this server keeps no ink ({variable})")
        check_origin(flask.request, access)

    @app.post(PATH, provide_automatic_options=False)
    @routes.limit(
        RateLimit(
            limits.samples_per_minute,
            setting_name(SampleSettings.samples_per_minute),
            noun="pieces of ink",
        )
    )
    def submit() -> flask.Response:
        check_access()
        check_token(flask.request, access)
        sample = read_submission(_body(limits), recognizers, drawing)
        number = run_in_thread(writer, store.add, sample)
        metrics.sample_stored()
        return json_answer(SampleStored(number), 201)

    @app.delete(PATH, provide_automatic_options=False)
    @routes.limit(
        RateLimit(
            limits.deletions_per_minute,
            setting_name(SampleSettings.deletions_per_minute),
            noun="deletions",
        )
    )
    def delete() -> flask.Response:
        check_access()
        check_token(flask.request, access)
        deleted = run_in_thread(writer, store.delete, read_deletion(_body(limits)))
        metrics.samples_deleted(deleted)
        return json_answer(SamplesDeleted(deleted))

    @app.route(PATH, methods=["OPTIONS"])
    def preflight() -> flask.Response:
        # A browser asks before it sends the page's request, and sends no token yet.
        check_access()
        return flask.Response(status=204, headers=PREFLIGHT_HEADERS)

    @app.after_request
    def allow_reading(response: flask.Response) -> flask.Response:
        if flask.request.path == PATH:
            response.vary.add("Origin")
            if origin := allowed_origin(flask.request, access):
                response.headers["Access-Control-Allow-Origin"] = origin
                response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response


def _body(limits: SampleSettings) -> bytes:
    """The request's body.

    Raises:
        SizeError: it is too large.
    """
    limit = flask.request.max_content_length = limits.sample_bytes
    try:
        return flask.request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise SizeError(
            code="too_big",
            message=f"session: a piece of ink may have {limit} bytes",
            field="session",
            limit=limit,
            setting=setting_name(SampleSettings.sample_bytes),
        ) from None
