"""Tests of the configuration for nginx that is shipped, in a real nginx."""

import http.client
import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pytest

from tests.support.certificate import make_certificate
from tests.support.drawing import ONE, SEVEN, open_session
from tests.support.hosts import serve_host_without_service
from tests.support.nginx import SUB_PATH, Nginx, serve_shipped_nginx
from tests.support.server import Server, free_port, serve, wait_until
from tests.support.uploads import FORM_TYPE, image_form

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service behind nginx, on a port and on a Unix socket."""
    folder, port = tmp_path_factory.mktemp("node"), free_port()
    binds = f"--bind 127.0.0.1:{port} --bind unix:{folder}/socket"
    with serve(
        folder / "log",
        port=port,
        environment={"GUNICORN_CMD_ARGS": binds, "INK_PROXIES": "127.0.0.1 unix"},
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def nginx(node: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """The shipped configuration as it is, with one node."""
    with serve_shipped_nginx(tmp_path_factory.mktemp("nginx"), [address(node)]) as running:
        yield running


def address(node: Server) -> str:
    return f"127.0.0.1:{node.port} max_fails=3 fail_timeout=10s"


def connected(
    origin: str, *, source: str = "127.0.0.1"
) -> AbstractContextManager[http.client.HTTPConnection]:
    """A connection from this address, closed when the block ends."""
    host = origin.partition("//")[2]
    return closing(http.client.HTTPConnection(host, timeout=60, source_address=(source, 0)))


def status_of(url: str) -> int:
    """The status of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310
            status: int = response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return status


def addresses(node: Server) -> list[str]:
    """Those of the clients of all sessions so far."""
    return re.findall(r"session_open session=\w+ address=(\S+)", node.log)


@pytest.mark.parametrize("upstream", ["tcp", "unix"])
def test_a_session_is_that_of_the_client_itself(
    node: Server, upstream: str, tmp_path: Path
) -> None:
    unix = f"unix:{node.log_file.with_name('socket')}"
    with serve_shipped_nginx(tmp_path, [unix if upstream == "unix" else address(node)]) as nginx:
        with open_session(nginx.ws, source="127.0.0.5") as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert addresses(node)[-1] == "127.0.0.5"


def test_what_a_client_claims_of_itself_is_left_out(node: Server, nginx: Nginx) -> None:
    claims = (
        "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: evil.example\r\n"
        "Forwarded: for=203.0.113.9\r\nOrigin: http://evil.example\r\n"
    )
    assert handshake_status(nginx, claims) == 403
    assert handshake_status(nginx, claims.replace("http://evil.example", nginx.origin)) == 101
    wait_until(lambda: addresses(node)[-1] == "127.0.0.1")
    assert "sends Forwarded" not in node.log


def handshake_status(nginx: Nginx, headers: str) -> int:
    """The status of the answer to a handshake with these headers."""
    host = nginx.origin.partition("//")[2]
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=30) as raw:
        raw.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n".encode()
        )
        return int(raw.recv(1000).split()[1])


def test_the_compressed_page_is_left_alone(node: Server, nginx: Nginx) -> None:
    def fetch(origin: str, **headers: str) -> tuple[int, dict[str, str | None], bytes]:
        with connected(origin) as connection:
            connection.request("GET", "/", headers={"Accept-Encoding": "gzip"} | headers)
            response = connection.getresponse()
            names = ("Content-Encoding", "ETag", "Vary", "Cache-Control", "Content-Security-Policy")
            kept = {name: response.getheader(name) for name in names}
            return response.status, kept, response.read()

    direct, proxied = fetch(node.http), fetch(nginx.origin)
    assert direct == proxied
    assert proxied[1]["Content-Encoding"] == "gzip"
    etag = proxied[1]["ETag"]
    assert etag
    assert fetch(nginx.origin, **{"If-None-Match": etag})[0] == 304


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [
        (10 * MEGABYTE - 1000, 415, "not_image"),
        (10 * MEGABYTE + MEGABYTE // 2, 413, "too_big"),
        (12 * MEGABYTE, 413, None),
    ],
)
def test_the_largest_image_passes_and_a_larger_one_is_refused_by_nginx(
    nginx: Nginx, size: int, status: int, code: str | None
) -> None:
    with connected(nginx.origin) as connection:
        connection.request("POST", "/predict", image_form(bytes(size)), {"Content-Type": FORM_TYPE})
        response = connection.getresponse()
        body = response.read()
    assert response.status == status
    if code is None:
        assert b"nginx" in body
    else:
        assert json.loads(body)["error"]["code"] == code


