"""Tests of the health check of the container: a command without curl."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.drawing import open_session
from tests.support.files import ROOT
from tests.support.server import free_port, serve, wait_until


def health_check(**settings: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "realtime.server.health_check"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "localhost"])  # noqa: S104
def test_it_says_whether_the_service_is_ready(tmp_path: Path, host: str) -> None:
    with serve(tmp_path / "log", HOST=host) as server:
        settings = {"HOST": host, "PORT": str(server.port)}
        # A proxy for the way out is none for this one.
        nowhere = {"http_proxy": "http://192.0.2.1:9", "HTTP_PROXY": "http://192.0.2.1:9"}
        assert health_check(**settings, **nowhere) == (0, "")


def test_a_worker_that_drains_is_not_ready(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_DRAIN_S="20") as server, open_session(server.ws) as client:
        os.kill(server.process.pid, signal.SIGTERM)
        client.until_closed()
        wait_until(lambda: health_check(PORT=str(server.port))[0] == 1)


def test_a_service_that_is_not_there_is_named() -> None:
    port = free_port()
    status, text = health_check(HOST="127.0.0.1", PORT=str(port))
    assert status == 1
    assert text == f"not ready: 127.0.0.1:{port}: [Errno 111] Connection refused"
    status, text = health_check(PORT="many")
    assert status == 1
    assert "PORT='many' is not usable" in text
