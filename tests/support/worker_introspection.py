"""Counts what a worker holds, to find leaks: the route `/worker-state` and its client."""

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

from realtime.app import open_connections
from realtime.sessions.session import Session
from tests.support.server import Server

INTROSPECTION_PATH = "/worker-state"
# Answers asked of each worker, of which the least counts. A request can meet another request, or
# objects that the one before left to the next turn of the event loop.
MIN_ANSWERS = 3
ANSWER_TIMEOUT_S = 15.0
# The time in which each connection finds its worker.
ACCEPT_S = 0.05

_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class WorkerState:
    """What a worker holds: greenlets without the hub, sessions, open descriptors, memory in use.

    The memory of a process says little about a minute, because it rises to the most that was ever
    needed at once and stays there. Memory in use is exact.
    """

    greenlets: int
    sessions: int
    # Drawings of open connections, and of closed ones whose garbage is not collected yet.
    drawings: int
    descriptors: int
    # Python's own allocations, each of at most 512 bytes.
    blocks: int
    # Larger allocations, and those of C libraries.
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


def _grow_interned_strings() -> None:
    """Let CPython's table of interned strings grow now, and not in the midst of a measurement.

    The service has 20,000 to 40,000 interned strings, and strings come and go: some time after the
    start the table runs out of unused slots and doubles, once, by a megabyte (measured: from
    962,560 to 1,925,120 bytes), which would look like a leak.
    """
    strings = [sys.intern(f"interned string {number}") for number in range(45_000)]
    del strings


def add_introspection_route(app: flask.Flask) -> None:
    """Add `/worker-state` to the app. With `?collect` it collects garbage first."""
    _grow_interned_strings()

    @app.get(INTROSPECTION_PATH)
    def worker_state() -> dict[str, int]:
        if "collect" in flask.request.args:
            gc.collect()
        everything = gc.get_objects()
        return {
            "pid": os.getpid(),
            "greenlets": sum(
                isinstance(one, greenlet.greenlet) and not isinstance(one, Hub)
                for one in everything
            ),
            "sessions": len(open_connections(app)),
            "drawings": sum(isinstance(one, Session) for one in everything),
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # names are enough
            "blocks": sys.getallocatedblocks(),
            "heap_bytes": _heap_bytes(),
        }


def inspect_workers(server: Server, *, workers: int, collect: bool) -> dict[int, WorkerState]:
    """The state of each worker, by process id; with `collect`, after a garbage collection.

    Raises:
        TimeoutError: not all workers answered.
    """
    asked: Counter[int] = Counter()
    least: dict[int, WorkerState] = {}
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while len(asked) < workers or min(asked.values()) < MIN_ANSWERS:
        if time.monotonic() > deadline:
            raise TimeoutError(f"of {workers} workers only {sorted(asked)} answer")
        for answer in _request_together(
            server, workers, f"{INTROSPECTION_PATH}?collect" if collect else INTROSPECTION_PATH
        ):
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
    """Request on connections that are open together, so that each worker accepts some."""
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
