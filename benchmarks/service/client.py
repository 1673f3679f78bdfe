"""A WebSocket client that takes little CPU time, for benchmarks.

`websockets`' protocol without I/O makes and reads the frames and the handshake. With
`realtime.client` an answer takes twice as long, half of it in the client.
"""

import socket
import ssl
from urllib.parse import urlsplit

import msgspec
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

RECEIVE_BYTES = 65_536


class Answer(msgspec.Struct, tag_field="type", tag="prediction"):
    """What a client reads of an answer."""

    seq: int
    final: bool


class _Other(msgspec.Struct, tag_field="type", tag="ready"):
    pass


_decoder: msgspec.json.Decoder[Answer | _Other] = msgspec.json.Decoder(Answer | _Other)


def is_final(frame: Frame) -> bool:
    """Whether a frame of the service is a final answer."""
    message = _decoder.decode(frame.data)
    return isinstance(message, Answer) and message.final


class LoadClient:
    """One connection."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=parts.hostname)
        self.protocol = ClientProtocol(parse_uri(url))
        self.protocol.send_request(self.protocol.connect())
        self.socket.sendall(b"".join(self.protocol.data_to_send()))
        while self.protocol.state is State.CONNECTING and not self.protocol.handshake_exc:
            if data := self.socket.recv(RECEIVE_BYTES):
                self.protocol.receive_data(data)
            else:
                self.protocol.receive_eof()
        if self.protocol.handshake_exc:
            raise self.protocol.handshake_exc
        self.protocol.events_received()

    def receive(self) -> list[Answer]:
        """The answers that have arrived; the socket has to be readable."""
        self.protocol.receive_data(self.socket.recv(RECEIVE_BYTES))
        received = [
            _decoder.decode(event.data)
            for event in self.protocol.events_received()
            if isinstance(event, Frame)
        ]
        return [answer for answer in received if isinstance(answer, Answer)]
