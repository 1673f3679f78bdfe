"""What the HTTP routes share: rate limits, error responses, work in threads."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar, cast

import flask
from flask_limiter import Limiter, RequestLimit
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import HTTPException

from realtime.access.client_address import rate_limit_key
from realtime.errors import (
    BlankImageError,
    CapacityError,
    ClientError,
    ImageFormatError,
    InternalError,
    RateError,
    ReportedError,
    ServiceError,
    ShutdownError,
    SizeError,
    StorageError,
    StorageFullError,
    entry_of,
)
from realtime.http.json_answers import json_answer
from realtime.http.shared_counts import SharedCounts
from realtime.metrics.service import Metrics
from realtime.protocol.http_messages import Refusal, RefusalAnswer

_log = logging.getLogger("realtime.http")

_Result = TypeVar("_Result")

# A class stands for its subclasses that are not listed.
_STATUSES: Mapping[type[ReportedError], int] = MappingProxyType(
    {
        ClientError: 400,
        SizeError: 413,
        ImageFormatError: 415,
        BlankImageError: 422,
        RateError: 429,
        ServiceError: 500,
        CapacityError: 503,
        ShutdownError: 503,
        StorageError: 503,
        StorageFullError: 507,
    }
)


def status_code(error: ReportedError) -> int:
    """The HTTP status that tells a client of an error."""
    return entry_of(error, _STATUSES) or 500


def error_code(error: HTTPException) -> str:
    """The code that tells a program of an error of Flask or werkzeug: its name in HTTP."""
    return error.name.lower().replace(" ", "_")


def run_in_thread(pool: ThreadPool, action: Callable[..., _Result], *arguments: object) -> _Result:
    """Run in a thread what takes its time, so that sessions do not wait.

    Raises:
        ReportedError: the action raised it.
    """
    result: _Result | ReportedError = pool.apply(_result_or_error, (action, arguments))
    if isinstance(result, ReportedError):
        try:
            raise result
        finally:
            # Its traceback would hold this frame, and with it the arguments, in a cycle that only
            # the garbage collector finds.
            del result
    return result


def _result_or_error(
    action: Callable[..., _Result], arguments: tuple[object, ...]
) -> _Result | ReportedError:
    """Run in the thread: gevent prints a traceback of whatever is raised there, even if caught."""
    try:
        return action(*arguments)
    except ReportedError as error:
        # The cycle is the same here.
        return error.with_traceback(None)


@dataclass(frozen=True)
class RateLimit:
    """How often one address may use a route.

    Attributes:
        per_minute: number of requests.
        setting: the name of the setting that holds it.
        noun: what is counted, in the plural.
    """

    per_minute: int
    setting: str
    noun: str


class Routes:
    """What the HTTP routes of an app have in common."""

    def __init__(self, app: flask.Flask, counts: SharedCounts, metrics: Metrics) -> None:
        self._metrics = metrics
        # The limiter sets the header, too, to the end of its minute. What is registered first has
        # the last word.
        app.after_request(_say_when_to_retry)
        self._limiter = Limiter(
            lambda: rate_limit_key(flask.request.remote_addr or ""),
            app=app,
            storage_uri=counts.uri,
            # It passes them to Redis' client, which takes floats too.
            storage_options=cast("dict[str, str | int]", counts.options),
            # Without its Redis a worker goes on counting, for itself.
            in_memory_fallback_enabled=bool(counts.options),
            headers_enabled=True,
        )
        app.register_error_handler(ReportedError, self._respond)

    def limit(
        self, limit: RateLimit
    ) -> Callable[[Callable[[], flask.Response]], Callable[[], flask.Response]]:
        """A decorator for a route that one address may use only so often."""

        def refuse(_: RequestLimit) -> flask.Response:
            count = limit.per_minute
            message = f"{count} {limit.noun} a minute are taken from one address"
            return self._respond(RateError(message=message, limit=count, setting=limit.setting))

        return self._limiter.limit(f"{limit.per_minute} per minute", on_breach=refuse)

    def _respond(self, error: ReportedError) -> flask.Response:
        """The JSON response that tells a client of an error."""
        self._metrics.refused(error)
        if isinstance(error, InternalError):
            _log.error("request_failed path=%s", flask.request.path, exc_info=error)
        refusal = Refusal(error.code, error.message, error.field, error.limit)
        response = json_answer(RefusalAnswer(refusal), status_code(error))
        flask.g.retry_after_s = error.retry_after_s
        return response


def _say_when_to_retry(response: flask.Response) -> flask.Response:
    seconds = flask.g.pop("retry_after_s", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(math.ceil(seconds))
    return response
