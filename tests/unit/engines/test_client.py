"""The client of an engine on real sockets: what is late, broken, or of another model."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from realtime.engines.client import EngineClient
from realtime.engines.open_inference import Floats
from realtime.errors import (
    EngineConnectionError,
    EngineError,
    EngineMismatchError,
    EngineTimeoutError,
)
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import rasterize
from tests.support.drawing import ONE, SEVEN, stroke_arrays
from tests.support.engines.listener import listening, requests_of
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    json_response,
    logits_response,
    running_engine,
)

NewClient = Callable[..., EngineClient]
PATIENT_S = 30.0
RASTERS = [rasterize(stroke_arrays(ink)) for ink in (SEVEN, ONE)]


@pytest.mark.parametrize("extensions", [(), ("binary_tensor_data",)])
def test_its_logits_are_those_of_the_network(
    new_client: NewClient,
    engine: ScriptedEngine,
    network: CharacterNetwork,
    extensions: tuple[str, ...],
) -> None:
    engine.extensions = extensions
    client = new_client(engine.url)
    client.identify()
    for count in (1, 2, 64):
        rasters = np.stack((RASTERS * count)[:count])
        expected = np.stack([network.logits(raster).ravel() for raster in rasters])
        np.testing.assert_array_equal(client.logits(rasters), expected)


def test_a_late_answer_never_answers_the_next_request(
    new_client: NewClient, engine: ScriptedEngine, network: CharacterNetwork
) -> None:
    """The engine sends what it was asked first once the second request is there."""
    seven, one = (network.logits(raster).ravel() for raster in RASTERS)
    assert not np.allclose(seven, one)
    client = new_client(engine.url, deadline_s=2.0)
    client.identify()
    right = engine.answer
    second_came, first_answered = threading.Event(), threading.Event()

    def answer(rasters: Floats) -> bytes | None:
        if np.array_equal(rasters[0], RASTERS[0]):
            second_came.wait(PATIENT_S)
            first_answered.set()
        elif np.array_equal(rasters[0], RASTERS[1]):
            second_came.set()
            first_answered.wait(PATIENT_S)
        return right(rasters)

    engine.answer = answer
    with pytest.raises(EngineTimeoutError, match=r"did not answer in 2 s"):
        client.logits(RASTERS[0][None])
    np.testing.assert_array_equal(client.logits(RASTERS[1][None])[0], one)
    np.testing.assert_array_equal(client.logits(RASTERS[1][None])[0], one)


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nCont", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"]
)
def test_an_answer_that_is_cut_short_is_an_error(new_client: NewClient, begun: bytes) -> None:
    def serve(peer: socket.socket) -> None:
        next(requests_of(peer))
        peer.sendall(begun)

    with (
        listening(serve) as port,
        pytest.raises(EngineConnectionError, match="broke the connection"),
    ):
        new_client(f"oip+http://127.0.0.1:{port}/digits").logits(RASTERS[0][None])


def test_an_answer_that_trickles_is_not_waited_for(
    new_client: NewClient, engine: ScriptedEngine
) -> None:
    """Each byte comes in time, and the whole does not."""
    client = new_client(engine.url, deadline_s=0.3)
    client.identify()
    response = logits_response(engine.logits(RASTERS[0][None]))

    def trickle(peer: socket.socket) -> None:
        for _ in requests_of(peer):
            for byte in response:
                peer.sendall(bytes([byte]))
                time.sleep(0.05)

    with listening(trickle) as port:
        client = new_client(f"oip+http://127.0.0.1:{port}/digits", deadline_s=0.3)
        with pytest.raises(EngineTimeoutError):
            client.logits(RASTERS[0][None])


def test_a_second_answer_that_nobody_asked_for_answers_nothing(
    new_client: NewClient, engine: ScriptedEngine, network: CharacterNetwork
) -> None:
    client = new_client(engine.url)
    client.identify()
    right = engine.answer
    unasked = logits_response(engine.logits(RASTERS[0][None]))
    engine.answer = lambda rasters: (right(rasters) or b"") + unasked
    for raster in RASTERS * 3:
        # Either the two come together, and are no answer, or the connection is not used on.
        with contextlib.suppress(EngineError):
            np.testing.assert_array_equal(
                client.logits(raster[None])[0], network.logits(raster).ravel()
            )


def test_a_connection_that_the_engine_closed_is_made_anew(
    new_client: NewClient, engine: ScriptedEngine
) -> None:
    client = new_client(engine.url)
    client.identify()
    right = engine.answer
    closing = b"HTTP/1.1 200 OK\r\nConnection: close"
    engine.answer = lambda rasters: (right(rasters) or b"").replace(b"HTTP/1.1 200 OK", closing)
    for _ in range(3):
        assert client.logits(RASTERS[0][None]).shape == (1, 22)


def test_a_restart_with_another_model_is_noticed_with_the_first_request(
    new_client: NewClient,
    network: CharacterNetwork,
) -> None:
    with running_engine(ScriptedEngine(network=network)) as engine:
        client = new_client(engine.url)
        client.identify()
    other = ScriptedEngine(network=network, port=engine.port)
    other.answer = lambda rasters: logits_response(other.logits(rasters)[:, ::-1].copy())
    with running_engine(other), pytest.raises(EngineMismatchError, match="another network"):
        client.logits(RASTERS[0][None])
    assert not other.requests, "it was shown no drawing"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("oip+http://127.0.0.1:1/digits", "Connection refused"),
        ("oip+http://nobody.invalid/digits", "cannot be reached"),
    ],
)
def test_an_engine_that_is_not_there_is_no_mismatch(
    new_client: NewClient, url: str, reason: str
) -> None:
    with pytest.raises(EngineConnectionError, match=reason):
        new_client(url).identify()


def test_a_prefix_comes_before_the_paths_of_the_protocol(new_client: NewClient) -> None:
    lines: list[str] = []

    def serve(peer: socket.socket) -> None:
        for request in requests_of(peer):
            lines.append(request.partition(b"\r\n")[0].decode())
            peer.sendall(json_response({"error": "none"}, "404 Not Found"))

    with listening(serve) as port:
        client = new_client(f"oip+http://127.0.0.1:{port}/apps/ink/digits")
        with pytest.raises(EngineError, match="status 404"):
            client.identify()
        with pytest.raises(EngineError, match="status 404"):
            client.logits(RASTERS[0][None])
    assert lines == [
        "GET /apps/ink/v2 HTTP/1.1",
        "POST /apps/ink/v2/models/digits/infer HTTP/1.1",
    ]
