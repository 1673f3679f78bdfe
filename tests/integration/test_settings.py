"""Tests of settings when the service starts: each is understood, or stops the start by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.files import ROOT
from tests.support.server import free_port, serve


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOST", "localhost:8000"),
        ("HOST", "nobody.invalid"),
        ("HOST", "192.0.2.1"),  # no address of this machine (RFC 5737)
        ("INK_ENGINE", "http://localhost:8000/digits"),
        ("INK_SESSIONS", "9" * 15),
        ("INK_WEIGHTS", "/nowhere"),
        ("INK_RECORDINGS", "/nowhere"),
        ("INK_RECORDINGS", "/dev/null"),
        ("INK_KEPT", "/nowhere/kept.db"),
    ],
)
def test_what_is_not_understood_stops_the_start(tmp_path: Path, variable: str, value: str) -> None:
    with (
        pytest.raises(RuntimeError, match=f"not started: {variable}") as refused,
        serve(tmp_path / "log", environment={variable: value}),
    ):
        pass
    assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize("value", ["many", "0"])
def test_the_command_names_a_number_of_workers_that_is_none(value: str) -> None:
    """Started without this command, gunicorn itself ends in a traceback."""
    command = [sys.executable, "-m", "realtime", "serve"]
    environment = {**os.environ, "WEB_CONCURRENCY": value, "PORT": str(free_port())}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"not started: WEB_CONCURRENCY='{value}'")


@pytest.mark.parametrize(
    ("host", "address", "shown"),
    [
        ("", "127.0.0.1", "localhost"),
        ("0.0.0.0", "127.0.0.1", "localhost"),  # noqa: S104
        ("::", "127.0.0.1", "localhost"),
        ("::", "[::1]", "localhost"),
        ("::1", "[::1]", "[::1]"),
        ("[::1]", "[::1]", "[::1]"),
        ("localhost", "127.0.0.1", "localhost"),
        ("127.0.0.2", "127.0.0.2", "127.0.0.2"),
    ],
)
def test_a_host_is_listened_on_and_shown(
    tmp_path: Path, host: str, address: str, shown: str
) -> None:
    with (
        serve(tmp_path / "log", address=address, HOST=host) as server,
        open_session(server.ws, source="::1" if ":" in address else "127.0.0.1") as client,
    ):
        assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert f"open http://{shown}:{server.port}/ and draw" in server.log


def test_other_addresses_than_the_host_are_shown_too(tmp_path: Path) -> None:
    port, path = free_port(), tmp_path / "socket"
    binds = f"--bind 127.0.0.2:{port} --bind unix:{path} --bind 127.0.0.1:{port}"
    with serve(tmp_path / "log", port=port, HOST="192.0.2.1", GUNICORN_CMD_ARGS=binds) as server:
        shown = [
            line.partition(": open ")[2] for line in server.log.splitlines() if ": open " in line
        ]
    assert shown == [
        f"http://{host}:{port}/ and draw a digit" for host in ("127.0.0.2", "localhost")
    ]


def test_a_misspelt_variable_is_named_in_the_log(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_PROXY="127.0.0.1") as server:
        assert "INK_PROXY is no setting; INK_PROXIES is" in server.log
