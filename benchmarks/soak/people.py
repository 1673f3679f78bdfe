"""The people of the soak: each comes, draws, leaves in one way or another, and comes again with the ink that was there.

A life is a generator that yields when it wants to go on, on the clock of `time.perf_counter`; `crowd.py` sees to it that it does.
"""

import random
import socket
import time
from collections.abc import Callable, Generator

from websockets.exceptions import WebSocketException

from benchmarks.soak.crowd import Crowd, Life
from benchmarks.soak.visit import FATAL, REFUSED, Visit
from tests.support.drawing import HANDSHAKE

# How a visit ends, and how often. Who is `silent` no longer reads or writes, and comes again while the server still waits for them.
WAYS = {"goodbye": 45, "gone": 20, "reset": 15, "silent": 5, "fatal": 15}
# On average; most of the 300 stay connected for a few drawings.
VISIT_S = 8.0
# Up to twice the time in which the server notices who does not answer its pings, so that some of them leave before.
SILENT_S = 60.0
# Between two drawings, and between two visits.
THINK_S = 0.5
AWAY_S = 2.0
WANTS_INTERIM, WANTS_IMAGE = 0.5, 0.05
# Of messages sent, one is refused; of visits, one begins with a connection that never becomes one.
WRONG, HALF = 1 / 200, 1 / 20
# For an answer or a close, on a machine that has other things to do.
PATIENCE_S = 20.0
# How often somebody who waits looks.
LOOK_S = 0.01
REQUEST = HANDSHAKE.format(port=80).encode()


def life(crowd: Crowd, chance: random.Random, *, arriving_s: float) -> Life:
    """All visits of one person, until the crowd goes home."""
    yield time.perf_counter() + chance.uniform(0, arriving_s)
    drawing, position = chance.choice(crowd.drawings), 0
    while time.perf_counter() < crowd.until:
        if chance.random() < HALF:
            crowd.live(half_a_handshake(crowd, chance))
        visit = yield from _come(crowd, chance)
        if visit is None:
            yield time.perf_counter() + AWAY_S
            continue
        leaves = min(crowd.until, time.perf_counter() + chance.expovariate(1 / VISIT_S))
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
            if chance.random() < WRONG:
                visit.say_wrong(*chance.choice(REFUSED))
            position += 1
            if position == len(drawing):
                began += step.at_s + chance.uniform(0, THINK_S)
                drawing, position = chance.choice(crowd.drawings), 0
        yield from _leave(crowd, chance, visit)
        if time.perf_counter() < crowd.until:
            yield time.perf_counter() + chance.uniform(0, AWAY_S)


def half_a_handshake(crowd: Crowd, chance: random.Random) -> Life:
    """Connect, send some of the request or all of it, and vanish sooner or later without having read a byte."""
    try:
        knocking = socket.create_connection(crowd.address, timeout=PATIENCE_S)
    except OSError as error:
        crowd.tally.fault(f"no connection: {error}")
        return
    with knocking:
        knocking.sendall(REQUEST[: chance.randint(0, len(REQUEST))])
        yield min(crowd.until, time.perf_counter() + chance.choice((0.0, 0.01, 1.0)))
    crowd.tally.left["half a handshake"] += 1


def _come(crowd: Crowd, chance: random.Random) -> Generator[float, None, Visit | None]:
    """Connect, in a thread: the server has others to serve."""
    coming = crowd.connecting.submit(Visit, crowd.url, crowd.tally)
    while not coming.done():
        yield time.perf_counter() + LOOK_S
    try:
        visit = coming.result()
    except (OSError, WebSocketException) as error:
        crowd.tally.fault(f"not let in: {error!r}")
        return None
    crowd.listen(visit)
    crowd.tally.visits += 1
    visit.wish(interim=chance.random() < WANTS_INTERIM, image=chance.random() < WANTS_IMAGE)
    return visit


def _leave(crowd: Crowd, chance: random.Random, visit: Visit) -> Life:
    """End a visit in one way or another."""
    way = chance.choices(list(WAYS), list(WAYS.values()))[0]
    if visit.is_over:
        crowd.tally.fault(f"cut off with {visit.close_code}")
        visit.account("cut off", visit.close_code)
        visit.end("cut off")
    elif way == "goodbye":
        # Who has said goodbye hears no more answers.
        yield from _wait(lambda: not visit.waiting or visit.is_over)
        visit.say_goodbye()
        yield from _see_it_end(crowd, visit, way, 1000)
    elif way == "fatal":
        data, code, close_code = chance.choice(FATAL)
        visit.say_fatal(data, code)
        yield from _see_it_end(crowd, visit, f"{way}: {code}", close_code)
    else:
        crowd.ignore(visit)
        if way == "silent":
            crowd.live(_silence(crowd, chance, visit))
        else:
            if way == "reset":
                visit.reset()
            visit.end(way)


def _see_it_end(crowd: Crowd, visit: Visit, way: str, close_code: int) -> Life:
    """Wait for all that is still owed, and the close."""
    yield from _wait(lambda: visit.is_over)
    crowd.ignore(visit)
    visit.account(way, close_code)
    visit.end(way)


def _silence(crowd: Crowd, chance: random.Random, visit: Visit) -> Life:
    yield min(crowd.until, time.perf_counter() + chance.uniform(0, SILENT_S))
    visit.end("silent")


def _wait(true: Callable[[], bool]) -> Life:
    deadline = time.perf_counter() + PATIENCE_S
    while not true() and time.perf_counter() < deadline:
        yield time.perf_counter() + LOOK_S
