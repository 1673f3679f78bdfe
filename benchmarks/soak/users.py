"""Scripts of simulated users: connect, draw, disconnect in various ways, and connect again.

A script is a generator that yields the time at which it continues, by `time.perf_counter`. The
scheduler runs it.
"""

import random
import socket
import time
from collections.abc import Callable, Generator

from websockets.exceptions import WebSocketException

from benchmarks.soak.connection import FATAL_FRAMES, REFUSED_MESSAGES, SoakConnection
from benchmarks.soak.scheduler import SoakScheduler, UserScript
from tests.support.drawing import HANDSHAKE_REQUEST

# Weights of the ways in which a connection ends. A `silent` user no longer reads or writes, and
# connects again while the server still waits.
DISCONNECTS = {"goodbye": 45, "gone": 20, "reset": 15, "silent": 5, "fatal": 15}
# The mean duration of a connection, in which most users finish a few drawings.
CONNECTED_S = 8.0
# The longest silence, twice the time after which the server notices missing pongs, so that some of
# the silent users disconnect before.
SILENT_S = 60.0
# The longest times between two drawings, and between two connections.
BETWEEN_DRAWINGS_S = 0.5
DISCONNECTED_S = 2.0
INTERIM_SHARE, IMAGE_SHARE = 0.5, 0.05
# The shares of refused messages, and of broken handshakes before a connection.
BAD_MESSAGE_SHARE, BROKEN_HANDSHAKE_SHARE = 1 / 200, 1 / 20
# The longest wait for an answer or a close, also on a busy machine.
TIMEOUT_S = 20.0
# The interval at which a waiting script polls.
POLL_S = 0.01
_REQUEST = HANDSHAKE_REQUEST.format(port=80).encode()


def user_script(scheduler: SoakScheduler, rng: random.Random, *, arriving_s: float) -> UserScript:
    """All connections of one user until the end of the soak."""
    yield time.perf_counter() + rng.uniform(0, arriving_s)
    drawing, position = rng.choice(scheduler.drawings), 0
    while time.perf_counter() < scheduler.end_s:
        if rng.random() < BROKEN_HANDSHAKE_SHARE:
            scheduler.start(broken_handshake(scheduler, rng))
        connection = yield from _connect(scheduler, rng)
        if connection is None:
            yield time.perf_counter() + DISCONNECTED_S
            continue
        leaves_s = min(scheduler.end_s, time.perf_counter() + rng.expovariate(1 / CONNECTED_S))
        # The ink that was there before the connection ended.
        connection.send_message(drawing[position].ink)
        position = drawing[position].resume_step
        began_s = time.perf_counter() - drawing[position].at_s
        while True:
            step = drawing[position]
            yield began_s + step.at_s
            if connection.is_over or time.perf_counter() >= leaves_s:
                break
            connection.send_message(step.message)
            if rng.random() < BAD_MESSAGE_SHARE:
                connection.send_refused(*rng.choice(REFUSED_MESSAGES))
            position += 1
            if position == len(drawing):
                began_s += step.at_s + rng.uniform(0, BETWEEN_DRAWINGS_S)
                drawing, position = rng.choice(scheduler.drawings), 0
        yield from _disconnect(scheduler, rng, connection)
        if time.perf_counter() < scheduler.end_s:
            yield time.perf_counter() + rng.uniform(0, DISCONNECTED_S)


def broken_handshake(scheduler: SoakScheduler, rng: random.Random) -> UserScript:
    """Connect, send a part of the request or all of it, and vanish without reading a byte."""
    try:
        raw = socket.create_connection(scheduler.address, timeout=TIMEOUT_S)
    except OSError as error:
        scheduler.tally.fault(f"no connection: {error}")
        return
    with raw:
        raw.sendall(_REQUEST[: rng.randint(0, len(_REQUEST))])
        yield min(scheduler.end_s, time.perf_counter() + rng.choice((0.0, 0.01, 1.0)))
    scheduler.tally.left["half a handshake"] += 1


def _connect(
    scheduler: SoakScheduler, rng: random.Random
) -> Generator[float, None, SoakConnection | None]:
    """Connect in a thread, since it blocks."""
    pending = scheduler.connecting.submit(SoakConnection, scheduler.url, scheduler.tally)
    while not pending.done():
        yield time.perf_counter() + POLL_S
    try:
        connection = pending.result()
    except (OSError, WebSocketException) as error:
        scheduler.tally.fault(f"not connected: {error!r}")
        return None
    scheduler.read_from(connection)
    scheduler.tally.visits += 1
    connection.send_config(interim=rng.random() < INTERIM_SHARE, image=rng.random() < IMAGE_SHARE)
    return connection


def _disconnect(
    scheduler: SoakScheduler, rng: random.Random, connection: SoakConnection
) -> UserScript:
    """End a connection in a random way."""
    way = rng.choices(list(DISCONNECTS), list(DISCONNECTS.values()))[0]
    if connection.is_over:
        scheduler.tally.fault(f"cut off with {connection.close_code}")
        connection.check_settled("cut off", connection.close_code)
        connection.end("cut off")
    elif way == "goodbye":
        # After its close frame a client gets no more answers.
        yield from _wait_until(lambda: not connection.waiting or connection.is_over)
        connection.send_close()
        yield from _await_close(scheduler, connection, way, 1000)
    elif way == "fatal":
        data, code, close_code = rng.choice(FATAL_FRAMES)
        connection.send_fatal(data, code)
        yield from _await_close(scheduler, connection, f"{way}: {code}", close_code)
    else:
        scheduler.stop_reading(connection)
        if way == "silent":
            scheduler.start(_stay_silent(scheduler, rng, connection))
        else:
            if way == "reset":
                connection.reset()
            connection.end(way)


def _await_close(
    scheduler: SoakScheduler, connection: SoakConnection, way: str, close_code: int
) -> UserScript:
    """Wait for all pending answers and the close."""
    yield from _wait_until(lambda: connection.is_over)
    scheduler.stop_reading(connection)
    connection.check_settled(way, close_code)
    connection.end(way)


def _stay_silent(
    scheduler: SoakScheduler, rng: random.Random, connection: SoakConnection
) -> UserScript:
    yield min(scheduler.end_s, time.perf_counter() + rng.uniform(0, SILENT_S))
    connection.end("silent")


def _wait_until(condition: Callable[[], bool]) -> UserScript:
    deadline = time.perf_counter() + TIMEOUT_S
    while not condition() and time.perf_counter() < deadline:
        yield time.perf_counter() + POLL_S
