"""The service with an engine that is slow, broken, or another one meanwhile."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from realtime.engines.open_inference import Floats
from tests.support.drawing import (
    ONE,
    SEVEN,
    Point,
    open_session,
)
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    json_response,
    logits_response,
)
from tests.support.engines.scripted_engine import (
    http as http_response,
)
from tests.support.engines.service import (
    drawn,
    wait_for_change,
)
from tests.support.metrics import read_metrics
from tests.support.server import Server, wait_until

Start = Callable[..., Server]
Ink = Sequence[Sequence[Point]]


BAD_ANSWERS: dict[str, Callable[[ScriptedEngine, Floats], bytes | None]] = {
    "closes": lambda *_: None,
    "HTML": lambda *_: http_response(b"<html>", Content_Type="text/html"),
    "500": lambda *_: json_response({"error": "out of memory"}, "500 Internal Server Error"),
    "garbage": lambda *_: http_response(b"{]"),
    "fewer rows": lambda one, rasters: logits_response(one.logits(rasters)[:-1]),
    "NaN": lambda one, rasters: logits_response(one.logits(rasters) * np.float32("nan")),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_answers_of_no_use_cost_no_drawing_and_one_line_of_the_log(
    start_service: Start, scripted_engine: ScriptedEngine, name: str
) -> None:
    server = start_service(INK_ENGINE=scripted_engine.url)
    wait_for_change(server, "up")
    lines = len(server.log.splitlines())
    with open_session(server.ws) as client:
        drawn(client)
        scripted_engine.answer = lambda rasters: BAD_ANSWERS[name](scripted_engine, rasters)
        for ink, label in [(SEVEN, "7"), (ONE, "1")] * 5:
            client.ask("clear")
            assert client.draw(ink)["top"][0]["label"] == label
        wait_for_change(server, "down")
        scripted_engine.heal()
        wait_for_change(server, "up", 2)
        before = len(scripted_engine.requests)
        drawn(client)
        assert len(scripted_engine.requests) == before + 1
    wait_until(lambda: "session_closed" in server.log)
    assert len(server.log.splitlines()) == lines + 4, server.log


def test_a_model_that_is_replaced_behind_a_proxy_is_noticed(
    start_service: Start, scripted_engine: ScriptedEngine
) -> None:
    """The connection is the same, so that only the looks at the engine tell."""
    server = start_service(INK_ENGINE=scripted_engine.url)
    wait_for_change(server, "up")
    scripted_engine.answer = lambda rasters: logits_response(-scripted_engine.logits(rasters))
    wait_for_change(server, "down")
    assert "serves another network as 'digits'" in server.log
    with open_session(server.ws) as client:
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_a_slow_engine_is_waited_for_no_longer_than_the_deadline(
    start_service: Start, scripted_engine: ScriptedEngine
) -> None:
    server = start_service(
        INK_ENGINE=scripted_engine.url,
        INK_ENGINE_DEADLINE_S="0.2",
        INK_ENGINE_FAILURES="3",
        INK_ENGINE_RETRY_S="600",
        INK_ENGINE_CHECK_S="600",
    )
    wait_for_change(server, "up")
    let_go = threading.Event()
    right = scripted_engine.answer

    def hang(rasters: Floats) -> bytes | None:
        let_go.wait(60)
        return right(rasters)

    scripted_engine.answer = hang
    with open_session(server.ws) as client:
        for _ in range(10):
            client.ask("clear")
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        wait_for_change(server, "down")
        asked = len(scripted_engine.requests)
        for _ in range(5):
            drawn(client)
        assert len(scripted_engine.requests) == asked, "nobody waits for an engine that is down"
        let_go.set()
        client.ask("clear")
        assert client.draw(ONE)["top"][0]["label"] == "1"
    seen = read_metrics(server)
    assert seen["ink_engine_requests_total{outcome=timeout}{recognizer=digit}"] >= 1
    assert "did not answer in 0.2 s" in server.log
