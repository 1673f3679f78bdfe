"""What is wrong with an engine when the service starts: what can never work stops the start."""

import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import probe_raster
from realtime.recognition.model_card import MODEL_CARD
from tests.support.certificate import make_certificate
from tests.support.drawing import SEVEN, Json, open_session
from tests.support.engines.listener import listening, requests_of
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    http,
    json_response,
    logits_response,
    running_engine,
)
from tests.support.engines.service import SETTINGS, readiness, wait_for_change
from tests.support.files import DIGIT_MODEL, WEIGHTS
from tests.support.server import serve, wait_until


def refusal(folder: Path, **variables: str) -> str:
    """What the service says that does not start; a line of its log."""
    with (
        pytest.raises(RuntimeError, match="not started: ") as refused,
        serve(folder / "log", environment=SETTINGS | variables),
    ):
        pass
    assert "Traceback" not in str(refused.value)
    # A folder that was used before has earlier lines.
    line = [one for one in str(refused.value).splitlines() if "not started: " in one][-1]
    return line.partition("not started: ")[2]


def change_facts(old: bytes, new: bytes) -> Callable[[ScriptedEngine], None]:
    """Makes an engine say something else of its model."""

    def change(engine: ScriptedEngine) -> None:
        def facts(line: str) -> bytes:
            return http(engine.own_facts(line).partition(b"\r\n\r\n")[2].replace(old, new))

        engine.facts = facts

    return change


def negate(engine: ScriptedEngine) -> None:
    """Makes an engine serve another network."""
    engine.answer = lambda rasters: logits_response(-engine.logits(rasters))


def be_a_page(engine: ScriptedEngine) -> None:
    """Makes an engine a web site."""
    engine.facts = lambda _: http(b"<!doctype html>", Content_Type="text/html")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (be_a_page, "is no server of the Open Inference Protocol"),
        (negate, "serves another network as 'digits'"),
        (change_facts(b'"digits"', b'"teacher"'), "serves 'teacher' as model 'digits'"),
        (change_facts(b"22]", b"54]"), r"outputs [logits FP32 [-1, 54]] instead of"),
        (change_facts(b"FP32", b"UINT8"), "inputs [raster UINT8"),
    ],
)
def test_another_model_stops_the_start(
    tmp_path: Path, change: Callable[[ScriptedEngine], None], reason: str
) -> None:
    with running_engine() as engine:
        change(engine)
        line = refusal(tmp_path, INK_ENGINE=engine.url)
        assert line.startswith(f"INK_ENGINE='{engine.url}' is not usable: expected an engine")
        assert reason in line


def test_the_model_of_lines_is_named_by_its_own_variable(tmp_path: Path) -> None:
    with running_engine() as engine:
        line = refusal(tmp_path, INK_LINE_ENGINE=engine.url)
        assert line.startswith("INK_LINE_ENGINE=")
        assert "[-1, 22]] instead of logits FP32 [-1, 54]" in line


def test_lines_need_a_model_that_answers_in_their_engines_place(tmp_path: Path) -> None:
    (tmp_path / "digits").symlink_to(WEIGHTS / "digits")
    line = refusal(
        tmp_path, INK_WEIGHTS=str(tmp_path), INK_LINE_ENGINE="oip+http://127.0.0.1:1/lines"
    )
    assert "INK_LINE_ENGINE" in line
    assert "a model for task 'line'" in line


