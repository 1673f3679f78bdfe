"""A connection to a server: typed messages both ways, and typed errors where there is none."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime.client.errors import (
    ConnectionLostError,
    ConnectTimeoutError,
    connection_error,
    reported_error,
)
from realtime.errors import RealtimeError
from realtime.protocol import messages
from realtime.protocol.client_messages import ClientMessage
from realtime.protocol.server_messages import Error, Ready, ServerMessage

# For TCP, TLS, the handshake and `ready`: a phone network on a bad day, and far above what any
# server of ours takes.
CONNECT_TIMEOUT_S = 10.0
# What does not answer the close frame is not waited for.
CLOSE_TIMEOUT_S = 0.5
# Of one message: a thousand candidates for each of a hundred characters, and more.
ANSWER_BYTES = 16 * 1024 * 1024
# The close code where there was no close frame (RFC 6455, section 7.1.5).
ABNORMAL_CLOSURE = 1006


class ServerConnection:
    """An open connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._fatal: Error | None = None

    async def send(self, message: ClientMessage | bytes) -> None:
        """Send a message, or the JSON of one.

        What is sent when the connection has ended is dropped; `receive` says why it has.
        """
        text = message if isinstance(message, bytes) else messages.encode(message)
        try:
            await self._socket.send(text, text=True)
        except ConnectionClosed:
            return

    async def receive(self) -> ServerMessage:
        """The next message; one of an unknown type is passed over.

        Raises:
            ReportedError: the server has closed the connection, and said why.
            ConnectionLostError: it has not.
        """
        while True:
            try:
                message = messages.decode_answer(await self._socket.recv(decode=False))
            except ConnectionClosed as closed:
                raise self._loss(closed) from closed
            except msgspec.DecodeError as error:
                if str(error).endswith("at `$.type`"):
                    continue
                reason = f"what came is no message: {error}"
                raise ConnectionLostError(ABNORMAL_CLOSURE, reason) from error
            if isinstance(message, Error) and message.fatal:
                # The close frame follows.
                self._fatal = message
            return message

    async def greeting(self) -> Ready:
        """What the server says first.

        Raises:
            ReportedError, ConnectionLostError: see `receive`.
        """
        while not isinstance(message := await self.receive(), Ready):
            pass
        return message

    async def close(self) -> None:
        """Close the connection; it may have ended already."""
        await self._socket.close()

    def _loss(self, closed: ConnectionClosed) -> RealtimeError:
        if self._fatal is not None:
            return reported_error(self._fatal)
        if closed.rcvd is not None:
            return ConnectionLostError(closed.rcvd.code, closed.rcvd.reason)
        return ConnectionLostError(ABNORMAL_CLOSURE, str(closed.__cause__ or closed))


def connector(
    url: str,
    *,
    token: str = "",
    tls: ssl.SSLContext | None = None,
    **options: Any,  # noqa: ANN401  # those of `connect`
) -> connect:
    """What connects to a server, as `websockets` has it, once or again and again.

    Args:
        url: of the WebSocket.
        token: the server's, where it wants one.
        tls: whose certificates are trusted.
        options: further ones of `websockets`.

    Raises:
        UnreachableError: the address is none.
    """
    if tls is not None:
        options["ssl"] = tls
    try:
        return connect(
            url,
            additional_headers={"Authorization": f"Bearer {token}"} if token else {},
            # The server compresses nothing.
            compression=None,
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=ANSWER_BYTES,
            **options,
        )
    except Exception as error:
        raise connection_error(url, error) from error


@asynccontextmanager
async def open_connection(
    url: str,
    *,
    token: str = "",
    tls: ssl.SSLContext | None = None,
    connect_timeout_s: float = CONNECT_TIMEOUT_S,
) -> AsyncIterator[ServerConnection]:
    """One connection, for who sends messages as they are; it is not made again when it is lost.

    Args:
        url: of the WebSocket.
        token: the server's, where it wants one.
        tls: whose certificates are trusted.
        connect_timeout_s: for the handshake.

    Raises:
        UnreachableError, HTTPRefusalError, ConnectTimeoutError: there is no connection.
        CapacityError: the server is full.
    """
    try:
        socket = await connector(url, token=token, tls=tls, open_timeout=connect_timeout_s)
    except RealtimeError:
        raise
    except TimeoutError as error:
        raise ConnectTimeoutError(connect_timeout_s) from error
    except Exception as error:
        raise connection_error(url, error) from error
    try:
        yield ServerConnection(socket)
    finally:
        await socket.close()
