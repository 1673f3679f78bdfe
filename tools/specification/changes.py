"""What has changed between two specifications: what breaks clients, and what was added.

Both are compared by what a client can rely on: names (of routes, statuses, codes, messages, fields,
values), limits, and which fields have to be there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]

# A limit that grows lets more through, or less.
UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems")


@dataclass
class Promises:
    """What a client can rely on.

    Attributes:
        names: of all that there is, such as `field points.x` or `status POST /predict 413`.
        limits: numbers by the field and the kind of limit.
        required: fields that a message always has, or has to have.
        sent_by_clients: the schemas of what clients send, also in session files.
        sent_by_server: the schemas of what the server sends.
    """

    names: set[str] = field(default_factory=set)
    limits: dict[tuple[str, str], float] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    sent_by_clients: set[str] = field(default_factory=set)
    sent_by_server: set[str] = field(default_factory=set)


@dataclass
class Changes:
    """What is different; each in words.

    Attributes:
        breaking: what a client relied on, and can no longer.
        added: what is new, by the names of `Promises`.
    """

    breaking: list[str]
    added: list[str]


def promises(openapi: Document, asyncapi: Document) -> Promises:
    """What both documents promise."""
    found = Promises()
    found.names.update(_routes(openapi))
    found.names.update(_stream(asyncapi))
    schemas = openapi["components"]["schemas"] | asyncapi["components"]["schemas"]
    for name, schema in schemas.items():
        found.names.add(f"schema {name}")
        for place, one in schema.get("properties", {}).items():
            found.names.add(f"field {name}.{place}")
            _read(found, f"{name}.{place}", one)
        found.required.update(f"{name}.{place}" for place in schema.get("required", ()))
    senders = {"receive": found.sent_by_clients, "send": found.sent_by_server}
    for one in asyncapi["operations"].values():
        for reference in one["messages"]:
            payload = asyncapi["components"]["messages"][_last(reference)]["payload"]
            _reach(senders[one["action"]], payload, schemas)
    for methods in openapi["paths"].values():
        for operation in methods.values():
            _reach(found.sent_by_clients, operation.get("requestBody"), schemas)
            contents = [one.get("content") for one in operation["responses"].values()]
            _reach(found.sent_by_server, contents, schemas)
    return found


def changes(old: Promises, new: Promises) -> Changes:
    """What is different in `new`."""
    breaking = [f"{name}: removed" for name in sorted(old.names - new.names)]
    breaking += [
        f"limit {place} {kind}: narrowed"
        for place, kind in sorted(old.limits.keys() | new.limits.keys())
        if _was_there(place, old)
        and _is_narrowed(kind, old.limits.get((place, kind)), new.limits.get((place, kind)))
    ]
    for name in sorted(old.required ^ new.required):
        schema = name.partition(".")[0]
        if f"schema {schema}" not in old.names & new.names:
            continue
        if name in new.required and schema in old.sent_by_clients:
            breaking.append(f"field {name}: has to be sent now")
        if name in old.required and schema in old.sent_by_server:
            breaking.append(f"field {name}: may be missing now")
    return Changes(breaking, sorted(new.names - old.names))


def _was_there(place: str, old: Promises) -> bool:
    """Whether what is limited was there before."""
    return f"field {place.rstrip('[]')}" in old.names


def _is_narrowed(kind: str, old: float | None, new: float | None) -> bool:
    if new is None or new == old:
        return False
    if old is None:
        return True
    return new < old if kind in UPPER_LIMITS else new > old


def _routes(openapi: Document) -> Iterator[str]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            route = f"{method.upper()} {path}"
            yield f"route {route}"
            for parameter in operation.get("parameters", ()):
                yield f"query {route} {parameter['name']}"
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name in content["schema"].get("properties", ()):
                    yield f"form {route} {name}"
            for status, response in operation["responses"].items():
                yield f"status {route} {status}"
                for header in response.get("headers", ()):
                    yield f"header {route} {status} {header}"
                for kind, content in response.get("content", {}).items():
                    yield f"body {route} {status} {kind}"
                    for code in _codes(content["schema"]):
                        yield f"code {route} {status} {code}"


def _codes(schema: Document) -> list[str]:
    """The codes of a refusal."""
    for part in schema.get("allOf", ()):
        if "properties" in part:
            codes: list[str] = part["properties"]["error"]["properties"]["code"]["enum"]
            return codes
    return []


def _stream(asyncapi: Document) -> Iterator[str]:
    [channel] = asyncapi["channels"].values()
    yield f"channel {channel['address']}"
    for operation in asyncapi["operations"].values():
        for reference in operation["messages"]:
            yield f"message {operation['action']} {_last(reference)}"
    for code in channel["x-close-codes"]:
        yield f"close code {code}"
    for error in channel["x-error-codes"]:
        yield f"error {error['code']} {error['closes'] or 'open'}"


def _read(found: Promises, path: str, schema: Document) -> None:
    """Note what a field may be, and its limits."""
    for one in schema.get("anyOf", [schema]):
        if one is not schema:
            _read(found, path, one)
            continue
        if "$ref" in one:
            found.names.add(f"type {path} {_last(one)}")
        for kind in (one["type"],) if "type" in one else ():
            found.names.add(f"type {path} {kind}")
        for value in one.get("enum", ()):
            found.names.add(f"value {path} {value}")
        for kind in (*UPPER_LIMITS, *LOWER_LIMITS):
            if kind in one:
                found.limits[path, kind] = one[kind]
        for within in ("items", "additionalProperties"):
            if isinstance(one.get(within), dict):
                _read(found, f"{path}[]", one[within])


def _reach(reached: set[str], part: Any, schemas: Document) -> None:  # noqa: ANN401  # any JSON
    """Note all schemas that a part of a document refers to."""
    if isinstance(part, list):
        for one in part:
            _reach(reached, one, schemas)
    elif isinstance(part, dict):
        if "$ref" in part and (name := _last(part)) not in reached:
            reached.add(name)
            _reach(reached, schemas[name], schemas)
        for one in part.values():
            _reach(reached, one, schemas)


def _last(reference: Document) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
