"""Conversations with a real service in which each message comes at least once, and their examples.

They are in tests/conversations/, as session files. What people drew comes from
tests/recordings/.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection

from realtime.protocol.session_file import Recording, read_recording
from realtime.specification.asyncapi import (
    client_message_kinds,
    server_message_kinds,
    wire_type,
)
from tests.support.drawing import Client, Json, open_connection
from tests.support.files import RECORDINGS, ROOT
from tests.support.server import serve

CONVERSATIONS = ROOT / "tests" / "conversations"
# Of each message, each from another conversation.
EXAMPLES = 2
# The service sends a heartbeat after so long a silence.
PING_S = 0.3


class RecordingClient(Client):
    """A client that notes what it sends and gets; the service would leave out what it refuses."""

    def __init__(self, connection: ClientConnection) -> None:
        self._entries: list[str] = []
        self._began = time.monotonic()
        super().__init__(connection)

    def receive(self) -> Json:
        """The server's next message."""
        message = super().receive()
        self._note("recv", message)
        return message

    def send(self, message: Json | str | bytes) -> None:
        """Send a message."""
        super().send(message)
        self._note("send", message)

    def session_file(self) -> str:
        """What was said, as a session file with a line for each message."""
        return '{"format":"ink-session","v":1,"messages":[\n' + ",\n".join(self._entries) + "]}\n"

    def _note(self, direction: str, message: object) -> None:
        at_ms = round((time.monotonic() - self._began) * 1000, 1)
        entry = {"at": at_ms, direction: message}
        self._entries.append(json.dumps(entry, separators=(",", ":"), ensure_ascii=False))


def record_conversations() -> list[Path]:
    """Hold the conversations, and write their session files."""
    CONVERSATIONS.mkdir(exist_ok=True)
    return [_record(hold) for hold in (teaching, correcting)]


def teaching(client: Client) -> None:
    """Draw a 7, and teach it; take strokes back, and hear a refusal and a heartbeat."""
    client.send(
        {"type": "config", "v": 1, "canvas": {"width": 400, "height": 400}, "heartbeat": True}
    )
    drawn = _points("7-barred-neat")
    for seq, message in enumerate(drawn, client.seq + 1):
        client.seq = seq
        client.send({**message, "seq": seq})
        while message["end"] and not client.receive()["final"]:
            pass
    client.ask("teach", label="7")
    client.ask("erase", stroke=1)
    client.ask("undo")
    client.ask("redo")
    assert client.ask("erase", stroke=9)["code"] == "unknown_stroke"
    client.ask("clear")
    strokes = [{"x": one["x"], "y": one["y"]} for one in drawn if one["end"]]
    client.ask("examples", examples=[{"label": "7", "strokes": strokes}])
    client.ask("forget")
    assert client.receive()["type"] == "heartbeat"
    client.send({"type": "heartbeat"})


def correcting(client: Client) -> None:
    """Send a sum whole, and correct one of its signs."""
    client.send({"type": "config", "v": 1, "recognize": "line", "top": 2})
    columns: dict[int, Json] = {}
    for message in _points("line-207-neat"):
        one = columns.setdefault(message["stroke"], {"x": [], "y": [], "t": []})
        for name, values in one.items():
            values += message[name]
    client.ask("ink", strokes=list(columns.values()))
    client.ask("correct", strokes=[0], label="1")


@cache
def examples() -> dict[str, list[Json]]:
    """Examples of each message, by the name of its struct, from what was recorded.

    Raises:
        LookupError: there is none of some message.
    """
    found: dict[str, list[Json]] = {}
    directions = (("send", client_message_kinds()), ("recv", server_message_kinds()))
    for direction, kinds in directions:
        for kind in kinds:
            firsts = (
                _first(path, direction, wire_type(kind))
                for path in [*sorted(CONVERSATIONS.glob("*.json")), *RECORDINGS[:EXAMPLES]]
            )
            some = [example for example in firsts if example is not None][:EXAMPLES]
            if not some:
                raise LookupError(f"no recording has a message {wire_type(kind)!r} ({direction})")
            found[kind.__name__] = some
    return found


def _first(path: Path, direction: str, kind: str) -> Json | None:
    """The first message of a type in a session file; of a prediction the first final one."""
    for message in _messages(read_recording(path), direction):
        if message["type"] == kind and message.get("final", True):
            return message
    return None


def _messages(recording: Recording, direction: str) -> Iterator[Json]:
    for entry in recording.messages:
        raw: Any = getattr(entry, direction)
        if raw:
            yield json.loads(bytes(raw))


def _points(name: str) -> list[Json]:
    """The `points` messages of a recording."""
    recording = read_recording(ROOT / "tests" / "recordings" / f"{name}.json")
    return [one for one in _messages(recording, "send") if one["type"] == "points"]


def _record(hold: Callable[[Client], None]) -> Path:
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log", INK_MODELS="digit line", INK_PING_S=str(PING_S)) as server,
        open_connection(server.ws) as connection,
    ):
        client = RecordingClient(connection)
        hold(client)
    path = CONVERSATIONS / f"{hold.__name__}.json"
    path.write_text(client.session_file())
    return path
