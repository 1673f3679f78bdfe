"""The schemas of the WebSocket's messages, to check by them what the service sends.

They are those of docs/asyncapi.yaml, but closed: a field that they do not name is an error here,
while a client passes over it.
"""

import json
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from realtime.specification.asyncapi import (
    client_message_kinds,
    server_message_kinds,
    stream_schemas,
    wire_type,
)
from tests.support.drawing import Json


def schema_of(name: str, *, is_open: bool = False) -> Json:
    """The schema of a message, by the name of its struct, with all that it refers to.

    Fields that it does not name are an error, unless it `is_open`.
    """
    schemas = stream_schemas()
    components = {"schemas": schemas if is_open else closed(schemas)}
    return {"$ref": f"#/components/schemas/{name}", "components": components}


@cache
def server_validators() -> dict[str, Draft202012Validator]:
    """What checks messages of the service, by their type."""
    return {
        wire_type(kind): Draft202012Validator(schema_of(kind.__name__))
        for kind in server_message_kinds()
    }


@cache
def client_validators() -> dict[str, Draft202012Validator]:
    """What says which messages of a client the service takes, by their type."""
    return {
        wire_type(kind): Draft202012Validator(schema_of(kind.__name__, is_open=True))
        for kind in client_message_kinds()
    }


def violation(text: str | bytes) -> str | None:
    """What is wrong with a message of the service; None if it is as its schema says."""
    try:
        message = json.loads(text)
        validator = server_validators()[message["type"]]
    except (ValueError, KeyError, TypeError) as error:
        return f"no message of the service: {error!r}: {text[:200]!r}"
    wrong = first_error(validator, message)
    return f"{message['type']}: {wrong}" if wrong else None


def first_error(validator: Draft202012Validator, value: object) -> str | None:
    """The first thing that is wrong with a value; None where nothing is."""
    found = next(validator.iter_errors(value), None)
    if found is None:
        return None
    path = ".".join(map(str, found.instance_path))
    return f"{path}: {found.message[:200]}"


def closed(schema: Any) -> Any:  # noqa: ANN401  # any part of a schema
    """A schema that lets an object have the fields that it names, and no others."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if isinstance(found.get("properties"), dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found
