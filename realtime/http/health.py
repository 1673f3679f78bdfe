"""The routes of the operator: `/healthz`, `/readyz` and `/metrics`."""

from collections.abc import Callable

import flask

from realtime.access.token import check_token
from realtime.config import AccessSettings
from realtime.metrics import CONTENT_TYPE, Metrics


def mount(
    app: flask.Flask,
    settings: AccessSettings,
    *,
    metrics: Metrics,
    model_version: str,
    is_draining: Callable[[], bool],
) -> None:
    """Add the routes to the app."""

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def ready() -> tuple[dict[str, str], int]:
        # The models were loaded before this app was made; only a worker that ends is not ready.
        draining = is_draining()
        status = "draining" if draining else "ready"
        return {"status": status, "model": model_version}, 503 if draining else 200

    @app.get("/metrics")
    def exposition() -> flask.Response:
        check_token(flask.request, settings)
        return flask.Response(metrics.text(), content_type=CONTENT_TYPE)
