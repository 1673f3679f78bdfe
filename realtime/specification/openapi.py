"""The OpenAPI document of the HTTP routes, from their operations and their messages."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from realtime.protocol.client_messages import PROTOCOL_VERSION
from realtime.protocol.http_messages import RefusalAnswer
from realtime.specification.http_operations import JSON, OPERATIONS
from realtime.specification.operation import Answer, HTTPRefusal, Operation
from realtime.specification.schemas import REFERENCE, Schema, schema_components

DESCRIPTION = (
    "The HTTP routes of a server that reads handwriting while it is drawn. The WebSocket at `/ws`, "
    "which most clients want, is described by the AsyncAPI document (docs/asyncapi.yaml). A "
    "refusal has a JSON body with a `code` for programs and a sentence for people. What is at no "
    "path is refused with 404, a method that a path does not have with 405; their bodies are the "
    "same."
)
TOKEN_SCHEME = "token"  # noqa: S105  # the name of the scheme

HEADERS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "Retry-After": {
            "description": "Seconds after which the same may succeed.",
            "schema": {"type": "integer", "minimum": 0},
        },
        "X-RateLimit-Limit": {
            "description": "Requests that one address may send in a minute.",
            "schema": {"type": "integer", "minimum": 0},
        },
        "X-RateLimit-Remaining": {
            "description": "Those that are left in this minute.",
            "schema": {"type": "integer", "minimum": 0},
        },
        "X-RateLimit-Reset": {
            "description": "When the next minute begins, in seconds since 1970.",
            "schema": {"type": "number"},
        },
        "WWW-Authenticate": {
            "description": "How the token is presented.",
            "schema": {"type": "string"},
        },
        "ETag": {"description": "Names this content.", "schema": {"type": "string"}},
        "Cache-Control": {
            "description": "It may be stored, and has to be asked for each time.",
            "schema": {"type": "string"},
        },
    }
)
_LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")
# Headers of refusals, by status.
_REFUSAL_HEADERS: Mapping[int, Sequence[str]] = MappingProxyType({401: ("WWW-Authenticate",)})


def openapi_document() -> dict[str, Any]:
    """The document, as it is served and as `docs/openapi.json` has it."""
    messages = {
        kind
        for one in OPERATIONS
        for kind in (one.body, *(answer.body for answer in one.answers))
        if isinstance(kind, type)
    }
    ordered = sorted(messages | {RefusalAnswer}, key=lambda kind: kind.__name__)
    _, schemas = schema_components(ordered)
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Realtime handwriting",
            "version": str(PROTOCOL_VERSION),
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # Where this document was loaded from, also under a sub-path.
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "headers": {name: dict(header) for name, header in HEADERS.items()},
            "securitySchemes": {
                TOKEN_SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's token, where it has one. A WebSocket of a page "
                    "offers it as the subprotocol `ink.token.…` instead.",
                }
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "security": [{}, {TOKEN_SCHEME: []}] if operation.wants_token else [],
    }
    if operation.query:
        described["parameters"] = [
            {"name": name, "in": "query", **parameter}
            for name, parameter in operation.query.items()
        ]
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _request_content(operation.body)}
    limit_headers = _LIMIT_HEADERS if operation.is_limited else ()
    responses = {
        answer.status: _response(
            answer.meaning, _content(answer), [*answer.headers, *limit_headers]
        )
        for answer in operation.answers
    }
    for status in sorted({refusal.status for refusal in operation.refusals}):
        same = [refusal for refusal in operation.refusals if refusal.status == status]
        headers = dict.fromkeys([*_REFUSAL_HEADERS.get(status, ()), *limit_headers])
        if status in (429, 503):
            headers["Retry-After"] = None
        responses[status] = _refusal_response(same, headers)
    described["responses"] = {str(status): responses[status] for status in sorted(responses)}
    return described


def _request_content(body: type | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(body, type):
        return {JSON: {"schema": _reference(body)}}
    return {"multipart/form-data": {"schema": dict(body)}}


def _content(answer: Answer) -> dict[str, Any]:
    if answer.body is None:
        return {}
    if isinstance(answer.body, str):
        kind: Schema = {"type": "object"} if answer.body == JSON else {"type": "string"}
        return {answer.body: {"schema": kind}}
    return {JSON: {"schema": _reference(answer.body)}}


def _refusal_response(refusals: Sequence[HTTPRefusal], headers: Iterable[str]) -> dict[str, Any]:
    """What one status of an operation tells: the form of all refusals, with these codes alone."""
    codes = {"enum": [refusal.code for refusal in refusals]}
    narrowed = {"properties": {"error": {"properties": {"code": codes}}}}
    schema = {"allOf": [_reference(RefusalAnswer), narrowed]}
    meaning = "\n".join(f"- `{refusal.code}`: {refusal.meaning}" for refusal in refusals)
    return _response(meaning, {JSON: {"schema": schema}}, headers)


def _response(meaning: str, content: dict[str, Any], headers: Iterable[str]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": meaning}
    if named := {name: {"$ref": f"#/components/headers/{name}"} for name in headers}:
        response["headers"] = named
    if content:
        response["content"] = content
    return response


def _reference(kind: type[Struct] | type) -> Schema:
    return {"$ref": REFERENCE.format(name=kind.__name__)}
