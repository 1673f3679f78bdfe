"""Tests of the lines for HAProxy and Caddy in docs/proxies.md, in the real programs."""

import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from tests.support.certificate import Certificate, make_certificate
from tests.support.documented_proxies import serve_behind_caddy, serve_behind_haproxy
from tests.support.drawing import SEVEN, open_session
from tests.support.processes import server_processes
from tests.support.server import Server, serve

Serve = Callable[..., AbstractContextManager[str]]
PROXIES: list[Serve] = [serve_behind_haproxy, serve_behind_caddy]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two nodes."""
    folder = tmp_path_factory.mktemp("nodes")
    with ExitStack() as stack:
        yield [
            stack.enter_context(serve(folder / f"log{n}", INK_PROXIES="127.0.0.1", INK_PING_S="1"))
            for n in range(2)
        ]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The certificate of the site."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.mark.parametrize("serve_behind", PROXIES)
def test_the_documented_lines_work(
    serve_behind: Serve, nodes: list[Server], certificate: Certificate, tmp_path: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    before = [len(addresses(node)) for node in nodes]
    with ExitStack() as stack:
        origin = stack.enter_context(
            serve_behind(tmp_path, [node.port for node in nodes], certificate)
        )
        ws = origin.replace("http", "ws", 1) + "/ws"
        clients = [
            stack.enter_context(open_session(ws, source="127.0.0.5", tls=trusting))
            for _ in range(4)
        ]
        # Silent for longer than another request may be.
        with pytest.raises(TimeoutError):
            clients[0].connection.recv(timeout=5)
        for client in clients:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        opened = [addresses(node)[count:] for node, count in zip(nodes, before, strict=True)]
        assert opened == [["127.0.0.5"] * 2] * 2

        def status_of(path: str) -> int:
            try:
                with urllib.request.urlopen(origin + path, context=trusting) as response:  # noqa: S310
                    return int(response.status)
            except urllib.error.HTTPError as error:
                error.close()
                return error.code

        assert status_of("/readyz") == 200
        for path in ("/metrics", "//metrics", "/%6detrics", "/metrics?x=1"):
            assert status_of(path) == 403, path


def addresses(node: Server) -> list[str]:
    """Those of the clients of all sessions so far."""
    return re.findall(r"session_open session=\w+ address=(\S+)", node.log)


@pytest.mark.parametrize("serve_behind", PROXIES)
def test_a_node_that_is_gone_is_passed_over(
    serve_behind: Serve, certificate: Certificate, tmp_path: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(serve(tmp_path / f"log{n}", INK_PROXIES="127.0.0.1"))
            for n in range(2)
        )
        origin = stack.enter_context(serve_behind(tmp_path, [one.port, other.port], certificate))
        ws = origin.replace("http", "ws", 1) + "/ws"
        one.stop()
        for _ in range(4):
            with open_session(ws, tls=trusting) as client:
                assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_haproxy_keeps_nodes_that_are_busy(certificate: Certificate, tmp_path: Path) -> None:
    """Its first check of a node counts alone: if that failed, the node would be down."""
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(serve(tmp_path / f"log{n}", INK_PROXIES="127.0.0.1"))
            for n in range(2)
        ]
        processes = [process for node in nodes for process in server_processes(node)]
        for process in processes:
            process.suspend()
        try:
            ports = [node.port for node in nodes]
            origin = stack.enter_context(serve_behind_haproxy(tmp_path, ports, certificate))
            # Longer than from one check to the next.
            time.sleep(3)
        finally:
            for process in processes:
                process.resume()
        with open_session(origin.replace("http", "ws", 1) + "/ws", tls=trusting) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert "is DOWN" not in (tmp_path / "haproxy.log").read_text()


def test_haproxy_takes_out_a_node_that_hangs(certificate: Certificate, tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(serve(tmp_path / f"log{n}", INK_PROXIES="127.0.0.1"))
            for n in range(2)
        )
        ports = [one.port, other.port]
        origin = stack.enter_context(serve_behind_haproxy(tmp_path, ports, certificate))
        ws = origin.replace("http", "ws", 1) + "/ws"
        clients = [stack.enter_context(open_session(ws, tls=trusting)) for _ in range(2)]
        [hung] = [client for client in clients if client.ready["session"] in one.log]
        processes = server_processes(one)
        for process in processes:
            process.suspend()
        try:
            assert hung.until_closed() == ([], 1006)
            for _ in range(3):
                with open_session(ws, tls=trusting) as client:
                    assert client.draw(SEVEN)["top"][0]["label"] == "7"
        finally:
            for process in processes:
                process.resume()
