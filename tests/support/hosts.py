"""Hosts on the way to the service: one that asks for a login, one that has no service any more."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

LOGIN = "/login"
LOGIN_PAGE = b"<!doctype html><title>Host</title><h1>Who are you?</h1>"
LOGIN_COOKIE = "login=yes"


@contextmanager
def serve_host_with_login(upstream: str) -> Iterator[str]:
    """A host that forwards GET requests that have the cookie, and answers 401 to others.

    Args:
        upstream: the base URL of the service.

    Yields:
        the host's base URL.
    """

    class Handler(_QuietHandler):
        def do_GET(self) -> None:
            if LOGIN_COOKIE not in self.headers.get("Cookie", ""):
                self.answer(401, LOGIN_PAGE)
                return
            try:
                with urllib.request.urlopen(upstream + self.path, timeout=30) as response:  # noqa: S310
                    self.answer(response.status, response.read(), response.headers["Content-Type"])
            except urllib.error.HTTPError as error:
                self.answer(error.code, error.read())

    with _serve(Handler, 0) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serve_host_without_service(port: int, status: int) -> Iterator[None]:
    """A host that answers with this status; a redirection leads to a login."""

    class Handler(_QuietHandler):
        def do_GET(self) -> None:
            if self.path == LOGIN:
                self.answer(200, LOGIN_PAGE)
            else:
                words = LOGIN_PAGE if status in (401, 403) else b"<h1>No such app</h1>"
                self.answer(status, words)

    with _serve(Handler, port):
        yield


class _QuietHandler(BaseHTTPRequestHandler):
    def answer(self, status: int, body: bytes, content_type: str = "text/html") -> None:
        """Send a response; the address of a redirection is that of the login."""
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", LOGIN)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep requests out of the tests' output."""


@contextmanager
def _serve(handler: type[BaseHTTPRequestHandler], port: int) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
