"""The service with an inference engine: who answers, and what is told of it."""

import http.client
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from realtime.engines.open_inference import Floats
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.digits.rasterizer import rasterize
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.recognizer import Query
from tests.support.drawing import (
    HOOK,
    ONE,
    SEVEN,
    Client,
    Point,
    open_session,
    points_message,
    stroke_arrays,
)
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    json_response,
    logits_response,
    running_engine,
)
from tests.support.engines.scripted_engine import (
    http as http_response,
)
from tests.support.engines.service import (
    SETTINGS,
    changes,
    readiness,
    wait_for_change,
)
from tests.support.files import DIGIT_MODEL, LINE_MODEL
from tests.support.line_ink import written_points
from tests.support.metrics import read_metrics
from tests.support.pictures import encode_image, seven_picture
from tests.support.row_pictures import row_picture
from tests.support.server import Server, serve, wait_until
from tests.support.uploads import predict


@pytest.fixture(scope="module")
def float32() -> DigitNetwork:
    """What engines of these tests answer with: the network of digits in float32.

    The service answers in int8, so that probabilities tell who it was.
    """
    return DigitNetwork.load(DIGIT_MODEL, precision="float32")


@pytest.fixture
def engine(float32: DigitNetwork) -> Iterator[ScriptedEngine]:
    """An engine of digits."""
    with running_engine(ScriptedEngine(network=float32)) as running:
        yield running


