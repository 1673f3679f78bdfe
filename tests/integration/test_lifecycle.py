"""Tests of how connections and the service start and end."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from realtime.recognition.model_card import MODEL_CARD
from tests.support.drawing import (
    HANDSHAKE_REQUEST,
    ONE,
    RECEIVE_TIMEOUT_S,
    SEVEN,
    client_frame,
    ink_message,
    open_session,
    points_message,
)
from tests.support.files import NETWORKS, ROOT
from tests.support.processes import server_processes
from tests.support.server import Server, free_port, serve, wait_until

# A worker is told to end while it sleeps, as the master says that it boots before that.
SLOW_FORK = """
import time
from realtime.server.gunicorn_conf import *
from realtime.server import gunicorn_conf

def post_fork(server, worker):
    time.sleep(2)
    gunicorn_conf.post_fork(server, worker)
"""


def test_ctrl_c_closes_all_sessions_without_a_traceback(tmp_path: Path) -> None:
    """A terminal signals all processes at once, and the master signals its workers again."""
    with serve(tmp_path / "log", workers=2) as server, open_session(server.ws) as client:
        client.draw(SEVEN)
        for process in reversed(server_processes(server)):
            process.send_signal(signal.SIGINT)
        assert client.until_closed()[1] == 1001
        assert server.stop() == 0
        assert "Traceback" not in server.log


def test_a_full_server_says_so(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_SESSIONS="2") as server,
        open_session(server.ws),
        open_session(server.ws),
        open_session(server.ws) as third,
    ):
        refusal = third.ready
        assert (refusal["code"], refusal["fatal"], refusal["limit"], refusal["retry_ms"]) == (
            "full",
            True,
            2,
            5000,
        )
        assert third.until_closed()[1] == 1013


def test_an_idle_client_is_pinged_and_closed(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_IDLE_S="0.8", INK_PING_S="0.3") as server:
        start = time.monotonic()
        with open_session(server.ws) as client:
            received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("idle", 1008)
        assert time.monotonic() - start > 0.7


def test_a_client_that_drips_bytes_is_idle_too(tmp_path: Path) -> None:
    """Bytes that never complete a message keep no session open."""
    with (
        serve(tmp_path / "log", INK_IDLE_S="0.8", INK_PING_S="5") as server,
        open_session(server.ws) as client,
    ):
        raw = client.connection.socket
        raw.sendall(client_frame("{", final=False))
        with contextlib.suppress(OSError):
            for _ in range(30):
                time.sleep(0.1)
                raw.sendall(client_frame(" ", opcode=0, final=False))
        received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("idle", 1008)


def test_a_message_has_a_deadline(tmp_path: Path) -> None:
    """Incomplete messages would fill the memory for as long as a session may be idle."""
    with (
        serve(tmp_path / "log", INK_REQUEST_S="0.5") as server,
        open_session(server.ws) as client,
        open_session(server.ws) as other,
    ):
        client.send_frames(client_frame("x" * 100)[:50])
        received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("slow", 1008)
        assert other.draw(SEVEN)["top"][0]["label"] == "7"


def test_a_vanished_peer_is_noticed(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_PING_S="0.3") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=RECEIVE_TIMEOUT_S) as silent,
    ):
        silent.sendall(HANDSHAKE_REQUEST.format(port=server.port).encode())
        wait_until(lambda: "code=1006" in server.log)


def test_the_end_of_the_service_is_announced_after_the_last_answer(tmp_path: Path) -> None:
    # Who waited for sessions that have ended already would not be done when `stop` gives up.
    with (
        serve(tmp_path / "log", workers=2, INK_DRAIN_S="300") as server,
        open_session(server.ws) as client,
    ):
        client.draw(SEVEN)
        client.send(points_message(2, 1, ONE[0], end=True))
        server.process.send_signal(signal.SIGTERM)
        received, closed = client.until_closed()
        assert [message.get("code", message.get("seq")) for message in received] == [
            2,
            "going_away",
        ]
        assert closed == 1001
        assert server.stop() == 0


def test_a_worker_that_drains_is_not_ready(tmp_path: Path) -> None:
    with serve(tmp_path / "log") as server, open_session(server.ws) as client:
        # How long a worker that drains goes on to accept is a matter of chance.
        before, after = (http.client.HTTPConnection("127.0.0.1", server.port) for _ in range(2))
        for connection in (before, after):
            connection.connect()
        assert readiness(before) == (200, "ready")
        server.process.send_signal(signal.SIGTERM)
        assert client.until_closed()[1] == 1001
        assert readiness(after) == (503, "draining")


def readiness(connection: http.client.HTTPConnection) -> tuple[int, str]:
    """What a worker says on an open connection, and closes it."""
    with contextlib.closing(connection):
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, json.load(response)["status"]


def test_workers_that_are_starting_obey_sigterm(tmp_path: Path) -> None:
    """Gunicorn's workers ignore a SIGTERM before their signal handlers are set."""
    assert_workers_end_by_themselves(tmp_path / "log", 8)


