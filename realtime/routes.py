"""Here it is the same for all HTTP routes that take ink: how often one address may ask, and how a refusal is told."""

from collections.abc import Callable
from typing import TypeVar

import flask
from flask_limiter import Limiter, RequestLimit
from gevent.threadpool import ThreadPool

from realtime.addresses import party
from realtime.config import Config
from realtime.errors import RequestError
from realtime.metrics import Metrics

_Result = TypeVar("_Result")


def in_thread(pool: ThreadPool, action: Callable[..., _Result], *arguments: object) -> _Result:
    """Do in a thread what takes its time, so that those who draw do not wait.

    Raises:
        RequestError: the action refused.
    """
    result: _Result | RequestError = pool.apply(_result_or_refusal, (action, arguments))
    if isinstance(result, RequestError):
        try:
            raise result
        finally:
            # Its traceback would hold this frame, and with it the arguments, in a circle that only the garbage collector would find.
            del result
    return result


def _result_or_refusal(action: Callable[..., _Result], arguments: tuple[object, ...]) -> _Result | RequestError:
    """For the thread: gevent writes a traceback of whatever is raised there, also if it is caught later."""
    try:
        return action(*arguments)
    except RequestError as error:
        # The circle is the same here.
        return error.with_traceback(None)


class Routes:
    """What the HTTP routes of an app have in common."""

    def __init__(self, app: flask.Flask, config: Config, metrics: Metrics) -> None:
        self._config = config
        self._metrics = metrics
        self._limiter = Limiter(
            lambda: party(flask.request.remote_addr or ""),
            app=app,
            storage_uri=config.redis or "memory://",
            # Without its Redis a worker goes on counting, for itself.
            in_memory_fallback_enabled=bool(config.redis),
            headers_enabled=True,
        )
        app.register_error_handler(RequestError, self._refuse)

    def limit(self, setting: str, what: str) -> Callable[[Callable[[], flask.Response]], Callable[[], flask.Response]]:
        """A decorator for a route that one address may ask so many times a minute.

        Args:
            setting: the setting in `config.py` that says how many.
            what: what is counted, in the plural.
        """
        count: int = getattr(self._config, setting)

        def too_many(_: RequestLimit) -> flask.Response:
            message = f"{count} {what} a minute are taken from one address"
            return self._refuse(RequestError(code="rate", message=message, limit=count, status=429, setting=setting))

        return self._limiter.limit(f"{count} per minute", on_breach=too_many)

    def _refuse(self, error: RequestError) -> flask.Response:
        self._metrics.refused(error)
        facts = {"code": error.code, "message": error.message, "field": error.field, "limit": error.limit}
        response = flask.jsonify(error={name: value for name, value in facts.items() if value is not None})
        response.status_code = error.status
        return response
