"""Simulated users, whose clients connect again when a connection is lost."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from realtime.client.asyncio import AsyncClient
from realtime.client.news import News, Opened
from realtime.client.reconnecting import BATCH_S
from realtime.errors import ReportedError
from realtime.protocol.server_messages import Prediction
from tests.support.drawing import ONE, SEVEN, Point
from tests.support.drawing_person import close_code_of
from tests.support.server import wait_until

# Each drawing with its label.
DRAWINGS: list[tuple[str, list[list[Point]]]] = [("7", SEVEN), ("1", ONE), ("7", SEVEN)]
# As long as the client gathers points, so that they leave in messages of this distance. Who sends
# two in quick succession when a server has just closed does not hear why it has.
BETWEEN_MESSAGES_S = BATCH_S
BETWEEN_DRAWINGS_S = 0.1
# A busy machine takes its time to start a worker, and to let hundreds of users in.
ANSWER_TIMEOUT_S = 90.0


class SimulatedUser:
    """A user who draws until the event is set, and then finishes the drawing."""

    def __init__(self, url: str, rng: random.Random) -> None:
        self.drawings = 0
        self.wrong_answers: list[str] = []
        self.close_codes: Counter[int] = Counter()
        self.versions: set[str] = set()
        # Times at which a stroke was ended whose answer was lost with the connection.
        self.unanswered_s: list[float] = []
        self._rng = rng
        # The newest answer before the last news: a connection that brought none was none.
        self._latest_before: Prediction | None = None
        # When the stroke was ended that is still unanswered.
        self._ended_s: float | None = None
        self._client = AsyncClient(
            url,
            connect_timeout_s=ANSWER_TIMEOUT_S,
            answer_timeout_s=ANSWER_TIMEOUT_S,
            on_connection=self._note,
            rng=rng,
        )

    @property
    def reconnects(self) -> int:
        """Connections that were lost, or refused in the server's words."""
        return self.close_codes.total()

    async def draw_until(self, stops: asyncio.Event) -> None:
        await asyncio.sleep(self._rng.random() * 0.5)
        async with self._client as client:
            while not stops.is_set():
                label, strokes = self._rng.choice(DRAWINGS)
                for stroke in strokes:
                    answer = await self._draw(stroke)
                self.drawings += 1
                if (answer.top[0].label, answer.strokes) != (label, len(strokes)):
                    self.wrong_answers.append(
                        f"{answer.top[0].label} of {answer.strokes} strokes, "
                        f"not {label} of {len(strokes)}"
                    )
                await asyncio.sleep(BETWEEN_DRAWINGS_S)
                await client.clear()

    async def _draw(self, stroke: list[Point]) -> Prediction:
        """Draw one more stroke as a pen moves, and return its final answer."""
        for position in range(0, len(stroke), 2):
            self._client.extend_stroke(stroke[position : position + 2])
            if position + 2 < len(stroke):
                await asyncio.sleep(BETWEEN_MESSAGES_S)
        self._ended_s = time.monotonic()
        answer = await self._client.end_stroke()
        self._ended_s = None
        return answer

    def _note(self, news: News) -> None:
        latest = self._client.latest
        if isinstance(news, Opened):
            self.versions.add(news.ready.model.version)
        elif isinstance(news.error, ReportedError) or latest is not self._latest_before:
            self.close_codes[close_code_of(news.error)] += 1
            if self._ended_s is not None:
                self.unanswered_s.append(self._ended_s)
        self._latest_before = latest


class SimulatedUsers:
    """Many simulated users, in a thread of their own."""

    def __init__(self, url: str, count: int) -> None:
        rng = random.Random(1)
        self.users = [SimulatedUser(url, random.Random(rng.random())) for _ in range(count)]
        self._loop = asyncio.new_event_loop()
        self._stops = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def draw() -> None:
            self._tasks = [asyncio.create_task(user.draw_until(self._stops)) for user in self.users]
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
            self.failures = [result for result in results if isinstance(result, BaseException)]

        self._loop.run_until_complete(draw())
        self._loop.close()

    @property
    def drawings(self) -> int:
        """Drawings that got their final answer."""
        return sum(user.drawings for user in self.users)

    @property
    def close_codes(self) -> Counter[int]:
        """The close codes of connections that the users did not close themselves."""
        return sum((user.close_codes for user in self.users), Counter[int]())

    def finish(self) -> None:
        """Let each user finish its drawing, and wait for them. A second call does nothing."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stops.set)
        self._thread.join()

    def cancel(self) -> None:
        """Stop at once, since the service has ended."""

        def cancel_tasks() -> None:
            for task in self._tasks:
                task.cancel()

        self._loop.call_soon_threadsafe(cancel_tasks)
        self._thread.join()


@contextmanager
def simulate_users(url: str, count: int) -> Iterator[SimulatedUsers]:
    """Simulated users who draw while the block runs, each of them before it begins.

    After the block each has finished its drawing.
    """
    users = SimulatedUsers(url, count)
    try:
        wait_until(lambda: all(user.drawings for user in users.users), timeout_s=60)
        yield users
    finally:
        users.finish()
