"""The schemas of HTTP answers, to check by them what the service answers.

They are those of `/openapi.json`, but closed, as those of messages are (`message_schemas.py`).
"""

import json
from functools import cache

from jsonschema_rs import Draft202012Validator

from realtime.specification.http_operations import JSON
from realtime.specification.openapi import openapi_document
from tests.support.drawing import Json
from tests.support.message_schemas import closed, first_error


@cache
def _specification() -> Json:
    found: Json = closed(openapi_document())
    return found


@cache
def _validator(method: str, path: str, status: int) -> Draft202012Validator | None:
    """What checks the JSON of an answer; None where there is to be none.

    Raises:
        KeyError: the route has no such status.
    """
    responses = _specification()["paths"][path][method]["responses"]
    schema = responses[str(status)].get("content", {}).get(JSON, {}).get("schema")
    if schema is None:
        return None
    return Draft202012Validator({**schema, "components": _specification()["components"]})


def answer_violation(method: str, path: str, status: int, body: bytes) -> str | None:
    """What is wrong with an answer of a route that is specified; None where nothing is."""
    route = f"{method} {path} {status}"
    if method.lower() not in _specification()["paths"].get(path, {}):
        return None
    try:
        validator = _validator(method.lower(), path, status)
    except KeyError:
        return f"{route}: this status is not specified"
    if validator is None:
        return None
    wrong = first_error(validator, json.loads(body))
    return f"{route}: {wrong}" if wrong else None
