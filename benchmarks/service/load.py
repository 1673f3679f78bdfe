"""People who draw: recordings played over many WebSockets at the speed they were drawn, by one process that keeps up.

What is sent is made before the clock starts, so that the clients take as little of the machine as they can. The frames are made and
read by `websockets`' protocol without I/O, the handshake too.
"""

import gc
import math
import random
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from realtime.recording import Recording
from tests.support.processes import cpu_seconds
from tests.support.server import Server

# Before and after clearing the canvas.
PAUSE_S = 0.1
# Until all are in the middle of something; from then on it is measured.
WARM_UP_S = 1.5
# How long to wait for answers that are still to come.
GRACE_S = 3.0
RECEIVE_BYTES = 65_536


class _Answer(msgspec.Struct, tag_field="type", tag="prediction"):
    seq: int
    final: bool


class _Other(msgspec.Struct, tag_field="type", tag="ready"):
    pass


_decoder: msgspec.json.Decoder[_Answer | _Other] = msgspec.json.Decoder(_Answer | _Other)


class LoadClient:
    """One connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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

    def receive(self) -> list[_Answer]:
        """The answers that have arrived; the socket has to be readable."""
        self.protocol.receive_data(self.socket.recv(RECEIVE_BYTES))
        received = [
            _decoder.decode(event.data)
            for event in self.protocol.events_received()
            if isinstance(event, Frame)
        ]
        return [answer for answer in received if isinstance(answer, _Answer)]


@dataclass(frozen=True)
class ScheduledMessage:
    """One message: seconds from the start, who sends it, its frame, its `seq`, and whether it ends a stroke."""

    due: float
    person: int
    frame: bytes
    seq: int
    ends: bool


@dataclass(frozen=True)
class LoadMeasurement:
    """What a crowd did to a server. Times in seconds."""

    strokes: int
    messages: int
    lost: int
    # CPU time of each of the server's processes.
    cpu: tuple[float, ...]
    # From sending the last point of a stroke to its final answer.
    latencies: tuple[float, ...]
    # Answers while a pen moved.
    interim: int


def measure_load(
    server: Server,
    recordings: Sequence[Recording],
    *,
    people: int,
    seconds: float,
    interim: bool,
    seed: int,
) -> LoadMeasurement:
    """Have people draw on a server, each on an own connection and each something else.

    Args:
        server: who answers.
        recordings: what is drawn, in any order.
        people: how many at once.
        seconds: how long it is measured.
        interim: whether they want answers while the pen moves.
        seed: of the order.
    """
    chance = random.Random(seed)
    crowd = [LoadClient(server.ws) for _ in range(people)]
    wishes = _frame(
        {"type": "config", "v": 1, "canvas": {"width": 400, "height": 400}, "interim": interim}
    )
    for person in crowd:
        person.socket.sendall(wishes)
    end = WARM_UP_S + seconds
    plan = [
        sent
        for number in range(people)
        for sent in _schedule_of(number, recordings, end, chance)
        if sent.due < end
    ]
    plan.sort(key=lambda sent: sent.due)
    gc.collect()
    gc.disable()
    try:
        return _run_schedule(server, crowd, plan)
    finally:
        gc.enable()
        for person in crowd:
            person.socket.close()


def _run_schedule(
    server: Server, crowd: list[LoadClient], plan: list[ScheduledMessage]
) -> LoadMeasurement:
    by_file = {person.socket.fileno(): number for number, person in enumerate(crowd)}
    poll = select.epoll()
    for file in by_file:
        poll.register(file, select.EPOLLIN)
    measured = next(position for position, sent in enumerate(plan) if sent.due >= WARM_UP_S)
    waiting: dict[tuple[int, int], float] = {}
    latencies: list[float] = []
    interim = 0
    start = time.perf_counter()
    position = 0
    while position < len(plan) or (
        waiting and time.perf_counter() - start < plan[-1].due + GRACE_S
    ):
        while position < len(plan) and plan[position].due <= time.perf_counter() - start:
            if position == measured:
                before = cpu_seconds(server)
                latencies.clear()
                interim = 0
            sent = plan[position]
            position += 1
            if sent.ends:
                waiting[sent.person, sent.seq] = time.perf_counter()
            crowd[sent.person].socket.sendall(sent.frame)
        # epoll counts milliseconds; what is due sooner is waited for awake, since clients that send in step are easy to serve.
        left = plan[position].due - (time.perf_counter() - start) if position < len(plan) else 0.01
        for file, _ in poll.poll(max(0.0, math.floor(left * 1000) / 1000)):
            number = by_file[file]
            answers = crowd[number].receive()
            now = time.perf_counter()
            interim += sum(not answer.final for answer in answers)
            ends = [
                (number, answer.seq)
                for answer in answers
                if answer.final and (number, answer.seq) in waiting
            ]
            latencies += [now - waiting.pop(end) for end in ends]
    spent = tuple(
        after - earlier for after, earlier in zip(cpu_seconds(server), before, strict=True)
    )
    strokes = sum(sent.ends for sent in plan[measured:])
    return LoadMeasurement(
        strokes, len(plan) - measured, len(waiting), spent, tuple(latencies), interim
    )


def _schedule_of(
    person: int, recordings: Sequence[Recording], seconds: float, chance: random.Random
) -> list[ScheduledMessage]:
    """All that one person sends: drawing after drawing, cleared in between."""
    script = []
    seq = 0
    clock = chance.uniform(0, WARM_UP_S)
    while clock < seconds:
        messages = [
            (at / 1000, msgspec.json.decode(text)) for at, text in chance.choice(recordings).sent
        ]
        drawn = [(at, message) for at, message in messages if message["type"] != "config"]
        first, last = drawn[0][0], drawn[-1][0]
        for at, message in [*drawn, (last + PAUSE_S, {"type": "clear"})]:
            seq += 1
            ends = message["type"] == "points" and message["end"]
            script.append(
                ScheduledMessage(
                    clock + at - first, person, _frame({**message, "seq": seq}), seq, ends
                )
            )
        clock += last - first + 2 * PAUSE_S
    return script


def _frame(message: dict[str, object]) -> bytes:
    return Frame(Opcode.TEXT, msgspec.json.encode(message)).serialize(mask=True)
