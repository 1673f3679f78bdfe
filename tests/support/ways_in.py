"""The ways in which a client reaches the service: directly, over a Unix socket, through proxies."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import connect

from tests.support.drawing import Client, Json
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server, free_port, serve

TIMEOUT_S = 30.0
# Two clients, or two names of one client, as the header of a proxy has them.
Headers = Callable[[str, int], dict[str, str]]


def _plain(_client: str, _turn: int) -> dict[str, str]:
    return {}


def forwarded_for(form: str, header: str = "X-Forwarded-For") -> Headers:
    """A header in this form; `{client}` is the client's number, `{turn}` differs every time."""
    return lambda client, turn: {header: form.format(client=client, turn=turn)}


@dataclass(frozen=True)
class WayIn:
    """A way in.

    Attributes:
        name: for the test's name.
        family: of the socket that the peer connects over.
        proxies: the setting `INK_PROXIES`.
        headers: what a proxy adds, or a client claims, with each request.
        knows_clients: whether the service can tell two clients from one.
    """

    name: str
    family: socket.AddressFamily = socket.AF_INET
    proxies: str = ""
    headers: Headers = _plain
    knows_clients: bool = False


WAYS_IN = [
    WayIn("tcp", knows_clients=True),
    WayIn("tcp with a claim", headers=forwarded_for("203.0.113.{turn}")),
    WayIn("ipv6", socket.AF_INET6),
    WayIn("unix", socket.AF_UNIX),
    WayIn("unix with a claim", socket.AF_UNIX, headers=forwarded_for("203.0.113.{turn}")),
    WayIn("unix, a proxy that names nobody", socket.AF_UNIX, proxies="unix"),
    *(
        WayIn(name, family, proxies, forwarded_for(form), knows_clients=True)
        for name, family, proxies, form in [
            ("a proxy", socket.AF_INET, "127.0.0.1", "198.51.100.{turn}, 203.0.113.{client}"),
            ("a proxy over ipv6", socket.AF_INET6, "::1", "203.0.113.{client}"),
            ("a proxy over unix", socket.AF_UNIX, "unix", "203.0.113.{client}"),
            ("a port", socket.AF_INET, "127.0.0.1", "203.0.113.{client}:5{turn:04}"),
            ("ipv6 addresses", socket.AF_INET, "127.0.0.1", "2001:db8:{client}::{turn}"),
            ("ipv6 and a port", socket.AF_INET, "127.0.0.1", "[2001:db8:{client}::1]:5{turn:04}"),
            (
                "two proxies",
                socket.AF_INET,
                "127.0.0.1, 10.0.0.0/24",
                "198.51.100.{turn}, 203.0.113.{client}, 10.0.0.7",
            ),
            (
                "two proxies, with ports",
                socket.AF_INET,
                "127.0.0.1, 2001:db8:ffff::7",
                "203.0.113.{client}:5{turn:04}, [2001:db8:ffff::7]:6{turn:04}",
            ),
            (
                "two proxies, one over unix",
                socket.AF_INET,
                "unix 127.0.0.1",
                "203.0.113.{client}, unix:",
            ),
            (
                "whoever connects",
                socket.AF_INET,
                "0.0.0.0/0",
                "198.51.100.{turn}, 203.0.113.{client}",
            ),
        ]
    ),
    WayIn(
        "a second proxy that is not named",
        proxies="127.0.0.1",
        headers=forwarded_for("203.0.113.{turn}, 10.0.0.7"),
    ),
    WayIn("no address", proxies="127.0.0.1", headers=forwarded_for("client-{turn}")),
    WayIn(
        "Forwarded",
        proxies="127.0.0.1",
        headers=forwarded_for("for=203.0.113.{turn}", header="Forwarded"),
    ),
]


class Peer:
    """A peer of a service: a client, or a proxy that speaks for one."""

    def __init__(self, way: WayIn, server: Server, path: Path, client: int) -> None:
        self._way, self._server, self._path, self._client = way, server, path, client
        self._turn = 0

    def connect(self) -> socket.socket:
        """A new connection."""
        raw = socket.socket(self._way.family)
        raw.settimeout(TIMEOUT_S)
        if self._way.family == socket.AF_UNIX:
            raw.connect(str(self._path))
        elif self._way.family == socket.AF_INET6:
            raw.connect(("::1", self._server.port))
        else:
            if self._way.headers is _plain:
                raw.bind((f"127.0.0.{self._client}", 0))
            raw.connect(("127.0.0.1", self._server.port))
        return raw

    def request(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, Json]:
        """The status and the JSON of an answer."""
        connection = http.client.HTTPConnection("localhost")
        connection.sock = self.connect()
        connection.request(method, path, body, {"Content-Type": kind, **self._headers()})
        response = connection.getresponse()
        text = response.read()
        connection.close()
        RECEIVED_MESSAGES.check_answer(method, path, response.status, text)
        return response.status, json.loads(text)

    @contextmanager
    def session(self) -> Iterator[Client]:
        """An open session, or one that was refused after the handshake."""
        with connect(
            "ws://localhost/ws",
            sock=self.connect(),
            compression=None,
            additional_headers=self._headers(),
            open_timeout=TIMEOUT_S,
        ) as connection:
            yield Client(connection)

    def _headers(self) -> dict[str, str]:
        self._turn += 1
        return self._way.headers(str(self._client), self._turn)


@contextmanager
def serve_way_in(way: WayIn, folder: Path, **settings: str) -> Iterator[Callable[[int], Peer]]:
    """Run the service for a way in; yields what makes a client, given by number."""
    port, path = free_port(), folder / "socket"
    binds = {
        socket.AF_INET: "",
        socket.AF_INET6: f"--bind [::1]:{port}",
        socket.AF_UNIX: f"--bind unix:{path}",
    }
    with serve(
        folder / "log",
        port=port,
        environment={
            "INK_PROXIES": way.proxies,
            "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port} {binds[way.family]}",
            **settings,
        },
    ) as server:
        yield lambda client: Peer(way, server, path, client)
        assert "Traceback" not in server.log, server.log
