"""Tests of the WebSocket connection with a full send buffer."""

import socket
from types import SimpleNamespace

import gevent
import gevent.socket
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

from realtime.setting_groups import ConnectionLimits
from realtime.websocket.connection import Connection


def test_a_slow_reader_gets_every_byte() -> None:
    """simple-websocket's own `send` drops what does not fit into the socket's buffer."""
    server_end, client_end = gevent.socket.socketpair()
    server_end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    sent = [f"{number:0{number % 3000 + 4}}".encode() for number in range(1_000)]

    def send() -> None:
        connection = Connection(
            SimpleNamespace(sock=server_end, ws=None, connected=True), ConnectionLimits()
        )
        try:
            for message in sent:
                connection.send(message)
        finally:
            connection.release()
            server_end.close()

    writer = gevent.spawn(send)
    reader = ClientProtocol(parse_uri("ws://localhost/echo"), state=State.OPEN)
    received: list[bytes] = []
    while data := client_end.recv(700):
        reader.receive_data(data)
        received += [
            bytes(event.data) for event in reader.events_received() if isinstance(event, Frame)
        ]
        gevent.sleep(0)
    client_end.close()
    writer.get(timeout=60)
    assert received == sent
