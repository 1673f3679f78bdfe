"""The service with an engine, and people who draw on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.engines.service import readiness
from tests.support.metrics import read_metrics
from tests.support.server import Server, serve, wait_until
from tests.support.simulated_users import SimulatedUsers, simulate_users

USERS = 12


@contextmanager
def drawn_on(folder: Path, **settings: str) -> Iterator[tuple[Server, SimulatedUsers]]:
    """The service with these settings, and people who draw on it until the block ends.

    The block begins when the engine is up; at its end each has the answers to all it drew.
    """
    environment = {"INK_ENGINE_RETRY_S": "0.5"} | settings
    with serve(folder / "service.log", environment=environment) as server:
        wait_until(lambda: engine_state(server)["state"] == "up", 30)
        with simulate_users(server.ws, USERS) as users:
            yield server, users
        assert_all_answered(users)


def assert_all_answered(users: SimulatedUsers) -> None:
    """Nobody lost an answer or a connection, and every answer was right."""
    assert not users.failures
    assert all(not user.wrong_answers for user in users.users)
    assert all(user.reconnects == 0 for user in users.users)


def engine_state(server: Server, task: str = "digit") -> dict[str, str]:
    """What `/readyz` says of the engine of a task: its url, state and reason."""
    state: dict[str, str] = readiness(server)["recognizers"][task]["engine"]
    return state


def answered_by_engine(server: Server) -> float:
    """Requests that the engine of digits has answered."""
    return requests_to_engine(server).get("answered", 0.0)


def requests_to_engine(server: Server) -> dict[str, float]:
    """Requests to the engine of digits so far, by outcome."""
    prefix = "ink_engine_requests_total"
    found = {name: value for name, value in read_metrics(server).items() if prefix in name}
    return {
        name.split("{outcome=")[1].split("}")[0]: value
        for name, value in found.items()
        if "{recognizer=digit}" in name
    }


def wait_for_more_drawings(users: SimulatedUsers, count: int = 3 * USERS) -> None:
    """Wait until some more drawings have their answers."""
    enough = users.drawings + count
    wait_until(lambda: users.drawings >= enough, 60)
