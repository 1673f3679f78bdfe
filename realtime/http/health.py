"""The routes of the operator: `/healthz`, `/readyz`, and `/metrics` if it has no own address."""

from collections.abc import Callable, Iterable

import flask
from msgspec import UNSET

from realtime.access.scraping import check_scrape
from realtime.http.json_answers import json_answer
from realtime.http.scrapes import METRICS_PATH
from realtime.metrics.service import CONTENT_TYPE, Metrics
from realtime.protocol.http_messages import (
    Alive,
    Readiness,
    ServedNetwork,
    ServedRecognizer,
    ServingEngine,
)
from realtime.recognition.recognizer import EngineState, Recognizer, Recognizers, default_task
from realtime.setting_groups import AccessSettings


def mount(
    app: flask.Flask,
    settings: AccessSettings,
    *,
    metrics: Metrics | None,
    recognizers: Recognizers,
    is_draining: Callable[[], bool],
    checks: Iterable[Callable[[], str | None]],
) -> None:
    """Add the routes to the app.

    Args:
        app: gets the routes.
        settings: who may read the metrics.
        metrics: what they say; None where they have a listener of their own.
        recognizers: those that answer, by task.
        is_draining: whether the worker ends.
        checks: each says what is missing, if something is. Drawings are answered all the same, so
            that the service is ready.
    """
    checks = tuple(checks)

    @app.get("/healthz")
    def alive() -> flask.Response:
        return json_answer(Alive("alive"))

    @app.get("/readyz")
    def ready() -> flask.Response:
        # The models were loaded before this app was made; only a worker that ends is not ready.
        draining = is_draining()
        described = {task: _described(one) for task, one in recognizers.items()}
        unasked = described[default_task(recognizers)]
        missing = [text for check in checks if (text := check())]
        down: dict[EngineState, list[str]] = {}
        for task, one in recognizers.items():
            if (engine := one.engine) and not engine.is_up:
                down.setdefault(engine, []).append(task)
        missing += [_missing(" and ".join(tasks), engine) for engine, tasks in down.items()]
        answer = Readiness(
            status="draining" if draining else "ready",
            model=unasked.model,
            network=unasked.network,
            engine=unasked.engine,
            recognizers=described,
            missing=missing or UNSET,
        )
        return json_answer(answer, 503 if draining else 200)

    if metrics is None:
        return

    @app.get(METRICS_PATH)
    def exposition() -> flask.Response:
        check_scrape(flask.request, settings)
        return flask.Response(metrics.text(), content_type=CONTENT_TYPE)


def _described(recognizer: Recognizer) -> ServedRecognizer:
    model, engine = recognizer.model, recognizer.engine
    network = ServedNetwork(model.file, dict(model.pass_us))
    # The URL is a setting, which is a string of a kind that msgspec does not know.
    serving = ServingEngine(str(engine.url), engine.name, engine.reason) if engine else UNSET
    return ServedRecognizer(model.version, network, serving)


def _missing(tasks: str, engine: EngineState) -> str:
    return f"the engine of {tasks} {engine.reason} ({engine.url}); the local network answers"
