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
        _named(function): function
        for function in _of_type(parse(KOTLIN_MESSAGES), "function_declaration")
    }
    puts: dict[str, list[tuple[str, str]]] = {}
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        puts[name] = []
        calls[name] = {name}
        for call in _of_type(function, "call_expression"):
            callee, arguments = _text(call.children[0]), call.children[-1].named_children
            if callee.endswith("put") and arguments:
                puts[name].append((_unquoted(arguments[0]), _unquoted(arguments[-1])))
            elif callee in functions:
                calls[name].add(callee)
    return {
        value: {field for called in calls[name] for field, _ in puts[called]}
        for name, pairs in puts.items()
        for key, value in pairs
        if key == "type"
    }


def swift_fields() -> dict[str, set[str]]:
    """The properties of each message of `Messages.swift`, by the message's type.

    Those of structures that it has as properties are among them.
    """
    own: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for struct in _of_type(parse(SWIFT_MESSAGES), "class_declaration"):
        name, body = _named(struct), struct.child_by_field_name("body")
        own[name], parts[name] = set(), {name}
        for member in body.children if body else ():
            if member.type != "property_declaration":
                continue
            fields = [_text(one) for one in member.children if one.type == "pattern"]
            own[name].update(fields)
            parts[name].update(_text(one) for one in _of_type(member, "type_identifier"))
            value = member.child_by_field_name("value")
            if fields == ["type"] and value:
                kinds[_unquoted(value)] = name
    return {
        kind: {field for part in parts[name] if part in own for field in own[part]}
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


def _named(node: Node) -> str:
    """The name of a declaration."""
    name = node.child_by_field_name("name")
    return _text(name) if name else ""


def _unquoted(node: Node) -> str:
    return _text(node).strip('"')


def _text(node: Node) -> str:
    return (node.text or b"").decode()
