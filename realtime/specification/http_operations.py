"""The operations of the HTTP routes: what each takes, answers and refuses.

This is what a reader of the routes' code would have to collect: the codes of the errors that each
may raise. Their statuses are those of `http/routes.py`, the forms of bodies those of the messages.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    ServiceUnavailable,
    Unauthorized,
)

from realtime.errors import (
    BlankImageError,
    ImageError,
    ImageFormatError,
    InternalError,
    RateError,
    ReportedError,
    SampleError,
    SizeError,
    StorageError,
    StorageFullError,
)
from realtime.http.predict import TASK_FIELD
from realtime.http.routes import error_code, status_code
from realtime.http.samples import PATH as INK_PATH
from realtime.http.scrapes import METRICS_PATH
from realtime.images.decoding import FORM_FIELD
from realtime.protocol.client_messages import WEBSOCKET_PATH
from realtime.protocol.http_messages import Alive, Readiness, SamplesDeleted, SampleStored
from realtime.protocol.picture_messages import PictureAnswer
from realtime.samples.submission import Deletion, Submission
from realtime.specification.operation import Answer, HTTPRefusal, Operation
from realtime.websocket.handshake import UpgradeRequired

OPENAPI_PATH = "/openapi.json"
JSON = "application/json"


def _raised(code: str, kind: type[ReportedError], meaning: str) -> HTTPRefusal:
    return HTTPRefusal(status_code(kind(code=code, message=meaning)), code, meaning)


def _http(error: HTTPException, meaning: str) -> HTTPRefusal:
    return HTTPRefusal(error.code or 500, error_code(error), meaning)


_TOKEN = _http(Unauthorized(), "the server wants its token")
_ORIGIN = _http(Forbidden(), "a page of an origin that may not use this server")
_RATE = _raised("rate", RateError, "more requests a minute than one address may send")
_INTERNAL = _raised("internal", InternalError, "an error of the server; it is in its log")
_BROKEN = _http(BadRequest(), "a request that HTTP does not allow")
_NO_INK_KEPT = _http(NotFound(), "this server keeps no ink")
_NOT_WRITTEN = _raised("unavailable", StorageError, "it cannot be written just now; try again")
# A body of JSON, of whatever kind.
_MALFORMED = (
    _raised("bad_json", SampleError, "the body is not JSON, or not UTF-8"),
    _raised("bad_message", SampleError, "a field is missing, malformed, or out of range"),
    _raised("too_big", SizeError, "the body has more bytes than the server takes"),
)
# Of giving ink and of taking it back.
_INK_REFUSED = (_BROKEN, _TOKEN, _ORIGIN, _NO_INK_KEPT, _RATE, _INTERNAL, _NOT_WRITTEN)
_CHANGED_SINCE = (Answer(304, "it is what the client has (`If-None-Match`)", headers=("ETag",)),)

PICTURE_FORM: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "required": [FORM_FIELD],
        "properties": {
            FORM_FIELD: {
                "type": "string",
                "format": "binary",
                "description": "The picture, a file with a name: PNG, JPEG, WebP, GIF or BMP.",
            },
            TASK_FIELD: {
                "type": "string",
                "description": "What is sought on it, one of the names in `/readyz` "
                "`recognizers`; without it that is a digit, or several in a row.",
            },
        },
    }
)

OPERATIONS = (
    Operation(
        method="post",
        path="/predict",
        name="readPicture",
        summary="Reads what is written on a picture.",
        body=PICTURE_FORM,
        wants_token=True,
        is_limited=True,
        answers=[Answer(200, "What was read.", PictureAnswer)],
        refusals=[
            _raised("no_file", ImageError, f"the form has no file `{FORM_FIELD}`"),
            _raised("bad_message", ImageError, f"`{TASK_FIELD}` is nothing that is read here"),
            _BROKEN,
            _TOKEN,
            _raised("too_big", SizeError, "the picture has more bytes or pixels than may be"),
            _raised("not_image", ImageFormatError, "no picture of a known kind, or a broken one"),
            _raised("no_ink", BlankImageError, "there is no ink on the picture"),
            _RATE,
            _INTERNAL,
            _raised("unavailable", StorageError, "the server has no room for it just now"),
        ],
    ),
    Operation(
        method="post",
        path=INK_PATH,
        name="giveInk",
        summary="Gives a drawing with what it means, to be learnt from.",
        body=Submission,
        wants_token=True,
        is_limited=True,
        answers=[Answer(201, "It is stored.", SampleStored)],
        refusals=[
            *_MALFORMED,
            _raised("bad_order", SampleError, "a message of the session that may not come there"),
            _raised("unknown_stroke", SampleError, "a message of the session names no stroke"),
            _raised("limit", SampleError, "the session has more than a drawing may have"),
            _raised("version", SampleError, "the session is of another version of the protocol"),
            _raised("no_ink", SampleError, "there is no ink at the end of the session"),
            *_INK_REFUSED,
            _raised("full", StorageFullError, "as much is kept as the server is to keep"),
        ],
    ),
    Operation(
        method="delete",
        path=INK_PATH,
        name="takeInkBack",
        summary="Deletes all drawings of a giver.",
        body=Deletion,
        wants_token=True,
        is_limited=True,
        answers=[Answer(200, "They are gone.", SamplesDeleted)],
        refusals=[*_MALFORMED, *_INK_REFUSED],
    ),
    Operation(
        method="options",
        path=INK_PATH,
        name="mayGiveInk",
        summary="Tells a browser whether a page of another origin may give ink.",
        answers=[Answer(204, "It may.")],
        refusals=[_ORIGIN, _NO_INK_KEPT],
    ),
    Operation(
        method="get",
        path=WEBSOCKET_PATH,
        name="openStream",
        summary="Opens the WebSocket, or says why it cannot be opened.",
        wants_token=True,
        query={
            "origin": {
                "schema": {"type": "string"},
                "description": "The origin of a page that asks, with an ordinary request, why its "
                "WebSocket was refused.",
            },
            "refused": {
                "schema": {"type": "integer", "minimum": 0},
                "description": "How often in a row it was refused, this time included.",
            },
        },
        answers=[Answer(101, "A WebSocket that speaks what the AsyncAPI document describes.")],
        refusals=[
            _http(BadRequest(), "the handshake is broken"),
            _TOKEN,
            _ORIGIN,
            _http(MethodNotAllowed(), "this is no GET"),
            _http(UpgradeRequired(), "this is no handshake; nothing else is in the way"),
            _http(ServiceUnavailable(), "the server is full"),
        ],
    ),
    Operation(
        method="get",
        path="/healthz",
        name="isAlive",
        summary="Says that the process runs.",
        answers=[Answer(200, "It runs.", Alive)],
    ),
    Operation(
        method="get",
        path="/readyz",
        name="isReady",
        summary="Says whether the server takes requests, what it answers with, and what it lacks.",
        answers=[
            Answer(200, "It takes requests.", Readiness),
            Answer(503, "It is about to end.", Readiness),
        ],
    ),
    Operation(
        method="get",
        path=METRICS_PATH,
        name="readMetrics",
        summary="The metrics of all workers, for Prometheus.",
        wants_token=True,
        answers=[Answer(200, "In Prometheus' text format.", "text/plain")],
        refusals=[
            _TOKEN,
            _http(Forbidden(), "without a token, metrics are for the private network alone"),
            _http(NotFound(), "the metrics have an address of their own"),
        ],
    ),
    Operation(
        method="get",
        path=OPENAPI_PATH,
        name="readSpecification",
        summary="This document.",
        wants_token=True,
        answers=[
            Answer(200, "This document.", JSON, headers=("ETag", "Cache-Control")),
            *_CHANGED_SINCE,
        ],
        refusals=[_TOKEN],
    ),
    Operation(
        method="get",
        path="/",
        name="openPage",
        summary="The page.",
        answers=[
            Answer(200, "The page.", "text/html", headers=("ETag", "Cache-Control")),
            *_CHANGED_SINCE,
        ],
    ),
    Operation(
        method="get",
        path="/js/recognizer.js",
        name="loadElement",
        summary="The module of `<ink-recognizer>`, for pages of all origins.",
        answers=[
            Answer(200, "The module.", "text/javascript", headers=("ETag", "Cache-Control")),
            *_CHANGED_SINCE,
        ],
    ),
)
