"""The service with MLServer, a real inference server of the Open Inference Protocol."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.drawing import ONE, SEVEN, open_session
from tests.support.engines.mlserver_environment import make_environment, mlserver
from tests.support.engines.service import SETTINGS, wait_for_change
from tests.support.line_ink import written_points
from tests.support.metrics import read_metrics
from tests.support.separate_environment import Unavailable
from tests.support.server import free_port, serve

DIGITS = {"digits": "digits.float32.tflite"}
MODELS = DIGITS | {"lines": "lines.float32.tflite"}


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """MLServer is installed, or these tests are skipped."""
    try:
        make_environment()
    except Unavailable as unavailable:
        pytest.skip(str(unavailable))


def test_it_reads_digits_and_lines(tmp_path: Path) -> None:
    with mlserver(tmp_path / "engine", MODELS) as running:
        engines = {"INK_ENGINE": running.url("digits"), "INK_LINE_ENGINE": running.url("lines")}
        settings = SETTINGS | engines
        with serve(tmp_path / "log", workers=2, environment=settings) as server:
            assert "the local network answers" not in server.log
            wait_for_change(server, "up", 4)
            with open_session(server.ws) as client:
                for ink, label in [(SEVEN, "7"), (ONE, "1")] * 5:
                    client.ask("clear")
                    assert client.draw(ink)["top"][0]["label"] == label
            with open_session(server.ws) as client:
                client.send({"type": "config", "v": 1, "recognize": "line"})
                assert client.draw(written_points("12+47"))["text"] == "12+47"
            seen = read_metrics(server)
            for task, answers in (("digit", 10), ("line", 6)):
                requests = f"ink_engine_requests_total{{outcome=answered}}{{recognizer={task}}}"
                assert seen[requests] >= answers
                assert seen[f"ink_engine_local_answers_total{{recognizer={task}}}"] == 0
                assert seen[f"ink_engine_up{{recognizer={task}}}"] == 1


def test_it_may_be_killed_and_come_back(tmp_path: Path) -> None:
    port = free_port()
    settings = SETTINGS | {"INK_ENGINE": f"oip+http://127.0.0.1:{port}/digits"}
    with ExitStack() as stack:
        engine = stack.enter_context(ExitStack())
        engine.enter_context(mlserver(tmp_path / "engine", DIGITS, port=port))
        server = stack.enter_context(serve(tmp_path / "log", environment=settings))
        wait_for_change(server, "up")
        client = stack.enter_context(open_session(server.ws))

        def expect_answer_by(counter: str) -> None:
            name = f"{counter}{{recognizer=digit}}"
            before = read_metrics(server)[name]
            assert client.ask("clear")["empty"]
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
            assert read_metrics(server)[name] == before + 1

        expect_answer_by("ink_engine_requests_total{outcome=answered}")
        engine.close()  # with SIGKILL
        for _ in range(5):
            expect_answer_by("ink_engine_local_answers_total")
        wait_for_change(server, "down")
        stack.enter_context(mlserver(tmp_path / "engine", DIGITS, port=port))
        wait_for_change(server, "up", 2)
        expect_answer_by("ink_engine_requests_total{outcome=answered}")
