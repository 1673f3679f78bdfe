"""Which listener a request came in by: the service's, or the one that `/metrics` has for itself."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The listener's name in WSGI's SERVER_NAME. Over a Unix socket gunicorn writes the Host header
# there, up to its first colon: no client can write this.
METRICS_LISTENER = "metrics:listener"


def is_for_metrics(environ: "WSGIEnvironment") -> bool:
    """Whether a request came in by the listener of the metrics."""
    return environ.get("SERVER_NAME") == METRICS_LISTENER
