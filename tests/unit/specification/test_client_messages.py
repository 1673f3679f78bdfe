"""Tests of client messages made up from their schemas: taken or refused as these say."""

import json
from functools import cache
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.specification.asyncapi import asyncapi_document, client_message_kinds, wire_type
from realtime.specification.schemas import BEYOND_SCHEMA
from tests.support.drawing import Json
from tests.support.message_schemas import client_validators, schema_of

KINDS = {wire_type(kind): kind.__name__ for kind in client_message_kinds()}
# The columns of points, wherever they are: in a message, in a stroke, in an example's stroke.
COLUMNS = ("x", "y", "t", "p")

BOUNDED = settings(
    max_examples=25,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
# What may stand where something else was: values at the limits, and of each type.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from(
        [2**53 - 1, 2**53, -100_000, 100_000, 100_001, 1000, 1001, 0.5, 1.5, 1e30, 3.0]
    ),
    st.text(max_size=3),
    st.sampled_from(["a" * 100, "a" * 101, "é" * 100, "😀" * 100, "😀" * 101]),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=2),
)


def as_written(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """A value as JavaScript writes it: 1.0 is whole by a schema, but not to the service."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [as_written(one) for one in value]
    return (
        {key: as_written(one) for key, one in value.items()} if isinstance(value, dict) else value
    )


@cache
def messages_of(kind: str, mode: Literal["POSITIVE", "NEGATIVE"]) -> st.SearchStrategy[Any]:
    """Messages of a type that its schema allows, or some that it does not.

    They are made up by schemathesis, as the body of a request. It is loaded here and not by every
    process that only collects these tests: that takes seconds.
    """
    from schemathesis.core import NOT_SET
    from schemathesis.generation import GenerationMode
    from schemathesis.openapi import from_dict

    schema = schema_of(KINDS[kind])
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": schema["$ref"]}}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "It is taken."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "messages", "version": "1"},
        "paths": {"/": {"post": operation}},
        "components": schema["components"],
    }
    cases = from_dict(document)["/"]["POST"].as_strategy(generation_mode=GenerationMode[mode])
    bodies = cases.map(lambda case: as_written(case.body))
    return bodies.filter(lambda body: body is not NOT_SET)


def is_taken(message: object) -> bool:
    """Whether the service takes a message, before any rule of the drawing."""
    try:
        messages.decode(message if isinstance(message, bytes) else json.dumps(message))
    except MessageError:
        return False
    return True


def has_unequal_columns(value: object) -> bool:
    """Whether columns somewhere are not of equal length, which no schema can say."""
    if isinstance(value, list):
        return any(map(has_unequal_columns, value))
    if not isinstance(value, dict):
        return False
    lengths = {len(value[name]) for name in COLUMNS if isinstance(value.get(name), list)}
    return len(lengths) > 1 or any(map(has_unequal_columns, value.values()))


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that is in a JSON value."""
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, part in parts for place in ((*path, key), *places(part, (*path, key)))]


def test_what_no_schema_can_say_is_said_in_words() -> None:
    assert set(BEYOND_SCHEMA) == {"Points", "InkStroke", "ExampleStroke"}


@pytest.mark.parametrize("kind", KINDS)
@BOUNDED
@given(data=st.data())
def test_what_the_schema_allows_is_taken(kind: str, data: st.DataObject) -> None:
    message = data.draw(messages_of(kind, "POSITIVE"))
    assert client_validators()[kind].is_valid(message)
    assert is_taken(message) or has_unequal_columns(message)


@pytest.mark.parametrize("kind", KINDS)
@BOUNDED
@given(data=st.data())
def test_other_messages_are_taken_or_refused_as_the_schema_says(
    kind: str, data: st.DataObject
) -> None:
    message = data.draw(messages_of(kind, "NEGATIVE"))
    if not isinstance(message, dict) or message.get("type") != kind:
        assert not is_taken(message) or message["type"] in KINDS
        return
    is_valid = client_validators()[kind].is_valid(message)
    assert is_taken(message) == is_valid or has_unequal_columns(message)


@pytest.mark.parametrize("kind", KINDS)
@BOUNDED
@given(data=st.data())
def test_a_changed_message_is_taken_or_refused_as_the_schema_says(
    kind: str, data: st.DataObject
) -> None:
    message: Json = data.draw(messages_of(kind, "POSITIVE"))
    place = data.draw(
        st.sampled_from([path for path in places(message) if path != ("type",)] or [("x",)])
    )
    holder: Any = message
    for key in place[:-1]:
        holder = holder[key]
    if data.draw(st.booleans()) and isinstance(holder, dict):
        holder.pop(place[-1], None)
    else:
        holder[place[-1]] = data.draw(VALUES)
    is_valid = client_validators()[kind].is_valid(message)
    assert is_taken(message) == is_valid or has_unequal_columns(message)


def test_whole_numbers_are_written_without_a_point() -> None:
    assert client_validators()["undo"].is_valid({"type": "undo", "seq": 1.0})
    assert not is_taken({"type": "undo", "seq": 1.0})
    assert is_taken(as_written({"type": "undo", "seq": 1.0}))
    assert "without a point" in asyncapi_document({})["info"]["description"]


def test_unequal_columns_alone_are_refused_beyond_the_schema() -> None:
    message = {"type": "points", "seq": 1, "stroke": 0, "x": [1, 2], "y": [1], "t": [0, 1]}
    assert client_validators()["points"].is_valid(message)
    assert has_unequal_columns(message)
    assert not is_taken(message)
