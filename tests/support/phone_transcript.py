"""The transcript of the phones' examples, and its replay on a running service.

`examples/phones/transcript.jsonl` has one object a line: `do`, what a hand does; `send`, what the
examples then send; `recv`, what the service answers; `show`, what they then show. A `ready` opens a
connection. Interim answers are left out, since it depends on the time whether there are any.

`python -m tests.support.phone_transcript URL` writes anew what is received and shown, as when a
network was replaced. `make phones` says where `send` has to follow a change of the examples.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from realtime.protocol import messages
from realtime.protocol.server_messages import Prediction, Ready
from tests.support.drawing import Client, Json, open_session
from tests.support.files import ROOT

TRANSCRIPT = ROOT / "examples" / "phones" / "transcript.jsonl"


def read_transcript() -> list[Json]:
    """Its lines."""
    return [json.loads(line) for line in TRANSCRIPT.read_text().splitlines()]


def only(kind: str, lines: list[Json]) -> list[Any]:
    """What the lines of one kind say."""
    return [line[kind] for line in lines if kind in line]


def play(url: str, transcript: list[Json]) -> Iterator[Json]:
    """The transcript as it is with a service: all is sent to it, and its answers are received."""
    with ExitStack() as connections:
        client: Client | None = None
        answer: Json = {}
        for line in transcript:
            if "recv" in line and line["recv"]["type"] == "ready":
                connections.close()
                client = connections.enter_context(open_session(url))
                answer = client.ready
            elif "recv" in line:
                answer = _final_answer(client)
            elif "send" in line:
                assert client, "a transcript begins with a `ready`"
                client.send(line["send"])
            replaced = {"recv": answer, "show": shown(answer)}
            yield {kind: replaced.get(kind, said) for kind, said in line.items()}


def _final_answer(client: Client | None) -> Json:
    assert client, "a transcript begins with a `ready`"
    answer = client.receive()
    while answer["type"] == "prediction" and not answer["final"]:
        answer = client.receive()
    return answer


def said(answer: Json) -> object:
    """What an answer says that is the same each time, without times and probabilities."""
    decoded = messages.decode_answer(json.dumps(answer))
    if isinstance(decoded, Ready):
        return decoded.model.labels
    assert isinstance(decoded, Prediction), answer
    return decoded.seq, decoded.empty, decoded.rejected, decoded.strokes, shown(answer)


def shown(answer: Json) -> str | None:
    """What the examples show for an answer: a label, "?" where it is rejected, "" without ink."""
    if answer.get("type") != "prediction":
        return None
    if answer["rejected"]:
        return "?"
    return answer["top"][0]["label"] if answer["top"] else ""


if __name__ == "__main__":
    lines = [
        json.dumps(line, separators=(",", ":")) for line in play(sys.argv[1], read_transcript())
    ]
    TRANSCRIPT.write_text("".join(f"{line}\n" for line in lines))
