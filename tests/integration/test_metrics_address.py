"""Tests of who may read `/metrics`, and of the address that it may have for itself."""

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.metrics import parse_metrics
from tests.support.nginx import serve_behind_nginx
from tests.support.processes import server_processes
from tests.support.server import Server, free_port, serve, wait_until

STROKES = "ink_strokes_answered_total{recognizer=digit}"


def get(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(  # noqa: S310
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def restart_worker(server: Server) -> None:
    """Kill the one worker, and wait for the next."""
    [old] = [process.pid for process in server_processes(server)[1:]]
    os.kill(old, signal.SIGKILL)
    wait_for_other_worker(server, old)


def wait_for_other_worker(server: Server, old: int) -> None:
    wait_until(
        lambda: (
            (pids := [process.pid for process in server_processes(server)[1:]]) != [old]
            and len(pids) == 1
        )
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_metrics_have_an_address_of_their_own(tmp_path: Path, host: str) -> None:
    apart = f"{host}:{free_port()}"
    url = f"http://{apart}/metrics"
    # The token is for those who draw; whoever reaches this address may read.
    with serve(tmp_path / "log", INK_METRICS_BIND=apart, INK_TOKEN="t") as server:  # noqa: S106
        assert get(f"{server.http}/metrics", Authorization="Bearer t")[0] == 404
        status, text = get(url)
        assert (status, parse_metrics(text)[STROKES]) == (200, 0)
        # It serves nothing else, under no name.
        for path in ("/", "/metricsx", "/readyz", "/ws", "/predict", "/js/recognizer.js"):
            assert get(f"http://{apart}{path}")[0] == 404, path
        assert get(f"{server.http}/", Host="metrics:listener")[0] in (200, 400)
        assert "ink_" not in get(f"{server.http}/metrics", Host="metrics:listener")[1]
        assert f"metrics at {apart}" in server.log
        assert f"open http://{apart}" not in server.log
        # It outlives workers and reloads, and stays one.
        restart_worker(server)
        wait_until(lambda: parse_metrics(get(url)[1]).get(STROKES) == 0)
        [old] = [process.pid for process in server_processes(server)[1:]]
        os.kill(server.process.pid, signal.SIGHUP)
        wait_for_other_worker(server, old)
        wait_until(lambda: parse_metrics(get(url)[1]).get(STROKES) == 0)
        assert "Traceback" not in server.log


def test_all_workers_are_counted_on_the_own_address(tmp_path: Path) -> None:
    apart = f"127.0.0.1:{free_port()}"
    with serve(tmp_path / "log", workers=2, INK_METRICS_BIND=apart) as server:
        for _ in range(6):
            with open_session(server.ws) as client:
                client.draw(SEVEN)
        wait_until(lambda: parse_metrics(get(f"http://{apart}/metrics")[1])[STROKES] == 6)


def test_metrics_on_a_unix_socket_beside_a_service_on_one(tmp_path: Path) -> None:
    """Gunicorn's own -b takes the place of the service's address, and not of this one."""
    service, apart = tmp_path / "ink.sock", tmp_path / "metrics.sock"
    with serve(
        tmp_path / "log",
        environment={
            "GUNICORN_CMD_ARGS": f"-b unix:{service} -b 127.0.0.1:{(port := free_port())}"
        },
        port=port,
        INK_METRICS_BIND=f"unix:{apart}",
    ) as server:
        assert _get_over(apart, "/metrics", "x")[0] == 200
        assert _get_over(apart, "/", "x")[0] == 404
        # No Host header makes the one the other.
        for host in ("metrics:listener", "metrics%3Alistener", '"metrics:listener"', "x"):
            assert "ink_" not in _get_over(service, "/metrics", host)[1]
        server.stop()
        assert not apart.exists()


@pytest.mark.parametrize(
    "bind", ["192.0.2.1:9091", "127.0.0.1:{port}", "unix:/nowhere/metrics.sock", "unix:/etc/hosts"]
)
def test_an_address_that_cannot_be_had_stops_the_start(tmp_path: Path, bind: str) -> None:
    port = free_port()
    bind = bind.format(port=port)
    with (
        pytest.raises(RuntimeError, match=rf"not started: INK_METRICS_BIND='{bind}'") as refused,
        serve(tmp_path / "log", port=port, INK_METRICS_BIND=bind),
    ):
        pass
    assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"])
def test_metrics_are_not_for_those_behind_a_proxy(tmp_path: Path, proxies: str) -> None:
    with serve(tmp_path / "log", INK_PROXIES=proxies) as server:
        for headers in (
            {"X_Forwarded_For": "192.0.2.1"},
            {"X_Forwarded_For": "127.0.0.1"},
            {"X_Forwarded_For": "unknown"},
            {"X_Forwarded_Proto": "https"},
            {"X_Real_IP": "10.0.0.1"},
            {"Forwarded": "for=10.0.0.1"},
            {"Via": "1.1 proxy"},
        ):
            status, text = get(f"{server.http}/metrics", **headers)
            assert status == 403, headers
            error = json.loads(text)["error"]
            assert error["code"] == "forbidden"
            assert "INK_METRICS_BIND" in error["message"]
        assert get(f"{server.http}/metrics")[0] == 200
        location = f"""location / {{
            proxy_pass {server.http};
            proxy_set_header X-Forwarded-For $remote_addr;
        }}"""
        with serve_behind_nginx(tmp_path, location) as origin:
            assert get(f"{origin}/readyz")[0] == 200
            assert get(f"{origin}/metrics")[0] == 403


def test_a_token_opens_metrics_behind_a_proxy(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_TOKEN="t") as server:  # noqa: S106
        far = {"X_Forwarded_For": "192.0.2.1"}
        assert get(f"{server.http}/metrics", **far)[0] == 401
        assert get(f"{server.http}/metrics", Authorization="Bearer t", **far)[0] == 200
        assert get(f"{server.http}/metrics")[0] == 401


def _get_over(path: Path, target: str, host: str) -> tuple[int, str]:
    """GET over a Unix socket."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(30)
        raw.connect(str(path))
        connection = HTTPConnection("x")
        connection.sock = raw
        connection.request("GET", target, headers={"Host": host})
        response = connection.getresponse()
        return response.status, response.read().decode()
