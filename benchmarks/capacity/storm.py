"""A real storm: many people connect in the same instant, send their ink, and wait for the answer.

What the simulation of a lost region says of one machine is held against it.
"""

import select
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.uri import parse_uri

from benchmarks.service.client import RECEIVE_BYTES, is_final
from tests.support.server import Server

# Far beyond what a core needs for so many.
TIMEOUT_S = 60.0


def storm(server: Server, config: bytes, inks: Sequence[bytes], people: int) -> list[float]:
    """Let all connect at once.

    Args:
        server: who has to let them in.
        config: the first message of each, as a frame.
        inks: what they send after it, in turn, as frames.
        people: how many.

    Returns:
        Seconds from the first of them to the final answer of each, in the order of answers.

    Raises:
        TimeoutError: somebody had no answer in time.
    """
    parts = urlsplit(server.ws)
    uri = parse_uri(server.ws)
    poll = select.epoll()
    waiting: dict[int, tuple[socket.socket, ClientProtocol, bytes]] = {}
    prepared = []
    for number in range(people):
        protocol = ClientProtocol(uri)
        protocol.send_request(protocol.connect())
        request = b"".join(protocol.data_to_send())
        prepared.append((protocol, request, config + inks[number % len(inks)]))
    answered: list[float] = []
    start = time.perf_counter()
    for protocol, request, ink in prepared:
        # The kernel completes it before the service has accepted it.
        connection = socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT_S)
        connection.sendall(request)
        waiting[connection.fileno()] = (connection, protocol, ink)
        poll.register(connection, select.EPOLLIN)
    asked: set[int] = set()
    while waiting:
        ready = poll.poll(TIMEOUT_S)
        if not ready:
            raise TimeoutError(f"{len(waiting)} of {people} people had no answer")
        for file, _ in ready:
            connection, protocol, ink = waiting[file]
            protocol.receive_data(connection.recv(RECEIVE_BYTES))
            frames = [one for one in protocol.events_received() if isinstance(one, Frame)]
            if frames and file not in asked:
                # That was `ready`.
                asked.add(file)
                connection.sendall(ink)
            if any(is_final(frame) for frame in frames):
                answered.append(time.perf_counter() - start)
                poll.unregister(file)
                del waiting[file]
                connection.close()
    return answered
