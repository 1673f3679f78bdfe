"""Tests of what changed since the last release: nothing was removed, and what is new is listed."""

import copy
import json
from collections.abc import Callable

import pytest

from realtime.specification.asyncapi import asyncapi_document
from realtime.specification.openapi import openapi_document
from tests.support.drawing import Json
from tools.specification.changes import changes, promises
from tools.specification.files import RELEASED, listed_additions, read_promises

OPENAPI: Json = json.loads(json.dumps(openapi_document()))
ASYNCAPI: Json = json.loads(json.dumps(asyncapi_document({})))
NOW = promises(OPENAPI, ASYNCAPI)


def test_nothing_was_removed_or_narrowed_since_the_last_release() -> None:
    assert changes(read_promises(RELEASED), NOW).breaking == []


def test_what_was_added_since_the_last_release_is_listed() -> None:
    """In docs/released/added.md, each in a row of its own."""
    assert changes(read_promises(RELEASED), NOW).added == listed_additions()


def schema(asyncapi: Json, name: str) -> Json:
    """The schema of a message."""
    found: Json = asyncapi["components"]["schemas"][name]
    return found


def remove_field(openapi: Json, asyncapi: Json) -> None:
    del schema(openapi, "Candidate")["properties"]["p"]
    del schema(asyncapi, "Candidate")["properties"]["p"]


def narrow_columns(_: Json, asyncapi: Json) -> None:
    schema(asyncapi, "Points")["properties"]["x"]["items"]["maximum"] = 1_000


def limit_what_had_none(_: Json, asyncapi: Json) -> None:
    schema(asyncapi, "Points")["properties"]["x"]["maxItems"] = 1_000


def want_more(_: Json, asyncapi: Json) -> None:
    schema(asyncapi, "Config")["required"].append("canvas")


def send_less(_: Json, asyncapi: Json) -> None:
    schema(asyncapi, "Prediction")["required"].remove("us")


def remove_message(_: Json, asyncapi: Json) -> None:
    asyncapi["operations"]["take"]["messages"].pop()


def remove_error_code(_: Json, asyncapi: Json) -> None:
    schema(asyncapi, "Error")["properties"]["code"]["enum"].remove("idle")


def remove_route(openapi: Json, _: Json) -> None:
    del openapi["paths"]["/readyz"]


def remove_status(openapi: Json, _: Json) -> None:
    del openapi["paths"]["/predict"]["post"]["responses"]["415"]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (remove_field, "field Candidate.p: removed"),
        (narrow_columns, "limit Points.x[] maximum: narrowed"),
        (limit_what_had_none, "limit Points.x maxItems: narrowed"),
        (want_more, "field Config.canvas: has to be sent now"),
        (send_less, "field Prediction.us: may be missing now"),
        (remove_message, "message receive forget: removed"),
        (remove_error_code, "value Error.code idle: removed"),
        (remove_route, "route GET /readyz: removed"),
        (remove_status, "status POST /predict 415: removed"),
    ],
)
def test_what_breaks_clients_is_found(change: Callable[[Json, Json], None], broken: str) -> None:
    openapi, asyncapi = copy.deepcopy(OPENAPI), copy.deepcopy(ASYNCAPI)
    change(openapi, asyncapi)
    found = changes(NOW, promises(openapi, asyncapi))
    assert broken in found.breaking
    assert found.added == []


def test_what_is_added_breaks_nothing_and_is_found() -> None:
    asyncapi = copy.deepcopy(ASYNCAPI)
    schema(asyncapi, "Points")["properties"]["tilt"] = {"type": "number", "maximum": 90}
    schema(asyncapi, "Points")["properties"]["x"]["items"]["maximum"] = 10**6
    found = changes(NOW, promises(OPENAPI, asyncapi))
    assert found.breaking == []
    assert found.added == ["field Points.tilt", "type Points.tilt number"]
