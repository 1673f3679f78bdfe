"""One HTTP/1.1 connection to an engine, which carries one request after the other.

A connection on which anything went wrong, a deadline among it, is closed and never used again: so
the late answer to one request cannot be taken for that to the next. Nor is one used on which bytes
came that nobody had asked for.

geventhttpclient parses the responses. Its own client, which Triton's builds on, does not serve: a
`gevent.Timeout` while it sends loses a place of its pool for good, and it looks whether a
connection still lives with `select`, which fails from the 1,024th file descriptor of a worker on.
"""

import contextlib
import select
from collections.abc import Mapping
from socket import IPPROTO_TCP, TCP_NODELAY
from ssl import PROTOCOL_TLS_CLIENT, SSLCertVerificationError, SSLError
from typing import NamedTuple

from gevent import monkey, socket
from gevent.ssl import SSLContext
from geventhttpclient import HTTPParseError
from geventhttpclient.response import HTTPSocketResponse

from realtime.errors import EngineConnectionError, EngineError, EngineMismatchError
from realtime.setting_formats import EngineAddress

# Of a response. The logits of 64 rasters are 20 kB as JSON.
MOST_BYTES = 4 * 1024 * 1024
_BLOCK_BYTES = 64 * 1024

# gevent's own lets other greenlets run.
_poll = monkey.get_original("select", "poll")


class Reply(NamedTuple):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def tls_context(authority: str) -> SSLContext:
    """What certificates of engines are checked by.

    Args:
        authority: a PEM file; empty for the authorities that the system knows.

    Raises:
        OSError: it cannot be read, or holds no certificate (`ssl.SSLError`).
    """
    # gevent's own class: `create_default_context` makes one of the standard library, which waits
    # for the other side without a deadline where nothing is patched, as in gunicorn's master.
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    if authority:
        context.load_verify_locations(authority)
    else:
        context.load_default_certs()
    return context


class HttpConnection:
    """A connection, made with its first request; for one greenlet at a time.

    Args:
        address: of the engine.
        context: of TLS, where the address asks for it.

    Attributes:
        was_used: whether it carried a request already.
    """

    def __init__(self, address: EngineAddress, context: SSLContext | None) -> None:
        self._address = address
        self._context = context
        host = f"[{address.host}]" if ":" in address.host else address.host
        self._host_header = f"Host: {host}:{address.port}\r\nAccept-Encoding: identity\r\n"
        self._socket: socket.socket | None = None
        self.was_used = False

    @property
    def is_open(self) -> bool:
        """Whether it can carry a request, and nothing has come that nobody asked for."""
        if self._socket is None:
            return False
        poll = _poll()
        poll.register(self._socket.fileno(), select.POLLIN)
        if poll.poll(0):
            self.close()
        return self._socket is not None

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Send a request, and wait for the whole response.

        There is no deadline but what the caller sets (`gevent.Timeout`).

        Raises:
            EngineMismatchError: the engine's certificate does not fit.
            EngineConnectionError: the engine cannot be reached, or broke the connection.
            EngineError: it does not speak HTTP, or answers with more than `MOST_BYTES`.
        """
        lines = "".join([f"{name}: {value}\r\n" for name, value in (headers or {}).items()])
        head = f"{method} {path} HTTP/1.1\r\n{self._host_header}{lines}"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        is_answered = False
        try:
            if not self.is_open:
                self._socket = self._connect()
            reply = self._exchange(self._socket, method, request)
            is_answered = self.was_used = True
            return reply
        except SSLCertVerificationError as error:
            reason = f"has a certificate that does not fit: {error.verify_message}"
            raise EngineMismatchError(reason) from error
        except SSLError as error:
            reason = f"speaks no TLS that is understood: {error.reason or error}"
            raise EngineConnectionError(reason) from error
        except OSError as error:
            reason = f"cannot be reached: {error.strerror or error}"
            raise EngineConnectionError(reason) from error
        except HTTPParseError as error:
            reason = f"broke the connection, or speaks no HTTP: {error}"
            raise EngineConnectionError(reason) from error
        finally:
            if not is_answered:
                self.close()

    def close(self) -> None:
        """Close it; the next request makes another."""
        sock, self._socket = self._socket, None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.close()

    def _connect(self) -> socket.socket:
        address = self._address
        sock = socket.create_connection((address.host, address.port))
        try:
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            if self._context is not None:
                # The handshake is a step of its own: it may be cut off by a deadline, and the
                # socket has to be closed then.
                sock = self._context.wrap_socket(
                    sock, server_hostname=address.host, do_handshake_on_connect=False
                )
                sock.do_handshake()
        except BaseException:
            sock.close()
            raise
        return sock

    def _exchange(self, sock: socket.socket, method: str, request: bytes) -> Reply:
        sock.sendall(request)
        response = HTTPSocketResponse(sock, block_size=_BLOCK_BYTES, method=method)
        body = b""
        while piece := response.read(_BLOCK_BYTES):
            body += piece
            if len(body) > MOST_BYTES:
                raise EngineError(f"answers with more than {MOST_BYTES} bytes")
        if response.should_close():
            self.close()
        headers = {name.lower(): value for name, value in response.items()}
        return Reply(response.status_code, headers, body)