def test_a_worker_obeys_a_sigterm_that_comes_before_it_has_its_handlers(tmp_path: Path) -> None:
    """A busy machine may leave a process alone between its fork and its first own line."""
    configuration = tmp_path / "slow_fork.py"
    configuration.write_text(SLOW_FORK)
    assert_workers_end_by_themselves(tmp_path / "log", 1, str(configuration))


def assert_workers_end_by_themselves(
    log: Path, workers: int, configuration: str = "gunicorn.conf.py"
) -> None:
    """Of a service that is ended while its workers start, none is killed by its master."""
    command = [sys.executable, "-m", "gunicorn", "-c", configuration]
    # A busy machine takes seconds to start a worker.
    settings = {"WEB_CONCURRENCY": str(workers), "PORT": str(free_port()), "INK_DRAIN_S": "50"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=file, stderr=file
        )
    wait_until(lambda: log.read_text().count("Booting worker") == workers)
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert log.read_text().count("Worker exiting") == workers, log.read_text()


def test_a_reload_moves_clients_to_new_workers(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=1) as server, open_session(server.ws) as client:
        client.draw(SEVEN)
        os.kill(server.process.pid, signal.SIGHUP)
        assert client.until_closed()[1] == 1001
        wait_until(lambda: _is_answered(server))
        assert server.log.count("loaded") == 2 * NETWORKS


def _is_answered(server: Server) -> bool:
    """Whether a client is accepted and answered; a worker that drains refuses it."""
    with contextlib.suppress(ConnectionClosed), open_session(server.ws) as client:
        if client.ready["type"] == "ready":
            client.send(ink_message(1, SEVEN))
            return bool(client.receive()["top"][0]["label"] == "7")
    return False


def _broken_copy(folder: Path) -> Path:
    """A copy of the weights with a corrupt file."""
    copied = shutil.copytree(ROOT / "weights", folder / "weights")
    served = copied / "digits" / "digits.float32.tflite"
    served.write_bytes(served.read_bytes()[:-1] + b"x")
    return copied


def test_corrupt_weights_refuse_to_start(tmp_path: Path) -> None:
    broken = str(_broken_copy(tmp_path))
    refusal = r"not started: .*digits\.float32\.tflite: SHA-256"
    with pytest.raises(RuntimeError, match=refusal), serve(tmp_path / "log", INK_WEIGHTS=broken):
        pass


def test_an_invalid_setting_refuses_to_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=r"not started: INK_IDLE_S='soon'"),
        serve(tmp_path / "log", INK_IDLE_S="soon"),
    ):
        pass


def test_tls_is_refused(tmp_path: Path) -> None:
    pem = tmp_path / "pem"
    pem.touch()
    arguments = f"--certfile {pem} --keyfile {pem}"
    with (
        pytest.raises(RuntimeError, match=r"not started: .* TLS is for a proxy"),
        serve(tmp_path / "log", GUNICORN_CMD_ARGS=arguments),
    ):
        pass


def test_a_reload_with_broken_weights_keeps_the_old_ones(tmp_path: Path) -> None:
    weights = shutil.copytree(ROOT / "weights", tmp_path / "kept")
    with serve(tmp_path / "log", INK_WEIGHTS=str(weights)) as server:
        (weights / "digits" / MODEL_CARD).write_text("{}")
        os.kill(server.process.pid, signal.SIGHUP)
        wait_until(lambda: "the old weights stay" in server.log)
        wait_until(lambda: _is_answered(server))
