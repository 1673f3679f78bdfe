"""A recognizer that waits for something outside the process holds up nobody but its own session."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from realtime.websocket.scheduler import REMOTE_INTERIMS
from tests.support import remote_recognizer
from tests.support.drawing import ONE, SEVEN, open_session, points_message
from tests.support.server import Server, serve

PEOPLE = 2 * REMOTE_INTERIMS


@pytest.fixture(scope="module")
def remote_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with one worker, whose recognizer takes `DELAY_S`."""
    log = tmp_path_factory.mktemp("remote") / "log"
    with serve(log, application=remote_recognizer.APPLICATION) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_many_are_answered_at_once(remote_server: Server) -> None:
    def draw(number: int) -> tuple[str, float]:
        with open_session(remote_server.ws) as client:
            began = time.monotonic()
            answer = client.draw(SEVEN if number % 2 else ONE)
            return answer["top"][0]["label"], time.monotonic() - began

    with ThreadPoolExecutor(PEOPLE) as people:
        answers = list(people.map(draw, range(PEOPLE)))
    assert [label for label, _ in answers] == ["1", "7"] * (PEOPLE // 2)
    # One after the other the last of them would wait for all.
    assert max(seconds for _, seconds in answers) < remote_recognizer.DELAY_S * PEOPLE / 2


def test_interim_answers_in_excess_do_not_delay_a_final_one(remote_server: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(open_session(remote_server.ws)) for _ in range(PEOPLE)]
        for client in clients:
            client.send(points_message(1, 0, ONE[0][:3]))
        with open_session(remote_server.ws) as drawer:
            began = time.monotonic()
            answer = drawer.draw(SEVEN)
            waited_s = time.monotonic() - began
        assert (answer["final"], answer["top"][0]["label"]) == (True, "7")
        assert waited_s < remote_recognizer.DELAY_S * PEOPLE / 2
        for client in clients:
            interim = client.receive()
            assert (interim["final"], interim["strokes"]) == (False, 1)
