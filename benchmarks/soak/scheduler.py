"""Runs the scripts of all simulated users in one process, and reads for them with epoll."""

import heapq
import itertools
import select
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.soak.connection import SoakConnection, Tally
from benchmarks.soak.drawings import PreparedDrawing
from tests.support.server import Server

# A script yields the time at which it continues, by `time.perf_counter`.
UserScript = Generator[float, None, None]
# Connecting blocks, and must not block the other users.
CONNECT_THREADS = 8
# The longest time between two looks at the schedule.
POLL_S = 0.1


class SoakScheduler:
    """The connected users, their drawings and the tally."""

    def __init__(self, server: Server, drawings: Sequence[PreparedDrawing]) -> None:
        self.url = server.ws
        self.address = ("127.0.0.1", server.port)
        self.drawings = drawings
        self.tally = Tally()
        # When all users leave.
        self.end_s = 0.0
        # The largest delay of a script, in seconds.
        self.max_delay_s = 0.0
        self.connecting = ThreadPoolExecutor(CONNECT_THREADS)
        self._poll = select.epoll()
        self._connections: dict[int, SoakConnection] = {}
        self._due: list[tuple[float, int, UserScript]] = []
        self._number = itertools.count()

    def __len__(self) -> int:
        """The number of connections that are read."""
        return len(self._connections)

    def run(self, scripts: Iterable[UserScript], *, seconds: float) -> None:
        """Run scripts, and those that they start, until all end; users leave after `seconds`."""
        self.end_s = time.perf_counter() + seconds
        for script in scripts:
            self.start(script)
        while self._due:
            now = time.perf_counter()
            self.max_delay_s = max(self.max_delay_s, now - self._due[0][0])
            while self._due and self._due[0][0] <= now:
                self._continue(heapq.heappop(self._due)[2])
            left = self._due[0][0] - time.perf_counter() if self._due else 0.0
            for file, _ in self._poll.poll(min(POLL_S, max(0.0, left))):
                connection = self._connections[file]
                connection.receive_events()
                if connection.is_over:
                    self.stop_reading(connection)

    def start(self, script: UserScript) -> None:
        """Start a script."""
        heapq.heappush(self._due, (time.perf_counter(), next(self._number), script))

    def read_from(self, connection: SoakConnection) -> None:
        """Read from a connection until it is over."""
        self._connections[connection.socket.fileno()] = connection
        self._poll.register(connection.socket, select.EPOLLIN)

    def stop_reading(self, connection: SoakConnection) -> None:
        """Stop reading from a connection, whose socket stays open."""
        if self._connections.pop(connection.socket.fileno(), None):
            self._poll.unregister(connection.socket)

    def close(self) -> None:
        """Release its own threads and descriptors."""
        self.connecting.shutdown()
        self._poll.close()

    def _continue(self, script: UserScript) -> None:
        due = next(script, None)
        if due is not None:
            heapq.heappush(self._due, (due, next(self._number), script))
