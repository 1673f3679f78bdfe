"""A web site of another origin, whose pages embed the component of this project."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.support.certificate import Certificate


@dataclass
class ThirdPartySite:
    """A running site, to which pages are added while it runs."""

    port: int
    scheme: str = "http"
    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The origin that browsers send for its pages."""
        return f"{self.scheme}://localhost:{self.port}"

    def add_page(self, head: str, body: str, *, policy: str = "", name: str = "page") -> str:
        """Add a page with this Content-Security-Policy; return its URL."""
        html = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Third party</title>"
            f"<link rel=icon href=data:,>{head}<body>{body}"
        )
        self.pages[f"/{name}"] = html.encode(), policy
        return f"{self.origin}/{name}"


@contextmanager
def serve_third_party_site(certificate: Certificate | None = None) -> Iterator[ThirdPartySite]:
    """A site on a free port, until the block ends; with a certificate over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, policy = site.pages.get(self.path, (b"", ""))
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(html)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *_: object) -> None:
            """Keep requests out of the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = ThirdPartySite(server.server_port)
        if certificate is not None:
            context = certificate.server_context()
            server.socket = context.wrap_socket(server.socket, server_side=True)
            site.scheme = "https"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
