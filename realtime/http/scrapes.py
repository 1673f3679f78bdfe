"""`/metrics` on a listener of its own, which serves nothing else."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from realtime.access.listener import is_for_metrics
from realtime.metrics.service import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METRICS_PATH = "/metrics"


def serve_metrics_apart(metrics: Metrics, application: "WSGIApplication") -> "WSGIApplication":
    """WSGI middleware that answers the metrics' listener, and leaves all else to `application`."""
    elsewhere = NotFound(f"there is {METRICS_PATH} here, and nothing else")
    apart = DispatcherMiddleware(elsewhere, {METRICS_PATH: metrics.wsgi_app()})

    def middleware(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        chosen = apart if is_for_metrics(environ) else application
        return chosen(environ, start_response)

    return middleware
