"""The service with an inference engine: who answers, and what is told of it."""

import http.client
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from realtime.engines.open_inference import Floats
from realtime.recognition.characters.network import CharacterNetwork
from tests.support.drawing import (
    HOOK,
    ONE,
    SEVEN,
    Point,
    open_session,
    points_message,
)
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    running_engine,
)
from tests.support.engines.service import (
    changes,
    drawn,
    probability,
    readiness,
    wait_for_change,
)
from tests.support.files import DIGIT_MODEL, LINE_MODEL
from tests.support.line_ink import written_points
from tests.support.metrics import read_metrics
from tests.support.pictures import encode_image, seven_picture
from tests.support.row_pictures import row_picture
from tests.support.server import Server, wait_until
from tests.support.uploads import predict

Start = Callable[..., Server]
Ink = Sequence[Sequence[Point]]


def test_the_engine_answers_all_workers(
    start_service: Start, scripted_engine: ScriptedEngine, float32: CharacterNetwork
) -> None:
    server = start_service(workers=2, INK_ENGINE=scripted_engine.url)
    wait_for_change(server, "up", 2)
    with ExitStack() as stack:
        clients = [stack.enter_context(open_session(server.ws)) for _ in range(20)]
        assert {drawn(client) for client in clients} == {probability(float32, SEVEN)}
        assert {client.ready["model"]["engine"] for client in clients} == {"up"}
        assert {client.ready["recognizers"]["digit"]["engine"] for client in clients} == {"up"}
        assert "engine" not in clients[0].ready["recognizers"]["line"]
    state = {"url": scripted_engine.url, "state": "up", "reason": ""}
    assert readiness(server)["recognizers"]["digit"]["engine"] == state
    assert "missing" not in readiness(server)
    seen = read_metrics(server)
    assert seen["ink_engine_up{recognizer=digit}"] == 1
    answered = seen["ink_engine_requests_total{outcome=answered}{recognizer=digit}"]
    assert answered == len(scripted_engine.requests) > 0
    assert seen["ink_engine_request_seconds_count{recognizer=digit}"] == answered
    assert seen["ink_engine_batch_images_sum{recognizer=digit}"] == 20
    assert seen["ink_engine_local_answers_total{recognizer=digit}"] == 0


def test_drawings_are_answered_while_the_engine_is_away(
    start_service: Start, float32: CharacterNetwork
) -> None:
    """It is down when the service starts, comes, goes, and comes again."""
    int8 = CharacterNetwork.load(DIGIT_MODEL, precision="int8")
    of_engine, of_local = (probability(network, SEVEN) for network in (float32, int8))
    assert of_engine != of_local
    with running_engine(ScriptedEngine(network=float32)) as later:
        pass
    server = start_service(INK_ENGINE=later.url)
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


def test_new_workers_ask_the_engine_as_the_old_ones_did(
    start_service: Start, scripted_engine: ScriptedEngine, float32: CharacterNetwork
) -> None:
    server = start_service(workers=2, INK_ENGINE=scripted_engine.url)
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


def test_pictures_are_read_by_the_engine(
    start_service: Start, scripted_engine: ScriptedEngine
) -> None:
    server = start_service(INK_ENGINE=scripted_engine.url)
    wait_for_change(server, "up")
    status, answer, _ = predict(server, encode_image(255 - seven_picture()))
    assert (status, answer["digit"]) == (200, 7)
    one_digit = len(scripted_engine.requests)
    assert one_digit > 0
    status, answer, _ = predict(server, encode_image(255 - row_picture("4712")))
    assert (status, answer["text"]) == (200, "4712")
    assert len(scripted_engine.requests) - one_digit <= 2, "the parts of a row go together"
    assert sum(map(len, scripted_engine.requests[one_digit:])) > 4


def test_the_groups_of_a_stroke_of_a_line_go_together(start_service: Start) -> None:
    with running_engine(
        ScriptedEngine("lines", CharacterNetwork.load(LINE_MODEL, precision="float32"))
    ) as engine:
        server = start_service(INK_LINE_ENGINE=engine.url)
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
    start_service: Start, scripted_engine: ScriptedEngine
) -> None:
    server = start_service(INK_ENGINE=scripted_engine.url)
    wait_for_change(server, "up")
    with open_session(server.ws) as client:
        assert client.draw(HOOK)["top"][0]["label"] == "7"
        assert client.ask("teach", label="1")["top"][0]["label"] == "1"
        asked = len(scripted_engine.requests)
        assert client.ask("clear")["empty"]
        assert client.draw(HOOK)["top"][0]["label"] == "1"
        assert len(scripted_engine.requests) == asked
        client.ask("forget")
        assert len(scripted_engine.requests) == asked + 1


def test_interim_answers_are_skipped_while_one_is_under_way(
    start_service: Start, scripted_engine: ScriptedEngine
) -> None:
    server = start_service(INK_ENGINE=scripted_engine.url, INK_ENGINE_DEADLINE_S="60")
    wait_for_change(server, "up")
    let_go, right = threading.Event(), scripted_engine.answer

    def wait(rasters: Floats) -> bytes | None:
        let_go.wait(60)
        return right(rasters)

    with open_session(server.ws) as client:
        scripted_engine.answer = wait
        points = SEVEN[0]
        client.send(points_message(1, 0, points[:2]))
        wait_until(lambda: len(scripted_engine.requests) == 1)
        for seq, point in enumerate(points[2:], 2):
            client.send(points_message(seq, 0, [point]))
        # Somebody else's final answer is not behind it.
        scripted_engine.answer = right
        with open_session(server.ws) as other:
            drawn(other, ONE)
        let_go.set()
        first, second = client.receive(), client.receive()
        assert (first["seq"], second["seq"]) == (1, len(points) - 1)
        assert (first["final"], second["final"]) == (False, False)
        client.seq = len(points)
        assert client.draw([[(190, 380)]])["top"][0]["label"] == "7"
    assert [len(rasters) for rasters in scripted_engine.requests] == [1, 1, 1, 1]


def test_what_is_not_asked_for_is_not_there(server: Server) -> None:
    with open_session(server.ws) as client:
        assert "engine" not in client.ready["model"]
    assert "engine" not in readiness(server)["recognizers"]["digit"]
    assert not any(name.startswith("ink_engine") for name in read_metrics(server))


def test_healthz_needs_no_engine(start_service: Start) -> None:
    server = start_service(INK_ENGINE="oip+http://127.0.0.1:1/digits")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
