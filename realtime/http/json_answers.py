"""JSON bodies of messages: the answers of all HTTP routes."""

import flask
import msgspec
from msgspec import Struct


def json_answer(message: Struct, status: int = 200) -> flask.Response:
    """The response whose body is a message; its fields are sorted, as Flask does it."""
    response = flask.jsonify(msgspec.to_builtins(message))
    response.status_code = status
    return response
