"""Tests of the units of systemd and of the Procfile, and of a socket that systemd holds."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.deployment import DEPLOY
from tests.support.drawing import SEVEN, open_session
from tests.support.files import ROOT
from tests.support.server import free_port, launch, serve

UNITS = ("ink.service", "ink.socket")
COMMAND = "/opt/ink/bin/realtime-handwriting"
# Of 100; what is left is the network, which it serves.
MOST_EXPOSED = 16


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"no {name}")
    return found


def units_with_command(folder: Path) -> list[Path]:
    """Copies of the units whose command is there."""
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        (folder / name).write_text(text.replace(COMMAND, program("true")))
    return [folder / name for name in UNITS]


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    done = subprocess.run(
        [analyze, "verify", *units_with_command(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_is_exposed_little(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    service, _ = units_with_command(tmp_path)
    done = subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", service],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_socket_that_systemd_holds_is_served_beside_the_metrics(tmp_path: Path) -> None:
    activate = program("systemd-socket-activate")
    port, apart = free_port(), free_port()
    settings = {"WEB_CONCURRENCY": "1", "INK_METRICS_BIND": f"127.0.0.1:{apart}"}
    passed = [f"--setenv={name}={value}" for name, value in settings.items()]
    with serve(
        tmp_path / "log", port=port, prefix=[activate, f"--listen=127.0.0.1:{port}", *passed]
    ) as server:
        with open_session(server.ws) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert f"metrics at 127.0.0.1:{apart}" in server.log
        assert f"open http://localhost:{port}/" in server.log


def test_the_procfile_serves(tmp_path: Path) -> None:
    kind, _, command = (ROOT / "Procfile").read_text().strip().partition(": ")
    assert kind == "web"
    # What a platform gives: a port, and a number of workers.
    port = free_port()
    with (
        launch(
            shlex.split(command),
            port,
            tmp_path / "log",
            PORT=str(port),
            WEB_CONCURRENCY="1",
            HOST="127.0.0.1",
        ) as server,
        open_session(server.ws) as client,
    ):
        assert client.draw(SEVEN)["top"][0]["label"] == "7"
