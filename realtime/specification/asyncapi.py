"""The AsyncAPI document of the WebSocket: every message of both directions, and how it may end."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from msgspec import Struct

from realtime.protocol.client_messages import PROTOCOL_VERSION, WEBSOCKET_PATH, ClientMessage
from realtime.protocol.server_messages import Error, ServerMessage
from realtime.specification.schemas import REFERENCE, Schema, schema_components
from realtime.specification.stream_errors import STREAM_ERRORS, close_codes

CHANNEL = "ink"
DESCRIPTION = (
    "Strokes go to a server that reads handwriting, and answers come back while the pen moves. "
    "Each message is one text frame of JSON. Unknown fields are ignored, in both directions. "
    "Whole numbers are written without a point. "
    "realtime/protocol/PROTOCOL.md tells what messages do, and in which order they may come."
)
SECURITY = "token"

# A message, and examples of it by the name of its struct.
Examples = Mapping[str, Sequence[Mapping[str, Any]]]


def client_message_kinds() -> tuple[type[Struct], ...]:
    """The messages of a client."""
    return get_args(ClientMessage)


def server_message_kinds() -> tuple[type[Struct], ...]:
    """The messages of the server."""
    return get_args(ServerMessage)


def stream_schemas() -> dict[str, Schema]:
    """The schemas of all messages of the WebSocket, and of what they are made of, by name."""
    _, schemas = schema_components([ClientMessage, ServerMessage])
    codes = list(dict.fromkeys(error.code for error in STREAM_ERRORS))
    schemas[Error.__name__]["properties"]["code"]["enum"] = codes
    return schemas


def wire_type(kind: type[Struct]) -> str:
    """The `type` by which a message is known on the wire."""
    return str(kind.__struct_config__.tag)


def asyncapi_document(examples: Examples) -> dict[str, Any]:
    """The document, as `docs/asyncapi.yaml` has it."""
    client, server = client_message_kinds(), server_message_kinds()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Realtime handwriting",
            "version": str(PROTOCOL_VERSION),
            "description": DESCRIPTION,
            "license": {"name": "MIT"},
            "tags": [{"name": "handwriting"}],
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "localhost:8000",
                "protocol": "ws",
                "description": "As `make serve` starts it; behind a proxy with TLS it is `wss`.",
                "security": [{"$ref": f"#/components/securitySchemes/{SECURITY}"}],
            }
        },
        "channels": {
            CHANNEL: {
                "address": WEBSOCKET_PATH,
                "title": "A drawing and its answers",
                "description": "One connection is one drawing. The server sends `ready` first.",
                "messages": {
                    _name(kind): {"$ref": f"#/components/messages/{_name(kind)}"}
                    for kind in (*client, *server)
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
                "x-close-codes": {str(code): why for code, why in close_codes().items()},
                "x-error-codes": [
                    {
                        "code": error.code,
                        "meaning": error.meaning,
                        "closes": error.close_code,
                    }
                    for error in STREAM_ERRORS
                ],
            }
        },
        "operations": {
            "take": _operation("receive", "What a client may send.", client),
            "answer": _operation("send", "What the server sends.", server),
        },
        "components": {
            "messages": {
                _name(kind): _message(kind, examples.get(kind.__name__, ()))
                for kind in (*client, *server)
            },
            "schemas": dict(sorted(stream_schemas().items())),
            "securitySchemes": {
                SECURITY: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's token, where it has one. A page offers it as the "
                    "subprotocol `ink.token.…` beside `ink.v1`.",
                }
            },
        },
    }


def _operation(action: str, summary: str, kinds: Sequence[type[Struct]]) -> dict[str, Any]:
    channel = f"#/channels/{CHANNEL}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": summary,
        "messages": [{"$ref": f"{channel}/messages/{_name(kind)}"} for kind in kinds],
    }


def _message(kind: type[Struct], examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": wire_type(kind),
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").partition("\n")[0],
        "payload": {"$ref": REFERENCE.format(name=kind.__name__)},
    }
    if examples:
        message["examples"] = [{"payload": dict(example)} for example in examples]
    return message


def _name(kind: type[Struct]) -> str:
    """The name of a message in the document; `heartbeat` goes both ways, so that types are none."""
    return kind.__name__[0].lower() + kind.__name__[1:]