@pytest.mark.parametrize(
    "path", ["/metrics", "//metrics", "/%6detrics", "/./metrics", "/x/../metrics", "/metrics?x=1"]
)
def test_metrics_are_not_open_to_the_world(nginx: Nginx, path: str) -> None:
    assert status_of(nginx.origin + path) == 403


def test_metrics_are_open_to_a_network_that_is_named(node: Server, tmp_path: Path) -> None:
    named = {"nginx/operators.conf": {"deny all;": "allow 127.0.0.0/30;\ndeny all;"}}
    with serve_shipped_nginx(tmp_path, [address(node)], edits=named) as nginx:
        assert status_of(f"{nginx.origin}/metrics") == 200
        with connected(nginx.origin, source="127.0.0.9") as connection:
            connection.request("GET", "/metrics")
            assert connection.getresponse().status == 403


def test_it_works_below_a_path(node: Server, tmp_path: Path) -> None:
    with serve_shipped_nginx(tmp_path, [address(node)], edits=SUB_PATH) as nginx:
        with open_session(nginx.ws.replace("/ws", "/ink/ws")) as client:
            assert client.draw(ONE)["top"][0]["label"] == "1"
        assert status_of(f"{nginx.origin}/ink/readyz") == 200
        assert status_of(f"{nginx.origin}/ink/js/recognizer.js") == 200
        assert status_of(f"{nginx.origin}/ink/metrics") == 403
        assert status_of(f"{nginx.origin}/ink//metrics") == 403
        assert status_of(f"{nginx.origin}/readyz") == 404


def test_it_speaks_tls_and_http_2(node: Server, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with serve_shipped_nginx(tmp_path, [address(node)], certificate=certificate) as nginx:
        trusting = ssl.create_default_context(cafile=str(certificate.file))
        with open_session(nginx.ws, tls=trusting) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        trusting.set_alpn_protocols(["h2", "http/1.1"])
        port = int(nginx.origin.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port), timeout=30) as raw,
            trusting.wrap_socket(raw, server_hostname="127.0.0.1") as encrypted,
        ):
            assert encrypted.selected_alpn_protocol() == "h2"
            assert encrypted.version() in ("TLSv1.2", "TLSv1.3")


def test_a_silent_session_outlasts_what_a_proxy_allows(tmp_path: Path) -> None:
    """The service sends something in time, as the ratio of the shipped timeouts is the same."""
    edits = {"nginx/websocket.conf": {"proxy_read_timeout 45s;": "proxy_read_timeout 3s;"}}
    with (
        serve(tmp_path / "log", INK_PROXIES="127.0.0.1", INK_PING_S="1") as node,
        serve_shipped_nginx(tmp_path, [address(node)], edits=edits) as nginx,
        open_session(nginx.ws) as client,
    ):
        with pytest.raises(TimeoutError):
            client.connection.recv(timeout=5)
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_nodes_are_shared_and_taken_out(tmp_path: Path) -> None:
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(serve(tmp_path / f"log{n}", INK_PROXIES="127.0.0.1"))
            for n in range(2)
        )
        nginx = stack.enter_context(serve_shipped_nginx(tmp_path, [address(one), address(other)]))
        clients = [stack.enter_context(open_session(nginx.ws)) for _ in range(6)]
        assert (len(addresses(one)), len(addresses(other))) == (3, 3)

        # Taken out, a node keeps its sessions, and gets no new ones.
        nginx.edit("nginx/upstream.conf", {address(one): f"{address(one)} down"})
        nginx.reload()
        later = [stack.enter_context(open_session(nginx.ws)) for _ in range(3)]
        assert (len(addresses(one)), len(addresses(other))) == (3, 6)
        assert {client.draw(SEVEN)["top"][0]["label"] for client in clients + later} == {"7"}

        # When it is told to end its sessions are sent away.
        assert one.stop() == 0
        ends = [client.until_closed() for client in clients if not is_open_on(other, client.ready)]
        assert [(said[-1]["code"], code) for said, code in ends] == [("going_away", 1001)] * 3


def is_open_on(node: Server, ready: dict[str, str]) -> bool:
    return f"session={ready['session']} " in node.log


@pytest.mark.parametrize("fault", ["nobody listens", "it takes nobody"])
def test_a_node_that_is_gone_is_passed_over(node: Server, fault: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        gone = free_port()
        if fault == "it takes nobody":
            stack.enter_context(serve_host_without_service(gone, 503))
        nodes = [f"127.0.0.1:{gone}", address(node)]
        nginx = stack.enter_context(serve_shipped_nginx(tmp_path, nodes))
        for _ in range(4):
            with open_session(nginx.ws) as client:
                assert client.ready["type"] == "ready"
            assert status_of(f"{nginx.origin}/readyz") == 200
