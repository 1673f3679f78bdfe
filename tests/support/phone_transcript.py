"""The transcript of the phones' examples, and its replay on a running service.

`examples/phones/transcript.jsonl` has one object a line: `do`, what a hand does; `send`, what the
examples then send; `recv`, what the service answers; `show`, what they then show. Interim answers
are left out, since it depends on the time whether there are any. A `config` opens a connection.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from realtime.protocol import messages
from realtime.protocol.client_messages import Config, Points
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


def play(url: str, sent: list[Json]) -> Iterator[Json]:
    """Send messages to a service, as they come in a transcript; its `send` and `recv` lines."""
    with ExitStack() as connections:
        client: Client | None = None
        for message in sent:
            decoded = messages.decode(json.dumps(message))
            if isinstance(decoded, Config):
                connections.close()
                client = connections.enter_context(open_session(url))
                yield {"recv": client.ready}
            assert client, "a transcript begins with a `config`"
            client.send(message)
            yield {"send": message}
            if isinstance(decoded, Config) or (isinstance(decoded, Points) and not decoded.end):
                continue
            answer = client.receive()
            while answer["type"] == "prediction" and not answer["final"]:
                answer = client.receive()
            yield {"recv": answer}


def said(answer: Json) -> object:
    """What an answer says that is the same each time, without times and probabilities."""
    decoded = messages.decode_answer(json.dumps(answer))
    if isinstance(decoded, Ready):
        return decoded.model.labels
    assert isinstance(decoded, Prediction), answer
    return decoded.seq, decoded.empty, decoded.rejected, decoded.strokes, shown(answer)


def shown(answer: Json) -> str | None:
    """What the examples show for an answer: a label, "?" where it is rejected, "" without ink."""
    if answer["type"] != "prediction":
        return None
    if answer["rejected"]:
        return "?"
    return answer["top"][0]["label"] if answer["top"] else ""
