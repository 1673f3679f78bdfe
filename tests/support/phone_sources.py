"""The sources of the phones' examples, parsed: their faults, and the fields of their messages."""

from collections.abc import Iterator
from pathlib import Path

import tree_sitter_kotlin
import tree_sitter_swift
from tree_sitter import Language, Node, Parser

from tests.support.files import ROOT

KOTLIN = sorted((ROOT / "examples" / "android").rglob("*.kt"))
SWIFT = sorted((ROOT / "examples" / "ios").rglob("*.swift"))
KOTLIN_MESSAGES = ROOT / "examples" / "android" / "Messages.kt"
SWIFT_MESSAGES = ROOT / "examples" / "ios" / "Sources" / "Ink" / "Messages.swift"
_LANGUAGES = {
    ".kt": Language(tree_sitter_kotlin.language()),
    ".swift": Language(tree_sitter_swift.language()),
}


def parse(source: Path) -> Node:
    """The syntax tree of a file."""
    return Parser(_LANGUAGES[source.suffix]).parse(source.read_bytes()).root_node


def faults(source: Path) -> list[str]:
    """Where a file cannot be parsed: line and column, from 1."""
    return [
        f"{source.name}:{node.start_point.row + 1}:{node.start_point.column + 1}"
        for node in _all(parse(source))
        if node.type == "ERROR" or node.is_missing
    ]


def kotlin_fields() -> dict[str, set[str]]:
    """The names that each function of `Messages.kt` puts into its message, by the message's type.

    They are the first arguments of `put` there and in the functions that it calls.
    """
    functions = {
        _text(name): function
        for function in _of_type(parse(KOTLIN_MESSAGES), "function_declaration")
        if (name := function.child_by_field_name("name"))
    }
    puts: dict[str, list[tuple[str, str]]] = {}
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        puts[name] = []
        calls[name] = {name}
        for call in _of_type(function, "call_expression"):
            callee, arguments = call.children[0], call.children[-1]
            values = [_text(one).strip('"') for one in arguments.named_children]
            if _text(callee).endswith("put") and values:
                puts[name].append((values[0], values[-1]))
            elif _text(callee) in functions:
                calls[name].add(_text(callee))
    fields = {}
    for name, pairs in puts.items():
        kinds = [value for key, value in pairs if key == "type"]
        if kinds:
            fields[kinds[0]] = {key for called in calls[name] for key, _ in puts[called]}
    return fields


def swift_fields() -> dict[str, set[str]]:
    """The properties of each message of `Messages.swift`, by the message's type.

    Those of structures that it has as properties are among them.
    """
    own: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for struct in _of_type(parse(SWIFT_MESSAGES), "class_declaration"):
        name = struct.child_by_field_name("name")
        body = struct.child_by_field_name("body")
        if name is None or body is None:
            continue
        own[_text(name)], named[_text(name)] = set(), {_text(name)}
        for member in body.children:
            if member.type != "property_declaration":
                continue
            patterns = [one for one in member.children if one.type == "pattern"]
            own[_text(name)] |= {_text(one) for one in patterns}
            named[_text(name)] |= {_text(one) for one in _of_type(member, "type_identifier")}
            if _text(patterns[0]) == "type" and (value := member.child_by_field_name("value")):
                kinds[_text(value).strip('"')] = _text(name)
    return {
        kind: {field for one in named[name] if one in own for field in own[one]}
        for kind, name in kinds.items()
    }


def multiline_string(source: Path) -> str:
    """The only string of a file between three quotes."""
    _, text, _ = source.read_text().split('"""')
    return text


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _of_type(node: Node, kind: str) -> Iterator[Node]:
    return (one for one in _all(node) if one.type == kind)


def _text(node: Node) -> str:
    return (node.text or b"").decode()