def test_a_certificate_has_to_fit(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    other = make_certificate(tmp_path, "other.example")
    with running_engine(ScriptedEngine(), certificate.server_context()) as engine:
        url = f"oip+https://127.0.0.1:{engine.port}/digits"
        line = refusal(tmp_path, INK_ENGINE=url)
        assert "INK_ENGINE=" in line
        assert "a certificate that does not fit: self-signed" in line
        line = refusal(tmp_path, INK_ENGINE=url, INK_ENGINE_CA=str(other.file))
        assert "a certificate that does not fit" in line
        settings = SETTINGS | {"INK_ENGINE": url, "INK_ENGINE_CA": str(certificate.file)}
        with serve(tmp_path / "log2", environment=settings) as server:
            wait_for_change(server, "up")
            with open_session(server.ws) as client:
                assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert engine.requests


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_the_file_of_an_authority_has_to_be_one(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    url = "oip+https://127.0.0.1:1/digits"
    line = refusal(tmp_path, INK_ENGINE=url, INK_ENGINE_CA=str(file))
    assert line.startswith(f"INK_ENGINE_CA='{file}' is not usable: expected a PEM file")


def silent(peer: socket.socket) -> None:
    """Reads, and says nothing."""
    while peer.recv(1 << 16):
        pass


def loading(peer: socket.socket) -> None:
    """Has no model yet."""
    for _ in requests_of(peer):
        peer.sendall(json_response({"error": "loading"}, "503 Service Unavailable"))


@pytest.mark.parametrize("serve_engine", [silent, loading])
def test_an_engine_that_is_not_ready_does_not_hold_up_the_start(
    tmp_path: Path, serve_engine: Callable[[socket.socket], None]
) -> None:
    with listening(serve_engine) as port:
        settings = SETTINGS | {"INK_ENGINE": f"oip+http://127.0.0.1:{port}/digits"}
        with serve(tmp_path / "log", environment=settings) as server:
            assert "the local network answers, since the engine" in server.log
            with open_session(server.ws) as client:
                assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_a_host_that_nobody_knows_does_not_hold_up_the_start(tmp_path: Path) -> None:
    """Where containers start together its name may be known later."""
    settings = SETTINGS | {"INK_ENGINE": "oip+http://nobody.invalid:8000/digits"}
    with serve(tmp_path / "log", environment=settings) as server:
        assert "since the engine cannot be reached: " in server.log
        with open_session(server.ws) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"


def card_of_another(folder: Path, **changes: object) -> Path:
    """The card of a network that is surer of all it says than the local one."""
    card: Json = json.loads((DIGIT_MODEL / MODEL_CARD).read_text())
    card["final"]["temperature"] /= 4
    network = CharacterNetwork.load(DIGIT_MODEL, precision="float32")
    card["probe"] = network.logits(probe_raster()).ravel().tolist()
    file = folder / "teacher.json"
    file.write_text(json.dumps(card | changes))
    return file


def test_answers_are_calibrated_by_the_card_of_whoever_gave_them(tmp_path: Path) -> None:
    ambiguous = [[(100, 140), (150, 120), (200, 100), (198, 190), (196, 290), (194, 380)]]
    with running_engine() as engine:
        settings = SETTINGS | {
            "INK_ENGINE": engine.url,
            "INK_ENGINE_CARD": str(card_of_another(tmp_path)),
        }
        with serve(tmp_path / "log", environment=settings) as server:
            wait_for_change(server, "up")
            with open_session(server.ws) as client:
                of_engine = client.draw(ambiguous)["top"][0]["p"]
                engine.answer = lambda _: None
                wait_for_change(server, "down")
                client.ask("clear")
                of_local = client.draw(ambiguous)["top"][0]["p"]
    assert of_engine > of_local + 0.01


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"probe": None}, "`probe` has 22 numbers"),
        ({"probe": [0.0] * 21}, "`probe` has 22 numbers"),
        ({"labels": [*"1234567890"]}, "a network that reads 0 1 2 3 4 5 6 7 8 9"),
        ({"rasterizer_version": 99}, "rasters of version 3"),
        ({"final": None}, "a model card"),
        ({"probe": [9.0] * 22}, "serves another network"),
    ],
)
def test_a_card_that_does_not_fit_stops_the_start(
    tmp_path: Path, changes: Json, reason: str
) -> None:
    file = card_of_another(tmp_path, **changes)
    with running_engine() as engine:
        line = refusal(tmp_path, INK_ENGINE=engine.url, INK_ENGINE_CARD=str(file))
        assert line.startswith("INK_ENGINE")
        assert reason in line


def test_a_card_that_goes_after_the_start_ends_no_worker(tmp_path: Path) -> None:
    file = card_of_another(tmp_path)
    with running_engine() as engine:
        settings = SETTINGS | {"INK_ENGINE": engine.url, "INK_ENGINE_CARD": str(file)}
        with serve(tmp_path / "log", workers=2, environment=settings) as server:
            wait_for_change(server, "up", 2)
            file.unlink()
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: server.log.count("Worker exiting") == 2)
            with open_session(server.ws) as client:
                assert client.ready["model"]["engine"] == "down"
                assert client.draw(SEVEN)["top"][0]["label"] == "7"
            [missing] = readiness(server)["missing"]
            assert f"INK_ENGINE_CARD='{file}' is not usable" in missing


def test_a_card_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    line = refusal(
        tmp_path, INK_ENGINE="oip+http://127.0.0.1:1/digits", INK_ENGINE_CARD="/nowhere.json"
    )
    assert line.startswith("INK_ENGINE_CARD='/nowhere.json' is not usable")
