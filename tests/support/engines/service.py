"""A running service, and what it says of its engines."""

import json
import re
import urllib.request

from tests.support.drawing import Json
from tests.support.server import Server, wait_until

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
        answer: Json = json.loads(response.read())
    return answer


def changes(server: Server, state: str) -> int:
    """How often the log says that an engine went up, or down."""
    return len(re.findall(rf" realtime\.engines: engine_{state} ", server.log))


def wait_for_change(server: Server, state: str, times: int = 1) -> None:
    """Wait until the log says so many times that an engine went up, or down."""
    wait_until(lambda: changes(server, state) >= times)
