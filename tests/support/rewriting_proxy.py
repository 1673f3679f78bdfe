"""A reverse proxy that changes requests on their way, as those in front of real services do."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import responses
from threading import Thread

RECEIVE_BYTES = 65_536


@dataclass(frozen=True)
class Request:
    """The head of a request."""

    method: str
    target: str
    version: str
    headers: dict[str, str]

    @property
    def is_handshake(self) -> bool:
        """Whether it is a browser's WebSocket handshake, or what is left of one."""
        return "Sec-WebSocket-Key" in self.headers

    @property
    def is_question(self) -> bool:
        """Whether a page asks why its handshake was refused."""
        return self.target.startswith("/ws?") and not self.is_handshake

    def with_headers(self, **headers: str | None) -> "Request":
        """The same with other headers; None removes one."""
        kept = {name: text for name, text in self.headers.items() if name not in headers}
        return replace(self, headers=kept | {name: s for name, s in headers.items() if s})

    def serialize(self) -> bytes:
        """The bytes of the head."""
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"{name}: {text}" for name, text in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True)
class Response:
    """An answer of the proxy's own."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "<!doctype html><title>A proxy's page</title>"

    def serialize(self) -> bytes:
        """The bytes of the whole answer."""
        headers = {"Content-Type": "text/html", "Content-Length": str(len(self.body))}
        lines = [f"HTTP/1.1 {self.status} {responses[self.status]}"]
        lines += [f"{name}: {text}" for name, text in (headers | self.headers).items()]
        return ("\r\n".join([*lines, "Connection: close"]) + f"\r\n\r\n{self.body}").encode()


@dataclass(frozen=True)
class Hangup:
    """The end of the client's connection, without an answer."""


# What becomes of a request: another one, an answer, an end, or None where it is never answered.
# What it decides on may be waited for.
Rewriting = Callable[[Request], Request | Response | Hangup | None]


def unchanged(request: Request) -> Request:
    """A proxy that is as it should be."""
    return request


def only_ws(answer: Response | Hangup | None) -> Rewriting:
    """A proxy that answers for `/ws` itself."""
    return lambda request: answer if request.target.startswith("/ws") else request


def only_handshakes(answer: Response | Hangup | None) -> Rewriting:
    """A proxy that passes all but handshakes on."""
    return lambda request: answer if request.is_handshake else request


@dataclass
class RewritingProxy:
    """A running proxy; `rewrite` may be exchanged while it runs."""

    port: int
    rewrite: Rewriting

    @property
    def http(self) -> str:
        """Base URL of the page behind it."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve_rewriting_proxy(upstream_port: int, rewrite: Rewriting) -> Iterator[RewritingProxy]:
    """A proxy in front of a local port, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = RewritingProxy(listener.getsockname()[1], rewrite)
    threads: list[Thread] = []
    sockets: list[socket.socket] = [listener]

    def start(action: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=action, args=arguments)
        thread.start()
        threads.append(thread)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                sockets.append(client)
                start(serve_one, client)

    def serve_one(client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            head, rest = _read_head(client)
            outcome = proxy.rewrite(head)
            if outcome is None:
                return
            if isinstance(outcome, Response):
                client.sendall(outcome.serialize())
            if isinstance(outcome, Response | Hangup):
                client.close()
                return
            upstream = socket.create_connection(("127.0.0.1", upstream_port))
            sockets.append(upstream)
            # One request a connection: the next one would have to be rewritten, too.
            if "Upgrade" not in outcome.headers:
                outcome = outcome.with_headers(Connection="close")
            upstream.sendall(outcome.serialize() + rest)
            start(_pipe, client, upstream)
            _pipe(upstream, client)

    start(accept)
    try:
        yield proxy
    finally:
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in threads:
            thread.join(timeout=10)


def _read_head(client: socket.socket) -> tuple[Request, bytes]:
    """The head of a request, and the bytes after it.

    Raises:
        ValueError: there is none.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(RECEIVE_BYTES)
        if not more:
            raise ValueError("the client sent no request")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return Request(method, target, version, headers), rest


def _pipe(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(RECEIVE_BYTES):
            sink.sendall(data)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
