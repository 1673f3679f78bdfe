"""JSON schemas of the messages, for both specifications: made by msgspec from the messages.

What msgspec leaves open is added here: what each field is, from the docstring of its message; what
`msgspec.Raw` holds; and in words what no JSON schema can say.
"""

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct

from realtime.protocol.client_messages import ClientMessage
from realtime.protocol.server_messages import ServerMessage
from realtime.protocol.session_file import Entry, Recording

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"

# What else is true of a message that is taken, by the name of its schema.
BEYOND_SCHEMA: Mapping[str, str] = MappingProxyType(
    {
        "Points": "All columns have as many values as `x`.",
        "InkStroke": "All columns have as many values as `x`.",
        "ExampleStroke": "`y` has as many values as `x`.",
    }
)

# The attributes in a docstring: the name of each, and what it is, which may take several lines.
_ATTRIBUTES = re.compile(r"^Attributes:\n((?:[ ]+.*\n?|\n)+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n     .*)*)", re.MULTILINE)


def schema_components(kinds: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """Schemas of types of messages, and of all that they are made of.

    Args:
        kinds: structs, or unions of them.

    Returns:
        A reference, or a union of them, for each of `kinds`; and the schemas by name, which are to
        be put where the references point (`REFERENCE`).
    """
    wanted = list(kinds)
    # The messages within a session file, which it holds as text.
    held = [ClientMessage, ServerMessage] if Recording in _structs(wanted) else []
    schemas, components = msgspec.json.schema_components([*wanted, *held], ref_template=REFERENCE)
    found = {kind.__name__: kind for kind in _structs([*wanted, *held])}
    for name, schema in components.items():
        _describe(schema, found[name])
    if held:
        properties = components[Entry.__name__]["properties"]
        properties["send"], properties["recv"] = schemas[len(wanted) :]
    references: list[Schema] = _portable(list(schemas[: len(wanted)]))
    portable: dict[str, Schema] = _portable(components)
    return references, portable


def _structs(kinds: Iterable[Any]) -> set[type[Struct]]:
    """All structs that types are made of."""
    found: set[type[Struct]] = set()
    for kind in msgspec.inspect.multi_type_info(kinds):
        found.update(_structs_of(kind, found))
    return found


def _structs_of(kind: msgspec.inspect.Type, seen: set[type[Struct]]) -> Iterator[type[Struct]]:
    match kind:
        case msgspec.inspect.StructType():
            if kind.cls not in seen:
                seen.add(kind.cls)
                yield kind.cls
                for field in kind.fields:
                    yield from _structs_of(field.type, seen)
        case msgspec.inspect.UnionType():
            for one in kind.types:
                yield from _structs_of(one, seen)
        case msgspec.inspect.ListType():
            yield from _structs_of(kind.item_type, seen)
        case msgspec.inspect.DictType():
            yield from _structs_of(kind.value_type, seen)
        case msgspec.inspect.Metadata():
            yield from _structs_of(kind.type, seen)


def _describe(schema: Schema, kind: type[Struct]) -> None:
    """Say what a message and its fields are, as its docstring does."""
    text = inspect.getdoc(kind) or ""
    attributes = _ATTRIBUTES.search(text)
    summary = text[: attributes.start()] if attributes else text
    beyond = BEYOND_SCHEMA.get(kind.__name__)
    paragraphs = (part.strip() for part in (summary, beyond or ""))
    schema["description"] = "\n\n".join(part for part in paragraphs if part)
    for name, meaning in _ATTRIBUTE.findall(attributes[1] if attributes else ""):
        described = schema["properties"][name]
        words = textwrap.fill(" ".join(meaning.split()), 10_000)
        schema["properties"][name] = {"description": words, **described}


def _portable(schema: Any) -> Any:  # noqa: ANN401  # any part of a schema
    """A schema without what only some of its readers know.

    - The end of Python's patterns is another one in those of JavaScript, which JSON schemas have.
    - A tuple of equal values is a list of that length, for readers of older drafts too.
    """
    if isinstance(schema, list):
        return [_portable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _portable(value) for name, value in schema.items()}
    if isinstance(found.get("pattern"), str):
        found["pattern"] = found["pattern"].replace(r"\Z", "$")
    prefix = found.get("prefixItems")
    if prefix and all(item == prefix[0] for item in prefix):
        del found["prefixItems"]
        found["items"] = prefix[0]
    return found
