"""Generates load: recordings played over many WebSockets at the speed of drawing.

One process plays all of them. The messages are made before the clock starts, so that the clients
take little CPU time.
"""

import gc
import math
import random
import select
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec
from websockets.frames import Frame, Opcode

from benchmarks.service.client import LoadClient
from benchmarks.service.traffic import Traffic, traffic_of
from realtime.protocol.session_file import Recording
from tests.support.processes import cpu_seconds
from tests.support.server import Server

# The pause before and after clearing the canvas.
AROUND_CLEAR_S = 0.1
# The time until all users are within a drawing, after which the measurement begins.
WARM_UP_S = 1.5
# The longest wait for pending answers at the end, on a busy machine.
GRACE_S = 10.0
NO_CONFIG: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class ScheduledMessage:
    """A message of a client: due in seconds from the start, and whether it ends a stroke."""

    due: float
    client: int
    frame: bytes
    seq: int
    ends: bool


@dataclass(frozen=True)
class LoadMeasurement:
    """The result of a measurement. Times are in seconds."""

    strokes: int
    messages: int
    lost: int
    # CPU time of each process of the server.
    cpu: tuple[float, ...]
    # The time from sending the last point of a stroke to its final answer.
    latencies: tuple[float, ...]
    # The number of interim answers.
    interim: int
    # What all users together sent and received.
    traffic: Traffic
    # CPU time of the proxy, where there is one.
    proxy_cpu: float


def measure_load(
    server: Server,
    recordings: Sequence[Recording],
    *,
    users: int,
    seconds: float,
    interim: bool,
    seed: int,
    config: Mapping[str, object] = NO_CONFIG,
    tls: ssl.SSLContext | None = None,
    proxy_cpu_s: Callable[[], float] = lambda: 0.0,
) -> LoadMeasurement:
    """Have users draw on a server, each on an own connection and each something else.

    Args:
        server: the measured server.
        recordings: what is drawn, in random order.
        users: number of simultaneous users.
        seconds: duration of the measurement.
        interim: whether the users want interim answers.
        seed: of the order.
        config: fields of the users' configuration beside those of all.
        tls: what users trust, where the server's port is that of a proxy with TLS.
        proxy_cpu_s: CPU time of that proxy so far.
    """
    rng = random.Random(seed)
    clients = [LoadClient(server.ws, tls) for _ in range(users)]
    first = frame(
        {
            "type": "config",
            "v": 1,
            "canvas": {"width": 400, "height": 400},
            "interim": interim,
            **config,
        }
    )
    for client in clients:
        client.socket.sendall(first)
    end = WARM_UP_S + seconds
    schedule = [
        message
        for number in range(users)
        for message in _schedule_of(number, recordings, end, rng)
        if message.due < end
    ]
    schedule.sort(key=lambda message: message.due)
    gc.collect()
    gc.disable()
    try:
        return _run_schedule(server, clients, schedule, proxy_cpu_s)
    finally:
        gc.enable()
        for client in clients:
            client.socket.close()


def _run_schedule(
    server: Server,
    clients: list[LoadClient],
    schedule: list[ScheduledMessage],
    proxy_cpu_s: Callable[[], float],
) -> LoadMeasurement:
    numbers = {client.socket.fileno(): number for number, client in enumerate(clients)}
    poll = select.epoll()
    for file in numbers:
        poll.register(file, select.EPOLLIN)
    measured = next(
        position for position, message in enumerate(schedule) if message.due >= WARM_UP_S
    )
    pending: dict[tuple[int, int], float] = {}
    latencies: list[float] = []
    interim = 0
    start = time.perf_counter()
    position = 0
    while position < len(schedule) or (
        pending and time.perf_counter() - start < schedule[-1].due + GRACE_S
    ):
        while position < len(schedule) and schedule[position].due <= time.perf_counter() - start:
            if position == measured:
                before, proxy_before = cpu_seconds(server), proxy_cpu_s()
                carried = _traffic_of_all(clients)
                latencies.clear()
                interim = 0
            message = schedule[position]
            position += 1
            if message.ends:
                pending[message.client, message.seq] = time.perf_counter()
            clients[message.client].socket.sendall(message.frame)
        # epoll counts milliseconds. Shorter waits are busy, since clients that send in step would
        # be easy to serve.
        left = (
            schedule[position].due - (time.perf_counter() - start)
            if position < len(schedule)
            else 0.01
        )
        for file, _ in poll.poll(max(0.0, math.floor(left * 1000) / 1000)):
            number = numbers[file]
            answers = clients[number].receive()
            now = time.perf_counter()
            interim += sum(not answer.final for answer in answers)
            ends = [
                (number, answer.seq)
                for answer in answers
                if answer.final and (number, answer.seq) in pending
            ]
            latencies += [now - pending.pop(end) for end in ends]
    spent = tuple(
        after - earlier for after, earlier in zip(cpu_seconds(server), before, strict=True)
    )
    strokes = sum(message.ends for message in schedule[measured:])
    return LoadMeasurement(
        strokes,
        len(schedule) - measured,
        len(pending),
        spent,
        tuple(latencies),
        interim,
        _traffic_of_all(clients) - carried,
        proxy_cpu_s() - proxy_before,
    )


def _traffic_of_all(clients: Iterable[LoadClient]) -> Traffic:
    return sum((traffic_of(client.socket) for client in clients), Traffic())


def _schedule_of(
    client: int, recordings: Sequence[Recording], seconds: float, rng: random.Random
) -> list[ScheduledMessage]:
    """All messages of one user: drawing after drawing, cleared in between."""
    schedule = []
    seq = 0
    clock = rng.uniform(0, WARM_UP_S)
    while clock < seconds:
        messages = [
            (at / 1000, msgspec.json.decode(text)) for at, text in rng.choice(recordings).sent
        ]
        drawn = [(at, message) for at, message in messages if message["type"] != "config"]
        first, last = drawn[0][0], drawn[-1][0]
        for at, message in [*drawn, (last + AROUND_CLEAR_S, {"type": "clear"})]:
            seq += 1
            ends = message["type"] == "points" and message["end"]
            schedule.append(
                ScheduledMessage(
                    clock + at - first, client, frame({**message, "seq": seq}), seq, ends
                )
            )
        clock += last - first + 2 * AROUND_CLEAR_S
    return schedule


def frame(message: Mapping[str, object]) -> bytes:
    """A client's message as a WebSocket frame."""
    return Frame(Opcode.TEXT, msgspec.json.encode(message)).serialize(mask=True)
