"""A running service with engines: what it says of them, and of drawings."""

import json
import re
import urllib.request
from collections.abc import Sequence

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from tests.support.drawing import SEVEN, Client, Json, Point, stroke_arrays
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server, wait_until

Ink = Sequence[Sequence[Point]]

# Looks at the engine are soon, so that tests need not wait; requests are given time, since this
# machine may be busy.
SETTINGS = {
    "INK_ENGINE_DEADLINE_S": "5",
    "INK_ENGINE_RETRY_S": "0.5",
    "INK_ENGINE_CHECK_S": "0.5",
    "INK_PRECISION": "int8",
}


def readiness(server: Server) -> Json:
    """What `/readyz` answers."""
    with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
        assert response.status == 200
        text = response.read()
    RECEIVED_MESSAGES.check_answer("GET", "/readyz", response.status, text)
    answer: Json = json.loads(text)
    return answer


def changes(server: Server, state: str) -> int:
    """How often the log says that an engine went up, or down."""
    return len(re.findall(rf" realtime\.engines: engine_{state} ", server.log))


def wait_for_change(server: Server, state: str, times: int = 1) -> None:
    """Wait until the log says so many times that an engine went up, or down."""
    wait_until(lambda: changes(server, state) >= times)


def probability(network: CharacterNetwork, ink: Ink) -> float:
    """Of the likeliest label, as a network says."""
    raster = rasterize(stroke_arrays(ink))
    answer = CharacterRecognizer(network).recognize_raster(raster, Query())
    return round(answer.alternatives[0].probability, 6)


def drawn(client: Client, ink: Ink = SEVEN) -> float:
    """Draw something on an empty canvas; the probability of its likeliest label."""
    client.ask("clear")
    answer = client.draw(ink)
    assert answer["final"]
    p: float = answer["top"][0]["p"]
    return p