Start = Callable[..., Server]
Ink = Sequence[Sequence[Point]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a service that asks engines, given by variable; it ends with the test."""
    with ExitStack() as stack:

        def run(workers: int = 1, **variables: str) -> Server:
            environment = SETTINGS | variables
            return stack.enter_context(
                serve(tmp_path / "log", workers=workers, environment=environment)
            )

        yield run


def probability(network: DigitNetwork, ink: Ink) -> float:
    """Of the likeliest label, as a network says."""
    raster = rasterize(stroke_arrays(ink))
    answer = DigitRecognizer(network).recognize_raster(raster, Query())
    return round(answer.alternatives[0].probability, 6)


def drawn(client: Client, ink: Ink = SEVEN) -> float:
    """Draw something on an empty canvas; the probability of its likeliest label."""
    client.ask("clear")
    answer = client.draw(ink)
    assert answer["final"]
    p: float = answer["top"][0]["p"]
    return p


def test_the_engine_answers_all_workers(
    start: Start, engine: ScriptedEngine, float32: DigitNetwork
) -> None:
    server = start(workers=2, INK_ENGINE=engine.url)
    wait_for_change(server, "up", 2)
    with ExitStack() as stack:
        clients = [stack.enter_context(open_session(server.ws)) for _ in range(20)]
        assert {drawn(client) for client in clients} == {probability(float32, SEVEN)}
        assert {client.ready["model"]["engine"] for client in clients} == {"up"}
        assert {client.ready["recognizers"]["digit"]["engine"] for client in clients} == {"up"}
        assert "engine" not in clients[0].ready["recognizers"]["line"]
    state = {"url": engine.url, "state": "up", "reason": ""}
    assert readiness(server)["recognizers"]["digit"]["engine"] == state
    assert "missing" not in readiness(server)
    seen = read_metrics(server)
    assert seen["ink_engine_up{recognizer=digit}"] == 1
    answered = seen["ink_engine_requests_total{outcome=answered}{recognizer=digit}"]
    assert answered == len(engine.requests) > 0
    assert seen["ink_engine_request_seconds_count{recognizer=digit}"] == answered
    assert seen["ink_engine_batch_images_sum{recognizer=digit}"] == 20
    assert seen["ink_engine_local_answers_total{recognizer=digit}"] == 0


def test_drawings_are_answered_while_the_engine_is_away(
    start: Start, float32: DigitNetwork
) -> None:
    """It is down when the service starts, comes, goes, and comes again."""
    int8 = DigitNetwork.load(DIGIT_MODEL, precision="int8")
    of_engine, of_local = (probability(network, SEVEN) for network in (float32, int8))
    assert of_engine != of_local
    with running_engine(ScriptedEngine(network=float32)) as later:
        pass
    server = start(INK_ENGINE=later.url)
    assert "INK_ENGINE=" in server.log
    assert "the local network answers, since the engine cannot be reached" in server.log
    with open_session(server.ws) as client:
        assert client.ready["model"]["engine"] == "down"
        for times in (1, 2):
            assert drawn(client) == of_local
            with running_engine(later):
                wait_for_change(server, "up", times)
                assert drawn(client) == of_engine
            for _ in range(5):
                assert drawn(client) == of_local
            wait_for_change(server, "down", times + 1)
    told = readiness(server)
    assert told["recognizers"]["digit"]["engine"]["state"] == "down"
    assert "Connection refused" in told["recognizers"]["digit"]["engine"]["reason"]
    assert told["missing"] == [
        (
            f"the engine of digit cannot be reached: Connection refused ({later.url}); "
            "the local network answers"
        )
    ]
    seen = read_metrics(server)
    assert seen["ink_engine_up{recognizer=digit}"] == 0
    assert seen["ink_engine_local_answers_total{recognizer=digit}"] >= 12
    assert seen["ink_engine_requests_total{outcome=refused}{recognizer=digit}"] > 0
    assert (changes(server, "up"), changes(server, "down")) == (2, 3)


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
    start: Start, engine: ScriptedEngine, name: str
) -> None:
    server = start(INK_ENGINE=engine.url)
    wait_for_change(server, "up")
    lines = len(server.log.splitlines())
    with open_session(server.ws) as client:
        drawn(client)
        engine.answer = lambda rasters: BAD_ANSWERS[name](engine, rasters)
        for ink, label in [(SEVEN, "7"), (ONE, "1")] * 5:
            client.ask("clear")
            assert client.draw(ink)["top"][0]["label"] == label
        wait_for_change(server, "down")
        engine.heal()
        wait_for_change(server, "up", 2)
        before = len(engine.requests)
        drawn(client)
        assert len(engine.requests) == before + 1
    wait_until(lambda: "session_closed" in server.log)
    assert len(server.log.splitlines()) == lines + 4, server.log


def test_a_model_that_is_replaced_behind_a_proxy_is_noticed(
    start: Start, engine: ScriptedEngine
) -> None:
    """The connection is the same, so that only the looks at the engine tell."""
    server = start(INK_ENGINE=engine.url)
    wait_for_change(server, "up")
    engine.answer = lambda rasters: logits_response(-engine.logits(rasters))
    wait_for_change(server, "down")
    assert "serves another network as 'digits'" in server.log
    with open_session(server.ws) as client:
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_a_slow_engine_is_waited_for_no_longer_than_the_deadline(
    start: Start, engine: ScriptedEngine
) -> None:
    server = start(
        INK_ENGINE=engine.url,
        INK_ENGINE_DEADLINE_S="0.2",
        INK_ENGINE_FAILURES="3",
        INK_ENGINE_RETRY_S="600",
        INK_ENGINE_CHECK_S="600",
    )
    wait_for_change(server, "up")
    let_go = threading.Event()
    right = engine.answer

    def hang(rasters: Floats) -> bytes | None:
        let_go.wait(60)
        return right(rasters)

    engine.answer = hang
    with open_session(server.ws) as client:
        for _ in range(10):
            client.ask("clear")
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        wait_for_change(server, "down")
        asked = len(engine.requests)
        for _ in range(5):
            drawn(client)
        assert len(engine.requests) == asked, "nobody waits for an engine that is down"
        let_go.set()
        client.ask("clear")
        assert client.draw(ONE)["top"][0]["label"] == "1"
    seen = read_metrics(server)
    assert seen["ink_engine_requests_total{outcome=timeout}{recognizer=digit}"] >= 1
    assert "did not answer in 0.2 s" in server.log


def test_new_workers_ask_the_engine_as_the_old_ones_did(
    start: Start, engine: ScriptedEngine, float32: DigitNetwork
) -> None:
    server = start(workers=2, INK_ENGINE=engine.url)
    wait_for_change(server, "up", 2)
    with open_session(server.ws) as client:
        drawn(client)
        server.process.send_signal(signal.SIGHUP)
        wait_for_change(server, "up", 4)
        assert client.until_closed()[1] == 1001, "sessions are drained"
    wait_until(lambda: server.log.count("Worker exiting") == 2)
    with open_session(server.ws) as client:
        assert drawn(client) == probability(float32, SEVEN)
    assert server.stop() == 0
    assert "Traceback" not in server.log


def test_pictures_are_read_by_the_engine(start: Start, engine: ScriptedEngine) -> None:
    server = start(INK_ENGINE=engine.url)
    wait_for_change(server, "up")
    status, answer, _ = predict(server, encode_image(255 - seven_picture()))
    assert (status, answer["digit"]) == (200, 7)
    one_digit = len(engine.requests)
    assert one_digit > 0
    status, answer, _ = predict(server, encode_image(255 - row_picture("4712")))
    assert (status, answer["text"]) == (200, "4712")
    assert len(engine.requests) - one_digit <= 2, "the parts of a row go together"
    assert sum(map(len, engine.requests[one_digit:])) > 4


def test_the_groups_of_a_stroke_of_a_line_go_together(start: Start) -> None:
    with running_engine(
        ScriptedEngine("lines", DigitNetwork.load(LINE_MODEL, precision="float32"))
    ) as engine:
        server = start(INK_LINE_ENGINE=engine.url)
        wait_for_change(server, "up")
        assert "engine" not in readiness(server)["recognizers"]["digit"]
        with open_session(server.ws) as client:
            client.send({"type": "config", "v": 1, "recognize": "line", "interim": False})
            for number, stroke in enumerate(written_points("12+47")):
                before = len(engine.requests)
                answer = client.draw([stroke], first_stroke=number)
                assert len(engine.requests) == before + 1
            assert answer["text"] == "12+47"
            assert max(map(len, engine.requests)) > 1
        assert read_metrics(server)["ink_engine_local_answers_total{recognizer=line}"] == 0


def test_who_has_taught_is_answered_by_the_network_that_learnt(
    start: Start, engine: ScriptedEngine
) -> None:
    server = start(INK_ENGINE=engine.url)
    wait_for_change(server, "up")
    with open_session(server.ws) as client:
        assert client.draw(HOOK)["top"][0]["label"] == "7"
        assert client.ask("teach", label="1")["top"][0]["label"] == "1"
        asked = len(engine.requests)
        assert client.ask("clear")["empty"]
        assert client.draw(HOOK)["top"][0]["label"] == "1"
        assert len(engine.requests) == asked
        client.ask("forget")
        assert len(engine.requests) == asked + 1


def test_interim_answers_are_skipped_while_one_is_under_way(
    start: Start, engine: ScriptedEngine
) -> None:
    server = start(INK_ENGINE=engine.url, INK_ENGINE_DEADLINE_S="60")
    wait_for_change(server, "up")
    let_go, right = threading.Event(), engine.answer

    def wait(rasters: Floats) -> bytes | None:
        let_go.wait(60)
        return right(rasters)

    with open_session(server.ws) as client:
        engine.answer = wait
        points = SEVEN[0]
        client.send(points_message(1, 0, points[:2]))
        wait_until(lambda: len(engine.requests) == 1)
        for seq, point in enumerate(points[2:], 2):
            client.send(points_message(seq, 0, [point]))
        # Somebody else's final answer is not behind it.
        engine.answer = right
        with open_session(server.ws) as other:
            drawn(other, ONE)
        let_go.set()
        first, second = client.receive(), client.receive()
        assert (first["seq"], second["seq"]) == (1, len(points) - 1)
        assert (first["final"], second["final"]) == (False, False)
        client.seq = len(points)
        assert client.draw([[(190, 380)]])["top"][0]["label"] == "7"
    assert [len(rasters) for rasters in engine.requests] == [1, 1, 1, 1]


def test_what_is_not_asked_for_is_not_there(server: Server) -> None:
    with open_session(server.ws) as client:
        assert "engine" not in client.ready["model"]
    assert "engine" not in readiness(server)["recognizers"]["digit"]
    assert not any(name.startswith("ink_engine") for name in read_metrics(server))


def test_healthz_needs_no_engine(start: Start) -> None:
    server = start(INK_ENGINE="oip+http://127.0.0.1:1/digits")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
