"""The reference page: both specifications as a page of Markdown, to be read without a network."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]

HEADER = """\
# Reference

<!-- Written by `make specification` from the code; change that instead. -->

Every message, route, status and code, as [openapi.json](openapi.json) and
[asyncapi.yaml](asyncapi.yaml) have them for programs. What messages do, and in which order they may
come, is told by [PROTOCOL.md](../realtime/protocol/PROTOCOL.md).
"""
_WIDTH = 100


def reference_page(openapi: Mapping[str, Any], asyncapi: Mapping[str, Any]) -> str:
    """The page, as docs/reference.md has it."""
    return "\n".join([HEADER, *_stream(asyncapi), *_routes(openapi), *_schemas(openapi, asyncapi)])


def _stream(asyncapi: Mapping[str, Any]) -> Iterable[str]:
    [channel] = asyncapi["channels"].values()
    components = asyncapi["components"]
    yield f"## The WebSocket `{channel['address']}`\n"
    yield f"{channel['description']}\n"
    titles = {"receive": "### Client → server\n", "send": "### Server → client\n"}
    for operation in asyncapi["operations"].values():
        yield titles[operation["action"]]
        for reference in operation["messages"]:
            message = components["messages"][_name(reference)]
            schema = components["schemas"][_name(message["payload"])]
            yield f"#### `{message['name']}`\n"
            yield from _fields(schema)
            for example in message.get("examples", [])[:1]:
                yield f"```json\n{_shortened(example['payload'])}\n```\n"
    yield "### Errors\n"
    yield from _table(
        ("`code`", "meaning", "the connection"),
        [
            (f"`{one['code']}`", one["meaning"], _end(one["closes"]))
            for one in channel["x-error-codes"]
        ],
    )
    yield "### Close codes\n"
    yield from _table(("code", "why"), channel["x-close-codes"].items())


def _end(close_code: int | None) -> str:
    return "stays open" if close_code is None else f"is closed with {close_code}"


def _routes(openapi: Mapping[str, Any]) -> Iterable[str]:
    yield "## HTTP\n"
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield f"### `{method.upper()} {path}`\n"
            token = " Wants the server's token, where it has one." if operation["security"] else ""
            yield f"{operation['summary']}{token}\n"
            if parameters := operation.get("parameters"):
                rows = [(f"`{one['name']}`", one["description"]) for one in parameters]
                yield from _table(("in the URL", "meaning"), rows)
            for kind, sent in operation.get("requestBody", {}).get("content", {}).items():
                yield f"Takes {_body(kind, sent['schema'])}.\n"
            responses = operation["responses"]
            named = [set(response.get("headers", ())) for response in responses.values()]
            common = set.intersection(*named)
            yield from _table(("status", "meaning", "body", "headers"), _answers(responses, common))
            if common:
                names = ", ".join(f"`{name}`" for name in sorted(common))
                yield f"All of these have {names}.\n"
            for kind, sent in operation.get("requestBody", {}).get("content", {}).items():
                if "properties" in sent["schema"]:
                    yield f"The fields of {kind}:\n"
                    yield from _fields(sent["schema"])


def _answers(responses: Mapping[str, Any], common: set[str]) -> Iterable[tuple[str, ...]]:
    """A row for each answer, and for each code of a refusal; without headers that all have."""
    for status, response in responses.items():
        bodies = ", ".join(_body(*one) for one in _contents(response))
        own = [name for name in response.get("headers", ()) if name not in common]
        headers = ", ".join(f"`{name}`" for name in own)
        for meaning in response["description"].splitlines():
            yield status, meaning.removeprefix("- "), bodies, headers


def _contents(response: Mapping[str, Any]) -> Iterable[tuple[str, Schema]]:
    return [(kind, sent["schema"]) for kind, sent in response.get("content", {}).items()]


def _body(kind: str, schema: Schema) -> str:
    if "allOf" in schema:
        schema = schema["allOf"][0]
    return _type(schema) if "$ref" in schema else f"`{kind}`"


def _schemas(openapi: Mapping[str, Any], asyncapi: Mapping[str, Any]) -> Iterable[str]:
    """What messages are made of, and those of HTTP; messages of the WebSocket have come before."""
    shown = {_name(one["payload"]) for one in asyncapi["components"]["messages"].values()}
    schemas = asyncapi["components"]["schemas"] | openapi["components"]["schemas"]
    yield "## What these are made of\n"
    for name, schema in sorted(schemas.items()):
        if name not in shown:
            yield f"### {name}\n"
            yield from _fields(schema)


def _fields(schema: Schema) -> Iterable[str]:
    if text := schema.get("description"):
        yield f"{text}\n"
    required = schema.get("required", ())
    rows = [
        (
            f"`{name}`" + ("" if name in required else "?"),
            _type(one),
            one.get("description", ""),
        )
        for name, one in schema.get("properties", {}).items()
        if name != "type"
    ]
    if rows:
        yield from _table(("field", "type", "meaning"), rows)


def _type(schema: Schema) -> str:
    """The type of a field in words, with its limits."""
    if "$ref" in schema:
        name = _name(schema)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_type(schema['items'])}{_limits(schema, 'Items')}"
    if kind == "object" and isinstance(values := schema.get("additionalProperties"), dict):
        return f"object of {_type(values)}"
    default = schema.get("default")
    unsent = "" if default in (None, [], {}) else f", by default `{json.dumps(default)}`"
    above = schema.get("exclusiveMinimum")
    over = "" if above is None else f", above {above:,}"
    return kind + over + _limits(schema, "imum") + _limits(schema, "Length") + unsent


# What the limits of a schema count.
_COUNTED = {"imum": "", "Length": " characters", "Items": " of them"}


def _limits(schema: Schema, what: str) -> str:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    counted = _COUNTED[what]
    if least is None and most is None:
        return ""
    if most is None:
        return f", {least:,} or more{counted}"
    if least is None:
        return f", at most {most:,}{counted}"
    return f", {least:,}{counted}" if least == most else f", {least:,} to {most:,}{counted}"


def _shortened(value: object) -> str:
    """JSON whose long lists are cut, in lines that fit the page."""
    text = json.dumps(_cut(value), ensure_ascii=False).replace('"…"', "…")
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _cut(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in value.items()}
    if isinstance(value, list):
        some = [_cut(one) for one in value[:3]]
        return [*some, "…"] if len(value) > len(some) else some
    return value


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterable[str]:
    cells = list(head)
    yield f"| {' | '.join(cells)} |"
    yield "|" + "---|" * len(cells)
    for row in rows:
        yield "| " + " | ".join(" ".join(one.replace("|", "\\|").split()) for one in row) + " |"
    yield ""


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
