"""The people of the soak: each comes, draws, leaves in one way or another, and comes again with the ink that was there.

A life is a generator that yields when it wants to go on, on the clock of `time.perf_counter`; `crowd.py` sees to it that it does.
"""

import random
import socket
import time
from collections.abc import Callable, Generator

from websockets.exceptions import WebSocketException

from benchmarks.soak.connection import FATAL_FRAMES, REFUSED_MESSAGES, SoakConnection
from benchmarks.soak.scheduler import SoakScheduler, UserScript
from tests.support.drawing import HANDSHAKE_REQUEST

# How a visit ends, and how often. Who is `silent` no longer reads or writes, and comes again while the server still waits for them.
DISCONNECTS = {"goodbye": 45, "gone": 20, "reset": 15, "silent": 5, "fatal": 15}
# On average; most of the 300 stay connected for a few drawings.
CONNECTED_S = 8.0
# Up to twice the time in which the server notices who does not answer its pings, so that some of them leave before.
SILENT_S = 60.0
# Between two drawings, and between two visits.
BETWEEN_DRAWINGS_S = 0.5
DISCONNECTED_S = 2.0
INTERIM_SHARE, IMAGE_SHARE = 0.5, 0.05
# Of messages sent, one is refused; of visits, one begins with a connection that never becomes one.
BAD_MESSAGE_SHARE, BROKEN_HANDSHAKE_SHARE = 1 / 200, 1 / 20
# For an answer or a close, on a machine that has other things to do.
TIMEOUT_S = 20.0
# How often somebody who waits looks.
POLL_S = 0.01
REQUEST = HANDSHAKE_REQUEST.format(port=80).encode()


def user_script(crowd: SoakScheduler, chance: random.Random, *, arriving_s: float) -> UserScript:
    """All visits of one person, until the crowd goes home."""
    yield time.perf_counter() + chance.uniform(0, arriving_s)
    drawing, position = chance.choice(crowd.drawings), 0
    while time.perf_counter() < crowd.until:
        if chance.random() < BROKEN_HANDSHAKE_SHARE:
            crowd.live(broken_handshake(crowd, chance))
        visit = yield from _connect(crowd, chance)
        if visit is None:
            yield time.perf_counter() + DISCONNECTED_S
            continue
        leaves = min(crowd.until, time.perf_counter() + chance.expovariate(1 / CONNECTED_S))
        # What was there before the connection ended.
        visit.say(drawing[position].ink)
        position = drawing[position].again
        began = time.perf_counter() - drawing[position].at_s
        while True:
            step = drawing[position]
            yield began + step.at_s
            if visit.is_over or time.perf_counter() >= leaves:
                break
            visit.say(step.message)
            if chance.random() < BAD_MESSAGE_SHARE:
                visit.say_wrong(*chance.choice(REFUSED_MESSAGES))
            position += 1
            if position == len(drawing):
                began += step.at_s + chance.uniform(0, BETWEEN_DRAWINGS_S)
                drawing, position = chance.choice(crowd.drawings), 0
        yield from _disconnect(crowd, chance, visit)
        if time.perf_counter() < crowd.until:
            yield time.perf_counter() + chance.uniform(0, DISCONNECTED_S)


def broken_handshake(crowd: SoakScheduler, chance: random.Random) -> UserScript:
    """Connect, send some of the request or all of it, and vanish sooner or later without having read a byte."""
    try:
        knocking = socket.create_connection(crowd.address, timeout=TIMEOUT_S)
    except OSError as error:
        crowd.tally.fault(f"no connection: {error}")
        return
    with knocking:
        knocking.sendall(REQUEST[: chance.randint(0, len(REQUEST))])
        yield min(crowd.until, time.perf_counter() + chance.choice((0.0, 0.01, 1.0)))
    crowd.tally.left["half a handshake"] += 1


def _connect(
    crowd: SoakScheduler, chance: random.Random
) -> Generator[float, None, SoakConnection | None]:
    """Connect, in a thread: the server has others to serve."""
    coming = crowd.connecting.submit(SoakConnection, crowd.url, crowd.tally)
    while not coming.done():
        yield time.perf_counter() + POLL_S
    try:
        visit = coming.result()
    except (OSError, WebSocketException) as error:
        crowd.tally.fault(f"not let in: {error!r}")
        return None
    crowd.listen(visit)
    crowd.tally.visits += 1
    visit.wish(interim=chance.random() < INTERIM_SHARE, image=chance.random() < IMAGE_SHARE)
    return visit


def _disconnect(crowd: SoakScheduler, chance: random.Random, visit: SoakConnection) -> UserScript:
    """End a visit in one way or another."""
    way = chance.choices(list(DISCONNECTS), list(DISCONNECTS.values()))[0]
    if visit.is_over:
        crowd.tally.fault(f"cut off with {visit.close_code}")
        visit.account("cut off", visit.close_code)
        visit.end("cut off")
    elif way == "goodbye":
        # Who has said goodbye hears no more answers.
        yield from _wait_until(lambda: not visit.waiting or visit.is_over)
        visit.say_goodbye()
        yield from _await_close(crowd, visit, way, 1000)
    elif way == "fatal":
        data, code, close_code = chance.choice(FATAL_FRAMES)
        visit.say_fatal(data, code)
        yield from _await_close(crowd, visit, f"{way}: {code}", close_code)
    else:
        crowd.ignore(visit)
        if way == "silent":
            crowd.live(_stay_silent(crowd, chance, visit))
        else:
            if way == "reset":
                visit.reset()
            visit.end(way)


def _await_close(
    crowd: SoakScheduler, visit: SoakConnection, way: str, close_code: int
) -> UserScript:
    """Wait for all that is still owed, and the close."""
    yield from _wait_until(lambda: visit.is_over)
    crowd.ignore(visit)
    visit.account(way, close_code)
    visit.end(way)


def _stay_silent(crowd: SoakScheduler, chance: random.Random, visit: SoakConnection) -> UserScript:
    yield min(crowd.until, time.perf_counter() + chance.uniform(0, SILENT_S))
    visit.end("silent")


def _wait_until(true: Callable[[], bool]) -> UserScript:
    deadline = time.perf_counter() + TIMEOUT_S
    while not true() and time.perf_counter() < deadline:
        yield time.perf_counter() + POLL_S
