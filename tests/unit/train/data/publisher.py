"""A local HTTP server that publishes files as the authors of the training data do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Publisher:
    """What is published, how the server behaves, and what was requested.

    Attributes:
        address: of the server, without a slash at the end.
        files: content by path.
        resumes: whether it honours Range.
        breaks_after: bytes of a reply after which the connection is closed; None for never.
        requests: path and Range header ("" if none) of each request.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    resumes: bool = True
    breaks_after: int | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one GET request."""
        requested = handler.headers.get("Range", "")
        self.requests.append((handler.path, requested))
        content = self.files.get(handler.path)
        if content is None:
            handler.send_error(404)
            return
        start = int(requested.removeprefix("bytes=").removesuffix("-")) if requested else 0
        if self.resumes and start >= len(content) > 0:
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(content)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if not self.resumes:
            start = 0
        handler.send_response(206 if start else 200)
        if start:
            last = len(content) - 1
            handler.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
        handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        end = len(content) if self.breaks_after is None else start + self.breaks_after
        handler.wfile.write(content[start:end])
        handler.close_connection = True


@contextmanager
def publishing() -> Iterator[Publisher]:
    """A publisher on a free port of the loopback interface."""
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.reply(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        publisher.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()
