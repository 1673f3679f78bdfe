"""Tests of the phones' examples: what they send is the protocol, and is answered as they say.

`make phones` compiles them, and holds what they really send against the same transcript.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realtime.protocol import messages
from tests.support.phone_sources import KOTLIN, SWIFT, faults, kotlin_fields, swift_fields
from tests.support.phone_transcript import only, play, read_transcript, said
from tests.support.server import Server


def names(value: object) -> set[str]:
    """All names of fields in a message, at any depth."""
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in names(inner)}
    if isinstance(value, list):
        return {name for inner in value for name in names(inner)}
    return set()


@pytest.mark.parametrize("message", only("send", read_transcript()), ids=lambda one: one["type"])
def test_each_message_is_the_protocols(message: dict[str, Any]) -> None:
    decoded = msgspec.json.encode(messages.decode(json.dumps(message)))
    assert message.items() <= msgspec.json.decode(decoded).items(), "and has no other field"


def test_the_service_answers_as_the_transcript_says(server: Server) -> None:
    transcript = read_transcript()
    played = list(play(server.ws, transcript))
    expected = [said(answer) for answer in only("recv", transcript)]
    assert [said(answer) for answer in only("recv", played)] == expected
    assert only("show", played) == only("show", transcript)
    assert {"7", "1", "4", "?", ""} <= set(only("show", transcript))


@pytest.mark.parametrize("source", KOTLIN + SWIFT, ids=lambda path: path.name)
def test_a_source_can_be_parsed(source: Path) -> None:
    assert faults(source) == []


def test_the_sources_have_the_fields_of_the_transcript() -> None:
    fields: dict[str, set[str]] = {}
    for message in only("send", read_transcript()):
        fields.setdefault(message["type"], set()).update(names(message))
    assert kotlin_fields() == fields
    assert swift_fields() == fields
