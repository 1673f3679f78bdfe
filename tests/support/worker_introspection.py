"""What a worker holds, for tests that look for leaks: the route `/inside`, which `probe.py` mounts, and how to ask it."""

import ctypes
import gc
import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPConnection

import flask
import greenlet  # type: ignore[import-untyped]
from gevent.hub import Hub

from realtime.app import registry_of
from realtime.session import Session
from tests.support.server import Server

INTROSPECTION_PATH = "/inside"
# Answers of each worker, of which the least counts: an asking can meet another, or what the one before has left for the next turn.
MIN_ANSWERS = 3
ANSWER_TIMEOUT_S = 15.0
# Until each connection has found its worker.
ACCEPT_S = 0.05

_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class WorkerState:
    """What a worker holds: greenlets without the hub, sessions, open descriptors, and memory that is in use.

    That of a process says little about a minute: it rises to the most that was ever needed at once, and stays there. What is in use is
    exact.
    """

    greenlets: int
    sessions: int
    # What was drawn on connections that are there, and on those whose end left garbage that nobody has collected yet.
    drawings: int
    descriptors: int
    # Pieces of memory of at most 512 bytes, in which Python keeps most of what it has.
    blocks: int
    # All that is larger, and what C libraries have.
    heap_bytes: int


class _Mallinfo2(ctypes.Structure):
    """glibc's `struct mallinfo2`."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


def add_introspection_route(app: flask.Flask) -> None:
    """Add `/inside` to the app. With `?collect` what is garbage goes first."""

    @app.get(INTROSPECTION_PATH)
    def inside() -> dict[str, int]:
        if "collect" in flask.request.args:
            gc.collect()
        everything = gc.get_objects()
        return {
            "pid": os.getpid(),
            "greenlets": sum(
                isinstance(one, greenlet.greenlet) and not isinstance(one, Hub)
                for one in everything
            ),
            "sessions": len(registry_of(app)),
            "drawings": sum(isinstance(one, Session) for one in everything),
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # a list of names is all that is needed
            "blocks": sys.getallocatedblocks(),
            "heap_bytes": _heap_bytes(),
        }


def inspect_workers(server: Server, *, workers: int, collect: bool) -> dict[int, WorkerState]:
    """What each worker holds, by its process number; with `collect` once its garbage is gone.

    Raises:
        TimeoutError: not all of them answer.
    """
    asked: Counter[int] = Counter()
    least: dict[int, WorkerState] = {}
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while len(asked) < workers or min(asked.values()) < MIN_ANSWERS:
        if time.monotonic() > deadline:
            raise TimeoutError(f"of {workers} workers only {sorted(asked)} answer")
        for answer in _request_together(server, workers, f"{INTROSPECTION_PATH}?collect" if collect else INTROSPECTION_PATH):
            pid = answer.pop("pid")
            asked[pid] += 1
            before = least.get(pid)
            least[pid] = WorkerState(
                **{name: min(count, getattr(before, name, count)) for name, count in answer.items()}
            )
    return least


def _heap_bytes() -> int:
    _libc.mallinfo2.restype = _Mallinfo2
    allocated = _libc.mallinfo2()
    return int(allocated.uordblks + allocated.hblkhd)


def _request_together(server: Server, count: int, path: str) -> list[dict[str, int]]:
    """Ask on several connections that are there together: a worker that has one leaves the next to another."""
    connections = [
        HTTPConnection("127.0.0.1", server.port, timeout=ANSWER_TIMEOUT_S) for _ in range(count)
    ]
    try:
        for connection in connections:
            connection.connect()
        time.sleep(ACCEPT_S)
        for connection in connections:
            connection.request("GET", path)
        return [json.loads(connection.getresponse().read()) for connection in connections]
    finally:
        for connection in connections:
            connection.close()
