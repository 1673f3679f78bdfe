"""The clock of the soak: one process that lives the lives of all people and hears what comes for them, with epoll."""

import heapq
import itertools
import select
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.soak.connection import SoakConnection, Tally
from benchmarks.soak.drawings import PreparedDrawing
from tests.support.server import Server

# It yields when it wants to go on, by `time.perf_counter`.
UserScript = Generator[float, None, None]
# Who connects waits for the server; the others must not.
CONNECT_THREADS = 8
# A loop that is idle looks so often.
POLL_S = 0.1


class SoakScheduler:
    """Everybody who is there, what they draw, and what happened to them."""

    def __init__(self, server: Server, drawings: Sequence[PreparedDrawing]) -> None:
        self.url = server.ws
        self.address = ("127.0.0.1", server.port)
        self.drawings = drawings
        self.tally = Tally()
        # When everybody goes home.
        self.until = 0.0
        # Of what should have been done by then: the delay in seconds.
        self.latest_s = 0.0
        self.connecting = ThreadPoolExecutor(CONNECT_THREADS)
        self._poll = select.epoll()
        self._visits: dict[int, SoakConnection] = {}
        self._due: list[tuple[float, int, UserScript]] = []
        self._number = itertools.count()

    def __len__(self) -> int:
        """How many are connected and not silent."""
        return len(self._visits)

    def play(self, lives: Iterable[UserScript], *, seconds: float) -> None:
        """Live these lives, and those that they begin, to their ends; `seconds` from now all go home."""
        self.until = time.perf_counter() + seconds
        for one in lives:
            self.live(one)
        while self._due:
            now = time.perf_counter()
            self.latest_s = max(self.latest_s, now - self._due[0][0])
            while self._due and self._due[0][0] <= now:
                self._go_on(heapq.heappop(self._due)[2])
            left = self._due[0][0] - time.perf_counter() if self._due else 0.0
            for file, _ in self._poll.poll(min(POLL_S, max(0.0, left))):
                visit = self._visits[file]
                visit.hear()
                if visit.is_over:
                    self.ignore(visit)

    def live(self, one: UserScript) -> None:
        """Have this life lived, too."""
        heapq.heappush(self._due, (time.perf_counter(), next(self._number), one))

    def listen(self, visit: SoakConnection) -> None:
        """Hear what comes for a visit, until it is over."""
        self._visits[visit.socket.fileno()] = visit
        self._poll.register(visit.socket, select.EPOLLIN)

    def ignore(self, visit: SoakConnection) -> None:
        """Hear no more of it; its socket is still open."""
        if self._visits.pop(visit.socket.fileno(), None):
            self._poll.unregister(visit.socket)

    def close(self) -> None:
        """Let go of what it holds itself."""
        self.connecting.shutdown()
        self._poll.close()

    def _go_on(self, one: UserScript) -> None:
        due = next(one, None)
        if due is not None:
            heapq.heappush(self._due, (due, next(self._number), one))
